/// Why a flight could not be made.
public struct SimulatorError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// No H.264 encoder, or no multiplexer: the hint names the package.
        case missingPlugin
        /// The encoder or the multiplexer failed.
        case video
        /// A packet could not be encoded.
        case metadata
        /// The output directory or a file in it could not be written.
        case output
    }

    public var kind: Kind
    /// What was tried, with what, and what went wrong, in one sentence.
    public var description: String
    /// What the operator can do.
    public var hint: String

    public init(kind: Kind, description: String, hint: String = "") {
        self.kind = kind
        self.description = description
        self.hint = hint
    }
}
