import GRDB
import Inspection

/// One change of a case, as it lies in the file.
enum CaseChangeRow {
    /// The keys of changes that came late lie below this and go down, so that the newest of the others stays the greatest; those
    /// of rows taken over out of damaged databases (``SalvagedTable/shift``) come nowhere near.
    static let lateBelow = -(Int64(1) << 61)

    static let columns = """
        SELECT id, finding, platform, number, stage, flags, at, message, recorded, digest FROM case_changes
        """

    /// Of a finding at a platform, how its case stands.
    static let newest = " WHERE finding = ? AND platform = ? AND id >= \(lateBelow) ORDER BY id DESC LIMIT 1"

    /// Nil when the row is damaged.
    static func change(_ row: Row) -> CaseChange? {
        guard let finding = row.id(1), let platform = row.name(2), let number = row.text(3),
            let stage = row.text(4).flatMap(CaseRecord.Stage.init(rawValue:)),
            let (flags, extending) = flags(row.text(5)), let recorded = row.time(8)
        else { return nil }
        var change = CaseChange(
            finding: finding,
            record: CaseRecord(
                platform: platform, number: number, stage: stage, flags: flags, at: row.time(6), message: row.text(7),
                extending: extending),
            recordedAt: recorded)
        change.number = row.integer(0) ?? 0
        change.isLate = change.number < lateBelow
        return row.integer(9) == digest(change) ? change : nil
    }

    /// The flags, with what is stated of an extension behind its own: `extended=2wd,suspended`.
    static func text(_ record: CaseRecord) -> String {
        record.orderedFlags.map { flag in
            guard flag == .extended, let extending = record.extending else { return flag.rawValue }
            return flag.rawValue + "=" + extending.text
        }.joined(separator: ",")
    }

    static func digest(_ change: CaseChange) -> Int64 {
        let record = change.record
        let texts = [
            record.platform.text, record.number, record.stage.rawValue, text(record), record.message ?? "\u{0}",
        ]
        return RowDigest.of(
            Array(texts.joined(separator: "\n").utf8), change.finding.high, change.finding.low,
            record.at == nil ? 0 : 1, UInt64(bitPattern: record.at?.microseconds ?? 0),
            UInt64(bitPattern: change.recordedAt.microseconds))
    }

    private static func flags(_ text: String?) -> (Set<CaseRecord.Flag>, CaseExtension?)? {
        guard let text else { return nil }
        var flags: Set<CaseRecord.Flag> = []
        var extending: CaseExtension?
        for word in text.split(separator: ",") {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let flag = CaseRecord.Flag(rawValue: String(parts[0])) else { return nil }
            flags.insert(flag)
            guard parts.count == 2 else { continue }
            guard flag == .extended, let stated = CaseExtension(String(parts[1])) else { return nil }
            extending = stated
        }
        return (flags, extending)
    }
}
