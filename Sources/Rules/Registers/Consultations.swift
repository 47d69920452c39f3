import Inspection
import Synchronization

/// What one rule asked of registers while it was looked at, so that its reasons name the rows. Filled by the functions of
/// the language, which may be called from any thread, hence the lock.
final class Consultations: Sendable {
    private struct Entry {
        var register: String
        var row: Register.Row?
        var distance: Double
        /// It is not in force: since the end of this day, or before it.
        var lapse: (isOver: Bool, day: String)?
    }

    private let entries = Mutex<[Entry]>([])
    private static let limit = 16

    func forget() { entries.withLock { if !$0.isEmpty { $0 = [] } } }

    /// The row that answered, else the nearest; nil when there is none. The last answer of a register counts.
    func note(
        register: String, row: (row: Register.Row, distance: Double)?, lapse: (isOver: Bool, day: String)? = nil
    ) {
        let entry = Entry(register: register, row: row?.row, distance: row?.distance ?? .infinity, lapse: lapse)
        entries.withLock { entries in
            if let known = entries.firstIndex(where: { $0.register == register && $0.row?.id == entry.row?.id }) {
                entries[known] = entry
            } else if entries.count < Self.limit {
                entries.append(entry)
            }
        }
    }

    /// One for each register and row.
    var reasons: [Detection.Reason] {
        rows.map { Detection.Reason(condition: "held against the register \($0.register)", values: $0.values) }
    }

    /// The same in one list, each value with the name of its register: `permits.row`.
    var values: [Detection.Reason.Value] {
        rows.flatMap { row in row.values.map { .init(name: "\(row.register).\($0.name)", value: $0.value) } }
    }

    private var rows: [(register: String, values: [Detection.Reason.Value])] {
        entries.withLock { $0 }.map { entry in
            guard let row = entry.row else { return (entry.register, [.init(name: "row", value: "none")]) }
            let word = entry.distance > 0 ? "nearest_row" : entry.lapse != nil ? "row_not_in_force" : "row"
            var values = [Detection.Reason.Value(name: word, value: row.id)]
            if !row.name.isEmpty { values.append(.init(name: "name", value: row.name)) }
            if let lapse = entry.lapse {
                values.append(.init(name: lapse.isOver ? "ended" : "begins", value: lapse.day))
            }
            let decimetres = (entry.distance * 10).rounded() / 10
            values.append(.init(name: "distance_m", value: "\(decimetres)"))
            if let from = row.stated.from { values.append(.init(name: "from", value: from)) }
            if let until = row.stated.until { values.append(.init(name: "until", value: until)) }
            return (entry.register, values)
        }
    }
}
