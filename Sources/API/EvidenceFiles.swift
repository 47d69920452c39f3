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
    }

    private func file(_ request: Request, _ context: RequestPrincipalContext) async throws -> Response {
        guard let hash = context.parameters.get("sha256"), hash.utf8.count == 64,
            hash.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { throw Problem(.badRequest, "bad_hash", "Evidence is known by 64 lower-case hexadecimal digits.") }
        guard let path = await evidence.path(of: hash), let size = Self.size(of: path) else {
            if let removal = await removal(hash) {
                throw Problem(
                    .gone, "evidence_removed",
                    "The file with this hash was taken away at \(removal.at.rfc3339) (\(removal.reason)).")
            }
            throw await evidenceFault(hash)?.problem
                ?? Problem(.notFound, "no_evidence", "There is no evidence with this hash.")
        }
        let listed = await listed(hash)
        let isOriginal = ListedEvidence.isOriginal(listed)
        let name = context.principal?.name ?? ""
        if looks.add(sha256: hash, by: name, isOriginal: isOriginal, at: clock.monotonicNanoseconds) {
            var facts: Logger.Metadata = [
                "sha256": .string(hash), "by": .string(name), "original": .string(isOriginal ? "yes" : "no"),
            ]
            if let listed {
                facts["kind"] = .string(listed.item.kind.rawValue)
                facts["finding"] = .string(listed.finding.description)
            }
            context.logger.info("evidence looked at", metadata: facts)
        }
        var headers: HTTPFields = [
            .contentType: Self.mediaType(of: path), .eTag: "\"\(hash)\"", .acceptRanges: "bytes",
            // Of an original the browser asks each time, so that every look at it is seen here.
            .cacheControl: isOriginal ? "private, no-cache" : "private, max-age=31536000, immutable",
        ]
        if let known = request.headers[.ifNoneMatch], known == "*" || known.contains(hash) {
            headers[.contentLength] = String(size)
            return Response(status: .notModified, headers: headers)
        }
        let files = FileIO()
        guard let range = Self.range(of: request, hash: hash, size: size) else {
            return Response(status: .ok, headers: headers, body: try await files.loadFile(path: path, context: context))
        }
        guard let bytes = range.bytes else {
            headers = [.contentRange: "bytes */\(size)"]
            throw Problem(.rangeNotSatisfiable, "bad_range", "The file has \(size) bytes.", headers: headers)
        }
        headers[.contentRange] = "bytes \(bytes.lowerBound)-\(bytes.upperBound)/\(size)"
        return Response(
            status: .partialContent, headers: headers,
            body: try await files.loadFile(path: path, range: bytes, context: context))
    }

    /// Nil when the whole file is wanted. A range means something to GET alone (RFC 9110 section 14.2), and only of the
    /// file that `If-Range` names.
    private static func range(of request: Request, hash: String, size: Int) -> ByteRange? {
        guard request.method == .get, let text = request.headers[.range] else { return nil }
        if let known = request.headers[.ifRange], known != "\"\(hash)\"" { return nil }
        return ByteRange(text, of: size)
    }

    private static func size(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue
    }

    private static func mediaType(of path: String) -> String {
        switch path.split(separator: ".").last {
        case "jpg": "image/jpeg"
        case "png": "image/png"
        case "webp": "image/webp"
        case "mp4": "video/mp4"
        case "ts": "video/mp2t"
        case "mkv": "video/x-matroska"
        case "klv": "application/smpte336m"
        case "json": "application/json"
        case "ndjson": "application/x-ndjson"
        default: "application/octet-stream"
        }
    }
}
