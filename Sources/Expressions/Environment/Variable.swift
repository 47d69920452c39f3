/// A name that expressions may read. Its index in ``Environment/variables`` is how an activation is asked for it.
public struct Variable: Sendable, Hashable {
    /// An identifier, or several joined by dots.
    public var name: String
    public var type: CELType
    /// One sentence for the catalogue of variables.
    public var doc: String
    /// SI symbol or the like; empty when there is none.
    public var unit: String

    public init(_ name: String, _ type: CELType, doc: String = "", unit: String = "") {
        self.name = name
        self.type = type
        self.doc = doc
        self.unit = unit
    }
}
