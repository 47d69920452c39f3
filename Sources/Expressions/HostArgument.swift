/// A text that stands in an expression as an argument of one of the environment's functions.
public struct HostArgument: Sendable, Hashable {
    public var function: String
    public var text: String
    public var position: SourcePosition
}

extension Compiler {
    /// The string constants that functions of the host are called with, those at the ends of a `? :` too.
    func hostArguments(_ node: Syntax) -> [HostArgument] {
        let inner = node.children.flatMap { hostArguments($0) }
        guard isHostCall(node), case .function(let name, _)? = resolution(node) else { return inner }
        let arguments: [Syntax] =
            switch node.kind {
            case .call(_, let arguments, _), .memberCall(_, _, let arguments): arguments
            default: []
            }
        return inner
            + arguments.flatMap { $0.outcomes(in: source) }.map {
                HostArgument(function: name, text: $0.text, position: $0.position)
            }
    }
}
