import Foundation
public import Inspection

/// Where a chain goes on: read from its last segment alone.
struct ChainTail: Sendable {
    /// Of the last line; 0 for a chain that has none.
    var number: Int64 = 0
    var hash = ChainLine.beginning
    var sealed: LastSealed?
    var missions: Int64 = 0
    /// The key that signs the next line; nil for a chain that has none, and where its end is too damaged to tell.
    var key: String?
    /// Number of the last segment; 0 for none.
    var segment = 0
    /// Length of the last segment without what was torn.
    var length = 0
    /// Bytes behind it: a line that a kill or a power cut left half written.
    var torn = 0
    /// Lines that are there, were promised and cannot be read.
    var damaged = 0
    /// The last line that the head names; 0 where there is none.
    var promised: Int64 = 0
    /// Lines that were promised and are gone.
    var lost: Int64 = 0

    /// Reads `files` and changes nothing.
    ///
    /// Lines behind the head were never promised: the first of them that does not follow from the one before it, and all
    /// behind it, are torn. What the head promised stays where it is, damaged or not, for `flyonce verify` to name.
    init(of files: ChainFiles) {
        let keys = files.publicKeys
        let head = files.head.flatMap { head in
            keys[head.key].map { head.isSigned(by: $0) } ?? true ? head : nil
        }
        promised = head?.number ?? 0
        defer { if let head { goOn(behind: head) } }
        let segments = files.segments
        guard let last = segments.last else { return }
        segment = last
        let bytes = ChainFiles.read(files.segment(last), limit: Self.segmentLimit) ?? []
        let lines = Self.lines(of: bytes)
        if let good = Self.good(lines, in: bytes, promised: promised, keys: keys) {
            take(good.line)
            let owed = good.index + 1 + Int(clamping: max(promised &- good.line.number, 0))
            follow(lines, in: bytes, after: good.index, promised: owed, keys: keys)
            return
        }
        // A segment that was just begun, or one of which nothing can be read.
        for former in segments.dropLast().suffix(2).reversed() {
            let bytes = ChainFiles.read(files.segment(former), limit: Self.segmentLimit) ?? []
            guard let good = Self.good(Self.lines(of: bytes), in: bytes, promised: .max, keys: keys) else { continue }
            take(good.line)
            break
        }
        keep(lines, in: bytes, promised: head == nil || promised <= number ? 0 : lines.count)
    }

    /// The newest line that can be believed and was promised; where none of the segment's was, its first.
    private static func good(
        _ lines: [Range<Int>], in bytes: [UInt8], promised: Int64, keys: [String: VerifyingKey]
    ) -> (index: Int, line: ChainLine)? {
        var good: (index: Int, line: ChainLine)?
        for (index, range) in lines.enumerated().reversed() {
            guard let line = ChainLine(bytes[range]), keys[line.key].map({ line.isSigned(by: $0) }) ?? true else {
                continue
            }
            good = (index, line)
            if line.number <= promised { break }
        }
        return good
    }

    /// Lines that are gone are never written again under their numbers: that they are missing stays to be seen.
    private mutating func goOn(behind head: ChainHead) {
        guard number < head.number else { return }
        lost = head.number &- number
        number = head.number
        hash = head.hash
        key = key ?? head.key
    }

    private mutating func take(_ line: ChainLine) {
        number = line.number
        hash = line.hash
        sealed = line.sealed
        missions = line.missions
        key = line.namedKey?.id ?? line.key
    }

    private mutating func follow(
        _ lines: [Range<Int>], in bytes: [UInt8], after index: Int, promised: Int, keys: [String: VerifyingKey]
    ) {
        length = lines[index].upperBound + 1
        for (at, range) in lines.enumerated().dropFirst(index + 1) {
            let line = ChainLine(bytes[range])
            let isSound = line.map { keys[$0.key].map($0.isSigned) ?? true } ?? false
            if let line, isSound, line.previous == hash, line.number == number + 1 {
                take(line)
            } else if at < promised {
                damaged += 1
                number += 1
                hash = ChainLine.hash(bytes[range])
            } else {
                break
            }
            length = range.upperBound + 1
        }
        torn = bytes.count - length
    }

    /// Of a segment of which nothing can be read.
    private mutating func keep(_ lines: [Range<Int>], in bytes: [UInt8], promised: Int) {
        damaged = promised
        length = promised > 0 ? lines.last.map { $0.upperBound + 1 } ?? 0 : 0
        torn = bytes.count - length
    }

    /// Whole lines only, without their breaks.
    private static func lines(of bytes: [UInt8]) -> [Range<Int>] {
        var lines: [Range<Int>] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: 10) {
            lines.append(start..<end)
            start = end + 1
        }
        return lines
    }

    static let segmentLimit = ChainLine.limit + (64 << 20)
}

/// Reads what the chain of a state directory last sealed.
public enum SealedChain {
    /// From the chain's end alone; nil for a chain that sealed no revision yet, or none that can be believed.
    public static func last(in stateDirectory: String) -> LastSealed? {
        ChainTail(of: ChainFiles(folder: stateDirectory)).sealed
    }

    /// What was last promised; nil for a state directory without a chain.
    public static func head(in stateDirectory: String) -> ChainHead? { ChainFiles(folder: stateDirectory).head }

    /// The public keys that lie beside the chain.
    public static func publicKeys(in stateDirectory: String) -> [VerifyingKey] {
        ChainFiles(folder: stateDirectory).publicKeys.values.sorted { $0.id < $1.id }
    }
}
