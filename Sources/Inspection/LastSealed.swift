/// The place in the change feed that the evidence's signed chain last bound: what was promised beyond the database.
///
/// The chain is kept in other files than the database. When the database's newest sequence of the same epoch is smaller, rows that
/// were acknowledged are gone: the epoch ends, and it is said.
public struct LastSealed: Sendable, Hashable {
    /// The epoch of the sealed revision: ``FindingStore/epoch`` as it was when the line was written.
    public let epoch: String
    /// The sequence of the sealed revision, 1 or more.
    public let sequence: Int64

    public init(epoch: String, sequence: Int64) {
        self.epoch = epoch
        self.sequence = sequence
    }
}
