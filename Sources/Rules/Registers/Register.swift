import Geodesy
import Inspection

/// The rows of a register, by where they are. Immutable and shared.
struct Register: Sendable {
    struct Row: Sendable {
        var id: String
        var name: String
        /// In force from this instant on, and before that one; nil without an end.
        var from: UTCTime?
        var until: UTCTime?
        /// Its first and its last day or time as the row states them, for people.
        var stated = Stated()
        var shape: GroundShape

        struct Stated: Sendable {
            var from: String?
            var until: String?
        }

        /// When it ended; nil while it has not.
        func ended(before time: UTCTime) -> UTCTime? { until.flatMap { $0 <= time ? $0 : nil } }

        func isInForce(at time: UTCTime) -> Bool {
            (from.map { $0 <= time } ?? true) && (until.map { time < $0 } ?? true)
        }
    }

    /// Rows at most.
    static let limit = 200_000

    let name: String
    let rows: [Row]
    /// Seconds that the register's days are ahead of UTC.
    private let utcOffsetSeconds: Int
    private let index: ShapeIndex

    init(name: String, rows: [Row], utcOffsetSeconds: Int = 0) {
        self.name = name
        self.utcOffsetSeconds = utcOffsetSeconds
        self.rows = rows
        index = ShapeIndex(rows.map(\.shape))
    }

    /// The first row in force at `time` (nil: any row) that covers `point`.
    func row(covering point: GeodeticPoint, at time: UTCTime?) -> Row? {
        var first: Int?
        index.visit(containing: point) { index in
            if time.map({ rows[index].isInForce(at: $0) }) ?? true { first = min(first ?? index, index) }
            return true
        }
        return first.map { rows[$0] }
    }

    /// A row that covers `point` and is not in force at `time`: that which ended last, else that which begins first.
    func lapsedRow(covering point: GeodeticPoint, at time: UTCTime) -> Row? {
        var found: Int?
        index.visit(containing: point) { index in
            if !rows[index].isInForce(at: time), found.map({ isNearer(index, than: $0, to: time) }) ?? true {
                found = index
            }
            return true
        }
        return found.map { rows[$0] }
    }

    private func isNearer(_ index: Int, than other: Int, to time: UTCTime) -> Bool {
        switch (rows[index].ended(before: time), rows[other].ended(before: time)) {
        case (let a?, let b?): a == b ? index < other : a > b
        case (.some, nil): true
        case (nil, .some): false
        case (nil, nil):
            switch (rows[index].from, rows[other].from) {
            case (let a?, let b?): a == b ? index < other : a < b
            case (.some, nil): true
            default: false
            }
        }
    }

    /// The last day of a row that ended before `time`, or the first of one that begins after it, such as `2026-07-31`, by the
    /// register's own clock.
    func lapse(of row: Row, at time: UTCTime) -> (isOver: Bool, day: String)? {
        if let end = row.ended(before: time) { return (true, day(end.advanced(byMicroseconds: -1))) }
        return row.from.flatMap { $0 > time ? (false, day($0)) : nil }
    }

    private func day(_ time: UTCTime) -> String { time.localDay(utcOffsetSeconds: utcOffsetSeconds) }

    /// The nearest row in force at `time` (nil: any row) within 100 km, and its distance in metres.
    func nearest(to point: GeodeticPoint, at time: UTCTime?) -> (row: Row, distance: Double)? {
        let found = index.nearest(to: point) { index in time.map { rows[index].isInForce(at: $0) } ?? true }
        return found.map { (rows[$0.index], $0.distance) }
    }
}
