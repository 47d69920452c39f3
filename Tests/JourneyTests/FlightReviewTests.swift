import Findings
import Foundation
import Geodesy
import Inspection
import Rules
import Testing

@testable import flyonce

@Suite struct FlightReviewTests {
    private typealias Flight = ReviewedFlight

    @Test func `what is gone is cleared, with a picture of its place`() throws {
        let outcome = try Flight().fly()
        let entry = try #require(outcome.entry())
        #expect(entry.decision == .cleared && entry.sightings == 0 && entry.looks >= 4, "\(entry)")
        #expect(outcome.early.isEmpty)
        let picture = try #require(outcome.pictures.last)
        #expect(picture.finding == Flight.id(1) && picture.look.sight == .nothing)
        // The place is in the middle of the box, and the box in the picture.
        let box = try #require(picture.box)
        #expect(box.left >= 0 && box.right <= 1 && box.width > 0.01 && box.width < 0.3)
        #expect(outcome.pictures.count <= 4)
    }

    @Test func `what is there still persists, and that is said at once`() throws {
        var flight = Flight()
        flight.things = [(0.5, -0.5)]
        let outcome = try flight.fly()
        let entry = try #require(outcome.entry())
        #expect(entry.decision == .persisting && entry.sightings > 5 && entry.looks >= entry.sightings)
        #expect(outcome.early == [.persisting])
        #expect(outcome.findings.allSatisfy { $0.id == Flight.id(1) } && !outcome.findings.isEmpty)
    }

    @Test(arguments: [Finding.Status.closed, .cleared])
    func `what was over and is seen again recurred`(status: Finding.Status) throws {
        var flight = Flight()
        flight.subjects = [Flight.subject(status: status)]
        flight.things = [(0, 0)]
        let outcome = try flight.fly()
        #expect(outcome.entry()?.decision == .recurred && outcome.early == [.recurred])
        #expect(outcome.findings.last?.status == .open)
        #expect(outcome.findings.last?.reasons.contains(where: \.isRecurrence) == true)
    }

    @Test func `nothing is cleared where nobody looked, or nobody could have seen it`() throws {
        func doubt(_ change: (inout ReviewedFlight) -> Void) throws -> String? {
            var flight = Flight()
            change(&flight)
            let outcome = try flight.fly()
            #expect(outcome.entry()?.decision == .undecided)
            #expect(outcome.pictures.isEmpty)
            return outcome.entry()?.doubt
        }
        #expect(try doubt { $0.lookedFor = [] } == "not_examined")
        // It can tell sheds, and nothing else.
        #expect(try doubt { $0.lookedFor = ["shed"] } == "not_examined")
        #expect(try doubt { $0.picture = nil } == "not_measured")
        #expect(try doubt { $0.picture?.luma = 0.02 } == "badly_lit")
        #expect(try doubt { $0.picture?.sharpness = 12 } == "blurred")
        #expect(try doubt { $0.height = 160 } == "too_coarse")
        // The place is in the picture, the ground around it is not.
        #expect(try doubt { $0.east = 53 } == "not_covered")
    }

    @Test func `a place counts as looked at only as surely as the frame's own pose is known`() throws {
        func doubt(_ change: @escaping (inout FrameMetadata) -> Void) throws -> String? {
            var flight = Flight()
            // 18 m of ground beside the place are in the picture.
            flight.east = 38
            flight.prepare = change
            return try flight.fly().entry()?.doubt
        }
        #expect(try doubt { _ in } == nil)
        #expect(try doubt { $0.clockError = 1 } == "not_covered")
        func aged(_ speed: Double) throws -> String? {
            try doubt { frame in
                frame.poseAge = 0.45
                frame.telemetry?.groundSpeed = speed
            }
        }
        #expect(try aged(25) == "not_covered")
        #expect(try aged(1) == nil)
    }

    @Test func `what lies within the errors of the pose is not gone`() throws {
        var flight = Flight()
        flight.things = [(6, 0)]
        flight.prepare = { frame in
            for index in frame.objects.indices { frame.objects[index].confidence = 0.2 }
        }
        #expect(try flight.fly().entry()?.doubt == "contradicted")
        flight.things = [(16, 0)]
        #expect(try flight.fly().entry()?.decision == .cleared)
    }

    @Test func `what lies at the place of another is not taken for this one`() throws {
        var flight = Flight()
        flight.subjects = [Flight.subject(1), Flight.subject(2, north: 6)]
        flight.things = [(6.5, 0)]
        flight.prepare = { frame in
            for index in frame.objects.indices { frame.objects[index].confidence = 0.2 }
        }
        let outcome = try flight.fly()
        #expect(outcome.entry(1)?.decision == .cleared)
        #expect(outcome.entry(2)?.doubt == "contradicted")
    }

    @Test func `frames whose pose is of another time are no looks`() throws {
        var flight = Flight()
        flight.isPoseDoubted = { _ in true }
        #expect(try flight.fly().final.isEmpty)
        flight.isPoseDoubted = { $0 < 40 }
        let rest = try flight.fly()
        #expect(rest.entry()?.decision == .cleared)
        #expect(rest.pictures.allSatisfy { $0.look.frame.index >= 40 } && !rest.pictures.isEmpty)
        // What is detected in them is there all the same.
        flight.things = [(0.5, 0)]
        flight.isPoseDoubted = { _ in true }
        #expect(try flight.fly().entry()?.sightings == nil)
    }

    private static func rules(_ rules: String) throws -> RuleSet {
        let catalogue = """
            version: "1"
            scene_types:
              - {id: waste.exposed, title: {zh: 垃圾, en: Waste}, severity: yellow, footing: flat, labels: [garbage]}
            """
        let pack = "pack: p\nversion: \"1\"\ntitle: {zh: 测, en: T}\nrules:\n" + rules
        return try RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p")])
    }

    @Test(
        arguments: [
            ("heap", ["garbage"], nil), ("heap", ["sack"], "not_examined"), ("sacks", ["sack"], nil),
            ("sacks", ["garbage"], "not_examined"), (nil, ["garbage"], "not_examined"),
            (nil, ["garbage", "sack"], nil),
        ] as [(String?, [String], String?)])
    func `what one rule found is not cleared by what another one of its type looks for`(
        rule: String?, lookedFor: [String], doubt: String?
    ) throws {
        var flight = Flight()
        flight.rules = try Self.rules(
            """
              - {id: heap, scene_type: waste.exposed, labels: [garbage], when: [object.confidence >= 0.5]}
              - {id: sacks, scene_type: waste.exposed, labels: [sack], when: [object.confidence >= 0.5]}

            """)
        flight.subjects = [Flight.subject(rule: rule)]
        flight.lookedFor = lookedFor
        let entry = try #require(try flight.fly().entry())
        #expect(entry.doubt == doubt && (entry.decision == .cleared) == (doubt == nil))
    }

    @Test func `of no more places a frame than their share is asked whether a rule was in force there`() throws {
        var flight = Flight()
        flight.seconds = 4
        flight.rules = try Self.rules(
            "  - {id: heap, scene_type: waste.exposed, hours: [\"00:00-00:01\"], when: [object.confidence >= 0.5]}\n")
        flight.subjects = (0..<1000).map { number in
            Flight.subject(UInt64(number), north: Double(number / 32) * 1.5 - 23, east: Double(number % 32) * 1.5 - 23)
        }
        let outcome = try flight.fly()
        #expect((1...FlightReview.viewsPerFrame).contains(outcome.placesAskedInOneFrame))
        #expect(outcome.final.allSatisfy { $0.doubt == "not_examined" } && outcome.final.count == 1000)
    }

    @Test func `what was never in a picture is not spoken of`() throws {
        var flight = Flight()
        flight.subjects = [Flight.subject(north: 0, east: 150)]
        #expect(try flight.fly().final.isEmpty)
    }

    @Test func `an analyser that declares nothing looks for what it was seen to tell`() throws {
        var flight = Flight()
        flight.lookedFor = []
        // Another heap 30 m aside is in nearly every picture.
        flight.things = [(-20, 30), (0, 30), (20, 30), (40, 30)]
        #expect(try flight.fly().entry()?.decision == .cleared)
        // It tells trees alone.
        flight.things = []
        flight.prepare = { frame in
            frame.objects = [
                FrameObject(label: "tree", confidence: 0.9, box: .init(left: 5, top: 5, right: 90, bottom: 90))
            ]
        }
        #expect(try flight.fly().entry()?.doubt == "not_examined")
    }

    @Test func `what lies there and is no detection is not gone`() throws {
        var flight = Flight()
        flight.things = [(0.5, 0.5)]
        flight.prepare = { frame in
            // Too little confidence for the rule, and told now and then alone.
            if frame.frame.index % 9 != 0 { frame.objects = [] }
            for index in frame.objects.indices { frame.objects[index].confidence = 0.2 }
        }
        #expect(try flight.fly().entry()?.doubt == "contradicted")
        flight.prepare = { frame in for index in frame.objects.indices { frame.objects[index].label = "car" } }
        #expect(try flight.fly().entry()?.decision == .cleared)
    }

    @Test func `of two 15 m apart the one that is gone is cleared and the other persists`() throws {
        var flight = Flight()
        flight.subjects = [Flight.subject(1), Flight.subject(2, north: 3, east: 14.7)]
        flight.things = [(3, 14.7)]
        let outcome = try flight.fly()
        #expect(outcome.entry(1)?.decision == .cleared && outcome.entry(2)?.decision == .persisting)
        #expect(outcome.pictures.allSatisfy { $0.finding == Flight.id(1) })
    }

    @Test func `what the flight found itself is told by its looks alone`() throws {
        var flight = Flight()
        flight.subjects = []
        flight.things = [(0, 0)]
        let outcome = try flight.fly()
        let entry = try #require(outcome.final.first)
        #expect(outcome.final.count == 1 && entry.decision == .undecided && entry.doubt == ReflightEntry.firstFlight)
        #expect(entry.looks > 5 && entry.sightings >= entry.looks - 1)
        #expect(outcome.early.isEmpty && outcome.pictures.isEmpty)
    }

    @Test func `pictures are measured now and then, and tell of those between`() throws {
        var flight = Flight()
        flight.prepare = { frame in if frame.frame.index % 7 != 0 { frame.frame.picture = nil } }
        #expect(try flight.fly().entry()?.decision == .cleared)
        flight.prepare = { frame in if frame.frame.index > 0 { frame.frame.picture = nil } }
        #expect(try flight.fly().entry()?.doubt == "not_measured")
    }

    @Test func `the same flight says the same`() throws {
        var flight = Flight()
        flight.subjects = [Flight.subject(1), Flight.subject(2, north: 10, east: 20)]
        flight.things = [(10, 20)]
        #expect(try flight.fly().final == flight.fly().final)
    }

    @Test func `the store is asked once for the ground around, not once a frame`() throws {
        var flight = Flight()
        flight.seconds = 100
        let outcome = try flight.fly()
        #expect((1...5).contains(outcome.asked), "\(outcome.asked)")
        #expect(outcome.entry()?.decision == .cleared)
    }

    @Test func `a thousand findings in the picture cost a frame no more than their share`() throws {
        var flight = Flight()
        flight.subjects = (0..<1000).map { number in
            Flight.subject(UInt64(number), north: Double(number / 32) * 1.5 - 23, east: Double(number % 32) * 1.5 - 23)
        }
        flight.framesPerSecond = 30
        let outcome = try flight.fly()
        #expect(outcome.looksInOneFrame <= FlightReview.looksPerFrame)
        // All have their turn.
        #expect(outcome.final.count == 1000 && outcome.final.count { $0.looks >= 4 } > 900)
        #if !DEBUG
        #expect(outcome.cost < 100e-6)
        #endif
        print("review of 1,000 findings in view: \((outcome.cost * 1e6).rounded()) µs a frame")
    }
}
