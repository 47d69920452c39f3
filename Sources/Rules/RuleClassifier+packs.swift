public import Inspection

extension RuleClassifier {
    /// Packs of the rules that are run, with the versions of their rules, in the order in which they were given.
    public var packsInForce: [MetadataLogHeader.Pack] {
        var packs: [MetadataLogHeader.Pack] = []
        for rule in rules {
            let pack = MetadataLogHeader.Pack(id: rule.pack, version: rule.version)
            if !packs.contains(pack) { packs.append(pack) }
        }
        return packs
    }
}
