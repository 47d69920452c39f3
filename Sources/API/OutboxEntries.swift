import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// Of one answer at most.
    static let maximumOutboxEntries = 1000

    func addOutbox(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/outbox/:destination") { request, context -> Response in
            try await outboxEntries(request, context)
        }
        group.post("/v1/outbox/:destination/resend") { request, context -> Response in
            guard let principal = context.principal, principal.mayDecide else {
                throw Problem(.forbidden, "may_not_decide", "This token may read, not decide.")
            }
            let destination = try await destination(context)
            var request = request
            let finding = try Self.finding(in: Data(try await request.collectBody(upTo: 4096).readableBytesView))
            let count = try await outboxDesk?.resend(destination, finding) ?? 0
            var json = JSONText()
            json.object { $0.member("resent", count) }
            return .json(json)
        }
    }

    private func outboxEntries(_ request: Request, _ context: RequestPrincipalContext) async throws -> Response {
        let destination = try await destination(context)
        let query = request.uri.queryParameters
        let limit = try Self.limit(of: request, default: 100, maximum: Self.maximumOutboxEntries)
        guard let state = OutboxDesk.State(rawValue: query.get("state") ?? "dead") else {
            let all = OutboxDesk.State.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, "bad_parameter", "state must be one of \(all).")
        }
        guard let after = query.get("after").map({ Int64($0) }) ?? 0, after >= 0 else {
            throw Problem(.badRequest, "bad_parameter", "after must be a whole number from 0.")
        }
        // One more than is wanted tells whether there are more.
        let found = try await outboxDesk?.entries(destination, state, after, limit + 1) ?? []
        let entries = found.prefix(limit)
        var json = JSONText(capacity: 64 + 256 * entries.count)
        json.object { json in
            json.member("destination", destination.text)
            json.member("state", state.rawValue)
            json.member("entries") { json in
                json.array { json in for entry in entries { json.object { entry.write(to: &$0) } } }
            }
            json.member("more", found.count > limit)
        }
        return .json(json)
    }

    private func destination(_ context: RequestPrincipalContext) async throws -> Name {
        let text = context.parameters.get("destination") ?? ""
        guard let outboxDesk else {
            throw Problem(.notFound, "no_such_destination", "There is no destination of that name.")
        }
        return try await outboxDesk.destination(text)
    }

    /// Nil for an empty body: all that is dead.
    private static func finding(in body: Data) throws -> FindingID? {
        struct Wanted: Decodable { var finding: String? }
        guard !body.isEmpty else { return nil }
        guard let wanted = try? JSONDecoder().decode(Wanted.self, from: body) else {
            throw Problem(.badRequest, "bad_body", "The body is empty, or names a finding: {\"finding\": \"…\"}.")
        }
        guard let text = wanted.finding else { return nil }
        guard let id = FindingID(text) else { throw Problem(.badRequest, "bad_id", "finding must be a finding's id.") }
        return id
    }
}
