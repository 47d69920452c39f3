import Expressions
import Inspection
import LocatedYAML

/// What must not be seen on an object: a helmet on a head, a cover on a heap. Nothing seen means something only where it
/// would have been seen: the part is large enough and wholly in the picture, and the analyser that looked at this very frame
/// says that it can tell one of the labels.
struct Absence: Sendable {
    enum Part: String, CaseIterable, Sendable {
        /// The object's whole box.
        case whole
        /// The head of a person.
        case head
    }

    /// Normalized.
    var labels: Set<String>
    var part: Part
    /// Of the part's shorter side, pixels.
    var leastPixels: Double

    /// The piece of the object's box in which it would be seen; nil where nothing can be told of it.
    func box(of object: FrameObject, in frame: Frame) -> FrameObject.Box? {
        guard let whole = object.box else { return nil }
        let box = part == .head ? whole.head : whole
        guard min(box.width, box.height) >= leastPixels, box.left > 1, box.top > 1,
            frame.width == 0 || box.right < Double(frame.width) - 1,
            frame.height == 0 || box.bottom < Double(frame.height) - 1
        else { return nil }
        return box
    }

    /// True when none of `seen`, the objects of the labels, touches `box`; `index` itself aside.
    func holds(_ box: FrameObject.Box, except index: Int, among seen: [Int], of objects: [FrameObject]) -> Bool {
        for other in seen where other != index {
            // What has no box, or one without an area, may be anywhere.
            guard let seen = objects[other].box, seen.area > 0, box.shared(with: seen) == 0 else { return false }
        }
        return true
    }

    func reason(_ box: FrameObject.Box) -> Detection.Reason {
        Detection.Reason(condition: text, values: size(box))
    }

    /// What the rule asks, in words.
    var text: String { "none of \(labels.sorted().joined(separator: ", ")) seen on the \(place)" }

    var place: String { part == .head ? "head" : "object" }

    /// Of the piece of the box that is looked at.
    func size(_ box: FrameObject.Box) -> [Detection.Reason.Value] {
        [
            .init(name: "\(place).width_px", value: ShownValue.text(.double(box.width))),
            .init(name: "\(place).height_px", value: ShownValue.text(.double(box.height))),
            .init(name: "least_px", value: ShownValue.text(.double(leastPixels))),
        ]
    }
}

/// `absence` of a rule as it was written.
struct WrittenAbsence {
    var labels: [LocatedText]
    var part: Absence.Part
    var leastPixels: Double

    static let maximumLabels = 100

    static func decode(_ mapping: YAMLMapping) -> WrittenAbsence {
        let labels = mapping.texts("of")
        if labels.isEmpty {
            mapping.complain("of", "says no label that must not be seen", hint: "of: [mask]")
        }
        if labels.count > maximumLabels { mapping.complain("of", "has more than \(maximumLabels) labels") }
        for label in labels where ["*", ""].contains(Label.normalized(label.text)) {
            mapping.complaints.add(label, "is no label that an analyser could declare")
        }
        if !mapping.has("least_px") {
            mapping.complain(
                "least_px", "is missing: what is too small to be seen is not absent",
                hint: "pixels of the part's shorter side, such as 12")
        }
        return WrittenAbsence(
            labels: labels, part: mapping.enumeration("part", default: .whole),
            leastPixels: mapping.number("least_px", default: 1, in: 1...10_000))
    }

    var absence: Absence {
        Absence(labels: Set(labels.map { Label.normalized($0.text) }), part: part, leastPixels: leastPixels)
    }
}

/// What the analyser of a source says that it can see, as it last said it for a frame.
struct LookedFor: Sendable {
    private var stated: [String] = []
    private(set) var labels: Set<String> = []

    /// True when an analyser that looked at the frame can tell one of these.
    mutating func includes(_ wanted: Set<String>, in frame: FrameMetadata) -> Bool {
        guard !frame.lookedFor.isEmpty else { return false }
        // Mostly the very same array.
        if stated != frame.lookedFor {
            stated = frame.lookedFor
            labels = Set(stated.map { Label.normalized($0) })
        }
        return !labels.isDisjoint(with: wanted)
    }
}
