import Expressions
import LocatedYAML

/// The named numbers of a rule, read in conditions as `param.name` and compiled into them.
struct RuleParameters: Sendable, Hashable {
    struct Parameter: Sendable, Hashable {
        var name: String
        var value: Double
        /// Where the value stands.
        var place: LocatedText
    }

    /// In the order of their names.
    private(set) var all: [Parameter] = []

    static let limit = 32

    /// Finite numbers by name.
    static func decode(_ mapping: YAMLMapping, _ key: String = "parameters") -> RuleParameters {
        var parameters = RuleParameters()
        let texts = mapping.namedTexts(key)
        if texts.count > limit { mapping.complain(key, "has more than \(limit) parameters") }
        for (name, text) in texts.prefix(limit) {
            if !isName(name) {
                mapping.complaints.add(
                    text, "the name must be 1 to 63 of a–z, 0–9 and underscore, a letter first", hint: "not \(name)")
                continue
            }
            let value = Double(text.text).flatMap { $0.isFinite ? $0 : nil }
            if value == nil { mapping.complaints.add(text, "must be a number, not \"\(text.text.prefix(60))\"") }
            // It is declared all the same: conditions that read it are not wrong.
            parameters.all.append(Parameter(name: name, value: value ?? 0, place: text))
        }
        parameters.all.sort { $0.name < $1.name }
        return parameters
    }

    var names: [String] { all.map(\.name) }
    var isEmpty: Bool { all.isEmpty }

    /// These with the values of `others`; others' own names are left out.
    func replacing(with others: RuleParameters) -> RuleParameters {
        var replaced = self
        for index in replaced.all.indices {
            guard let other = others.all.first(where: { $0.name == replaced.all[index].name }) else { continue }
            replaced.all[index].value = other.value
        }
        return replaced
    }

    /// Where the first of them stands, for people: `p.yaml:12:9: rules[0].overrides[1]`.
    func place(in file: String) -> String? {
        guard let first = all.map(\.place).min(by: { ($0.line, $0.column) < ($1.line, $1.column) }) else { return nil }
        let path = first.path.split(separator: ".").dropLast(2).joined(separator: ".")
        return "\(file):\(first.line):\(first.column): \(path)"
    }

    /// The record behind `param`, with the values in it.
    var record: RecordType {
        RecordType(
            "Param",
            fields: all.map {
                .init($0.name, .double, doc: "A parameter of the rule.", constant: $0.value)
            })
    }

    /// Tells conditions apart that read the same names: those that `program` reads, with their values.
    func key(_ program: Program) -> String {
        let read = program.referencedPaths
        return all.filter { read.contains("param.\($0.name)") }.map { "\($0.name)=\($0.value) " }.joined()
    }

    private static func isName(_ text: String) -> Bool {
        guard (1...63).contains(text.utf8.count), let first = text.utf8.first, (97...122).contains(first) else {
            return false
        }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }
}
