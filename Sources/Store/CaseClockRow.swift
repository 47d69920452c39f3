import GRDB
import Inspection

/// The clock of one case, as it lies in the file.
enum CaseClockRow {
    static let columns = """
        SELECT finding, platform, number, scene_type, stage, step, since, time_limit, extensions, paused, suspended, soon,
          due, told, next, change, digest FROM case_clocks
        """

    /// Nil when the row is damaged.
    static func clock(_ row: Row) -> CaseClock? {
        guard let finding = row.id(0), let platform = row.name(1), let number = row.text(2),
            let sceneType = row.text(3),
            let stage = row.text(4).flatMap(CaseRecord.Stage.init(rawValue:)),
            let step = row.text(5).flatMap(CaseClock.Step.init(rawValue:)), let since = row.time(6),
            let extensions = row.integer(8), let paused = row.integer(9), let told = row.integer(13),
            let change = row.integer(15)
        else { return nil }
        let clock = CaseClock(
            finding: finding, platform: platform, number: number, sceneType: sceneType, stage: stage, step: step,
            since: since, limit: row.text(7), extensions: Int(clamping: extensions), paused: paused,
            suspendedSince: row.time(10), soon: row.time(11), due: row.time(12), told: Int(clamping: told),
            next: row.time(14), change: change)
        return row.integer(16) == digest(clock) ? clock : nil
    }

    static func values(_ clock: CaseClock) -> StatementArguments {
        [
            clock.finding.blob, clock.platform.text, clock.number, clock.sceneType, clock.stage.rawValue,
            clock.step.rawValue, clock.since.microseconds, clock.limit, clock.extensions, clock.paused,
            clock.suspendedSince?.microseconds, clock.soon?.microseconds, clock.due?.microseconds, clock.told,
            clock.next?.microseconds, clock.change, digest(clock),
        ]
    }

    static func digest(_ clock: CaseClock) -> Int64 {
        let texts = [
            clock.platform.text, clock.number, clock.sceneType, clock.stage.rawValue, clock.step.rawValue,
            clock.limit ?? "\u{0}",
        ]
        let times = [clock.suspendedSince, clock.soon, clock.due, clock.next].map {
            $0.map { "\($0.microseconds)" } ?? "-"
        }
        return RowDigest.of(
            Array((texts + times).joined(separator: "\n").utf8), clock.finding.high, clock.finding.low,
            UInt64(bitPattern: clock.since.microseconds), UInt64(bitPattern: Int64(clock.extensions)),
            UInt64(bitPattern: clock.paused), UInt64(bitPattern: Int64(clock.told)), UInt64(bitPattern: clock.change))
    }
}
