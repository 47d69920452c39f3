/// Bytes to lines, bounded: a line longer than the limit is skipped to its end and counted.
struct AnalyserLines: Sendable {
    private(set) var tooLong = 0
    private let limit: Int
    private var buffer: [UInt8] = []
    /// Bytes of the buffer known to hold no end of line.
    private var searched = 0
    private var isSkipping = false

    init(limit: Int) { self.limit = max(limit, 1) }

    /// Gives every line that is now whole, without its end; empty lines are left out.
    mutating func append(_ bytes: [UInt8], _ line: (ArraySlice<UInt8>) -> Void) {
        buffer += bytes
        var start = 0
        while let end = buffer[max(start, searched)...].firstIndex(of: 10) {
            searched = 0
            var text = buffer[start..<end]
            start = end + 1
            if isSkipping {
                isSkipping = false
                continue
            }
            if text.last == 13 { text.removeLast() }
            if text.count > limit { tooLong += 1 } else if !text.isEmpty { line(text) }
        }
        buffer.removeFirst(start)
        if buffer.count > limit {
            if !isSkipping { tooLong += 1 }
            isSkipping = true
            buffer = []
        }
        searched = buffer.count
    }

    /// What came after the last end of line.
    mutating func finish(_ line: (ArraySlice<UInt8>) -> Void) {
        if !isSkipping, !buffer.isEmpty { line(buffer[...]) }
        buffer = []
        searched = 0
        isSkipping = false
    }
}
