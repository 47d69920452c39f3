import Findings
import Foundation
import Geodesy
import Geotagging
import Inspection
import Rules
import Synchronization

@testable import flyonce

/// Flies over level ground by hand: 80 m up, 9 m/s northward, ten frames a second, an analyser that sees everything in the
/// picture, and a store that is a list.
struct ReviewedFlight {
    /// What the store knows, and what it was asked and told.
    final class Records: ReflightStore {
        let subjects: [ReflightSubject]
        let asked = Mutex(0)

        init(_ subjects: [ReflightSubject]) { self.subjects = subjects }

        func save(_ entries: [ReflightEntry]) async throws(StoreError) {}
        func reflights(of finding: FindingID) async throws(StoreError) -> [ReflightEntry] { [] }
        func eachKnown(
            in statuses: Set<Finding.Status>, within box: BoundingBox?,
            where isWanted: @escaping @Sendable (KnownFinding.Glance) -> Bool,
            _ body: @Sendable (KnownFinding, UTCTime?) -> Void
        ) async throws(StoreError) {}
        func clear(
            _ entry: ReflightEntry, reason: Detection.Reason, evidence: [EvidenceItem]
        ) async throws(StoreError) -> FindingRecord? { nil }

        func subjects(
            of flight: Flight, around point: GeodeticPoint, radius: Double, limit: Int
        ) throws(StoreError) -> [ReflightSubject] {
            asked.withLock { $0 += 1 }
            return Array(subjects.filter { $0.known.point.distance(to: point) <= radius }.prefix(limit))
        }
    }

    struct NumberedIDs: IDs {
        func uuid(at firstSeen: UTCTime, of parts: [String]) -> UUIDv7 {
            var hash: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in parts.joined(separator: "|").utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            return UUIDv7(milliseconds: UInt64(max(firstSeen.microseconds, 0) / 1000), randomness: (hash, ~hash))
        }
    }

    static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 50)
    static let start = UTCTime(microseconds: 1_788_000_000_000_000)
    static let day: Int64 = 86_400_000_000
    static let flight = Flight(
        id: FlightID(milliseconds: 1_788_000_000_000, randomness: (1, 2)), source: Name("uav-1")!, firstFrame: start,
        lastFrame: start, lastArrival: start, content: "file", ended: false)

    static let rules: RuleSet = {
        let catalogue = """
            version: "1"
            scene_types:
              - {id: waste.exposed, title: {zh: 垃圾, en: Waste}, severity: yellow, footing: flat, labels: [garbage]}
              - {id: structure.illegal, title: {zh: 违建, en: Shed}, severity: yellow, footing: flat, labels: [shed]}
            """
        let pack = """
            pack: p
            version: "1"
            title: {zh: 测, en: T}
            rules:
              - {id: waste, scene_type: waste.exposed, when: [object.confidence >= 0.5]}
              - {id: shed, scene_type: structure.illegal, when: [object.confidence >= 0.5]}
            """
        return try! RuleSet.parse(catalogue: (catalogue, "c"), packs: [(pack, "p")])
    }()

    static func id(_ number: UInt64) -> FindingID { UUIDv7(milliseconds: 1_787_000_000_000, randomness: (number, 7)) }

    /// Found a week before, and seen in nearly every look.
    static func subject(
        _ number: UInt64 = 1, north: Double = 0, east: Double = 0, status: Finding.Status = .open,
        scene: String = "waste.exposed", rule: String? = nil
    ) -> ReflightSubject {
        let then = start.advanced(byMicroseconds: -7 * day)
        return ReflightSubject(
            known: KnownFinding(
                id: id(number), sceneType: scene, severity: .yellow, status: status, statusSince: then,
                firstSeen: then, lastSeen: then, sightings: 30, point: origin.moved(north: north, east: east),
                ellipse: ErrorEllipse(semiMajor: 1.5, semiMinor: 1.5, bearing: 0)),
            rule: rule, looks: 20, sightings: 18)
    }

    var subjects = [subject()]
    /// Metres north and east of the origin.
    var things: [(north: Double, east: Double)] = []
    var seconds = 14.0
    var picture: PictureFeatures? = PictureFeatures(luma: 0.45, contrast: 0.2, sharpness: 180, motion: nil)
    var lookedFor = ["Garbage"]
    var framesPerSecond = 10
    var height = 80.0
    /// Metres east of the origin that it flies.
    var east = 0.0
    var prepare: (inout FrameMetadata) -> Void = { _ in }
    var rules = Self.rules
    /// By the number of the frame.
    var isPoseDoubted: (Int) -> Bool = { _ in false }

    struct Outcome {
        var acts: [FlightReview.Act] = []
        var findings: [Finding] = []
        var asked = 0
        var looksInOneFrame = 0
        var placesAskedInOneFrame = 0
        /// Seconds of the review for one frame.
        var cost = 0.0

        func entry(_ number: UInt64 = 1) -> ReflightEntry? { final.first { $0.finding == ReviewedFlight.id(number) } }

        var final: [ReflightEntry] {
            acts.compactMap { act in
                guard case .told(let outcome, let entry, isFinal: true) = act, outcome.best != nil else { return nil }
                return entry
            }
        }

        /// Said before the flight ended.
        var early: [ReflightEntry.Decision] {
            acts.compactMap { act in
                guard case .told(_, let entry, isFinal: false) = act else { return nil }
                return entry.decision
            }
        }

        var pictures: [(finding: FindingID, look: ReflightLook, box: FrameObject.Box?)] {
            acts.compactMap { act in
                guard case .picture(let finding, let look, let box) = act else { return nil }
                return (finding, look, box)
            }
        }
    }

    private func frame(_ index: Int, _ placement: RayPlacement) -> FrameMetadata {
        let time = Double(index) / Double(framesPerSecond)
        let place = Self.origin.moved(north: 9 * (time - seconds / 2), east: east)
        var sample = TelemetrySample()
        (sample.latitude, sample.longitude) = (place.latitude, place.longitude)
        sample.heightHAE = 50 + height
        sample.hasFix = true
        sample.camera = .earth(Attitude(yaw: 0, pitch: -85, roll: 0))
        sample.horizontalFieldOfView = 70
        let utc = Self.start.advanced(byMicroseconds: Int64((time * 1e6).rounded()))
        var frame = FrameMetadata(
            frame: Frame(
                index: index, time: .seconds(time), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
                arrival: utc),
            utc: utc, provenance: .precisionTimeStamp, telemetry: sample, poseAge: 0, objects: [])
        frame.frame.picture = picture
        frame.lookedFor = lookedFor
        let view = placement.groundView(of: frame)
        for thing in things {
            let point = Self.origin.moved(north: thing.north, east: thing.east)
            guard let pixel = view?.look(at: point, margin: 3).flatMap({ $0.isInside ? $0.pixel : nil }) else {
                continue
            }
            frame.objects.append(
                FrameObject(
                    label: "garbage", confidence: 0.8,
                    box: .init(left: pixel.u - 25, top: pixel.v - 25, right: pixel.u + 25, bottom: pixel.v + 25)))
        }
        prepare(&frame)
        return frame
    }

    func fly() throws -> Outcome {
        var options = RayPlacement.Options()
        options.groundHeight = 50
        let placement = RayPlacement(options: options)
        let records = Records(subjects)
        let known = subjects.map(\.known)
        var classifier = RuleClassifier(rules)
        var joiner = FindingJoiner(flight: Self.flight, gateway: Name("gw")!, ids: NumberedIDs()) { query in
            KnownFindings(
                near: known.filter {
                    $0.sceneType == query.sceneType && $0.point.distance(to: query.point) <= query.radius
                })
        }
        var review = FlightReview(
            store: records, declares: [],
            terms: { [rules] in rules.catalogue[$0].map { ReflightTerms($0) } ?? .init() },
            view: { placement.groundView(of: $0) })
        review.begin(Self.flight)
        var outcome = Outcome()
        let frames = Int(seconds * Double(framesPerSecond))
        var last = Self.start
        let clock = ContinuousClock()
        var spent = Duration.zero
        for index in 0..<frames {
            let frame = frame(index, placement)
            last = frame.utc
            let detections = classifier.classify(frame, placement: placement)
            let events = joiner.observe(detections, at: frame.frame.time, utc: frame.utc)
            outcome.findings += events.map(\.finding)
            let rules = classifier
            let sights = joiner.sights
            let before = (looks: review.looks, asked: review.placesAsked)
            let isPoseDoubted = isPoseDoubted(index)
            try spent += clock.measure {
                outcome.acts += try review.observe(
                    frame, sights: sights, events: events, rules: rules, isPoseDoubted: isPoseDoubted)
            }
            outcome.looksInOneFrame = max(outcome.looksInOneFrame, review.looks - before.looks)
            outcome.placesAskedInOneFrame = max(
                outcome.placesAskedInOneFrame, review.placesAsked - before.asked)
        }
        outcome.acts += review.end(at: last)
        outcome.asked = records.asked.withLock { $0 }
        outcome.cost = Double(spent.components.attoseconds) / 1e18 + Double(spent.components.seconds)
        outcome.cost /= Double(max(frames, 1))
        return outcome
    }
}
