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
    case frameNotHeld(Absence)
    /// Too many wait, or the store could not take it. It may be sent again: it is taken once.
    case notKept

    /// Why a frame is not held.
    public enum Absence: Sendable, Hashable {
        /// No pictures come.
        case noPictures
        case notYet
        /// It came before the oldest that is held.
        case tooOld
        /// Frames before and after it are held.
        case noSuchFrame

        /// For people.
        var words: String {
            switch self {
            case .noPictures: "No pictures come of the source now."
            case .notYet: "The frame has not come yet: its number or time is after the newest."
            case .tooOld: "The frame is not held any more: those of the last 30 s are."
            case .noSuchFrame: "There was no such frame, though some before and after it are held."
            }
        }
    }
}
