/// What a name or a call in the text means.
enum Resolution: Sendable {
    /// A variable of the environment, by index.
    case variable(Int)
    /// A variable of a macro, by its slot in the frame.
    case local(Int)
    case type(CELType)
    /// A function by its full name; `hasReceiver` when the target is its first argument.
    case function(String, hasReceiver: Bool)
    /// Unknown: an error when it is evaluated.
    case unresolved(String)
}

/// A syntax tree with the meaning of each of its names and the type of each of its nodes.
struct CheckedSyntax: Sendable {
    let tree: Syntax
    /// By node.
    let types: [CELType]
    /// By node; nil for nodes that name nothing.
    let resolutions: [Resolution?]
    /// By node: the slots of the variables of a macro.
    let slots: [Int: [Int]]
    /// Slots that a frame needs.
    let slotCount: Int
}
