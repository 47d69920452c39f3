public import LocatedYAML

/// What is wrong with a scenario, all of it, each where it stands.
public struct ScenarioError: Error, Sendable, Hashable, CustomStringConvertible {
    /// In the order of the lines; at least one.
    public var complaints: [YAMLComplaint]

    public init(_ complaints: [YAMLComplaint]) {
        self.complaints = complaints
    }

    /// One complaint a line: `file:line:column: path: message (hint)`.
    public var description: String {
        complaints.map(\.description).joined(separator: "\n")
    }
}
