import Curl
import Inspection
import Testing

@testable import Delivery

@Suite struct CaseTurnTests {
    private static let day: Int64 = 86_400
    private static let begun: Int64 = 1_787_195_045

    private func turn(_ cursor: String?, day: Int64 = 0, _ terms: CaseTurn.Ended = .init()) -> CaseTurn {
        var turn = CaseTurn(cursor)
        turn.begin(terms, now: UTCTime(microseconds: (Self.begun + day * Self.day) * 1_000_000))
        return turn
    }

    @Test func `a round of those that ended begins once a day, and goes on where it was`() {
        var turn = turn("A-7")
        #expect(turn.open == "A-7" && turn.ended == "")
        turn.ended = "B-1"
        #expect(CaseTurn(turn.cursor) == turn)
        #expect(self.turn(turn.cursor, day: 3).ended == "B-1")
        turn.ended = nil
        #expect(CaseTurn(turn.cursor) == turn)
        #expect(self.turn(turn.cursor).ended == nil)
        #expect(self.turn(turn.cursor, day: 1).ended == "")
        // A clock that was put back does not end it for years.
        #expect(self.turn(turn.cursor, day: -400).ended == "")
        #expect(self.turn(nil, CaseTurn.Ended(within: .zero)).ended == nil)
    }

    @Test(arguments: [nil, "", "A-1", "A\n\n", "A\nx\n=B", "A\n5", "\n99999999999999999999\n=", "A\n-5\n=B\nC"])
    func `any cursor is read`(_ cursor: String?) {
        #expect(CaseTurn(cursor).open.count <= 1 || CaseTurn(cursor).open == "A-1")
        _ = turn(cursor)
    }

    @Test func `a closed case that the server opened again is open again`() async throws {
        let cases = MemoryCases()
        cases.set(
            CaseRecord(
                platform: platform, number: "R-1", stage: .closed,
                at: UTCTime(microseconds: (Self.begun - 60) * 1_000_000)),
            of: finding(1))
        cases.set(
            CaseRecord(
                platform: platform, number: "R-2", stage: .closed,
                at: UTCTime(microseconds: (Self.begun - 40 * Self.day) * 1_000_000)), of: finding(2))
        let transport = ScriptedTransport { request, _ in
            json(200, #"[{"service_request_id":"R-1","status":"open","updated_datetime":"2026-08-20T03:04:05Z"}]"#)
        }
        var options = Open311Adapter.Options(baseURL: "https://city.example/o")
        options.services = ["*": "1"]
        let clock = TestClock(at: Self.begun)
        let adapter = try Open311Adapter(
            destination: platform, options: options, transport: transport, clock: clock, cases: cases)
        let page = try await adapter.stageChanges(after: nil, limit: 200)
        #expect(page.changes.map(\.record.number) == ["R-1"] && page.changes.first?.record.stage == .accepted)
        // Not again today; again tomorrow.
        let next = try await adapter.stageChanges(after: page.cursor, limit: 200)
        #expect(next.changes.isEmpty && transport.requests.count == 1)
        clock.advance(seconds: Double(Self.day))
        #expect(try await adapter.stageChanges(after: next.cursor, limit: 200).changes.count == 1)
    }
}
