public import LocatedYAML

/// Everything that is wrong with the settings, at once.
public struct SettingsError: Error, Sendable, Hashable, CustomStringConvertible {
    public var complaints: [YAMLComplaint]

    public init(_ complaints: [YAMLComplaint]) {
        self.complaints = complaints
    }

    /// One line a complaint: `file:line:column: key: message (hint)`.
    public var description: String {
        complaints.map(\.description).joined(separator: "\n")
    }
}
