import Expressions

/// A record of the vocabulary: each field's declaration beside what reads it, so that the two cannot part.
struct RecordTable<Subject>: Sendable {
    struct Field: Sendable {
        var declaration: RecordType.Field
        /// Nil when there is no value.
        var read: @Sendable (Subject) -> CELValue?
    }

    let type: RecordType
    private let readers: [@Sendable (Subject) -> CELValue?]

    init(_ name: String, _ fields: [Field]) {
        type = RecordType(name, fields: fields.map(\.declaration))
        readers = fields.map(\.read)
    }

    func read(_ field: Int, _ subject: Subject) -> CELValue? {
        readers.indices.contains(field) ? readers[field](subject) : nil
    }
}

extension RecordTable.Field {
    static func number(
        _ name: String, _ unit: String = "", _ doc: String, _ read: @escaping @Sendable (Subject) -> Double?
    ) -> Self {
        Self(declaration: .init(name, .double, doc: doc, unit: unit)) { subject in
            read(subject).flatMap { $0.isNaN ? nil : .double($0) }
        }
    }

    static func count(
        _ name: String, _ unit: String = "", _ doc: String, _ read: @escaping @Sendable (Subject) -> Int?
    ) -> Self {
        Self(declaration: .init(name, .int, doc: doc, unit: unit)) { subject in read(subject).map { .int(Int64($0)) } }
    }

    static func text(
        _ name: String, _ doc: String, _ read: @escaping @Sendable (Subject) -> String?
    ) -> Self {
        Self(declaration: .init(name, .string, doc: doc)) { subject in read(subject).map { .string($0) } }
    }

    static func flag(_ name: String, _ doc: String, _ read: @escaping @Sendable (Subject) -> Bool?) -> Self {
        Self(declaration: .init(name, .bool, doc: doc)) { subject in read(subject).map { .bool($0) } }
    }

    static func attributes(
        _ name: String, _ doc: String, _ read: @escaping @Sendable (Subject) -> CELValue?
    ) -> Self {
        Self(declaration: .init(name, .map(.string, .dyn), doc: doc), read: read)
    }
}
