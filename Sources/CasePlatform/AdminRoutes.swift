import Foundation
import HTTPTypes
import Hummingbird

/// What the contract has no word for: moving cases by hand, cruelty, the summary, and the page.
struct AdminRoutes<Context: DroppingContext>: Sendable {
    private struct Move: Decodable {
        var stage: CaseStage
        var flags: [CaseFlag]?
        var message: String?
    }

    let desk: CaseDesk
    let token: BearerToken?

    func add(to router: Router<Context>) {
        router.get("/") { _, _ in
            var response = Response.bytes(
                .ok, Data(CasePage.text(await desk.newest(100)).utf8), "text/html; charset=utf-8")
            response.headers[.contentSecurityPolicy] = CasePage.policy
            response.headers[.cacheControl] = "no-store"
            return response
        }
        router.get("/attachments/:sha256") { _, context in
            guard let found = await desk.attachment(context.parameters.get("sha256") ?? ""),
                CasePage.shownTypes.contains(found.mediaType)
            else { return Response.problem(.notFound, "not-found", "no such picture") }
            return Response.bytes(.ok, found.bytes, found.mediaType)
        }
        router.get("/healthz") { _, _ in Response.json(.ok, Data("{}".utf8)) }
        router.get("/admin/summary") { request, _ in
            try await allowed(request) { .json(.ok, CaseText.encode(await desk.summary)) }
        }
        router.get("/admin/cruelty") { request, _ in
            try await allowed(request) { .json(.ok, CaseText.encode(await desk.cruelty)) }
        }
        router.post("/admin/cruelty") { request, _ in
            try await allowed(request) {
                guard Self.isJSON(request) else { return Self.notJSON }
                guard let cruelty = try await read(Cruelty.self, request), cruelty.isValid else {
                    return .problem(.badRequest, "bad-request", "delay_ms, fail_rate and drop_answers, rates 0 to 1")
                }
                await desk.setCruelty(cruelty)
                return .json(.ok, CaseText.encode(cruelty))
            }
        }
        router.post("/admin/cases/:number/stage") { request, context in
            try await allowed(request) {
                guard Self.isJSON(request) else { return Self.notJSON }
                guard let move = try await read(Move.self, request) else {
                    return .problem(
                        .badRequest, "bad-request", "the body must be {\"stage\": …} with a known stage and flags")
                }
                let number = context.parameters.get("number") ?? ""
                guard
                    let entry = try await desk.move(
                        number, to: move.stage, now: Date(), flags: move.flags ?? [], message: move.message)
                else {
                    return .problem(.notFound, "not-found", "no such case")
                }
                return .json(.ok, CaseText.encode(CaseText.of(entry)))
            }
        }
    }

    private func allowed(_ request: Request, _ act: () async throws -> Response) async throws -> Response {
        if let token, !token.isIn(request) { return .problem(.unauthorized, "unauthorized", "a valid token is needed") }
        return try await act()
    }

    /// Only bodies that say they are JSON are taken: a page of another site cannot send those without asking first.
    private static func isJSON(_ request: Request) -> Bool {
        let type = request.headers[.contentType]?.split(separator: ";").first ?? ""
        return type.trimmingCharacters(in: .whitespaces).lowercased() == "application/json"
    }

    private static var notJSON: Response {
        .problem(.unsupportedMediaType, "unsupported-media-type", "send Content-Type: application/json with the body")
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ request: Request) async throws -> Value? {
        guard let bytes = try await CaseRoutes<Context>.body(of: request, upTo: 4096) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
