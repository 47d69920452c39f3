/// Tells a recording on a web server from a stream: asked for again, a recording begins as it did before, and has been
/// read. Holds bytes back only while they are the same as before.
struct RepeatedBody: Sendable {
    enum Verdict: Sendable, Hashable {
        /// Not seen before; empty while that is open.
        case read([UInt8])
        case isRepeated
    }

    /// How much of a body is compared.
    private let headBytes: Int
    /// Of the last body that came to its end.
    private var last: [UInt8]?
    private var head: [UInt8] = []
    private var held: [UInt8] = []
    private var isNew = true

    init(headBytes: Int = 64 << 10) { self.headBytes = max(1, headBytes) }

    /// Another body begins.
    mutating func begin() {
        head = []
        held = []
        isNew = last == nil
    }

    mutating func take(_ bytes: [UInt8]) -> Verdict {
        if head.count < headBytes { head += bytes.prefix(headBytes - head.count) }
        guard !isNew, let last else { return .read(bytes) }
        held += bytes
        if !last.starts(with: head) {
            isNew = true
            defer { held = [] }
            return .read(held)
        }
        return head.count == headBytes ? .isRepeated : .read([])
    }

    /// The body came to its end: what of it was held back.
    mutating func end() -> Verdict {
        defer {
            last = head
            held = []
        }
        guard !isNew, let last else { return .read([]) }
        return head == last ? .isRepeated : .read(held)
    }
}
