import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    func addFindings(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/findings") { request, _ -> Response in try await findings(request) }
        group.get("/v1/findings/:id") { _, context -> Response in
            let id = try Self.findingID(context)
            guard let record = try await store.finding(id) else { throw Self.noFinding(id) }
            return Self.answer(record, reflights: try await reflights?.said(id))
        }
        group.post("/v1/findings/:id/verdicts") { request, context -> Response in
            try await addVerdict(request, context)
        }
    }

    static func findingID(_ context: RequestPrincipalContext) throws -> FindingID {
        guard let text = context.parameters.get("id"), let id = FindingID(text) else {
            throw Problem(.badRequest, "bad_id", "A finding's id is a UUID of version 7.")
        }
        return id
    }

    /// Reads `cursor`: `epoch.sequence`. A cursor of another epoch belongs to a store that was replaced.
    func sequence(after cursor: String?) throws -> Int64 {
        guard let cursor, !cursor.isEmpty else { return 0 }
        guard let dot = cursor.lastIndex(of: "."), let sequence = Int64(cursor[cursor.index(after: dot)...]),
            sequence >= 0
        else { throw Problem(.badRequest, "bad_cursor", "The cursor is not one that this gateway gave.") }
        guard cursor[..<dot] == store.epoch else {
            throw Problem(
                .gone, "epoch_changed", "The cursor is of another epoch of the store: begin again without a cursor.")
        }
        return sequence
    }

    /// Scans at most this many revisions for one page, so that a filter that matches little cannot hold the store.
    static let scanLimit = 5000

    private func findings(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let limit = try Self.limit(of: request, default: 100, maximum: 1000)
        let filter = try FeatureFilter(query)
        var position = try sequence(after: query.get("cursor"))
        var features: [[UInt8]] = []
        var scanned = 0
        var more = true
        while more, features.count < limit, scanned < Self.scanLimit {
            // One more than is wanted tells whether the feed ends here.
            let wanted = min(500, limit - features.count + 1)
            let page = try await store.changes(after: position, limit: wanted)
            for stored in page where features.count < limit {
                position = stored.sequence
                scanned += 1
                if filter.matches(stored.feature) { features.append(stored.feature) }
            }
            more = page.count == wanted || position != page.last?.sequence ?? position
        }
        var json = JSONText(capacity: features.reduce(256) { $0 + $1.count + 1 })
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { $0.array { json in for feature in features { json.raw(feature) } } }
            json.member("cursor", "\(store.epoch).\(position)")
            json.member("more", more)
        }
        return .json(json, type: "application/geo+json")
    }

    /// Unicode scalars of a verdict's reason.
    static let whyLimit = 2000

    private struct VerdictBody: Decodable {
        var verdict: String
        var why: String?
    }

    private func addVerdict(_ request: Request, _ context: RequestPrincipalContext) async throws -> Response {
        let id = try Self.findingID(context)
        guard let principal = context.principal, principal.mayDecide else {
            throw Problem(.forbidden, "may_not_decide", "This token may read, not decide.")
        }
        var request = request
        let buffer = try await request.collectBody(upTo: 16 * 1024)
        guard let body = try? JSONDecoder().decode(VerdictBody.self, from: Data(buffer.readableBytesView)),
            let kind = Verdict.Kind(rawValue: body.verdict)
        else {
            let kinds = Verdict.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(.badRequest, "bad_verdict", "The body is {\"verdict\": one of \(kinds), \"why\": text}.")
        }
        let why = body.why ?? ""
        if kind == .dismissed, why.allSatisfy(\.isWhitespace) {
            throw Problem(.badRequest, "why_missing", "A dismissal needs its reason in \"why\".")
        }
        guard why.unicodeScalars.count <= Self.whyLimit else {
            throw Problem(.badRequest, "why_too_long", "\"why\" holds at most \(Self.whyLimit) characters.")
        }
        guard var record = try await store.finding(id) else { throw Self.noFinding(id) }
        // A phone that heard no answer says it again.
        let last = record.verdicts.last
        if last?.kind != kind || last?.by != principal.name || last?.why != why {
            let verdict = Verdict(kind: kind, by: principal.name, at: clock.utc, why: why)
            record = try await store.record(verdict, on: id) ?? record
            announcements.announce()
        }
        return Self.answer(record)
    }

    /// Flights that one finding's answer tells of.
    static let reflightsTold = 10

    /// The tag is the revision's: what flights said of a finding makes none.
    static func answer(_ record: FindingRecord, reflights: [ReflightEntry]? = nil) -> Response {
        var feature = record.feature()
        if let reflights, feature.last == UInt8(ascii: "}") {
            var json = JSONText(capacity: 64 + 192 * reflightsTold)
            json.object { json in
                json.member("reflights") { json in
                    json.array { json in
                        for entry in reflights.suffix(reflightsTold).reversed() { json.object { entry.write(to: &$0) } }
                    }
                }
            }
            feature.removeLast()
            feature.append(UInt8(ascii: ","))
            feature += json.bytes.dropFirst()
        }
        return Response(
            status: .ok,
            headers: [.contentType: "application/geo+json", .eTag: "\"\(record.epoch).\(record.revision)\""],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: feature)))
    }

    static func noFinding(_ id: FindingID) -> Problem {
        Problem(.notFound, "no_finding", "There is no finding \(id).")
    }
}

extension ReflightEntry {
    fileprivate func write(to json: inout JSONText) {
        json.member("flight", flight.description)
        json.member("decision", decision.rawValue)
        if let doubt { json.member("doubt", doubt) }
        json.member("looks", looks)
        json.member("sightings", sightings)
        if let lastLook { json.member("last_look", lastLook.rfc3339) }
    }
}

/// The filters of `GET /v1/findings`: `scene_type`, `status`, `severity`, `source`, each a comma-separated list. A value
/// that no finding can have is refused: an empty page would look like an answer.
struct FeatureFilter {
    private static let names = ["scene_type", "status", "severity", "source"]
    private var wanted: [String: Set<String>] = [:]

    init(_ query: Parameters) throws {
        for (name, _) in query where !name.isEmpty && !(Self.names + ["cursor", "limit"]).contains(String(name)) {
            throw Problem(
                .badRequest, "unknown_parameter",
                "There is no parameter \(name.prefix(60)): there are \((Self.names + ["cursor", "limit"]).joined(separator: ", "))."
            )
        }
        for name in Self.names {
            guard let text = query.get(name) else { continue }
            let values = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            for value in values { try Self.check(value, of: name) }
            wanted[name] = Set(values)
        }
    }

    private static func check(_ value: String, of name: String) throws {
        let allowed: String
        switch name {
        case "severity":
            if Severity(rawValue: value) != nil { return }
            allowed = "one or more of " + Severity.allCases.map(\.rawValue).joined(separator: ", ")
        case "status":
            if Finding.Status(rawValue: value) != nil { return }
            allowed = "one or more of " + Finding.Status.allCases.map(\.rawValue).joined(separator: ", ")
        case "source":
            if Name(value) != nil { return }
            allowed = "names of sources, 1 to 63 of a–z, 0–9 and hyphen"
        default:
            if isSceneType(value) { return }
            allowed = "scene types such as waste.exposed"
        }
        throw Problem(
            .badRequest, "bad_parameter",
            "\(name) must be \(allowed), separated by commas, not \"\(String(value.prefix(60)))\".")
    }

    /// Words of a–z, 0–9 and underscore, joined by dots.
    static func isSceneType(_ text: String) -> Bool {
        text.utf8.count <= 128
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
                !word.isEmpty
                    && word.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
            }
    }

    func matches(_ feature: [UInt8]) -> Bool {
        guard !wanted.isEmpty else { return true }
        guard let json = try? JSONSerialization.jsonObject(with: Data(feature)) as? [String: Any],
            let properties = json["properties"] as? [String: Any]
        else { return false }
        return wanted.allSatisfy { name, values in (properties[name] as? String).map(values.contains) ?? false }
    }
}
