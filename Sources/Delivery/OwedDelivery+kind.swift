import Inspection

/// What a revision is the news of.
enum RevisionKind: Sendable, Hashable {
    case opened, updated
    /// The limit of its case is over, or the next step of the ladder has come.
    case overdue
    /// It soon will be.
    case dueSoon

    /// By the Feature's bytes: quotes inside of its strings are escaped, so that a member's name stands where it is one.
    init(_ owed: OwedDelivery) {
        if Self.isNews(Self.overdueMember, of: owed) {
            self = .overdue
        } else if Self.isNews(Self.dueSoonMember, of: owed) {
            self = .dueSoon
        } else {
            self = owed.revision <= 1 ? .opened : .updated
        }
    }

    private static func isNews(_ name: [UInt8], of owed: OwedDelivery) -> Bool {
        let feature = owed.feature[...]
        guard let said = feature.firstPlace(of: name),
            let member = feature[said.upperBound...].firstPlace(of: revisionMember)
        else { return false }
        return feature[member.upperBound...].prefix { (48...57).contains($0) }
            .elementsEqual(String(owed.revision).utf8)
    }

    private static let dueSoonMember = Array("\"case_due_soon\":{".utf8)
    private static let overdueMember = Array("\"case_overdue\":{".utf8)
    private static let revisionMember = Array("\"revision\":".utf8)
}
