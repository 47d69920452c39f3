import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import Logging
import NIOCore

extension GatewayAPI {
    func addEvidence(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/evidence/:sha256") { request, context -> Response in
            try await file(request, context)
        }
        group.head("/v1/evidence/:sha256") { request, context -> Response in
            try await file(request, context).createHeadResponse()
        }
    }

    private func file(_ request: Request, _ context: RequestPrincipalContext) async throws -> Response {
        guard let hash = context.parameters.get("sha256"), hash.utf8.count == 64,
            hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw Problem(.badRequest, "bad_hash", "Evidence is known by 64 lower-case hexadecimal digits.") }
        guard let path = await evidence.path(of: hash), let size = Self.size(of: path) else {
            throw Problem(.notFound, "no_evidence", "There is no evidence with this hash.")
        }
        context.logger.notice(
            "evidence looked at", metadata: ["sha256": .string(hash), "by": .string(context.principal?.name ?? "")])
        var headers: HTTPFields = [
            .contentType: Self.mediaType(of: path), .eTag: "\"\(hash)\"", .acceptRanges: "bytes",
            .cacheControl: "private, max-age=31536000, immutable",
        ]
        if request.headers[.ifNoneMatch]?.contains(hash) == true {
            return Response(status: .notModified, headers: headers)
        }
        let files = FileIO()
        guard let text = request.headers[.range], let range = ByteRange(text, of: size) else {
            return Response(status: .ok, headers: headers, body: try await files.loadFile(path: path, context: context))
        }
        guard let bytes = range.bytes else {
            headers[.contentRange] = "bytes */\(size)"
            throw Problem(.rangeNotSatisfiable, "bad_range", "The file has \(size) bytes.", headers: headers)
        }
        headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound)/\(size)"
        return Response(
            status: .partialContent, headers: headers,
            body: try await files.loadFile(path: path, range: bytes, context: context))
    }

    private static func size(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue
    }

    private static func mediaType(of path: String) -> String {
        if path.hasSuffix(".jpg") { return "image/jpeg" }
        if path.hasSuffix(".mp4") { return "video/mp4" }
        if path.hasSuffix(".ts") { return "video/mp2t" }
        return "application/octet-stream"
    }
}

/// One `bytes=` range of RFC 9110. Nil for what is not one (several ranges included), which means the whole file;
/// `bytes` nil for one that lies outside.
struct ByteRange {
    var bytes: ClosedRange<Int>?

    init?(_ header: String, of size: Int) {
        guard header.hasPrefix("bytes="), !header.contains(",") else { return nil }
        let parts = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        if parts[0].isEmpty {
            guard let suffix = Int(parts[1]), suffix >= 0 else { return nil }
            bytes = suffix == 0 || size == 0 ? nil : max(0, size - suffix)...size - 1
            return
        }
        guard let first = Int(parts[0]), first >= 0 else { return nil }
        let last: Int
        if parts[1].isEmpty {
            last = size - 1
        } else {
            guard let stated = Int(parts[1]), stated >= first else { return nil }
            last = min(stated, size - 1)
        }
        bytes = first < size ? first...last : nil
    }
}
