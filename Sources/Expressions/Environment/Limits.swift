/// What an expression may cost. Every limit has an error of its own; none can be switched off.
public struct Limits: Sendable, Hashable {
    /// Bytes of UTF-8 in one expression.
    public var sourceBytes = 65_536
    /// Nesting of the syntax tree; chains of `&&` and of `||` count as one level.
    public var depth = 200
    /// Steps of one evaluation: rounds of comprehensions, and the elements or characters that functions walk over.
    public var steps = 2_000_000
    /// Elements of one list or map made by an expression.
    public var elements = 100_000
    /// Rounds of macros that an expression may take by its text, known before it is ever evaluated: one that may take more
    /// is refused. Nil refuses none.
    public var rounds: Int?
    /// How many elements a list or map of the input is taken to have for that.
    public var assumedElements = 256
    /// Bytes of one string or bytes value made by an expression.
    public var stringBytes = 1_048_576

    public init() {}
}
