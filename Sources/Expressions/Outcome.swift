/// A string that an expression may come to whatever it reads: the expression itself, or an end of its `? :`.
public struct Outcome: Sendable, Hashable {
    public var text: String
    public var position: SourcePosition
}

extension Syntax {
    /// The string constants among the ends of conditionals, in order of the text.
    func outcomes(in source: SourceText) -> [Outcome] {
        switch kind {
        case .literal(.string(let text)):
            [Outcome(text: text, position: source.position(of: range.lowerBound))]
        case .conditional(_, let first, let second): first.outcomes(in: source) + second.outcomes(in: source)
        case .bind(_, _, let body): body.outcomes(in: source)
        default: []
        }
    }
}
