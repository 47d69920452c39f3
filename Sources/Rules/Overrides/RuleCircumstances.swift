import Inspection

/// What of a source's rules is not the same at every hour and place: when each is looked at, and which of its overrides
/// counts. Rules without any of that are not asked for it.
struct RuleCircumstances: Sendable {
    private struct InArea: Sendable {
        /// Names, entries or kinds.
        var areas: [String]
        /// Nil where the rule is not enabled.
        var variant: Int?
    }

    private struct Circumstance: Sendable {
        var hours: RuleHours?
        /// The hours hold the frame.
        var isOpen = true
        var inAreas: [InArea] = []
        var otherwise: Int?
    }

    /// The rules as the source has them, by their index, and behind them those that areas make of them.
    private(set) var variants: [CompiledRule] = []
    /// Of the rules: those that are not enabled at this source anywhere.
    private(set) var disabled: Set<Int> = []
    private var circumstances: [Circumstance?] = []
    private var timed: [Int] = []

    init(_ rules: [CompiledRule], source: String) {
        let choices = rules.map { $0.choice(source: source) }
        variants = zip(rules, choices).map { rule, choice in choice.otherwise ?? rule }
        for (index, choice) in choices.enumerated() {
            if choice.otherwise == nil, choice.inAreas.allSatisfy({ $0.rule == nil }) { disabled.insert(index) }
            let hours = rules[index].hours
            guard hours != nil || !choice.inAreas.isEmpty else {
                circumstances.append(nil)
                continue
            }
            var circumstance = Circumstance(hours: hours, otherwise: choice.otherwise == nil ? nil : index)
            for part in choice.inAreas {
                if let rule = part.rule { variants.append(rule) }
                circumstance.inAreas.append(
                    InArea(areas: part.areas, variant: part.rule == nil ? nil : variants.count - 1))
            }
            circumstances.append(circumstance)
            if hours != nil { timed.append(index) }
        }
    }

    /// By rule: whether ``variant(_:_:)`` need be asked.
    var areAsked: [Bool] { circumstances.map { $0 != nil } }

    mutating func begin(_ time: UTCTime) {
        for index in timed {
            let isOpen = circumstances[index]?.hours?.contains(time) ?? true
            circumstances[index]?.isOpen = isOpen
        }
    }

    /// Why a rule is not looked at: outside of its hours, or not enabled at this source or where the scene is turned to.
    func hindrance(_ index: Int, _ scene: FrameScene) -> RuleExplanation.Condition {
        guard !disabled.contains(index), let circumstance = circumstances[index] else {
            return .init(part: .enabled, index: 0, text: "for this source", result: .fails, values: [])
        }
        if !circumstance.isOpen, let hours = circumstance.hours {
            return .init(
                part: .hours, index: 0, text: hours.texts.joined(separator: ", "), result: .fails,
                values: [.init(name: "clock", value: hours.clock(scene.metadata.utc))])
        }
        let areas = area(circumstance, scene)?.areas
        return .init(
            part: .enabled, index: 0, text: areas.map { "in \($0.joined(separator: ", "))" } ?? "for this source",
            result: .fails, values: [])
    }

    /// The first override for areas that hold the place.
    private func area(_ circumstance: Circumstance, _ scene: FrameScene) -> InArea? {
        guard !circumstance.inAreas.isEmpty, case .success(let tag) = scene.place else { return nil }
        return circumstance.inAreas.first { part in
            part.areas.contains { scene.data.areas.holds($0, tag.point) ?? false }
        }
    }

    /// Which of ``variants`` a rule is for what the scene is turned to; nil where it is not looked at.
    func variant(_ index: Int, _ scene: FrameScene) -> Int? {
        guard let circumstance = circumstances[index] else { return index }
        guard circumstance.isOpen else { return nil }
        if let part = area(circumstance, scene) { return part.variant }
        return circumstance.otherwise
    }
}
