import Inspection

/// What a revision is the news of.
enum RevisionKind: Sendable, Hashable {
    case opened, updated
    /// The limit of its case is over, or the next step of the ladder has come.
    case overdue

    /// By the Feature's bytes: quotes inside of its strings are escaped, so that a member's name stands where it is one.
    init(_ owed: OwedDelivery) {
        let feature = owed.feature[...]
        if let said = feature.firstPlace(of: Self.overdueMember),
            let member = feature[said.upperBound...].firstPlace(of: Self.revisionMember),
            feature[member.upperBound...].prefix(while: { (48...57).contains($0) })
                .elementsEqual(String(owed.revision).utf8)
        {
            self = .overdue
        } else {
            self = owed.revision <= 1 ? .opened : .updated
        }
    }

    private static let overdueMember = Array("\"case_overdue\":{".utf8)
    private static let revisionMember = Array("\"revision\":".utf8)
}
