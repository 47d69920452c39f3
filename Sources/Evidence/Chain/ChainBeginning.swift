public import Inspection

/// Where a chain began behind findings that were kept before: as it does in a copy of a database without the chain that belongs
/// to it. What was sealed of them earlier is proved by that other chain alone.
public struct ChainBeginning: Sendable, Hashable {
    public var at: UTCTime
    /// The newest sequence of the store at that time.
    public var sequence: Int64

    init(at: UTCTime, sequence: Int64) {
        self.at = at
        self.sequence = sequence
    }

    /// Of a chain's first line; nil for one that began with its store.
    init?(_ line: ChainLine) {
        guard line.number == 1, line.kind == .key, let sequence = line.members.integer("store_seq"), sequence > 0 else {
            return nil
        }
        at = line.at
        self.sequence = sequence
    }
}

extension ChainFiles {
    /// Nil too where the first line is not there, or cannot be read.
    var beginning: ChainBeginning? {
        guard let first = segments.first else { return nil }
        var beginning: ChainBeginning?
        var isFirst = true
        _ = ChainReader.eachLine(of: segment(first), while: { isFirst }) { bytes in
            if isFirst { beginning = ChainLine(bytes).flatMap { ChainBeginning($0) } }
            isFirst = false
        }
        return beginning
    }
}
