import Curl
import Delivery
import Foundation
import Inspection
import Synchronization

/// A case flow that keeps cases and keys as the contract says, and is cruel about its answers. It notices what no gateway may
/// do: a revision under two keys, an older revision after a newer one.
final class SimulatedPlatform: HTTPTransport {
    /// Shares of the requests.
    struct Cruelty: Sendable {
        /// Not reached at all.
        var away = false
        /// 503 or 429 without acting.
        var refused = 0.0
        /// Acted upon, and no answer.
        var dropped = 0.0
        /// Acted upon, and an answer that is not the contract's.
        var garbled = 0.0
        /// A setting is wrong: 401.
        var locked = false
    }

    struct Case: Sendable {
        var number: String
        var revision: Int
        var stage: CaseRecord.Stage
        var change: Int
    }

    private struct Report: Decodable {
        var external_id: String
        var revision: Int
    }

    private struct State {
        var random: SeededGenerator
        var cruelty = Cruelty()
        var cases: [String: Case] = [:]
        var answered: [String: String] = [:]
        var applied: [String: String] = [:]
        var changes = 0
        var requests = 0
        var faults: [String] = []
    }

    private let state: Mutex<State>
    /// False answers without the key, as a gateway that forgot it would be treated.
    private let hidesKeys: Bool

    init(seed: UInt64, hidesKeys: Bool) {
        state = Mutex(State(random: SeededGenerator(seed: seed)))
        self.hidesKeys = hidesKeys
    }

    var cases: [String: Case] { state.withLock { $0.cases } }
    var requests: Int { state.withLock { $0.requests } }
    /// What no gateway may do, as it happened.
    var faults: [String] { state.withLock { $0.faults } }

    func be(_ cruelty: Cruelty) { state.withLock { $0.cruelty = cruelty } }

    /// Moves a case to its next stage; gives the body that tells it, as the page of cases would.
    func advance(_ id: String) -> [UInt8]? {
        state.withLock { state in
            guard var entry = state.cases[id] else { return nil }
            let stages = CaseRecord.Stage.allCases
            guard let index = stages.firstIndex(of: entry.stage), index + 1 < stages.count, entry.stage != .closed
            else {
                return nil
            }
            entry.stage = stages[index + 1]
            state.changes += 1
            entry.change = state.changes
            state.cases[id] = entry
            return Array(Self.text(id, entry).utf8)
        }
    }

    func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        let outcome = state.withLock { state in answer(request, &state) }
        guard let outcome else {
            throw CurlError(kind: .noAnswer, code: 52, description: "the connection was closed without an answer")
        }
        return outcome
    }

    /// Nil: no answer.
    private func answer(_ request: HTTPRequest, _ state: inout State) -> HTTPResponse? {
        state.requests += 1
        let draw = Double.random(in: 0..<1, using: &state.random)
        if state.cruelty.away { return nil }
        if state.cruelty.locked { return Self.json(401, "{\"title\": \"who are you\"}") }
        if draw < state.cruelty.refused {
            return draw < state.cruelty.refused / 2
                ? Self.json(503, "{}")
                : HTTPResponse(
                    status: 429, fields: [HTTPField("Retry-After", "\(Int.random(in: 0...90, using: &state.random))")])
        }
        let response = act(request, &state)
        let fate = Double.random(in: 0..<1, using: &state.random)
        if fate < state.cruelty.dropped { return nil }
        guard fate < state.cruelty.dropped + state.cruelty.garbled else { return response }
        switch Int.random(in: 0..<4, using: &state.random) {
        case 0:
            return HTTPResponse(
                status: 200, fields: [HTTPField("Content-Type", "text/html")], body: Array("<html>".utf8))
        case 1: return Self.json(200, String(decoding: response.body.prefix(response.body.count / 2), as: UTF8.self))
        case 2: return Self.json(200, "{\"external_id\": 7, \"case_number\": [], \"stage\": null}")
        default: return HTTPResponse(status: 302, fields: [HTTPField("Location", "http://elsewhere.example/")])
        }
    }

    private func act(_ request: HTTPRequest, _ state: inout State) -> HTTPResponse {
        if request.method == .get { return list(request, &state) }
        guard case .bytes(let body) = request.body,
            let report = try? JSONDecoder().decode(Report.self, from: Data(body)),
            let key = request.fields.first(where: { $0.name.lowercased() == "idempotency-key" })?.value
        else { return Self.json(400, "{\"title\": \"not a report\"}") }
        let used = hidesKeys ? "\(key)-\(state.requests)" : key
        if let known = state.answered[used] { return Self.json(200, known) }
        let effect = "\(report.external_id)/\(report.revision)"
        if let earlier = state.applied[effect] {
            state.faults.append("revision \(effect) took effect twice, under \(earlier) and \(used)")
        }
        state.applied[effect] = used
        var entry: Case
        let opens = state.cases[report.external_id] == nil
        if let known = state.cases[report.external_id] {
            entry = known
            if report.revision < entry.revision {
                state.faults.append("\(effect) came after revision \(entry.revision)")
            }
            entry.revision = max(entry.revision, report.revision)
        } else {
            state.changes += 1
            entry = Case(
                number: "LX-\(state.cases.count + 1)", revision: report.revision, stage: .reported,
                change: state.changes)
        }
        state.cases[report.external_id] = entry
        let text = Self.text(report.external_id, entry)
        state.answered[used] = text
        return Self.json(opens ? 201 : 200, text)
    }

    private func list(_ request: HTTPRequest, _ state: inout State) -> HTTPResponse {
        let after = request.url.split(separator: "changed_after=").last.flatMap { Int($0) } ?? 0
        let newer = state.cases.filter { $0.value.change > after }.sorted { $0.value.change < $1.value.change }
        let page = newer.prefix(200)
        let cursor = page.last?.value.change ?? after
        let cases = page.map { Self.text($0.key, $0.value) }.joined(separator: ",")
        return Self.json(
            200, "{\"cases\": [\(cases)], \"cursor\": \"\(cursor)\", \"more\": \(newer.count > page.count)}")
    }

    private static func text(_ id: String, _ entry: Case) -> String {
        "{\"external_id\": \"\(id)\", \"case_number\": \"\(entry.number)\", \"stage\": \"\(entry.stage.rawValue)\"}"
    }

    private static func json(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, fields: [HTTPField("Content-Type", "application/json")], body: Array(text.utf8))
    }
}
