/// Everything that is wrong with a document, in the order of its lines.
public struct YAMLError: Error, Sendable, Hashable, CustomStringConvertible {
    public var complaints: [YAMLComplaint]

    public init(_ complaints: [YAMLComplaint]) {
        self.complaints = complaints
    }

    /// One line a complaint.
    public var description: String {
        complaints.map(\.description).joined(separator: "\n")
    }
}
