import LocatedYAML

/// A file of data as it is read: what is wrong with it is said by line and column, and at most so much of it.
struct DataComplaints {
    let file: String
    private(set) var all: [YAMLComplaint] = []
    private(set) var more = 0
    private let bytes: [UInt8]
    private var lineStarts: [Int]?

    static let limit = 100

    init(file: String, bytes: [UInt8]) {
        self.file = file
        self.bytes = bytes
    }

    var isEmpty: Bool { all.isEmpty }

    /// At a byte of the file; nil for the file as a whole.
    mutating func add(at offset: Int?, _ message: String, hint: String = "", path: String = "") {
        guard all.count < Self.limit else {
            more &+= 1
            return
        }
        let place = offset.map { self.place(of: $0) } ?? (line: 0, column: 0)
        all.append(
            YAMLComplaint(
                file: file, line: place.line, column: place.column, path: path, message: message, hint: hint))
    }

    /// With how many were left out.
    var listed: [YAMLComplaint] {
        guard more > 0 else { return all }
        return all + [
            YAMLComplaint(file: file, line: 0, column: 0, path: "", message: "\(more) more complaints not listed")
        ]
    }

    /// Line, and column in Unicode scalars, both from 1. Both 0 once no more is listed: in a file that is one long line
    /// every place costs a walk through it.
    mutating func place(of offset: Int) -> (line: Int, column: Int) {
        guard all.count < Self.limit else { return (0, 0) }
        let starts = lineStarts ?? Self.starts(ofLinesIn: bytes)
        lineStarts = starts
        var (low, high) = (0, starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle } else { high = middle }
        }
        let end = min(max(offset, 0), bytes.count)
        let column = bytes[min(starts[low], end)..<end].count { $0 & 0xC0 != 0x80 }
        return (low + 1, column + 1)
    }

    /// Lines end with CR LF, LF or CR.
    private static func starts(ofLinesIn bytes: [UInt8]) -> [Int] {
        var starts = [0]
        for index in bytes.indices {
            let next = index + 1
            if bytes[index] == 10 || (bytes[index] == 13 && (next == bytes.count || bytes[next] != 10)) {
                starts.append(next)
            }
        }
        return starts
    }
}
