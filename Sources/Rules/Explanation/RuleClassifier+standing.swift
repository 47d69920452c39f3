import Expressions
import Inspection

/// What stands between the conditions of a rule and a detection: its window, its hours, and overrides.
extension RuleClassifier {
    /// Of a rule that was met, each key of its window; of one that is not in force, why.
    func standing(_ index: Int, _ scene: FrameScene, _ before: Counters) -> [RuleExplanation.Condition] {
        let after = counters[index]
        if after.passedOver > before.passedOver { return [circumstances.hindrance(index, scene)] }
        guard after.withheld > before.withheld || after.fired > before.fired else { return [] }
        return window(index, track: scene.objectIndex == nil ? "" : scene.view.object.track ?? "")
    }

    private func window(_ index: Int, track: String) -> [RuleExplanation.Condition] {
        let window = rules[index].window
        guard !window.isTrivial else { return [] }
        let standing = memories[index].standing(track, seconds: lastSeconds, window: window)
        var conditions: [RuleExplanation.Condition] = []
        // Its place is its key's, so that it stays one line whether or not the track is held.
        func add(_ index: Int, _ text: String, _ isMet: Bool, _ name: String, _ value: String) {
            conditions.append(
                .init(
                    part: .window, index: index, text: text, result: isMet ? .holds : .fails,
                    values: [.init(name: name, value: value)]))
        }
        func shown(_ seconds: Double) -> String { ShownValue.text(.double(seconds)) }
        if window.sightings > 1, !standing.isHeld {
            add(
                0, "seen in \(window.sightings) of \(window.frames) frames within \(shown(window.seconds)) s",
                standing.sightings >= window.sightings, "sightings", "\(standing.sightings)")
        }
        if window.lasting > 0, !standing.isHeld {
            // Times come in microseconds: a sum of them may fall a hair short.
            add(
                1, "lasting \(shown(window.lasting)) s", standing.lasted >= window.lasting - 1e-6, "lasted_s",
                shown(standing.lasted))
        }
        if window.cooldown > 0 {
            add(
                2, "cooldown of \(shown(window.cooldown)) s is over", standing.cooldownLeft <= 0, "left_s",
                shown(standing.cooldownLeft))
        }
        return conditions
    }

    /// Of a rule that is enabled nowhere at this source, and so is asked of nothing: what it would have been asked of.
    func whereDisabled(_ index: Int, _ frame: FrameMetadata, _ placement: any Placement) -> [RuleExplanation] {
        guard circumstances.disabled.contains(index) else { return [] }
        let rule = rules[index]
        let labels = frame.objects.map { Label.normalized($0.label) }
        let objects = frame.objects.indices.filter { rule.labels?.contains(labels[$0]) ?? true }
        let scene = FrameScene(
            frame, labels: labels, flight: FlightProgress(), placement: placement, data: ground.current)
        return (rule.match == .frame ? [nil] : objects.map(Optional.some)).map { object in
            scene.turn(to: object, footing: rule.sceneType.footing)
            return RuleExplanation(
                rule: rule.id, version: rule.version, pack: rule.pack, sceneType: rule.sceneType.id,
                outcome: .notInForce, object: object, other: nil, conditions: [circumstances.hindrance(index, scene)],
                error: nil, place: scene.place)
        }
    }
}
