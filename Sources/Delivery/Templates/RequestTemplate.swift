import Curl
import Inspection

/// One request of a template.
struct RequestTemplate: Sendable, Hashable {
    enum Body: Sendable, Hashable {
        case none
        case json(TemplateValue)
        case form([TemplateValue.Member])
        case multipart([TemplateValue.Member])
        /// The attachment's file itself.
        case file
    }

    var method: HTTPRequest.Method
    var path: TemplateText
    var query: [TemplateValue.Member]
    var fields: [TemplateValue.Member]
    var body: Body

    var references: [TemplateReference] {
        let members: [TemplateValue.Member] =
            switch body {
            case .none, .file: []
            case .json(let value): [TemplateValue.Member(name: "", value: value)]
            case .form(let members), .multipart(let members): members
            }
        return path.references + (query + fields + members).flatMap(\.value.references)
    }

    /// A file of a multipart body, in memory.
    struct File: Sendable {
        var name: String
        var mediaType: String
        var bytes: [UInt8]
    }

    /// The request for one finding: the same bytes for the same data.
    func request(base: String, _ data: TemplateData, files: [File] = []) throws(TemplateRefusal) -> HTTPRequest {
        var address = base + (try data.address(path))
        let query = try Self.pairs(query, data)
        if !query.isEmpty { address += (address.contains("?") ? "&" : "?") + FormText.encoded(query) }
        var request = HTTPRequest(method, address, fields: [HTTPField("Accept", "application/json")])
        var fields = try Self.pairs(fields, data)
        switch body {
        case .none: break
        case .file:
            guard let file = files.first else { throw TemplateRefusal(reason: "there is no file") }
            request.body = .bytes(file.bytes)
            Self.add("Content-Type", file.mediaType, to: &fields)
        case .json(let value):
            var json = JSONText(capacity: data.feature.count + 1024)
            (try value.rendered(data) ?? .null).write(to: &json)
            request.body = .bytes(json.bytes)
            Self.add("Content-Type", "application/json", to: &fields)
        case .form(let members):
            request.body = .bytes(Array(FormText.encoded(try Self.pairs(members, data)).utf8))
            Self.add("Content-Type", "application/x-www-form-urlencoded", to: &fields)
        case .multipart(let members):
            let boundary = "flyonce-" + (try data.text(TemplateText(reference: ["delivery", "key"])))
            request.body = .bytes(try MultipartText.body(members, data, files: files, boundary: boundary))
            Self.add("Content-Type", "multipart/form-data; boundary=\(boundary)", to: &fields)
        }
        request.fields += fields.map { HTTPField($0.0, $0.1) }
        return request
    }

    /// Those that have a value.
    private static func pairs(
        _ members: [TemplateValue.Member], _ data: TemplateData
    ) throws(TemplateRefusal) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for member in members {
            if let text = try member.value.rendered(data)?.formText { pairs.append((member.name, text)) }
        }
        return pairs
    }

    private static func add(_ name: String, _ value: String, to fields: inout [(String, String)]) {
        if !fields.contains(where: { $0.0.lowercased() == name.lowercased() }) { fields.append((name, value)) }
    }
}

extension TemplateText {
    /// A reference alone.
    init(reference path: [String]) {
        pieces = [.reference(TemplateReference(path: path, filters: [], column: 1))]
    }
}

/// A body of several parts. Source: RFC 7578.
enum MultipartText {
    static func body(
        _ members: [TemplateValue.Member], _ data: TemplateData, files: [RequestTemplate.File], boundary: String
    ) throws(TemplateRefusal) -> [UInt8] {
        var bytes: [UInt8] = []
        for member in members {
            if member.value == .files {
                for file in files {
                    let head =
                        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(member.name))\"; "
                        + "filename=\"\(quoted(file.name))\"\r\nContent-Type: \(file.mediaType)\r\n\r\n"
                    bytes += Array(head.utf8) + file.bytes + [13, 10]
                }
            } else if let text = try member.value.rendered(data)?.formText {
                let head = "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(quoted(member.name))\"\r\n\r\n"
                bytes += Array(head.utf8) + Array(text.utf8) + [13, 10]
            }
        }
        return bytes + Array("--\(boundary)--\r\n".utf8)
    }

    /// Source: RFC 7578 section 4.2, as browsers do it.
    private static func quoted(_ text: String) -> String {
        text.map { $0 == "\"" ? "%22" : $0 == "\r" || $0 == "\n" || $0 == "\r\n" ? "%0A" : String($0) }.joined()
    }
}
