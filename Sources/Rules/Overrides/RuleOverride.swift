import LocatedYAML

/// What a rule is at some sources or in some areas. Of a rule's overrides the first that fits counts.
struct RuleOverride: Sendable {
    /// A name that an override says, and where.
    struct Named: Sendable {
        var text: String
        var file: String
        var line: Int
        var column: Int
        var path: String

        init(_ text: LocatedText, file: String) {
            self.text = text.text
            self.file = file
            line = text.line
            column = text.column
            path = text.path
        }

        func complaint(_ message: String, hint: String) -> YAMLComplaint {
            YAMLComplaint(file: file, line: line, column: column, path: path, message: message, hint: hint)
        }
    }

    /// Nil for every source.
    var sources: [Named]?
    /// Nil for everywhere.
    var areas: [Named]?
    /// Compiled with the override's parameters; nil where it is not enabled.
    var rule: CompiledRule?

    func fits(source: String) -> Bool {
        sources.map { $0.contains { SourcePattern($0.text).fits(source) } } ?? true
    }
}

extension CompiledRule {
    /// What the rule is for one source: itself or an override of it, and before that what areas make of it, in order.
    struct Choice: Sendable {
        struct InArea: Sendable {
            /// Names, entries or kinds.
            var areas: [String]
            /// Nil where it is not enabled.
            var rule: CompiledRule?
        }

        var inAreas: [InArea]
        /// Outside of all of them; nil where it is not enabled.
        var otherwise: CompiledRule?
    }

    func choice(source: String) -> Choice {
        var choice = Choice(inAreas: [], otherwise: self)
        for override in overrides where override.fits(source: source) {
            guard let areas = override.areas else {
                choice.otherwise = override.rule
                break
            }
            choice.inAreas.append(.init(areas: areas.map(\.text), rule: override.rule))
        }
        return choice
    }
}
