import Expressions
import LocatedYAML

extension GroundData {
    /// Areas and registers that the expressions name outright and that are not there, each with what was likely meant.
    func unknownNames(_ programs: [Program]) -> [String] {
        var lines: [String] = []
        func add(_ line: String, _ hint: String) {
            let line = hint.isEmpty ? line : "\(line) (\(hint))"
            if !lines.contains(line) { lines.append(line) }
        }
        let names = Set(areas.areas.prefix(1000).flatMap { [$0.name, $0.set] })
        for program in programs {
            for word in program.hostArguments where AreaWord.functions.contains(word.function) {
                guard !areas.knows(word.text), AreaSource.Kind(rawValue: word.text) == nil else { continue }
                let kinds = AreaSource.Kind.allCases.map(\.rawValue)
                let near = NearestName.suggestion(for: word.text, among: names.union(kinds))
                add(
                    "\(word.function): no area is called \(word.text)",
                    near.map { "did you mean \($0)?" } ?? NearestName.hint(for: word.text, among: names))
            }
            for name in program.referencedCalls.compactMap(Vocabulary.registerName) where registers[name] == nil {
                add("register: there is no register \(name)", NearestName.hint(for: name, among: registerNames))
            }
        }
        return lines
    }
}
