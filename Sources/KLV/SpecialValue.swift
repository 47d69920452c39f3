/// A code that stands for no number.
public enum SpecialValue: String, Sendable, Hashable, CaseIterable {
    /// The quantity is beyond the range of its item (most negative integer of the angle and speed items).
    case outOfRange
    /// The line of sight misses the ground.
    case offEarth
    /// A code the standard reserves, or an error of the sender.
    case reserved

    // IMAPB (ST 1201).
    case positiveInfinity
    case negativeInfinity
    case positiveQuietNaN
    case negativeQuietNaN
    case positiveSignallingNaN
    case negativeSignallingNaN
    case userDefined
    case belowMinimum
    case aboveMaximum
}
