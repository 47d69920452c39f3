public import Geodesy
public import Inspection

extension RuleClassifier {
    /// Where in a frame it was looked whether there is something of a scene type.
    public enum Examination: Sendable, Hashable {
        case nowhere, everywhere
        /// Rules are not the same everywhere, or not in force at every hour: ask ``examines(_:at:in:known:)``.
        case dependsOnPlace
    }

    /// Whether an analyser that looked at the frame can tell what would find a finding of the scene type again: only then
    /// nothing said of a place says that nothing is there. That is the rule `foundBy` which it was found by; where there is no
    /// such rule any more, nobody knows what it looked like, and all rules of the type must have been served. `known`:
    /// labels that analysers of this source can tell, as the settings or what they gave before say, normalized, for those
    /// that declare none.
    public func examination(
        of sceneType: String, foundBy rule: String? = nil, in frame: FrameMetadata, known: Set<String>
    ) -> Examination {
        let wanted = finders.rules(for: sceneType, foundBy: rule)
        guard !wanted.isEmpty, wanted.allSatisfy({ isServed($0, in: frame, known: known) }) else { return .nowhere }
        let areas = ground.current.areas
        return !areas.silencesSome && wanted.allSatisfy { !hasCircumstances[$0] } ? .everywhere : .dependsOnPlace
    }

    /// True when these rules were in force at the place in this frame, which was the last classified, and what they see
    /// there is told.
    public func examines(
        _ sceneType: String, foundBy rule: String? = nil, at place: GeodeticPoint, in frame: FrameMetadata,
        known: Set<String>
    ) -> Bool {
        guard ground.current.areas.noAlertArea(at: place) == nil else { return false }
        let scene = scene(at: place, of: frame)
        let wanted = finders.rules(for: sceneType, foundBy: rule)
        return !wanted.isEmpty
            && wanted.allSatisfy { index in
                guard isServed(index, in: frame, known: known) else { return false }
                scene.turn(to: nil, footing: rules[index].sceneType.footing)
                return circumstances.variant(index, scene) != nil
            }
    }

    /// True when some rule of the scene type asks about this very label, of objects that it may say nothing of.
    public func asks(about label: String, for sceneType: String) -> Bool {
        let label = Label.normalized(label)
        return counters.indices.contains { index in
            rules[index].sceneType.id == sceneType && rules[index].labels?.contains(label) ?? false
        }
    }

    private func isServed(_ index: Int, in frame: FrameMetadata, known: Set<String>) -> Bool {
        !circumstances.disabled.contains(index) && rules[index].isServed(in: frame, known: known)
    }

    private func scene(at place: GeodeticPoint, of frame: FrameMetadata) -> FrameScene {
        var empty = frame
        empty.objects = []
        return FrameScene(
            empty, labels: [], flight: FlightProgress(), placement: OnePlace(point: place), data: ground.current)
    }

    /// As labels are compared.
    public static func normalized(_ label: String) -> String { Label.normalized(label) }
}

/// Everything lies at one place.
private struct OnePlace: Placement {
    let point: GeodeticPoint

    func place(
        _ object: FrameObject, footing: Footing, in frame: FrameMetadata
    ) -> Result<Geotag, PlacementRefusal> {
        .success(
            Geotag(
                point: point, method: .statedPosition, ellipse: ErrorEllipse(semiMajor: 0, semiMinor: 0, bearing: 0),
                ce90: 0, poseAgeMilliseconds: 0, sourceDatum: ""))
    }
}

extension CompiledRule {
    /// What it asks about was looked for in the frame: the picture was measured, or an analyser gave word of it.
    fileprivate func isServed(in frame: FrameMetadata, known: Set<String>) -> Bool {
        if asksForPictures, frame.frame.picture == nil { return false }
        // Of the picture as a whole: it says nothing of a place.
        guard match != .frame else { return false }
        let isLookedAt = !frame.lookedFor.isEmpty || frame.objects.contains { $0.kind == .detected }
        guard isLookedAt else { return false }
        let others = relations.others.flatMap { $0.isEmpty ? nil : $0 }
        let wanted = [labels, others, relations.absence?.labels].compactMap(\.self)
        guard frame.lookedFor.isEmpty else {
            return wanted.allSatisfy { labels in
                frame.lookedFor.contains { labels.contains($0) || labels.contains(Label.normalized($0)) }
            }
        }
        // An absence is only told of what is declared.
        return relations.absence == nil && wanted.allSatisfy { !$0.isDisjoint(with: known) }
    }
}
