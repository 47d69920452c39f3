import Inspection
import Testing

@testable import Rules

@Suite struct PrecisionFloorTests {
    private static func rules(_ floors: String...) throws -> RuleSet {
        try RelationTests.rules(
            floors.enumerated().map { "  - {id: r\($0.offset), scene_type: smoke.seen, \($0.element)}\n" }.joined())
    }

    private static func judged(_ upheld: Int, _ dismissed: Int, at sequence: Int64 = 1) -> RuleJudgements {
        RuleJudgements(upheld: upheld, dismissed: dismissed, sequence: sequence)
    }

    @Test(arguments: [
        (0.6, 6, 4, false), (0.6, 12, 8, false), (0.7, 14, 6, false), (0.3, 3, 7, false), (0.6, 5, 5, true),
        (0.6, 11, 9, true), (1, 20, 0, false), (1, 19, 1, true), (0.01, 0, 20, true), (0.6, 0, 9, false),
        (0.6, 0, 10, true),
    ])
    func `a share below the floor is under it, from ten judgements on`(
        _ least: Double, _ upheld: Int, _ dismissed: Int, _ isUnder: Bool
    ) throws {
        var floors = PrecisionFloors(try Self.rules("precision_floor: {least: \(least)}"))
        let notice = floors.take(Self.judged(upheld, dismissed), of: "r0")
        #expect(floors["r0"]?.isUnder == isUnder && (notice != nil) == isUnder)
    }

    @Test func `falling and recovering are each said once`() throws {
        var floors = PrecisionFloors(try Self.rules("precision_floor: {least: 0.5, of: 4, after: 2}", "version: x"))
        #expect(floors.standings.map(\.rule) == ["r0"] && floors.standings.map(\.of) == [4])
        #expect(floors.take(Self.judged(0, 1, at: 1), of: "r0") == nil)
        #expect(
            floors.take(Self.judged(0, 2, at: 2), of: "r0") == .underFloor(rule: "r0", upheld: 0, of: 2, least: "0.5"))
        #expect(floors.take(Self.judged(1, 2, at: 3), of: "r0") == nil)
        #expect(floors["r0"]?.reason == .underFloor(upheld: 1, of: 3, least: "0.5"))
        #expect(floors["r0"]?.reason.isUnderFloor == true)
        #expect(floors.take(Self.judged(2, 2, at: 4), of: "r0") == .recovered(rule: "r0", upheld: 2, of: 4))
        #expect(floors.take(Self.judged(3, 1, at: 5), of: "r0") == nil)
        #expect(floors["r0"]?.isUnder == false)
        #expect(floors.take(Self.judged(0, 4, at: 6), of: "r1") == nil && floors["r1"] == nil)
        #expect(floors.take(Self.judged(0, 4, at: 6), of: "nobody") == nil && floors["nobody"] == nil)
    }

    @Test func `what was read before something newer changes nothing`() throws {
        var floors = PrecisionFloors(try Self.rules("precision_floor: {least: 0.5, of: 4, after: 2}"))
        _ = floors.take(Self.judged(2, 2, at: 9), of: "r0")
        #expect(floors.take(Self.judged(0, 4, at: 8), of: "r0") == nil)
        #expect(floors["r0"]?.judgements == Self.judged(2, 2, at: 9) && floors["r0"]?.isUnder == false)
        #expect(floors.take(Self.judged(0, 4, at: 9), of: "r0") != nil)
    }

    @Test func `rules that are read again stand where they stood, and are measured by their new floor`() throws {
        var floors = PrecisionFloors(try Self.rules("precision_floor: {least: 0.8, of: 4, after: 2}"))
        _ = floors.take(Self.judged(2, 2), of: "r0")
        var same = PrecisionFloors(try Self.rules("precision_floor: {least: 0.8, of: 4, after: 2}"), after: floors)
        #expect(same["r0"]?.isUnder == true && same["r0"]?.reason == floors["r0"]?.reason)
        #expect(same.take(Self.judged(2, 2), of: "r0") == nil)
        var lower = PrecisionFloors(try Self.rules("precision_floor: {least: 0.4, of: 4, after: 2}"), after: floors)
        #expect(lower.take(Self.judged(2, 2), of: "r0") == .recovered(rule: "r0", upheld: 2, of: 4))
        #expect(PrecisionFloors(try Self.rules("version: x"), after: floors)["r0"] == nil)
    }

    @Test func `what is left out has a default`() throws {
        let floors = try Self.rules(
            "precision_floor: {least: 0.6}", "precision_floor: {least: 0.6, of: 6}",
            "precision_floor: {least: 1, of: 1000, after: 1000}")
        #expect(
            floors.rules.map(\.relations.floor) == [
                PrecisionFloor(least: 0.6, of: 20, after: 10), PrecisionFloor(least: 0.6, of: 6, after: 6),
                PrecisionFloor(least: 1, of: 1000, after: 1000),
            ])
    }

    @Test(arguments: [
        ("precision_floor: {}", "p:5:55: rules[0].precision_floor.least: is missing"),
        ("precision_floor: {least: 0}", "precision_floor.least: must be a number from 0.01 to 1.0, not \"0\""),
        ("precision_floor: {least: 1.2}", "precision_floor.least"), ("precision_floor: {least: nan}", "least"),
        ("precision_floor: {least: 60 %}", "precision_floor.least"),
        ("precision_floor: {least: 0.6, of: 1}", "precision_floor.of"),
        ("precision_floor: {least: 0.6, of: 1001}", "precision_floor.of"),
        ("precision_floor: {least: 0.6, after: 0}", "precision_floor.after"),
        ("precision_floor: {least: 0.6, after: 21}", "precision_floor.after: is more than the 20"),
        ("precision_floor: {least: 0.6, upto: 3}", "precision_floor.upto"), ("precision_floor: 0.6", "precision_floor"),
    ])
    func `mistakes are told with line and column`(_ text: String, _ expected: String) {
        let error = #expect(throws: RulesError.self) { try Self.rules(text) }
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }
}
