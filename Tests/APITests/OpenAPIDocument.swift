import Foundation
import HTTPTypes
import Testing

/// `docs/openapi.yaml`, read well enough to hold answers to it.
struct OpenAPIDocument: Sendable {
    static let shared = OpenAPIDocument()

    /// `get /v1/findings/{id}` and what it may answer.
    struct Operation: Sendable {
        var method: String
        var path: String
        var node: YAMLNode

        /// Media types by status; `default` stands for what no caller can help.
        var answers: [String: Set<String>] {
            var all: [String: Set<String>] = [:]
            for (status, answer) in node["responses"]?.members ?? [] {
                let content = OpenAPIDocument.shared.resolved(answer)["content"]?.members.map(\.key) ?? []
                all[status] = Set(content)
            }
            return all
        }
    }

    let root: YAMLNode
    let operations: [Operation]

    private init() {
        let file = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/openapi.yaml")
        root = YAMLNode(text: (try? String(contentsOf: file, encoding: .utf8)) ?? "")
        operations = (root["paths"]?.members ?? []).flatMap { path, methods in
            methods.members.map { Operation(method: $0.key, path: path, node: $0.value) }
        }
    }

    func operation(for method: HTTPRequest.Method, _ uri: String) -> Operation? {
        let wanted = method == .head ? "get" : method.rawValue.lowercased()
        return operations(at: uri).first { $0.method == wanted }
    }

    func operations(at uri: String) -> [Operation] {
        let parts = (uri.split(separator: "?", omittingEmptySubsequences: false).first ?? "").split(separator: "/")
        return operations.filter { operation in
            let template = operation.path.split(separator: "/")
            return template.count == parts.count
                && zip(template, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }
    }

    /// `GET, HEAD`: the methods of an address, HEAD beside every GET.
    func allow(at uri: String) -> String {
        let methods = Set(operations(at: uri).map { $0.method.uppercased() })
        return (methods.contains("GET") ? methods.union(["HEAD"]) : methods).sorted().joined(separator: ", ")
    }

    /// Expects `answer` to be one that the document promises, with a body of the schema it states.
    func expect(_ answer: Answer, to method: HTTPRequest.Method, _ uri: String, _ location: SourceLocation) {
        let what = "\(method) \(uri.prefix(80)) \(answer.status)"
        guard let operation = operation(for: method, uri) else {
            let isKnown = !operations(at: uri).isEmpty
            #expect(
                answer.status == (isKnown ? 405 : 404) && answer.type == "application/problem+json", "\(what)",
                sourceLocation: location)
            if isKnown { #expect(answer.headers[.allow] == allow(at: uri), "\(what)", sourceLocation: location) }
            return
        }
        let key = answer.status >= 500 && operation.answers["\(answer.status)"] == nil ? "default" : "\(answer.status)"
        guard let types = operation.answers[key] else {
            Issue.record("\(what) is not in the document", sourceLocation: location)
            return
        }
        if method == .head || types.isEmpty {
            #expect(answer.body.isEmpty, "\(what)", sourceLocation: location)
            return
        }
        let type = answer.type.split(separator: ";").first.map(String.init) ?? ""
        #expect(types.contains(type) || types.contains("*/*"), "\(what) \(type)", sourceLocation: location)
        guard type.hasSuffix("json"), let promise = operation.node["responses"]?[key],
            let schema = resolved(promise)["content"]?[type]?["schema"]
        else { return }
        let value = try? JSONSerialization.jsonObject(with: Data(answer.body), options: .fragmentsAllowed)
        for fault in faults(of: value ?? NSNull(), against: schema, at: "") {
            Issue.record("\(what): \(fault)", sourceLocation: location)
        }
    }

    func resolved(_ node: YAMLNode) -> YAMLNode {
        guard let reference = node["$ref"]?.text else { return node }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0[String($1)] ?? .text("") }
    }

    /// What of `value` the schema does not allow. Members that no schema names are faults: nothing is served in secret.
    func faults(of value: Any, against schema: YAMLNode, at place: String) -> [String] {
        let schema = resolved(schema)
        if let choices = schema["oneOf"]?.items {
            let all = choices.map { self.faults(of: value, against: $0, at: place) }
            return all.contains { $0.isEmpty } ? [] : all.last ?? []
        }
        var faults: [String] = []
        if let constant = schema["const"]?.text, "\(value)" != constant { faults.append("\(place) is not \(constant)") }
        if let words = schema["enum"]?.items, !words.contains(where: { $0.text == "\(value)" }) {
            faults.append("\(place): \(value) is no word of the document")
        }
        if let pattern = schema["pattern"]?.text, let regex = try? Regex(pattern),
            (value as? String)?.firstMatch(of: regex) == nil
        {
            faults.append("\(place) does not match \(pattern)")
        }
        switch schema["type"]?.text {
        case "object": faults += objectFaults(of: value, against: schema, at: place)
        case "array":
            guard let list = value as? [Any] else { return faults + ["\(place) is no array"] }
            if let least = schema["minItems"]?.text.flatMap({ Int($0) }), list.count < least {
                faults.append("\(place) is too short")
            }
            for (index, item) in list.enumerated() {
                faults += self.faults(of: item, against: schema["items"] ?? .map([]), at: "\(place)[\(index)]")
            }
        case "string": if !(value is String) { faults.append("\(place) is no string") }
        case "integer", "number": if !(value is NSNumber) { faults.append("\(place) is no number") }
        case "boolean": if (value as? Bool) == nil { faults.append("\(place) is no boolean") }
        case "null": if !(value is NSNull) { faults.append("\(place) is not null") }
        default: break
        }
        return faults
    }

    private func objectFaults(of value: Any, against schema: YAMLNode, at place: String) -> [String] {
        guard let object = value as? [String: Any] else { return ["\(place) is no object"] }
        var faults: [String] = []
        for name in schema["required"]?.items ?? [] where object[name.text ?? ""] == nil {
            faults.append("\(place) has no \(name.text ?? "")")
        }
        for (name, member) in object {
            if let known = schema["properties"]?[name] ?? schema["additionalProperties"] {
                faults += self.faults(of: member, against: known, at: "\(place).\(name)")
            } else {
                faults.append("\(place).\(name) is not in the document")
            }
        }
        return faults
    }
}
