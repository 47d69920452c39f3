public import LocatedYAML

/// Everything that is wrong with a catalogue and its packs, at once.
public struct RulesError: Error, Sendable, Hashable, CustomStringConvertible {
    public var complaints: [YAMLComplaint]

    public init(_ complaints: [YAMLComplaint]) {
        self.complaints = complaints
    }

    /// One line a complaint: `file:line:column: path: message (hint)`.
    public var description: String {
        complaints.map(\.description).joined(separator: "\n")
    }
}
