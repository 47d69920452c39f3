import Expressions
public import Inspection

/// Runs the rules over the frames of one source. Windows remember, so each source has its own.
public struct RuleClassifier: Classifier {
    /// What became of one rule since the start.
    public struct Counters: Sendable, Hashable {
        public var rule: String
        /// Objects or frames it was asked about.
        public var evaluated: Int64 = 0
        /// Its conditions held, but the window was not full, or it had fired just before.
        public var withheld: Int64 = 0
        public var fired: Int64 = 0
        /// It speaks of the picture, and could not be decided of a frame whose picture was not decoded.
        public var skipped: Int64 = 0
        /// It could not be decided, mostly for want of a value.
        public var errors: Int64 = 0
        public var lastError: String?
    }

    /// Detections of one frame at most; further ones are dropped and counted in ``overflowed``.
    static let maximumDetections = 1024
    /// Labels whose normalized form is remembered.
    static let maximumLabels = 4096

    public private(set) var counters: [Counters]
    public private(set) var overflowed: Int64 = 0
    private let rules: [CompiledRule]
    private let byLabel: [String: [Int]]
    private let forAnyLabel: [Int]
    private let forFrames: [Int]
    private var memories: [WindowMemory]
    private var flight = FlightProgress()
    private var lastSeconds = -Double.infinity
    /// Frames with objects, for the windows.
    private var ordinal = 0
    private var normalized: [String: String] = [:]

    /// With the rules of these packs only, or of all.
    public init(_ rules: RuleSet, packs: [String]? = nil) {
        let chosen = rules.rules.filter { packs?.contains($0.pack) ?? true }
        self.rules = chosen
        counters = chosen.map { Counters(rule: $0.id) }
        memories = chosen.map { _ in WindowMemory() }
        var byLabel: [String: [Int]] = [:]
        var any: [Int] = []
        var frames: [Int] = []
        for (index, rule) in chosen.enumerated() {
            switch (rule.match, rule.labels) {
            case (.frame, _): frames.append(index)
            case (.object, nil): any.append(index)
            case (.object, let labels?): for label in labels { byLabel[label, default: []].append(index) }
            }
        }
        self.byLabel = byLabel
        forAnyLabel = any
        forFrames = frames
    }

    public mutating func classify(_ frame: FrameMetadata, placement: any Placement) -> [Detection] {
        begin(frame)
        guard !frame.objects.isEmpty || !forFrames.isEmpty else { return [] }
        let labels = frame.objects.map { normalize($0.label) }
        let scene = FrameScene(frame, labels: labels, flight: flight, placement: placement)
        var detections: [Detection] = []
        for (index, label) in labels.enumerated() {
            for rule in byLabel[label] ?? [] { apply(rule, to: index, scene, &detections) }
            for rule in forAnyLabel { apply(rule, to: index, scene, &detections) }
        }
        for rule in forFrames { apply(rule, to: nil, scene, &detections) }
        return detections
    }

    private mutating func begin(_ frame: FrameMetadata) {
        let seconds = frame.frame.time.seconds
        if seconds < lastSeconds - 1 {
            // Running time began again: another run of the source.
            for index in memories.indices { memories[index].forgetAll() }
            flight = FlightProgress()
        }
        lastSeconds = seconds
        let start = flight.start ?? seconds
        flight = FlightProgress(start: start, elapsed: max(seconds - start, 0), frames: flight.frames &+ 1)
        if !frame.objects.isEmpty { ordinal &+= 1 }
    }

    private mutating func normalize(_ label: String) -> String {
        if let known = normalized[label] { return known }
        if normalized.count >= Self.maximumLabels { normalized = [:] }
        let text = Label.normalized(label)
        if label.utf8.count <= 256 { normalized[label] = text }
        return text
    }

    private mutating func apply(_ index: Int, to object: Int?, _ scene: FrameScene, _ detections: inout [Detection]) {
        let rule = rules[index]
        counters[index].evaluated &+= 1
        scene.turn(to: object, footing: rule.sceneType.footing)
        var firedFor: String?
        do throws(EvaluationError) {
            guard var reasons = try rule.reasons(scene) else { return }
            if !rule.window.isTrivial {
                let track = object == nil ? "" : scene.object.track ?? ""
                let sightings = memories[index].note(
                    track, frame: object == nil ? flight.frames : ordinal, seconds: lastSeconds, window: rule.window)
                guard let sightings else {
                    counters[index].withheld &+= 1
                    return
                }
                firedFor = track
                reasons.append(Self.reason(rule.window, sightings))
            }
            let detection = Self.detection(
                rule, scene, reasons, severity: try rule.severity(scene), confidence: try rule.confidence(scene))
            guard detections.count < Self.maximumDetections else {
                if let firedFor { memories[index].takeBack(firedFor) }
                overflowed &+= 1
                return
            }
            counters[index].fired &+= 1
            detections.append(detection)
        } catch {
            if let firedFor { memories[index].takeBack(firedFor) }
            // Most frames of a sampled source: nothing is wrong with the rule, it has nothing to look at.
            if rule.asksForPictures, scene.metadata.frame.picture == nil {
                counters[index].skipped &+= 1
                return
            }
            counters[index].errors &+= 1
            counters[index].lastError = error.description
        }
    }

    private static func reason(_ window: RuleWindow, _ sightings: Int) -> Detection.Reason {
        Detection.Reason(
            condition: "seen in \(window.sightings) of \(window.frames) frames",
            values: [.init(name: "sightings", value: String(sightings))])
    }

    private static func detection(
        _ rule: CompiledRule, _ scene: FrameScene, _ reasons: [Detection.Reason], severity: Severity, confidence: Double
    ) -> Detection {
        let place = scene.place
        var geotag: Geotag?
        var refusal: PlacementRefusal?
        switch place {
        case .success(let tag): geotag = tag
        case .failure(let reason): refusal = reason
        }
        var detection = Detection(
            rule: rule.id, ruleVersion: rule.version, sceneType: rule.sceneType, severity: severity,
            confidence: confidence, reasons: reasons, object: scene.objectIndex == nil ? nil : scene.object,
            geotag: geotag, refusal: refusal, frame: scene.metadata.frame, utc: scene.metadata.utc,
            provenance: scene.metadata.provenance)
        detection.telemetry = scene.metadata.telemetry
        return detection
    }
}
