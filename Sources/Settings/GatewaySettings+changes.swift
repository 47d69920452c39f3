import Inspection

extension GatewaySettings {
    /// Keys of the file whose values are others in `fresh`: `http`, `sources.uav-1`. What stands in `defaults` is told of the
    /// sources that it changes. Empty when they mean the same.
    public func changes(in fresh: GatewaySettings) -> [String] {
        var keys: [String] = []
        func compare(_ key: String, _ isSame: Bool) { if !isSame { keys.append(key) } }
        compare("gateway", name == fresh.name && role == fresh.role)
        compare("state_directory", stateDirectory == fresh.stateDirectory)
        compare("http", http == fresh.http)
        keys += Self.changed("sources", sources, fresh.sources, \.name)
        compare("rules", rules == fresh.rules)
        compare("jurisdiction", jurisdiction == fresh.jurisdiction)
        compare("areas", areas == fresh.areas)
        compare("registers", registers == fresh.registers)
        compare("joining", joining == fresh.joining)
        compare("evidence", evidence == fresh.evidence)
        compare("redaction", redaction == fresh.redaction)
        compare("metadata_log", metadataLog == fresh.metadataLog)
        compare("terrain", terrain == fresh.terrain)
        compare("coverage", coverage == fresh.coverage)
        compare("reflights", reflights == fresh.reflights)
        compare("cases", cases == fresh.cases)
        compare("uplink", uplink == fresh.uplink)
        keys += Self.changed("destinations", destinations, fresh.destinations, \.name)
        return keys
    }

    /// Those that came, went or are others; the key alone where only their order is.
    private static func changed<Value: Equatable>(
        _ key: String, _ old: [Value], _ new: [Value], _ name: (Value) -> Name
    ) -> [String] {
        guard old != new else { return [] }
        let before = Dictionary(old.map { (name($0).text, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { (name($0).text, $0) }, uniquingKeysWith: { first, _ in first })
        let names = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
        return names.isEmpty ? [key] : names.map { "\(key).\($0)" }
    }
}
