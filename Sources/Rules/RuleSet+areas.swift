import Inspection
import LocatedYAML

/// What conditions name is known of the gateway, not of the pack: one pack may serve many gateways.
extension RuleSet {
    /// Lines of one kind at most.
    private static let areaLineLimit = 50
    /// Rules that one line names at most.
    private static let namedRules = 5

    /// For people: names in conditions that are neither an area, an entry nor a kind, each with its place in the pack; and kinds
    /// of which there is no area, a line each. Of packs whose file `isShipped`, which speak of many kinds, those are not told.
    public func areasThatAreNot(in ground: GroundData, isShipped: (String) -> Bool = { _ in false }) -> [String] {
        unknownAreaLines(in: ground) + kindsWithoutAreas(in: ground, isShipped: isShipped)
    }

    /// Those of them that are neither an area, an entry nor a kind.
    public func unknownAreaLines(in ground: GroundData) -> [String] {
        let unknown = unknownAreas(in: ground)
        var lines = unknown.prefix(Self.areaLineLimit).map(\.description)
        if unknown.count > lines.count {
            lines.append("\(unknown.count - lines.count) more conditions name areas that there are not")
        }
        return lines
    }

    /// The condition fails wherever it is asked.
    func unknownAreas(in ground: GroundData) -> [YAMLComplaint] {
        let unknown = rules.flatMap(\.areaWords).filter { !ground.areas.knows($0.text) }
        guard !unknown.isEmpty else { return [] }
        let areas = ground.areas.areas.prefix(1000)
        let names = Set(AreaSource.Kind.allCases.map(\.rawValue) + areas.map(\.name) + areas.map(\.set))
        return unknown.enumerated().map { index, word in
            YAMLComplaint(
                file: word.file, line: word.line, column: word.column, path: word.path,
                message:
                    "\(word.function): no area, entry of areas or kind is called \(word.text): the condition fails wherever it is asked",
                hint: index < Self.areaLineLimit ? NearestName.hint(for: word.text, among: names) : "")
        }
    }

    private func kindsWithoutAreas(in ground: GroundData, isShipped: (String) -> Bool) -> [String] {
        var asking: [String: [String]] = [:]
        for rule in rules where !rule.areaWords.isEmpty && !isShipped(rule.areaWords[0].file) {
            for kind in Set(rule.areaWords.map(\.text)) where AreaSource.Kind(rawValue: kind) != nil {
                asking[kind, default: []].append(rule.id)
            }
        }
        return asking.filter { !ground.areas.hasAny($0.key) }.sorted { $0.key < $1.key }.map { kind, rules in
            let named = rules.prefix(Self.namedRules).joined(separator: ", ")
            let more = rules.count > Self.namedRules ? " and \(rules.count - Self.namedRules) more" : ""
            return "no area of the settings is of kind \(kind), which conditions ask for: \(named)\(more)"
        }
    }
}
