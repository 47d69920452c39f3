public import Inspection

/// What a person marked on the live picture.
public struct Mark: Sendable, Hashable {
    public enum Moment: Sendable, Hashable {
        /// ``Inspection/Frame/index``.
        case frame(Int)
        case utc(UTCTime)
    }

    public var moment: Moment
    /// Shares of the picture's width and height, 0…1.
    public var box: FrameObject.Box
    /// `waste.exposed`, …
    public var sceneType: String
    /// May be empty.
    public var note: String
    /// Who made it: as the sender says, or else the holder of the token.
    public var by: String

    public init(moment: Moment, box: FrameObject.Box, sceneType: String, note: String, by: String) {
        self.moment = moment
        self.box = box
        self.sceneType = sceneType
        self.note = note
        self.by = by
    }

    /// As an object of its frame; the box is shares. The scene type is its label.
    public var object: FrameObject {
        var attributes: [String: FrameObject.Attribute] = ["by": .string(by)]
        if !note.isEmpty { attributes["note"] = .string(note) }
        return FrameObject(kind: .mark, label: sceneType, confidence: nil, box: box, attributes: attributes)
    }
}

/// What became of a mark.
public enum MarkAnswer: Sendable, Hashable {
    /// It is on disk, as a sighting of this finding.
    case kept(FindingID)
    case unknownSource
    case unknownSceneType
    /// The frame came too long ago, or has not come.
    case frameNotHeld
    /// Too many wait, or the store could not take it. It may be sent again: it is taken once.
    case notKept
}
