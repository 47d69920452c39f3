import Inspection
import Settings

/// What a running daemon takes over of settings that are read again: which packs look at which source.
extension GatewaySettings {
    /// The sources that run, each with the packs that `fresh` gives it; one that `fresh` no longer names keeps its own.
    /// Throws when a source would be left without a pack that it asks for: its rules would be gone without a word.
    func running(governedBy fresh: GatewaySettings, loaded: [String]) throws(Failure) -> [SourceSettings] {
        var running = sources.filter(\.isEnabled)
        for index in running.indices {
            let name = running[index].name
            if let source = fresh.sources.first(where: { $0.name == name }) {
                running[index].options.packs = source.options.packs
            }
            for pack in running[index].options.packs ?? [] where !loaded.contains(pack) {
                throw Failure(
                    .badConfig,
                    "source \(name) still runs and asks for the rule pack \(pack), which is none of rules.packs: "
                        + "keep the pack until the next start, or give the source others.")
            }
        }
        return running
    }

    /// So that what was taken over does not count as a difference.
    mutating func takePacks(of running: GatewaySettings) {
        for index in sources.indices {
            guard let source = running.sources.first(where: { $0.name == sources[index].name }), source.isEnabled else {
                continue
            }
            sources[index].options.packs = source.options.packs
        }
    }
}
