import GRDB
import Inspection

/// One change of a case, as it lies in the file.
enum CaseChangeRow {
    static let columns = """
        SELECT id, finding, platform, number, stage, flags, at, message, recorded, digest FROM case_changes
        """

    /// Nil when the row is damaged.
    static func change(_ row: Row) -> CaseChange? {
        guard let finding = row.id(1), let platform = row.name(2), let number = row.text(3),
            let stage = row.text(4).flatMap(CaseRecord.Stage.init(rawValue:)), let flags = flags(row.text(5)),
            let recorded = row.time(8)
        else { return nil }
        var change = CaseChange(
            finding: finding,
            record: CaseRecord(
                platform: platform, number: number, stage: stage, flags: flags, at: row.time(6), message: row.text(7)),
            recordedAt: recorded)
        change.number = row.integer(0) ?? 0
        return row.integer(9) == digest(change) ? change : nil
    }

    static func text(_ record: CaseRecord) -> String { record.orderedFlags.map(\.rawValue).joined(separator: ",") }

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

    private static func flags(_ text: String?) -> Set<CaseRecord.Flag>? {
        guard let text else { return nil }
        let words = text.split(separator: ",")
        let flags = words.compactMap { CaseRecord.Flag(rawValue: String($0)) }
        return flags.count == words.count ? Set(flags) : nil
    }
}
