import Expressions

/// A record of the vocabulary: each field's declaration beside what reads it, so that the two cannot part.
struct RecordTable<Subject>: Sendable {
    struct Field: Sendable {
        var declaration: RecordType.Field
        /// Nil when there is no value.
        var read: @Sendable (Subject) -> CELValue?
        /// The same for a number, without the detour through ``CELValue``. Nil for other fields.
        var readNumber: (@Sendable (Subject) -> Double?)?
        /// The same for text.
        var readText: (@Sendable (Subject) -> String?)?
    }

    let type: RecordType
    private let readers: [@Sendable (Subject) -> CELValue?]
    private let numbers: [(@Sendable (Subject) -> Double?)?]
    private let texts: [(@Sendable (Subject) -> String?)?]

    init(_ name: String, _ fields: [Field]) {
        type = RecordType(name, fields: fields.map(\.declaration))
        readers = fields.map(\.read)
        numbers = fields.map(\.readNumber)
        texts = fields.map(\.readText)
    }

    func read(_ field: Int, _ subject: Subject) -> CELValue? {
        readers.indices.contains(field) ? readers[field](subject) : nil
    }

    /// Nil for a field that is no number, and for one without a value.
    func number(_ field: Int, _ subject: Subject) -> Double? {
        guard numbers.indices.contains(field) else { return nil }
        guard let number = numbers[field] else {
            guard case .double(let value)? = readers[field](subject) else { return nil }
            return value
        }
        return number(subject).flatMap { $0.isNaN ? nil : $0 }
    }

    /// Nil for a field that is no text, and for one without a value.
    func text(_ field: Int, _ subject: Subject) -> String? {
        guard texts.indices.contains(field) else { return nil }
        guard let text = texts[field] else {
            guard case .string(let value)? = readers[field](subject) else { return nil }
            return value
        }
        return text(subject)
    }
}

extension RecordTable.Field {
    static func number(
        _ name: String, _ unit: String = "", _ doc: String, _ read: @escaping @Sendable (Subject) -> Double?
    ) -> Self {
        Self(
            declaration: .init(name, .double, doc: doc, unit: unit),
            read: { subject in read(subject).flatMap { $0.isNaN ? nil : .double($0) } }, readNumber: read)
    }

    static func count(
        _ name: String, _ unit: String = "", _ doc: String, _ read: @escaping @Sendable (Subject) -> Int?
    ) -> Self {
        Self(declaration: .init(name, .int, doc: doc, unit: unit)) { subject in read(subject).map { .int(Int64($0)) } }
    }

    static func text(
        _ name: String, _ doc: String, _ read: @escaping @Sendable (Subject) -> String?
    ) -> Self {
        Self(
            declaration: .init(name, .string, doc: doc), read: { subject in read(subject).map { .string($0) } },
            readText: read)
    }

    static func texts(_ name: String, _ doc: String, _ read: @escaping @Sendable (Subject) -> [String]?) -> Self {
        Self(declaration: .init(name, .list(.string), doc: doc)) { subject in
            read(subject).map { .list($0.map { .string($0) }) }
        }
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
