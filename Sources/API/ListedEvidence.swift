public import Inspection

/// What a finding says of one of its files.
public struct ListedEvidence: Sendable, Hashable {
    public var item: EvidenceItem
    public var finding: FindingID

    public init(item: EvidenceItem, finding: FindingID) {
        self.item = item
        self.finding = finding
    }

    /// True for what shows people and vehicles as they were captured. So is held to be what no finding lists.
    static func isOriginal(_ listed: ListedEvidence?) -> Bool {
        guard let item = listed?.item else { return true }
        return !item.redacted && item.kind != .metadata
    }
}
