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
        var shape: GroundShape

        func isInForce(at time: UTCTime) -> Bool {
            (from.map { $0 <= time } ?? true) && (until.map { time < $0 } ?? true)
        }
    }

    /// Rows at most.
    static let limit = 200_000

    let name: String
    let rows: [Row]
    private let index: ShapeIndex

    init(name: String, rows: [Row]) {
        self.name = name
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

    /// The nearest row in force at `time` (nil: any row) within 100 km, and its distance in metres.
    func nearest(to point: GeodeticPoint, at time: UTCTime?) -> (row: Row, distance: Double)? {
        let found = index.nearest(to: point) { index in time.map { rows[index].isInForce(at: $0) } ?? true }
        return found.map { (rows[$0.index], $0.distance) }
    }
}
