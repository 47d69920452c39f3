internal import Crypto
import Curl
internal import Foundation
internal import OpenSSL

/// A request taken apart for those who sign it.
struct RequestParts {
    /// Files longer than this are not read to be signed.
    static let longestFile = 64 << 20

    var method: String
    var host: String
    /// As sent, percent-encoded.
    var path: String
    /// As sent, without the question mark.
    var query: String
    var contentType: String
    /// The end of the evidence's chain, where it is said.
    var chain: String

    init(_ request: HTTPRequest) {
        method = request.method.rawValue
        var rest = request.url[...]
        if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
        if let fragment = rest.firstIndex(of: "#") { rest = rest[..<fragment] }
        let mark = rest.firstIndex(of: "?")
        query = mark.map { String(rest[rest.index(after: $0)...]) } ?? ""
        rest = rest[..<(mark ?? rest.endIndex)]
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        host = String(rest[..<slash])
        path = slash == rest.endIndex ? "/" : String(rest[slash...])
        contentType = request.fields.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        chain = request.fields.first { $0.name == ChainHeadTransport.field }?.value ?? ""
    }

    var values: [String: String] {
        ["method": method, "host": host, "path": path, "query": query, "content_type": contentType, "chain": chain]
    }

    /// The body's bytes; a file is read whole.
    static func body(of request: HTTPRequest) throws(DeliveryError) -> [UInt8] {
        switch request.body {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .file(let path):
            guard let handle = FileHandle(forReadingAtPath: path),
                let data = try? handle.read(upToCount: longestFile + 1), data.count <= longestFile
            else {
                throw DeliveryError(kind: .invalidOption, description: "signing: a file to be signed cannot be read")
            }
            return Array(data)
        case .part(let path, let offset, let count):
            guard count <= longestFile, let handle = FileHandle(forReadingAtPath: path),
                (try? handle.seek(toOffset: UInt64(clamping: offset))) != nil,
                let data = try? handle.read(upToCount: count), data.count == count
            else {
                throw DeliveryError(kind: .invalidOption, description: "signing: a file to be signed cannot be read")
            }
            return Array(data)
        }
    }

    static func addBody(
        of request: HTTPRequest, _ needed: [String], to values: inout [String: String]
    ) throws(DeliveryError) {
        let body = try body(of: request)
        for name in needed {
            switch name {
            case "body": values[name] = String(decoding: body, as: UTF8.self)
            case "body_sha256": values[name] = SigningAlgorithm.hexadecimal(SHA256.hash(data: body))
            default: values[name] = sm3(body)
            }
        }
    }

    static func sm3(_ body: [UInt8]) -> String? { (try? SM3.hash(body)).map { SigningAlgorithm.hexadecimal($0) } }
}
