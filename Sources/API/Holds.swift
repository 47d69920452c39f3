import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import Logging
import NIOCore

extension GatewayAPI {
    /// Holds of one answer at most.
    static let maximumHolds = 1000

    /// `PUT` and `DELETE /v1/findings/{id}/hold`: a person wants everything of the finding kept, and wants it no longer. Answered
    /// when it is on disk.
    func addHolds(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/holds") { request, _ -> Response in try await heldFindings(request) }
        group.put("/v1/findings/:id/hold") { request, context -> Response in
            let (id, principal) = try decider(context)
            var request = request
            let buffer = try await request.collectBody(upTo: 16 * 1024)
            let why = try Self.why(Data(buffer.readableBytesView))
            guard let holds else { throw Self.noFinding(id) }
            do throws(StoreError) {
                let hold = LegalHold(by: principal.name, at: clock.utc, why: why)
                if try await holds.set(hold, on: id) != nil {
                    announcements.announce()
                    context.logger.notice(
                        "legal hold set",
                        metadata: ["finding": "\(id)", "by": .string(principal.name), "why": .string(why)])
                }
            } catch { throw error.kind == .notFound ? Self.noFinding(id) : Problem(error) }
            return try await heldFinding(id)
        }
        group.delete("/v1/findings/:id/hold") { _, context -> Response in
            let (id, principal) = try decider(context)
            guard let holds else { throw Self.noFinding(id) }
            do throws(StoreError) {
                if try await holds.release(id, .init(by: principal.name, at: clock.utc)) != nil {
                    announcements.announce()
                    context.logger.notice(
                        "legal hold released", metadata: ["finding": "\(id)", "by": .string(principal.name)])
                }
            } catch { throw error.kind == .notFound ? Self.noFinding(id) : Problem(error) }
            return try await heldFinding(id)
        }
    }

    private func decider(_ context: RequestPrincipalContext) throws -> (FindingID, Principal) {
        guard let principal = context.principal, principal.mayDecide else {
            throw Problem(.forbidden, "may_not_decide", "This token may read, not decide.")
        }
        return (try Self.findingID(context), principal)
    }

    private func heldFinding(_ id: FindingID) async throws -> Response {
        guard let record = try await store.finding(id) else { throw Self.noFinding(id) }
        return Self.answer(record, reflights: try await reflights?.said(id))
    }

    private func heldFindings(_ request: Request) async throws -> Response {
        let limit = try Self.limit(of: request, default: 100, maximum: Self.maximumHolds)
        var after: FindingID?
        if let text = request.uri.queryParameters.get("after") {
            guard let id = FindingID(String(text)) else {
                throw Problem(.badRequest, "bad_id", "after must be a finding's id.")
            }
            after = id
        }
        let records = try await holds?.held(after: after, limit: limit) ?? []
        var json = JSONText(capacity: 64 + 2048 * records.count)
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { json in
                json.array { json in for record in records { json.raw(record.feature()) } }
            }
            json.member("more", records.count == limit)
        }
        return .json(json, type: "application/geo+json")
    }

    private static func why(_ data: Data) throws -> String {
        struct Body: Decodable { var why: String }
        guard let body = try? JSONDecoder().decode(Body.self, from: data) else {
            throw Problem(.badRequest, "bad_hold", "The body is {\"why\": text}.")
        }
        let why = body.why.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !why.isEmpty else { throw Problem(.badRequest, "why_missing", "A hold needs its reason in \"why\".") }
        guard why.unicodeScalars.count <= LegalHold.whyLimit else {
            throw Problem(.badRequest, "why_too_long", "\"why\" holds at most \(LegalHold.whyLimit) characters.")
        }
        return why
    }
}
