/// Values of CEL as JSON with their types: `{"int":"-1"}`, `{"list":[…]}`, `{"map":[[key,value],…]}`.
enum TypedValue {
    struct Malformed: Error {
        let message: String
    }

    /// Bytes of one answer: values that share elements can be exponentially long.
    static let answerLimit = 4_194_304

    static func read(_ json: JSONValue) throws(Malformed) -> CELValue {
        guard case .object(let members) = json, members.count == 1, let (type, value) = members.first else {
            throw Malformed(message: "a typed value is an object of one member")
        }
        switch (type, value) {
        case ("null", _): return .null
        case ("bool", .bool(let bool)): return .bool(bool)
        case ("list", .array(let elements)): return .list(try elements.map { json throws(Malformed) in try read(json) })
        case ("map", .array(let entries)): return .map(try map(entries))
        case (_, .string(let text)), (_, .number(let text)):
            guard let value = scalar(type, text) else { throw Malformed(message: "'\(text)' is no \(type)") }
            return value
        default: throw Malformed(message: "a malformed value of type '\(type)'")
        }
    }

    private static func map(_ entries: [JSONValue]) throws(Malformed) -> CELMap {
        var map = CELMap()
        for entry in entries {
            guard case .array(let pair) = entry, pair.count == 2 else {
                throw Malformed(message: "an entry of a map is a pair")
            }
            guard map.insert(try read(pair[1]), for: try read(pair[0])) else {
                throw Malformed(message: "a key that stands twice, or is none")
            }
        }
        return map
    }

    private static func scalar(_ type: String, _ text: String) -> CELValue? {
        switch type {
        case "int": Int64(text).map { .int($0) }
        case "uint": UInt64(text).map { .uint($0) }
        case "double": Double(text).map { .double($0) }
        case "string": .string(text)
        case "bytes": bytes(text).map { .bytes($0) }
        case "timestamp": CELTimestamp(rfc3339: text).map { .timestamp($0) }
        case "duration": CELDuration(text: text).map { .duration($0) }
        case "type": .type(CELType(named: text) ?? .object(text))
        default: nil
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexadecimalValue, let low = digits[index + 1].hexadecimalValue else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    /// Nil when the answer would be too long.
    static func write(_ value: CELValue) -> String? {
        var output = ""
        return write(value, &output) ? output : nil
    }

    private static func write(_ value: CELValue, _ output: inout String) -> Bool {
        guard output.utf8.count < answerLimit else { return false }
        switch value {
        case .null: output += "{\"null\":null}"
        case .bool(let bool): output += "{\"bool\":\(bool)}"
        case .int(let int): output += "{\"int\":\"\(int)\"}"
        case .uint(let uint): output += "{\"uint\":\"\(uint)\"}"
        case .double(let double): output += "{\"double\":\"\(double)\"}"
        case .string(let text): output += "{\"string\":\(quoted(text))}"
        case .bytes(let bytes):
            output += "{\"bytes\":\"" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() + "\"}"
        case .timestamp(let time): output += "{\"timestamp\":\"\(time.rfc3339)\"}"
        case .duration(let duration): output += "{\"duration\":\"\(duration.text)\"}"
        case .type(let type): output += "{\"type\":\(quoted(type.name))}"
        case .list(let elements):
            output += "{\"list\":["
            for (index, element) in elements.enumerated() {
                if index > 0 { output += "," }
                guard write(element, &output) else { return false }
            }
            output += "]}"
        case .map(let map):
            output += "{\"map\":["
            for (index, entry) in map.entries.enumerated() {
                output += index > 0 ? ",[" : "["
                guard write(entry.key, &output) else { return false }
                output += ","
                guard write(entry.value, &output) else { return false }
                output += "]"
            }
            output += "]}"
        case .optional(let optional):
            output += "{\"optional\":"
            if let value = optional.value {
                guard write(value, &output) else { return false }
            } else {
                output += "null"
            }
            output += "}"
        case .record(let record): output += "{\"record\":\(quoted(record.type.name))}"
        }
        return true
    }

    /// A JSON string.
    static func quoted(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        result.append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\":
                result.append("\\")
                result.append(scalar)
            case "\u{00}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                result.append(
                    contentsOf: ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).unicodeScalars)
            default: result.append(scalar)
            }
        }
        result.append("\"")
        return String(result)
    }
}
