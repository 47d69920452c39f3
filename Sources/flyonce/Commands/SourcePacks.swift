import Inspection
import Rules
import Settings

/// Which packs look at which source, as the configuration has it.
struct SourcePacks {
    private let settings: GatewaySettings?
    /// The command line names the packs: they are asked of the frames of every source.
    private let isStated: Bool
    private var told: Set<Name> = []

    init(_ settings: GatewaySettings?, isStated: Bool) {
        self.settings = settings
        self.isStated = isStated
    }

    /// Those that are asked of the frames of a source; nil for all. Where packs are asked that the gateway does not ask, it
    /// is said once.
    mutating func packs(of source: Name, among rules: RuleSet) -> [String]? {
        guard let own = settings?.sources.first(where: { $0.name == source })?.options.packs else { return nil }
        guard isStated else { return own }
        let others = rules.packs.filter { !own.contains($0) }
        if !others.isEmpty, told.insert(source).inserted {
            say(
                "the source \(source) is looked at by \(own.joined(separator: ", ")), not by "
                    + "\(others.joined(separator: ", ")): asked all the same")
        }
        return nil
    }
}
