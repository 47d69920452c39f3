internal import Curl
import LocatedYAML

/// Reads one request of a template, and follows every reference in it.
struct RequestReader {
    let schema: TemplateSchema
    let tables: Set<String>

    private enum Way: String, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
    }

    func request(_ mapping: YAMLMapping) -> RequestTemplate {
        let way: Way = mapping.enumeration("method", default: .post)
        let path = mapping.text("path").map { text($0.node, path: $0.path, mapping.complaints, schema) }
        if path == nil { mapping.missing("path") }
        var request = RequestTemplate(
            method: HTTPRequest.Method(rawValue: way.rawValue) ?? .post, path: path ?? TemplateText(reference: []),
            query: members(mapping, "query"), fields: members(mapping, "headers"), body: .none)
        let bodies = ["json", "form", "multipart", "file"].filter { mapping.has($0) }
        if bodies.count > 1 { mapping.complain(bodies[1], "stands beside \(bodies[0])", hint: "keep one of them") }
        switch bodies.first {
        case "json":
            if let node = mapping.node("json") {
                request.body = .json(value(node, path: mapping.path + ".json", mapping.complaints, schema))
            }
        case "form": request.body = .form(members(mapping, "form"))
        case "multipart": request.body = .multipart(members(mapping, "multipart"))
        case "file": if mapping.bool("file", default: false) { request.body = .file }
        default: break
        }
        return request
    }

    private func members(_ mapping: YAMLMapping, _ key: String) -> [TemplateValue.Member] {
        guard let node = mapping.node(key) else { return [] }
        let value = value(node, path: mapping.path + "." + key, mapping.complaints, schema)
        guard case .object(let members) = value else {
            mapping.complain(key, "must be a mapping (name: value), not \(node.kind)")
            return []
        }
        return members
    }

    private func value(
        _ node: YAMLNode, path: String, _ complaints: Complaints, _ schema: TemplateSchema
    ) -> TemplateValue {
        switch node.content {
        case .null: return .constant(.null)
        case .scalar(let text):
            if node.style == .plain, !text.contains("${"), let constant = Self.constant(text) {
                return .constant(constant)
            }
            return .text(self.text(node, path: path, complaints, schema))
        case .sequence(let nodes):
            return .list(
                nodes.enumerated().map { value($1, path: "\(path)[\($0)]", complaints, schema) })
        case .mapping(let entries):
            if let first = entries.first, first.key.hasPrefix("$") {
                return special(entries, path: path, complaints, schema)
            }
            return .object(
                entries.map {
                    TemplateValue.Member(
                        name: $0.key, value: value($0.value, path: "\(path).\($0.key)", complaints, schema))
                })
        }
    }

    /// `{$each: attachments, $as: file, $value: …}` and `{$files: attachments}`.
    private func special(
        _ entries: [YAMLNode.Entry], path: String, _ complaints: Complaints, _ schema: TemplateSchema
    ) -> TemplateValue {
        let members = Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        let place = entries[0]
        func complain(_ message: String, _ hint: String) -> TemplateValue {
            complaints.add(line: place.keyLine, column: place.keyColumn, path: path, message, hint: hint)
            return .constant(.null)
        }
        if Set(members.keys) == ["$files"], members["$files"]?.scalar == "attachments" { return .files }
        guard Set(members.keys) == ["$each", "$as", "$value"], let each = members["$each"], let list = each.scalar,
            let name = members["$as"]?.scalar, let inner = members["$value"]
        else {
            return complain(
                "is none of the special values",
                "write {$each: attachments, $as: file, $value: …} or {$files: attachments}")
        }
        let names = list.split(separator: ".").map(String.init)
        switch schema.follow(names) {
        case .success(.list(let element)):
            let reference = TemplateReference(path: names, filters: [], column: 1)
            return .each(
                reference, name: name, value(inner, path: path + ".$value", complaints, schema.adding(name, element)))
        case .success: return complain("\(list) is no list", "")
        case .failure(let fault): return complain(fault.message, fault.hint)
        }
    }

    private func text(
        _ node: YAMLNode, path: String, _ complaints: Complaints, _ schema: TemplateSchema
    ) -> TemplateText {
        let located = LocatedText(text: node.scalar ?? "", path: path, node: node)
        let text: TemplateText
        do {
            text = try TemplateText(located.text)
        } catch {
            complaints.add(located, error.message, hint: error.hint, textLine: 1, textColumn: error.column)
            return TemplateText(reference: [])
        }
        for reference in text.references {
            if case .failure(let fault) = schema.follow(reference.path) {
                complaints.add(located, fault.message, hint: fault.hint, textLine: 1, textColumn: reference.column)
            }
            for case .map(let table) in reference.filters where !tables.contains(table) {
                complaints.add(
                    located, "there is no table \(table)", hint: NearestName.hint(for: table, among: tables),
                    textLine: 1,
                    textColumn: reference.column)
            }
        }
        return text
    }

    /// Numbers and words of JSON; nil for text.
    private static func constant(_ text: String) -> JSONValue? {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            // A leading zero belongs to a code, not to a number.
            guard let value = JSONValue(Array(text.utf8)), case .number = value else { return nil }
            return value
        }
    }
}
