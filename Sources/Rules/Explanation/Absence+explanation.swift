import Inspection

extension Absence {
    /// Whether nothing of what must be absent is seen on an object, and if not, why: nobody looked who can tell it, the part is
    /// too small or not wholly in the picture, or something was seen.
    func explanation(of index: Int, in scene: FrameScene) -> RuleExplanation.Condition {
        let frame = scene.metadata
        let object = frame.objects[index]
        var found = RuleExplanation.Condition(part: .absence, index: 0, text: text, result: .fails, values: [])
        var lookedFor = LookedFor()
        guard lookedFor.includes(labels, in: frame) else {
            found.result = .unknown(
                frame.lookedFor.isEmpty
                    ? "no analyser looked at the frame" : "no analyser that looked at the frame declares any of them")
            return found
        }
        guard let whole = object.box else {
            found.result = .unknown("the object has no box")
            return found
        }
        let piece = part == .head ? whole.head : whole
        found.values = size(piece)
        guard let box = box(of: object, in: frame.frame) else {
            let isSmall = min(piece.width, piece.height) < leastPixels
            found.result = .unknown("the \(place) is \(isSmall ? "too small to tell" : "not wholly in the picture")")
            return found
        }
        let seen = scene.labels.indices.filter { labels.contains(scene.labels[$0]) }
        guard !holds(box, except: index, among: seen, of: frame.objects) else {
            found.result = .holds
            return found
        }
        for other in seen where !holds(box, except: index, among: [other], of: frame.objects) {
            found.values.append(.init(name: "seen", value: "\(scene.labels[other]), object \(other)"))
            break
        }
        return found
    }
}
