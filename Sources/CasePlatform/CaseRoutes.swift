import Crypto
import Foundation
import HTTPTypes
import Hummingbird

/// The contract side: everything under `/v1`. `docs/case-flow.openapi.yaml` describes it.
struct CaseRoutes<Context: DroppingContext>: Sendable {
    static var maximumReportBytes: Int { 1 << 20 }
    static var maximumAttachmentBytes: Int { 32 << 20 }

    let desk: CaseDesk
    let token: BearerToken?

    func add(to router: Router<Context>) {
        router.put("/v1/attachments/:sha256") { request, context in
            try await cruelly(request, context) { try await attach(request, context) }
        }
        router.head("/v1/attachments/:sha256") { request, context in
            try await cruelly(request, context) { await standing(context) }
        }
        router.post("/v1/reports") { request, context in
            try await cruelly(request, context) { try await report(request) }
        }
        router.get("/v1/cases") { request, context in
            try await cruelly(request, context) { await list(request) }
        }
        router.get("/v1/cases/:number") { request, context in
            try await cruelly(request, context) {
                guard let entry = await desk.find(number: context.parameters.get("number") ?? "") else {
                    return .problem(.notFound, "not-found", "no such case")
                }
                return .json(.ok, CaseText.encode(CaseText.of(entry)))
            }
        }
    }

    /// Authentication first; then what the cruelty switches say.
    private func cruelly(
        _ request: Request, _ context: Context, _ act: () async throws -> Response
    ) async throws -> Response {
        if let token, !token.isIn(request) { return .problem(.unauthorized, "unauthorized", "a valid token is needed") }
        let (fate, delay) = await desk.fate()
        if delay > 0, request.method != .post { try await Task.sleep(for: .milliseconds(delay)) }
        if fate == .failed { return .problem(.serviceUnavailable, "unavailable", "switched to fail") }
        let response = try await act()
        if fate == .dropped { await context.dropConnection() }
        if case .wrong(let wrong) = fate, response.status.kind == .successful, request.method == .post {
            return await wrongly(wrong, request)
        }
        return response
    }

    private func attach(_ request: Request, _ context: Context) async throws -> Response {
        guard let sha256 = context.parameters.get("sha256"), CaseReport.isHash(sha256) else {
            return .problem(.badRequest, "bad-request", "the path must end in 64 lower-case hexadecimal digits")
        }
        let type = request.headers[.contentType] ?? "application/octet-stream"
        if let range = request.headers[.contentRange] {
            guard let range = ContentRange(range) else {
                return .problem(.badRequest, "bad-request", "Content-Range must say bytes first-last/total")
            }
            return try await attachPart(request, range, sha256: sha256, mediaType: String(type.prefix(128)))
        }
        guard let bytes = try await Self.body(of: request, upTo: Self.maximumAttachmentBytes) else {
            return .problem(.contentTooLarge, "too-large", "an attachment has at most 32 MiB")
        }
        switch try await desk.attach(bytes, sha256: sha256, mediaType: String(type.prefix(128))) {
        case .new: return .json(.created, CaseText.encode(["sha256": sha256]))
        case .known: return .json(.ok, CaseText.encode(["sha256": sha256]))
        case .wrongHash:
            return .problem(.unprocessableContent, "wrong-hash", "the body's SHA-256 is not the one in the path")
        case .full: return .problem(.serviceUnavailable, "full", "no room for more attachments")
        }
    }

    private func report(_ request: Request) async throws -> Response {
        guard let key = request.headers[Self.idempotencyKey], Self.isKey(key) else {
            return .problem(.badRequest, "key-missing", "Idempotency-Key must be 1 to 128 printable characters")
        }
        guard request.headers[.contentEncoding] ?? "identity" == "identity" else {
            return .problem(
                .unsupportedMediaType, "content-coding", "a report comes as it is, without a content coding")
        }
        guard let body = try await Self.body(of: request, upTo: Self.maximumReportBytes) else {
            return .problem(.contentTooLarge, "too-large", "a report has at most 1 MiB")
        }
        let report: CaseReport
        switch CaseReport.read(body) {
        case .success(let value): report = value
        case .failure(let breach): return .problem(.badRequest, "bad-request", breach.reason)
        }
        guard await desk.begin(key) else {
            return .problem(.conflict, "in-progress", "a report with this key is being worked on")
        }
        do {
            let delay = await desk.cruelty.delayMilliseconds
            if delay > 0 { try await Task.sleep(for: .milliseconds(delay)) }
            let taken = try await desk.take(report, key: key, body: body, now: Date(), chain: Self.chain(of: request))
            await desk.end(key)
            return Self.response(taken)
        } catch {
            await desk.end(key)
            throw error
        }
    }

    /// A wrong answer about the case that the report made; `Idempotency-Key` begins with its finding.
    private func wrongly(_ wrong: WrongAnswer, _ request: Request) async -> Response {
        let id = String((request.headers[Self.idempotencyKey] ?? "").prefix(36))
        let newest = await desk.newest(100)
        guard let entry = await desk.find(externalID: id) else { return Response.bytes(.ok, Data(), "text/html") }
        let other = newest.first { $0.externalID != id }
        // Where there is only one case, a number that is none stands for the other's.
        return wrong.response(for: CaseText.of(entry), other: other?.number ?? "<none>")
    }

    private static func response(_ taken: CaseDesk.Reported) -> Response {
        switch taken {
        case .answer(let answer):
            .json(answer.status == 201 ? .created : .ok, CaseText.answer(answer))
        case .keyReused: .problem(.unprocessableContent, "key-reused", "this key came before with another body")
        case .inProgress: .problem(.conflict, "in-progress", "a report with this key is being worked on")
        case .full: .problem(.serviceUnavailable, "full", "no room for more cases")
        case .missing(let hashes):
            .problem(
                .failedDependency, "attachments-missing", "attachments must be sent before the report", missing: hashes)
        }
    }

    private func list(_ request: Request) async -> Response {
        let query = request.uri.queryParameters
        if let id = query["external_id"] {
            let entry = await desk.find(externalID: String(id))
            let cases = entry.map { [CaseText.of($0)] } ?? []
            return .json(.ok, CaseText.encode(CaseText.Page(cases: cases, cursor: "-", more: false)))
        }
        let limit = query["limit"].map { Int($0) } ?? 100
        guard let limit, (1...500).contains(limit) else {
            return .problem(.badRequest, "bad-request", "limit must be 1 to 500")
        }
        guard let page = await desk.changes(after: query["changed_after"].map { String($0) }, limit: limit) else {
            return .problem(.badRequest, "bad-request", "changed_after must be a cursor of this platform")
        }
        return .json(
            .ok,
            CaseText.encode(CaseText.Page(cases: page.cases.map(CaseText.of), cursor: page.cursor, more: page.more)))
    }

    /// What the gateway says of its chain of evidence, where it is well-formed: kept with the report, for whoever verifies an
    /// export of that gateway later.
    private static func chain(of request: Request) -> String? {
        guard let name = HTTPField.Name("FlyOnce-Chain"), let text = request.headers[name] else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...19).contains(parts[0].utf8.count),
            parts[0].utf8.allSatisfy({ (48...57).contains($0) }),
            CaseReport.isHash(String(parts[1]))
        else { return nil }
        return text
    }

    private static var idempotencyKey: HTTPField.Name { HTTPField.Name("Idempotency-Key") ?? .ifMatch }

    private static func isKey(_ key: String) -> Bool {
        (1...128).contains(key.utf8.count) && key.utf8.allSatisfy { (33...126).contains($0) }
    }

    /// Nil when there is more than `limit`.
    static func body(of request: Request, upTo limit: Int) async throws -> [UInt8]? {
        if let text = request.headers[.contentLength], let length = Int(text), length > limit { return nil }
        var bytes: [UInt8] = []
        for try await buffer in request.body {
            guard buffer.readableBytes <= limit - bytes.count else { return nil }
            bytes.append(contentsOf: buffer.readableBytesView)
        }
        return bytes
    }
}

/// A shared secret that callers send as `Authorization: Bearer …`. Compared by its hash, in constant time.
struct BearerToken: Sendable {
    private let digest: SHA256.Digest

    init(_ token: String) { digest = SHA256.hash(data: Array(token.utf8)) }

    func isIn(_ request: Request) -> Bool {
        guard let value = request.headers[.authorization], value.lowercased().hasPrefix("bearer ") else { return false }
        return SHA256.hash(data: Array(value.dropFirst(7).utf8)) == digest
    }
}
