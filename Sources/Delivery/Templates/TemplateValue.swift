import Inspection

/// A value of a request as the template has it: a tree whose text may hold references.
indirect enum TemplateValue: Sendable, Hashable {
    case constant(JSONValue)
    case text(TemplateText)
    case list([TemplateValue])
    case object([Member])
    /// One value for each element of a list; `name` is what the element is called in it.
    case each(TemplateReference, name: String, TemplateValue)
    /// The files of the finding's attachments, in a multipart body.
    case files

    struct Member: Sendable, Hashable {
        var name: String
        var value: TemplateValue
    }

    /// The value for one finding; nil where it is to be left out.
    func rendered(_ data: TemplateData) throws(TemplateRefusal) -> RenderedValue? {
        switch self {
        case .constant(let value): return RenderedValue(value)
        case .text(let text):
            guard let whole = text.whole else { return .text(try data.text(text)) }
            let value = try data.value(whole)
            if value == .null, whole.filters.contains(.omit) { return nil }
            if whole.path == ["finding"], whole.filters.isEmpty { return .raw(data.feature) }
            return RenderedValue(value)
        case .list(let items):
            var values: [RenderedValue] = []
            for item in items {
                if case .each(let list, let name, let value) = item {
                    values += try Self.repeated(value, over: list, as: name, data)
                } else if let value = try item.rendered(data) {
                    values.append(value)
                }
            }
            return .list(values)
        case .object(let members):
            var values: [(String, RenderedValue)] = []
            for member in members {
                if let value = try member.value.rendered(data) { values.append((member.name, value)) }
            }
            return .object(values)
        case .each(let list, let name, let value): return .list(try Self.repeated(value, over: list, as: name, data))
        case .files: return nil
        }
    }

    private static func repeated(
        _ value: TemplateValue, over list: TemplateReference, as name: String, _ data: TemplateData
    ) throws(TemplateRefusal) -> [RenderedValue] {
        guard case .array(let elements) = try data.value(list) else { return [] }
        var values: [RenderedValue] = []
        for element in elements {
            if let value = try value.rendered(data.with(name, element)) { values.append(value) }
        }
        return values
    }

    /// Every reference in it, for what has to be read before.
    var references: [TemplateReference] {
        switch self {
        case .constant, .files: []
        case .text(let text): text.references
        case .list(let items): items.flatMap(\.references)
        case .object(let members): members.flatMap(\.value.references)
        case .each(let list, _, let value): [list] + value.references
        }
    }
}

/// A value on its way out, members in the template's order.
indirect enum RenderedValue: Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([RenderedValue])
    case object([(String, RenderedValue)])
    /// One whole JSON value.
    case raw([UInt8])

    init(_ value: JSONValue) {
        self =
            switch value {
            case .null: .null
            case .bool(let flag): .flag(flag)
            case .number(let number): .number(number)
            case .string(let text): .text(text)
            case .array(let elements): .list(elements.map(RenderedValue.init))
            // Without an order of their own they have that of their names, so that the same is always the same bytes.
            case .object(let members):
                .object(members.sorted { $0.key < $1.key }.map { ($0.key, RenderedValue($0.value)) })
            }
    }

    func write(to json: inout JSONText) {
        switch self {
        case .null: json.null()
        case .flag(let flag): json.value(flag)
        case .number(let number): json.value(number)
        case .text(let text): json.value(text)
        case .list(let items): json.array { json in for item in items { item.write(to: &json) } }
        case .object(let members):
            json.object { json in for (name, value) in members { json.member(name) { value.write(to: &$0) } } }
        case .raw(let bytes): json.raw(bytes)
        }
    }

    /// As a form carries it: lists and objects as JSON; nil for null.
    var formText: String? {
        switch self {
        case .null: nil
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): JSONValue.number(number).scalarText
        case .text(let text): text
        case .raw(let bytes): String(decoding: bytes, as: UTF8.self)
        case .list, .object:
            {
                var json = JSONText()
                write(to: &json)
                return json.string
            }()
        }
    }
}

/// What the references of one request lead to.
struct TemplateData: Sendable {
    /// As stored.
    var feature: [UInt8]
    var root: [String: JSONValue]
    var terms: TemplateTerms

    func with(_ name: String, _ value: JSONValue) -> TemplateData {
        var data = self
        data.root[name] = value
        return data
    }

    func value(_ reference: TemplateReference) throws(TemplateRefusal) -> JSONValue {
        var value = JSONValue.object(root)
        for name in reference.path {
            switch value {
            case .object(let members): value = members[name] ?? .null
            case .array(let elements):
                let position = Int(name) ?? -1
                value = elements.indices.contains(position) ? elements[position] : .null
            default: value = .null
            }
        }
        for filter in reference.filters {
            do throws(TemplateRefusal) {
                value = try filter.applied(to: value, terms)
            } catch {
                throw TemplateRefusal(reason: "\(reference.path.joined(separator: ".")) \(error.reason)")
            }
        }
        return value
    }

    func text(_ text: TemplateText) throws(TemplateRefusal) -> String {
        var parts: [String] = []
        for piece in text.pieces {
            switch piece {
            case .text(let text): parts.append(text)
            case .reference(let reference): parts.append(RenderedValue(try value(reference)).formText ?? "")
            }
        }
        return parts.joined()
    }

    /// The same for an address: what references give is percent-encoded.
    func address(_ text: TemplateText) throws(TemplateRefusal) -> String {
        var parts: [String] = []
        for piece in text.pieces {
            switch piece {
            case .text(let text): parts.append(text)
            case .reference(let reference):
                parts.append(FourPlatformAdapter.percentEncoded(RenderedValue(try value(reference)).formText ?? ""))
            }
        }
        return parts.joined()
    }
}
