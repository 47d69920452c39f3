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
        /// It speaks of the picture, and could not be decided of a frame whose picture was not decoded; or it asks for an
        /// absence, and the analyser did not look at the frame.
        public var skipped: Int64 = 0
        /// Outside of its hours, or where an override has it not enabled: it was not looked at.
        public var passedOver: Int64 = 0
        /// It fired inside an area in which nothing is to be alerted: no detection came of it.
        public var withheldByArea: Int64 = 0
        /// Pairs of objects that were not looked at: there were too many in one frame.
        public var pairsLeftOut: Int64 = 0
        /// Its conditions held, and no analyser that looked at the frame says that it can see what is to be absent.
        public var undeclared: Int64 = 0
        /// Of ``fired``: what its budget of the day did not admit, and a person looks at first.
        public var overBudget: Int64 = 0
        /// It could not be decided, mostly for want of a value.
        public var errors: Int64 = 0
        public var lastError: String? { failure?.description }
        fileprivate var failure: EvaluationError?
    }

    /// Detections of one frame at most; further ones are dropped and counted in ``overflowed``.
    static let maximumDetections = 1024
    /// Labels whose normalized form is remembered.
    static let maximumLabels = 4096

    public private(set) var counters: [Counters]
    public private(set) var overflowed: Int64 = 0
    /// As this source has them, and behind them what areas make of them.
    let rules: [CompiledRule]
    let ground: HeldGround
    /// Of the rules, and behind them those by which tracks are held.
    private let plans: [SharedConditions.Plan]
    /// By rule: the plan by which its tracks are held.
    private let holdPlans: [Int: Int]
    private(set) var circumstances: RuleCircumstances
    let hasCircumstances: [Bool]
    let finders: RuleFinders
    private var histories = HistoryMemory()
    /// By number of the label; empty when no rule speaks of what is past.
    private let historyNeeds: [HistoryMemory.Need]
    private var conditions = SharedConditions()
    private let forAnyLabel: [Int]
    private let forFrames: [Int]
    /// Labels of the rules, normalized, by their own number, with the rules that look at them; the last number stands for
    /// every other label.
    private let numbers: [String: Int]
    private let byLabel: [[Int]]
    private(set) var memories: [WindowMemory]
    private var flight = FlightProgress()
    private(set) var lastSeconds = -Double.infinity
    /// Frames with objects, for the windows.
    private var ordinal = 0
    /// Labels as analysers write them.
    private var known: [String: KnownLabel] = [:]
    /// Detections of the frame before.
    private var lastCount = 0

    private var windowReasons: [WindowReason]
    var relations: RelationMemory
    var faults = RuleFaults()
    /// Sees what each condition comes to while the tests of its one rule run; nothing else needs it.
    var witness: ConditionWitness?
    /// Sees what becomes of every rule, while somebody asks why.
    var audit: RuleAudit?

    private struct WindowReason {
        var sightings = 0
        var reason = Detection.Reason(condition: "", values: [])
    }

    private struct KnownLabel: Sendable {
        var normalized: String
        var number: Int
    }

    /// With the rules of these packs only, or of all, as they are for a source of this name.
    public init(
        _ rules: RuleSet, packs: [String]? = nil, source: String = "", ground: HeldGround = HeldGround()
    ) {
        self.ground = ground
        let chosen = rules.rules.filter { packs?.contains($0.pack) ?? true }
        finders = RuleFinders(chosen, of: rules.rules)
        let circumstances = RuleCircumstances(chosen, source: source)
        self.rules = circumstances.variants
        self.circumstances = circumstances
        hasCircumstances = circumstances.areAsked
        counters = chosen.map { Counters(rule: $0.id) }
        memories = chosen.map { _ in WindowMemory() }
        var conditions = SharedConditions()
        windowReasons = Array(repeating: WindowReason(), count: chosen.count)
        var plans = circumstances.variants.map { conditions.plan($0) }
        var holdPlans: [Int: Int] = [:]
        for (index, rule) in circumstances.variants.enumerated() where rule.window.holds {
            holdPlans[index] = plans.count
            plans.append(conditions.plan(rule, holding: true))
        }
        self.plans = plans
        self.holdPlans = holdPlans
        self.conditions = conditions
        relations = RelationMemory(chosen)
        var numbers: [String: Int] = [:]
        var byLabel: [[Int]] = []
        var any: [Int] = []
        var frames: [Int] = []
        for (index, rule) in chosen.enumerated() where !circumstances.disabled.contains(index) {
            switch (rule.match, rule.labels) {
            case (.frame, _): frames.append(index)
            case (_, nil): any.append(index)
            case (_, let labels?):
                for label in labels {
                    let number = numbers[label, default: byLabel.count]
                    if number == byLabel.count {
                        numbers[label] = number
                        byLabel.append([])
                    }
                    byLabel[number].append(index)
                }
            }
        }
        self.numbers = numbers
        self.byLabel = byLabel + [[]]
        forAnyLabel = any
        forFrames = frames
        historyNeeds = Self.historyNeeds(chosen, byLabel: self.byLabel, any: any)
    }

    private static func historyNeeds(
        _ rules: [CompiledRule], byLabel: [[Int]], any: [Int]
    ) -> [HistoryMemory.Need] {
        let needs = rules.map(\.historyNeed)
        func joined(_ indices: [Int]) -> HistoryMemory.Need { indices.reduce(into: []) { $0.formUnion(needs[$1]) } }
        let all = byLabel.map { joined($0).union(joined(any)) }
        return all.allSatisfy(\.isEmpty) ? [] : all
    }

    public mutating func classify(_ frame: FrameMetadata, placement: any Placement) -> [Detection] {
        begin(frame)
        guard !frame.objects.isEmpty || !forFrames.isEmpty else { return [] }
        var labels: [String] = []
        var numbers: [Int] = []
        labels.reserveCapacity(frame.objects.count)
        numbers.reserveCapacity(frame.objects.count)
        for object in frame.objects {
            let label = intern(object.label)
            labels.append(label.normalized)
            numbers.append(label.number)
        }
        let scene = FrameScene(
            frame, labels: labels, flight: flight, placement: placement, data: ground.current)
        var detections: [Detection] = []
        detections.reserveCapacity(lastCount)
        for (index, number) in numbers.enumerated() {
            conditions.beginTurn()
            if !historyNeeds.isEmpty { recall(number, index, scene) }
            for rule in byLabel[number] { apply(rule, to: index, scene, &detections) }
            for rule in forAnyLabel { apply(rule, to: index, scene, &detections) }
        }
        conditions.beginTurn()
        for rule in forFrames { apply(rule, to: nil, scene, &detections) }
        if !historyNeeds.isEmpty { remember(numbers, scene) }
        lastCount = detections.count
        return detections
    }

    private mutating func begin(_ frame: FrameMetadata) {
        let seconds = frame.frame.time.seconds
        faults.advance(from: lastSeconds, to: seconds)
        if seconds < lastSeconds - 1 {
            // Running time began again: another run of the source.
            for index in memories.indices { memories[index].forgetAll() }
            relations.beginRun()
            histories.forgetAll()
            flight = FlightProgress()
        }
        lastSeconds = seconds
        let start = flight.start ?? seconds
        flight = FlightProgress(start: start, elapsed: max(seconds - start, 0), frames: flight.frames &+ 1)
        if !frame.objects.isEmpty { ordinal &+= 1 }
        relations.beginFrame()
        circumstances.begin(frame.utc)
    }

    private func recall(_ number: Int, _ index: Int, _ scene: FrameScene) {
        let track = historyNeeds[number].isEmpty ? nil : scene.metadata.objects[index].track
        scene.past = track.map { histories.before($0, seconds: lastSeconds) }
    }

    /// After all rules were asked: what they are told is of the frames before, for every object of this one.
    private mutating func remember(_ numbers: [Int], _ scene: FrameScene) {
        for (index, number) in numbers.enumerated() where !historyNeeds[number].isEmpty {
            histories.note(historyNeeds[number], index, scene, frame: ordinal, seconds: lastSeconds)
        }
    }

    /// What a label means to these rules. One look-up for each object of a frame; after it rules know labels by number.
    private mutating func intern(_ label: String) -> KnownLabel {
        if let known = known[label] { return known }
        if known.count >= Self.maximumLabels { known = [:] }
        let normalized = Label.normalized(label)
        let new = KnownLabel(normalized: normalized, number: numbers[normalized] ?? byLabel.count - 1)
        if label.utf8.count <= 256 { known[label] = new }
        return new
    }

    private mutating func apply(_ index: Int, to object: Int?, _ scene: FrameScene, _ detections: inout [Detection]) {
        var variant = index
        let before = audit == nil ? nil : (counters: counters[index], overflowed: overflowed)
        defer {
            if let before {
                let standing = standing(index, scene, before.counters)
                audit?.note(
                    rules[variant], scene, before.counters, counters[index],
                    isDropped: overflowed != before.overflowed, standing: standing)
            }
        }
        scene.turn(to: object, footing: rules[index].sceneType.footing)
        if hasCircumstances[index] {
            guard let found = circumstances.variant(index, scene) else {
                counters[index].passedOver &+= 1
                return
            }
            variant = found
        }
        let rule = rules[variant]
        counters[index].evaluated &+= 1
        if rule.isRelational, !canTellAbsence(variant, index, rule, scene) { return }
        witness?.look(at: scene, as: rule)
        var firedFor: String?
        do throws(EvaluationError) {
            var plan = variant
            if rule.window.holds {
                guard let met = try holding(index, variant, object, scene) else { return }
                plan = met
            } else {
                guard try meets(variant, index, rule, scene) else { return }
            }
            var sightings: Int?
            if !rule.window.isTrivial {
                let known = object == nil ? "" : scene.view.object.track
                let track = known ?? ""
                sightings = memories[index].note(
                    track, frame: object == nil ? flight.frames : ordinal, seconds: lastSeconds, window: rule.window,
                    // Objects without a track are not known again, so none of them is held.
                    holds: rule.window.holds && known != nil)
                guard sightings != nil else {
                    counters[index].withheld &+= 1
                    return
                }
                firedFor = track
            }
            let severity = try rule.severity(scene)
            let confidence = try rule.confidence(scene)
            if scene.data.areas.silencesSome, case .success(let tag) = scene.place,
                scene.data.areas.noAlertArea(at: tag.point) != nil
            {
                counters[index].withheldByArea &+= 1
                return
            }
            guard detections.count < Self.maximumDetections else {
                if let firedFor { memories[index].takeBack(firedFor) }
                overflowed &+= 1
                return
            }
            var reasons = conditions.reasons(plans[plan], scene, more: sightings == nil ? 0 : 1)
            if let sightings { addWindowReasons(index, sightings, firedFor ?? "", to: &reasons) }
            if rule.isRelational || rule.hasBudget {
                reasons += relations.reasons(index, rule, scene, seconds: lastSeconds, &counters[index])
            }
            counters[index].fired &+= 1
            Self.append(rule, scene, reasons, severity: severity, confidence: confidence, to: &detections)
        } catch {
            if let firedFor { memories[index].takeBack(firedFor) }
            // Most frames of a sampled source: nothing is wrong with the rule, it has nothing to look at.
            if rule.asksForPictures, scene.metadata.frame.picture == nil {
                counters[index].skipped &+= 1
                return
            }
            counters[index].errors &+= 1
            counters[index].failure = error
            faults.note(index, counters[index], error)
        }
    }

    /// Whether what must be absent would have been seen. Where nobody could see it, and the rule's conditions hold, it is counted
    /// and said: of what it would not fire for anyway nobody need hear.
    private mutating func canTellAbsence(_ plan: Int, _ index: Int, _ rule: CompiledRule, _ scene: FrameScene) -> Bool {
        switch relations.sight(index, rule, scene) {
        case .looked: return true
        case .skipped: counters[index].skipped &+= 1
        case .undeclared:
            guard (try? conditions.hold(plans[plan], scene)) ?? false else { return false }
            counters[index].undeclared &+= 1
            relations.noteUndeclared(index, rule, at: faults.elapsed)
        }
        return false
    }

    /// Whether the conditions of a plan hold, and the object stands to the others of the frame as the rule asks.
    private mutating func meets(
        _ plan: Int, _ index: Int, _ rule: CompiledRule, _ scene: FrameScene
    ) throws(EvaluationError) -> Bool {
        guard try conditions.hold(plans[plan], scene) else { return false }
        guard rule.isRelational else { return true }
        return try relations.isRelated(index, rule, scene, &counters[index]) { () throws(EvaluationError) in
            try conditions.holdOfPair(plans[plan], scene)
        }
    }

    /// The plan by which a rule is met that holds its tracks: its own, or for a held track that for holding it.
    private mutating func holding(
        _ index: Int, _ variant: Int, _ object: Int?, _ scene: FrameScene
    ) throws(EvaluationError) -> Int? {
        var failure: EvaluationError?
        do throws(EvaluationError) {
            if try meets(variant, index, rules[variant], scene) { return variant }
        } catch {
            failure = error
        }
        if let plan = holdPlans[variant], let track = object == nil ? "" : scene.view.object.track,
            memories[index].isHeld(
                track, frame: object == nil ? flight.frames : ordinal, seconds: lastSeconds,
                window: rules[variant].window)
        {
            if try meets(plan, index, rules[variant], scene) { return plan }
            memories[index].release(track)
        }
        if let failure { throw failure }
        return nil
    }

    private mutating func addWindowReasons(
        _ index: Int, _ sightings: Int, _ track: String, to reasons: inout [Detection.Reason]
    ) {
        let window = rules[index].window
        let held = window.holds ? memories[index].held(track, seconds: lastSeconds) : 0
        if held > 0 {
            reasons.append(Self.reason("held", "held_s", held))
            return
        }
        reasons.append(windowReason(index, sightings))
        if window.lasting > 0 {
            let lasted = memories[index].lasted(track, seconds: lastSeconds)
            reasons.append(Self.reason("lasting \(ShownValue.text(.double(window.lasting))) s", "lasted_s", lasted))
        }
    }

    private static func reason(_ condition: String, _ name: String, _ value: Double) -> Detection.Reason {
        Detection.Reason(condition: condition, values: [.init(name: name, value: ShownValue.text(.double(value)))])
    }

    /// The same rule mostly fires with as many sightings as the last time.
    private mutating func windowReason(_ index: Int, _ sightings: Int) -> Detection.Reason {
        if windowReasons[index].sightings != sightings {
            let window = rules[index].window
            windowReasons[index] = WindowReason(
                sightings: sightings,
                reason: Detection.Reason(
                    condition: "seen in \(window.sightings) of \(window.frames) frames",
                    values: [.init(name: "sightings", value: String(sightings))]))
        }
        return windowReasons[index].reason
    }

    /// Adds a detection in place: a detection is large.
    private static func append(
        _ rule: CompiledRule, _ scene: FrameScene, _ reasons: [Detection.Reason], severity: Severity,
        confidence: Double, to detections: inout [Detection]
    ) {
        var geotag: Geotag?
        var refusal: PlacementRefusal?
        switch scene.place {
        case .success(let tag): geotag = tag
        case .failure(let reason): refusal = reason
        }
        detections.append(
            Detection(
                rule: rule.id, ruleVersion: rule.version, sceneType: rule.sceneType, severity: severity,
                confidence: confidence, reasons: reasons, object: scene.objectIndex == nil ? nil : scene.object,
                geotag: geotag, refusal: refusal, frame: scene.metadata.frame, utc: scene.metadata.utc,
                provenance: scene.metadata.provenance))
        if let telemetry = scene.metadata.telemetry { detections[detections.count - 1].telemetry = telemetry }
    }
}
