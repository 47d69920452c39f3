public import Inspection

/// What quotas count together, in the order in which it goes when there is too little room.
public enum EvidenceClass: String, Sendable, Hashable, CaseIterable {
    case clips, pictures, metadata

    /// A picture goes before its thumbnail, which is small and still shows what it was.
    public var kinds: [EvidenceItem.Kind] {
        switch self {
        case .clips: [.clip]
        case .pictures: [.picture, .thumbnail]
        case .metadata: [.metadata]
        }
    }

    public init(_ kind: EvidenceItem.Kind) {
        switch kind {
        case .clip: self = .clips
        case .picture, .thumbnail: self = .pictures
        case .metadata: self = .metadata
        }
    }

    /// The last standing that may go for want of room. A picture whose finding is owed never goes; a clip does, and the
    /// finding is delivered without it.
    var lastToGo: Standing { self == .pictures ? .inCase : .owed }
}
