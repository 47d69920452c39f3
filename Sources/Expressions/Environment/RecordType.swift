/// A record that expressions may look into: `object.label` checks against the fields declared here.
public struct RecordType: Sendable, Hashable {
    public struct Field: Sendable, Hashable {
        public var name: String
        public var type: CELType
        /// One sentence for the catalogue of variables.
        public var doc: String
        /// SI symbol or the like; empty for a number without a unit and for text.
        public var unit: String
        /// Of a `double` field whose value is known when an expression is compiled: it is compiled in and never read.
        public var constant: Double?

        public init(
            _ name: String, _ type: CELType, doc: String = "", unit: String = "", constant: Double? = nil
        ) {
            self.name = name
            self.type = type
            self.doc = doc
            self.unit = unit
            self.constant = constant
        }
    }

    public let name: String
    public let fields: [Field]

    public init(_ name: String, fields: [Field] = []) {
        self.name = name
        self.fields = fields
    }

    public func index(ofField name: String) -> Int? { fields.firstIndex { $0.name == name } }
}
