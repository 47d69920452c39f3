import Foundation
import Geodesy
import Inspection
import Rules

/// A frame of twenty objects through the shipped rules, from labels to detections with their reasons. The place is a fixed
/// one: placing is another stage. The anchor is the time between two frames.
struct RuleFigures {
    static let frames = 400
    static let objects = 20
    static let framePeriodMicroseconds = 1e6 / 30
    /// The load of a gateway with packs of its own.
    static let copies = 7

    /// The folder with `catalogue.yaml` and `packs/`.
    var models: String

    func figures() async throws -> [Figure] {
        let (shipped, copied) = try ruleSets()
        return try await [
            figure(shipped, "shipped"),
            figure(copied, "\(Self.copies) times shipped"),
        ]
    }

    /// For those who count what it allocates: frames through seven copies of every pack, and nothing else.
    func classify(_ count: Int) throws {
        let rules = try ruleSets().copied
        let frames = frames(of: rules)
        var classifier = RuleClassifier(rules)
        for index in 0..<count { _ = classifier.classify(frames[index % frames.count], placement: FixedPlacement()) }
    }

    private func ruleSets() throws -> (shipped: RuleSet, copied: RuleSet) {
        let catalogue = try (text: text("catalogue.yaml"), file: "catalogue.yaml")
        let names = try FileManager.default.contentsOfDirectory(atPath: models + "/packs")
            .filter { $0.hasSuffix(".yaml") }.sorted()
        let packs = try names.map { (text: try text("packs/" + $0), file: $0) }
        let copies = (0..<Self.copies).flatMap { copy in
            packs.map { (text: Self.renamed($0.text, copy), file: "\($0.file) (\(copy))") }
        }
        return try (
            RuleSet.parse(catalogue: catalogue, packs: packs), RuleSet.parse(catalogue: catalogue, packs: copies)
        )
    }

    private func frames(of rules: RuleSet) -> [FrameMetadata] {
        let labels = rules.catalogue.sceneTypes.filter { type in
            rules.summaries.contains { $0.sceneType == type.id }
        }.compactMap(\.labels.first)
        return (0..<Self.frames).map { frame($0, labels) }
    }

    private func figure(_ rules: RuleSet, _ what: String) async throws -> Figure {
        let frames = frames(of: rules)
        return try await Turns.figure(
            "rules: \(rules.count) (\(what)), \(Self.objects) objects", unit: "us", against: "a frame period at 30 Hz",
            ours: { try classify(frames, rules) }, anchor: { Self.framePeriodMicroseconds })
    }

    private func classify(_ frames: [FrameMetadata], _ rules: RuleSet) throws -> Double {
        var classifier = RuleClassifier(rules)
        let placement = FixedPlacement()
        var detections = 0
        let seconds = Turns.seconds {
            for frame in frames { detections &+= classifier.classify(frame, placement: placement).count }
        }
        let errors = classifier.counters.reduce(0) { $0 + $1.errors }
        try BenchError.check(
            detections > frames.count && errors == 0 && classifier.overflowed == 0,
            "\(detections) detections, \(errors) errors, \(classifier.overflowed) dropped")
        return seconds / Double(frames.count) * 1e6
    }

    /// Half of the objects are what some rule looks for; the others are traffic.
    private func frame(_ index: Int, _ labels: [String]) -> FrameMetadata {
        let objects = (0..<Self.objects).map { number in
            let left = 40 + Double(number) * 90 + Double(index % 30)
            return FrameObject(
                label: number.isMultiple(of: 2) ? labels[number / 2 % labels.count] : "car", confidence: 0.82,
                box: .init(left: left, top: 400, right: left + 60, bottom: 448), track: String(number))
        }
        let time = UTCTime(microseconds: 1_755_000_000_000_000 + Int64(index) * 33_333)
        return FrameMetadata(
            frame: Frame(
                index: index, time: .seconds(Double(index) / 30), ptsMicroseconds: nil, width: 1920, height: 1080,
                isKey: false, arrival: time),
            utc: time, provenance: .precisionTimeStamp, telemetry: nil, poseAge: nil, objects: objects)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOfFile: models + "/" + name, encoding: .utf8)
    }

    /// Pack and rule ids are one for all packs.
    private static func renamed(_ pack: String, _ copy: Int) -> String {
        pack.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.hasPrefix("pack: ") || line.hasPrefix("  - id: ") ? "\(line)-\(copy)" : String(line)
        }.joined(separator: "\n")
    }
}

struct FixedPlacement: Placement {
    func place(_ object: FrameObject, footing: Footing, in frame: FrameMetadata) -> Result<Geotag, PlacementRefusal> {
        .success(SampleFinding.geotag)
    }
}
