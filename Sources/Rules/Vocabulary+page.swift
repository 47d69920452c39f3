import Expressions

extension Vocabulary {
    /// The tables of docs/rules.md, made of the declarations themselves.
    static var page: String {
        let environment = pairEnvironment
        var text = "| variable | type | means |\n|---|---|---|\n"
        for variable in environment.variables.sorted(by: { $0.name < $1.name }) {
            text += "| `\(variable.name)` | \(variable.type) | \(variable.doc) |\n"
        }
        for variable in environment.variables.sorted(by: { $0.name < $1.name })
        where variable.name != otherName && variable.name != parametersName {
            guard case .object(let name) = variable.type,
                let record = environment.records.first(where: { $0.name == name })
            else { continue }
            text += "\n### `\(variable.name)`\n\n| field | type | unit | means |\n|---|---|---|---|\n"
            for field in record.fields {
                text += "| `\(field.name)` | \(field.type) | \(field.unit) | \(field.doc) |\n"
            }
        }
        text += "\n### `ground.position`\n\n| field | type | unit | means |\n|---|---|---|---|\n"
        for field in position.type.fields {
            text += "| `\(field.name)` | \(field.type) | \(field.unit) | \(field.doc) |\n"
        }
        text += "\n### `head(object)`\n\n| field | type | unit | means |\n|---|---|---|---|\n"
        for field in part.type.fields {
            text += "| `\(field.name)` | \(field.type) | \(field.unit) | \(field.doc) |\n"
        }
        text += "\n### Functions\n\n| call | gives | means |\n|---|---|---|\n"
        for function in environment.functions {
            guard let result = function.overloads.first?.result else { continue }
            let calls = function.overloads.map { overload in
                var types = overload.parameters.map(\.description)
                let receiver = overload.hasReceiver ? types.removeFirst() + "." : ""
                return "`\(receiver)\(function.name)(\(types.joined(separator: ", ")))`"
            }
            text += "| \(calls.joined(separator: ", ")) | \(result) | \(function.doc) |\n"
        }
        return text
    }
}

extension RuleSet {
    /// Markdown tables of everything that conditions may speak of, with types and units.
    public static var vocabularyPage: String { Vocabulary.page }
}
