/// Comma-separated values (RFC 4180), each with the byte it begins at, row by row: no more than one row is held. Lines end
/// with CR LF, LF or CR; a byte order mark is passed over.
struct CSVTable {
    struct Cell {
        var text: String
        var offset: Int
    }

    struct Row {
        var cells: [Cell]
        var offset: Int
    }

    /// The first row.
    private(set) var header: Row?
    private let bytes: [UInt8]
    private let maximumRows: Int
    private var offset: Int
    private var count = 0

    static let maximumColumns = 512
    static let maximumCellBytes = 65_536

    init(_ bytes: [UInt8], maximumRows: Int, into complaints: inout DataComplaints) {
        self.bytes = bytes
        self.maximumRows = maximumRows
        offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        header = following(&complaints)
    }

    /// The next row; nil at the end, and at the first thing that is no CSV.
    mutating func next(into complaints: inout DataComplaints) -> Row? {
        guard let row = following(&complaints) else { return nil }
        count += 1
        guard count <= maximumRows else {
            complaints.add(at: row.offset, "has more than \(maximumRows) rows")
            offset = bytes.count
            return nil
        }
        return row
    }

    /// Blank lines are passed over.
    private mutating func following(_ complaints: inout DataComplaints) -> Row? {
        while offset < bytes.count {
            guard let row = Self.row(bytes, &offset, &complaints) else {
                offset = bytes.count
                return nil
            }
            if row.cells.count > 1 || !row.cells[0].text.isEmpty { return row }
        }
        return nil
    }

    private static func row(_ bytes: [UInt8], _ offset: inout Int, _ complaints: inout DataComplaints) -> Row? {
        var row = Row(cells: [], offset: offset)
        while true {
            guard let cell = cell(bytes, &offset, &complaints) else { return nil }
            row.cells.append(cell)
            guard row.cells.count <= maximumColumns else {
                complaints.add(at: offset, "has more than \(maximumColumns) columns")
                return nil
            }
            guard offset < bytes.count else { return row }
            let byte = bytes[offset]
            offset += 1
            if byte == UInt8(ascii: ",") { continue }
            if byte == 13, offset < bytes.count, bytes[offset] == 10 { offset += 1 }
            return row
        }
    }

    /// Up to the comma or the end of the line.
    private static func cell(_ bytes: [UInt8], _ offset: inout Int, _ complaints: inout DataComplaints) -> Cell? {
        let start = offset
        var out: [UInt8] = []
        if offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
            offset += 1
            while true {
                guard offset < bytes.count else {
                    complaints.add(at: start, "the quotes that begin here do not end")
                    return nil
                }
                let byte = bytes[offset]
                offset += 1
                if byte == UInt8(ascii: "\"") {
                    guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { break }
                    offset += 1
                }
                out.append(byte)
            }
            guard offset == bytes.count || isEnd(bytes[offset]) else {
                complaints.add(at: offset, "text follows after the closing quotes", hint: "quotes inside are doubled")
                return nil
            }
        } else {
            while offset < bytes.count, !isEnd(bytes[offset]) {
                out.append(bytes[offset])
                offset += 1
            }
        }
        guard out.count <= maximumCellBytes else {
            complaints.add(at: start, "a value is longer than \(maximumCellBytes) bytes")
            return nil
        }
        guard let text = String(validating: out, as: UTF8.self) else {
            complaints.add(at: start, "is not UTF-8 text", hint: "save it as “CSV UTF-8”")
            return nil
        }
        return Cell(text: trimmed(text), offset: start)
    }

    private static func isEnd(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ",") || byte == 13 || byte == 10 }

    private static func trimmed(_ text: String) -> String {
        let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\u{3000}" }
        guard let first = text.firstIndex(where: { !blanks($0) }), let last = text.lastIndex(where: { !blanks($0) })
        else { return "" }
        return String(text[first...last])
    }
}
