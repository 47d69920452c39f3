import HTTPTypes
import Hummingbird

/// `Content-Range: bytes 0-65535/1000000`. Source: RFC 9110 section 14.4.
struct ContentRange: Sendable, Hashable {
    var first: Int
    var last: Int
    var total: Int

    init?(_ text: String) {
        guard text.utf8.count <= 100, text.hasPrefix("bytes ") else { return nil }
        let parts = text.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let total = Self.number(parts[1]) else { return nil }
        let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last,
            last < total
        else { return nil }
        self.first = first
        self.last = last
        self.total = total
    }

    private static func number(_ text: Substring) -> Int? {
        (1...15).contains(text.utf8.count) && text.utf8.allSatisfy({ (48...57).contains($0) }) ? Int(text) : nil
    }
}

/// Attachments that arrive a piece at a time.
extension CaseRoutes {
    static var uploadOffset: HTTPField.Name { HTTPField.Name("Upload-Offset") ?? .ifMatch }
    static var uploadComplete: HTTPField.Name { HTTPField.Name("Upload-Complete") ?? .ifMatch }

    /// How much of an attachment is there.
    func standing(_ context: Context) async -> Response {
        guard let sha256 = context.parameters.get("sha256"), CaseReport.isHash(sha256) else {
            return .problem(.badRequest, "bad-request", "the path must end in 64 lower-case hexadecimal digits")
        }
        let standing = await desk.standing(sha256)
        return Self.progress(.noContent, offset: standing.offset, isComplete: standing.isComplete)
    }

    /// Takes a piece. What arrived of one that is cut off is kept.
    func attachPart(
        _ request: Request, _ range: ContentRange, sha256: String, mediaType: String
    ) async throws -> Response {
        guard range.total <= Self.maximumAttachmentBytes else {
            return .problem(.contentTooLarge, "too-large", "an attachment has at most 32 MiB")
        }
        var offset = range.first
        if await desk.standing(sha256).isComplete {
            return Self.progress(.ok, offset: range.total, isComplete: true)
        }
        for try await buffer in request.body {
            let bytes = Array(buffer.readableBytesView)
            guard offset + bytes.count <= range.last + 1,
                await desk.append(bytes, to: sha256, at: offset, of: range.total)
            else { return await misplaced(sha256) }
            offset += bytes.count
        }
        guard offset == range.last + 1, await desk.standing(sha256).offset == offset else {
            return await misplaced(sha256)
        }
        guard offset == range.total else { return Self.progress(.ok, offset: offset, isComplete: false) }
        switch try await desk.finish(sha256, mediaType: mediaType) {
        case .new: return Self.progress(.created, offset: offset, isComplete: true)
        case .known: return Self.progress(.ok, offset: offset, isComplete: true)
        case .wrongHash:
            return .problem(.unprocessableContent, "wrong-hash", "the pieces' SHA-256 is not the one in the path")
        case .full: return .problem(.serviceUnavailable, "full", "no room for more attachments")
        }
    }

    private func misplaced(_ sha256: String) async -> Response {
        var response = Response.problem(.conflict, "wrong-offset", "the piece does not begin where the last one ended")
        response.headers[Self.uploadOffset] = String(await desk.standing(sha256).offset)
        return response
    }

    private static func progress(_ status: HTTPResponse.Status, offset: Int, isComplete: Bool) -> Response {
        var response = Response(status: status)
        response.headers[uploadOffset] = String(offset)
        response.headers[uploadComplete] = isComplete ? "?1" : "?0"
        return response
    }
}
