import Foundation

/// Lines of standard input or of a file, without their ends. A line longer than `limit` bytes is given as nil, so that the
/// answer to it can say so and the lines keep their order.
struct LineInput: Sequence, IteratorProtocol {
    static let limit = 4 << 20

    private let handle: FileHandle
    private var buffer: [UInt8] = []
    private var start = 0
    private var skipping = false
    private var atEnd = false

    init(_ handle: FileHandle = .standardInput) { self.handle = handle }

    mutating func next() -> String?? {
        while true {
            if let end = buffer[start...].firstIndex(of: 10) {
                defer { start = end + 1 }
                if skipping {
                    skipping = false
                    return .some(nil)
                }
                var line = buffer[start..<end]
                if line.last == 13 { line.removeLast() }
                return .some(String(decoding: line, as: UTF8.self))
            }
            if buffer.count - start > Self.limit {
                skipping = true
                start = buffer.count
            }
            buffer.removeFirst(start)
            start = 0
            guard !atEnd, let more = try? handle.read(upToCount: 65_536), !more.isEmpty else {
                atEnd = true
                guard !buffer.isEmpty || skipping else { return nil }
                defer {
                    buffer = []
                    skipping = false
                }
                return .some(skipping ? nil : String(decoding: buffer, as: UTF8.self))
            }
            buffer.append(contentsOf: more)
        }
    }
}
