public import Inspection
public import LocatedYAML

/// What overrides name is known of the gateway, not of the pack: one pack may serve many gateways.
extension RuleSet {
    /// Overrides that can fit no source and no area of the gateway, with what is not there and its place in the pack. Without
    /// `sources` there is no gateway: then nothing is told of sources, and of areas only beside others.
    public func overridesThatNeverFit(sources: [Name]?, ground: GroundData) -> [YAMLComplaint] {
        guard let sources else { return ground.areas.areas.isEmpty ? [] : overridesWithoutArea(in: ground) }
        return overridesWithoutSource(among: sources.map(\.text)) + overridesWithoutArea(in: ground)
    }

    /// Patterns of overrides that fit none of these sources, each with its place in the pack.
    func overridesWithoutSource(among sources: [String]) -> [YAMLComplaint] {
        named(\.sources).filter { name in !sources.contains { SourcePattern(name.text).fits($0) } }.map {
            $0.complaint(
                "no source is called \($0.text): the override never fits",
                hint: NearestName.hint(for: $0.text, among: sources))
        }
    }

    /// Areas that overrides name and that are none of these, nor an entry or a kind of them, each with its place in the pack.
    func overridesWithoutArea(in data: GroundData) -> [YAMLComplaint] {
        named(\.areas).filter { !data.areas.knows($0.text) && AreaSource.Kind(rawValue: $0.text) == nil }.map {
            $0.complaint(
                "no area is called \($0.text): the override never fits",
                hint: NearestName.hint(for: $0.text, among: data.areas.areas.prefix(1000).map(\.name)))
        }
    }

    private func named(_ names: KeyPath<RuleOverride, [RuleOverride.Named]?>) -> [RuleOverride.Named] {
        rules.flatMap(\.overrides).flatMap { $0[keyPath: names] ?? [] }
    }
}
