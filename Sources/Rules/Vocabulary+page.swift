import Expressions

extension Vocabulary {
    /// The tables of docs/rules.md, made of the declarations themselves.
    static var page: String {
        let environment = objectEnvironment
        var text = "| variable | type | means |\n|---|---|---|\n"
        for variable in environment.variables.sorted(by: { $0.name < $1.name }) {
            text += "| `\(variable.name)` | \(variable.type) | \(variable.doc) |\n"
        }
        for variable in environment.variables.sorted(by: { $0.name < $1.name }) {
            guard case .object(let name) = variable.type,
                let record = environment.records.first(where: { $0.name == name })
            else { continue }
            text += "\n### `\(variable.name)`\n\n| field | type | unit | means |\n|---|---|---|---|\n"
            for field in record.fields {
                text += "| `\(field.name)` | \(field.type) | \(field.unit) | \(field.doc) |\n"
            }
        }
        return text
    }
}

extension RuleSet {
    /// Markdown tables of everything that conditions may speak of, with types and units.
    public static var vocabularyPage: String { Vocabulary.page }
}
