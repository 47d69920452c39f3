extension CELValue {
    /// The value for people: strings without quotes, lists and maps in brackets, as `'%s'.format([value])` writes it.
    /// Longer text than 64 KiB is cut.
    public var text: String {
        var writer = ValueText(limit: 65_536)
        writer.write(self)
        return writer.output + (writer.isCut ? "…" : "")
    }

    /// How many elements or bytes a walk over the value meets, without looking into elements.
    var breadth: Int {
        switch self {
        case .string(let value): value.utf8.count >> 4
        case .bytes(let value): value.count >> 4
        case .list(let elements): elements.count
        case .map(let map): map.count
        case .record(let record): record.fields.count
        case .optional(let optional): optional.value?.breadth ?? 0
        default: 0
        }
    }
}

extension CELValue: CustomStringConvertible {
    /// As an expression would write it, where it can be written.
    public var description: String {
        switch self {
        case .string(let value): StringExtension.quoted(value)
        case .uint(let value): "\(value)u"
        default: text
        }
    }
}

/// Writes values for people, up to a number of bytes: values that share elements can be exponentially long.
struct ValueText {
    private(set) var output = ""
    /// Set when the limit was reached: the output is then incomplete.
    private(set) var isCut = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    private mutating func append(_ text: String) {
        guard !isCut, output.utf8.count + text.utf8.count <= limit else {
            isCut = true
            return
        }
        output += text
    }

    mutating func write(_ value: CELValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .int(let value): append(String(value))
        case .uint(let value): append(String(value))
        case .double(let value): append(NumberText.decimal(value))
        case .string(let value): append(value)
        case .bytes(let value): append(String(decoding: value, as: UTF8.self))
        case .timestamp(let value): append(value.rfc3339)
        case .duration(let value): append(value.text)
        case .type(let type): append(type.name)
        case .list(let elements): write(elements)
        case .map(let map): write(map)
        case .record(let record): write(record)
        case .optional(let optional):
            append(optional.value == nil ? "optional.none()" : "optional.of(")
            guard let value = optional.value else { return }
            write(value)
            append(")")
        }
    }

    private mutating func write(_ elements: [CELValue]) {
        append("[")
        for (index, element) in elements.enumerated() where !isCut {
            if index > 0 { append(", ") }
            write(element)
        }
        append("]")
    }

    private mutating func write(_ map: CELMap) {
        var parts: [(key: String, value: String)] = []
        var left = limit - output.utf8.count
        for entry in map.entries {
            var key = ValueText(limit: left)
            key.write(entry.key)
            var value = ValueText(limit: left - key.output.utf8.count)
            value.write(entry.value)
            left -= key.output.utf8.count + value.output.utf8.count + 2
            guard !key.isCut, !value.isCut, left > 0 else {
                isCut = true
                return
            }
            parts.append((key.output, value.output))
        }
        parts.sort { CodePoints.precedes($0.key, $1.key) }
        append("{" + parts.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}")
    }

    private mutating func write(_ record: CELRecord) {
        append(record.type.name + "{")
        var isFirst = true
        for (field, value) in zip(record.type.fields, record.fields) where !isCut {
            guard let value else { continue }
            append(isFirst ? "\(field.name): " : ", \(field.name): ")
            isFirst = false
            write(value)
        }
        append("}")
    }
}
