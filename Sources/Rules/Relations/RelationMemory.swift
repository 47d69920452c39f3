import Expressions
import Inspection

/// What the rules of one source remember of pairs, absences and budgets. Rules without any cost it nothing.
struct RelationMemory: Sendable {
    typealias Counters = RuleClassifier.Counters

    /// Of this frame, by rule.
    private var searches: [Int: PairSearch] = [:]
    /// Of this frame, by rule: objects of what must be absent.
    private var seen: [Int: [Int]] = [:]
    private var lookedFor = LookedFor()
    /// By rule.
    private(set) var budgets: [Int: DailyBudget] = [:]
    /// Grows whenever a budget admits a thing.
    private(set) var admissions: Int64 = 0
    /// Rules for which an analyser once declared what they ask for.
    private var declared: Set<Int> = []
    /// Rules of which it was said that nobody does.
    private var saidUndeclared: Set<Int> = []
    /// Rules of which it will be said, if nobody does until then. Several analysers may look at different frames.
    private var waiting: [Int: (since: Double, notice: RuleNotice)] = [:]
    /// Seconds of stream time for which that waits; the end of a flight ends it too.
    static let patience = 30.0
    private var notices: [RuleNotice] = []
    /// What was found absent from the object that is being looked at.
    private var absent: Detection.Reason?

    init(_ rules: [CompiledRule]) {
        for (index, rule) in rules.enumerated() {
            if let budget = rule.relations.budget { budgets[index] = DailyBudget(budget) }
        }
    }

    mutating func beginRun() {
        for index in budgets.keys { budgets[index]?.beginRun() }
    }

    /// Goes on with another budget in place of one that it has.
    mutating func replace(_ budget: DailyBudget, of index: Int) {
        if budgets[index] != nil { budgets[index] = budget }
    }

    /// Counts on from what was admitted before the rules were changed.
    mutating func countOn(from earlier: RelationMemory) { admissions = earlier.admissions }

    mutating func beginFrame() {
        if !searches.isEmpty { searches.removeAll(keepingCapacity: true) }
        if !seen.isEmpty { seen.removeAll(keepingCapacity: true) }
    }

    var hasNotices: Bool { !notices.isEmpty }

    mutating func takeNotices() -> [RuleNotice] {
        defer { notices = [] }
        return notices
    }

    /// Whether an absence can be told of the frame that is being looked at.
    enum Sight {
        case looked
        /// Most frames of a sampled source: the analyser can see it, and did not look.
        case skipped
        case undeclared
    }

    /// ``Sight/looked`` of a rule that asks for no absence.
    mutating func sight(_ index: Int, _ rule: CompiledRule, _ scene: FrameScene) -> Sight {
        guard let absence = rule.relations.absence else { return .looked }
        if lookedFor.includes(absence.labels, in: scene.metadata) {
            if declared.insert(index).inserted { waiting[index] = nil }
            return .looked
        }
        return scene.metadata.lookedFor.isEmpty && declared.contains(index) ? .skipped : .undeclared
    }

    /// The rule would have been asked for an absence that nobody could tell, at so many seconds of stream time.
    mutating func noteUndeclared(_ index: Int, _ rule: CompiledRule, at seconds: Double) {
        guard let absence = rule.relations.absence, !declared.contains(index), !saidUndeclared.contains(index)
        else { return }
        let notice = RuleNotice.undeclared(rule: rule.id, labels: absence.labels.sorted())
        let since = waiting[index]?.since ?? seconds
        waiting[index] = (since, notice)
        if seconds - since >= Self.patience { sayUndeclared(index) }
    }

    private mutating func sayUndeclared(_ index: Int) {
        guard let notice = waiting.removeValue(forKey: index)?.notice else { return }
        saidUndeclared.insert(index)
        notices.append(notice)
    }

    /// What nobody declared until now is told.
    mutating func endFlight() {
        for index in waiting.keys.sorted() { sayUndeclared(index) }
    }

    /// Whether the object stands to the others of the frame as the rule asks; `holds` decides of the pair that the scene is
    /// turned to. The first pair that holds counts; an error counts where none does.
    mutating func isRelated(
        _ index: Int, _ rule: CompiledRule, _ scene: FrameScene, _ counters: inout Counters,
        _ holds: () throws(EvaluationError) -> Bool
    ) throws(EvaluationError) -> Bool {
        guard let object = scene.objectIndex else { return true }
        if let absence = rule.relations.absence { return isAbsent(absence, index, on: object, scene) }
        let (others, leftOut) = searches[
            index, default: PairSearch(scene.labels, wanted: rule.labels, otherLabels: rule.relations.others ?? [])
        ].others(of: object, in: scene.metadata.objects)
        counters.pairsLeftOut &+= Int64(leftOut)
        var failure: EvaluationError?
        for other in others {
            scene.otherIndex = other
            do throws(EvaluationError) {
                if try holds() { return true }
            } catch {
                failure = error
            }
        }
        scene.otherIndex = nil
        if let failure { throw failure }
        return false
    }

    /// Whether nothing of what must be absent is seen on the object.
    private mutating func isAbsent(
        _ absence: Absence, _ rule: Int, on index: Int, _ scene: FrameScene
    ) -> Bool {
        absent = nil
        let frame = scene.metadata
        guard let box = absence.box(of: frame.objects[index], in: frame.frame) else { return false }
        let seen = seen[rule] ?? scene.labels.indices.filter { absence.labels.contains(scene.labels[$0]) }
        self.seen[rule] = seen
        guard absence.holds(box, except: index, among: seen, of: frame.objects) else { return false }
        absent = absence.reason(box)
        return true
    }

    /// Why the rule that is being looked at fires, beside its conditions: the other object of the pair, what is absent, and
    /// that it is over its budget of the day.
    mutating func reasons(
        _ index: Int, _ rule: CompiledRule, _ scene: FrameScene, seconds: Double, _ counters: inout Counters
    ) -> [Detection.Reason] {
        var reasons: [Detection.Reason] = []
        if rule.relations.absence != nil, let absent { reasons.append(absent) }
        if rule.match == .pair, let other = scene.otherIndex {
            reasons.append(Self.reason(scene.metadata.objects[other]))
        }
        if rule.hasBudget, let perDay = limit(index, rule, scene, seconds: seconds) {
            counters.overBudget &+= 1
            reasons.append(.overBudget(perDay: perDay))
        }
        return reasons
    }

    private static func reason(_ other: FrameObject) -> Detection.Reason {
        var values = [Detection.Reason.Value(name: "other.label", value: ShownValue.text(other.label))]
        if let track = other.track { values.append(.init(name: "other.track", value: ShownValue.text(track))) }
        return Detection.Reason(condition: "other", values: values)
    }

    /// The rule's budget of the day when this detection is over it; nil when it is within.
    private mutating func limit(_ index: Int, _ rule: CompiledRule, _ scene: FrameScene, seconds: Double) -> Int? {
        let isOfFrame = rule.match == .frame
        let before = budgets[index]?.spending
        let answer = budgets[index]?.admit(
            track: isOfFrame ? nil : scene.object.track, isOfFrame: isOfFrame, at: scene.metadata.utc,
            seconds: seconds)
        // On the first thing of a day the count may be that of the day before.
        if let now = budgets[index]?.spending, before.map({ $0 != now }) ?? true { admissions &+= 1 }
        guard case .over(let isFirst)? = answer, let perDay = rule.relations.budget?.perDay else { return nil }
        if isFirst { notices.append(.overBudget(rule: rule.id, perDay: perDay)) }
        return perDay
    }
}
