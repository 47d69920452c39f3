import Inspection

/// Finds MAVLink frames in bytes. Whatever is between them is skipped and counted; no bytes make it fail, and it holds at
/// most one frame that is not complete.
public struct MAVLinkFramer: Sendable {
    public enum Form: Sendable, Hashable {
        /// Frames one after another, as sent over a link.
        case stream
        /// The telemetry log of ground stations (`.tlog`): before each frame its time of reception as 8 big-endian bytes
        /// of microseconds since 1970.
        case log
    }

    private enum Verdict {
        case frame(MAVLinkFrame, total: Int)
        /// A frame whose meaning depends on flags that are not known.
        case refused(total: Int)
        case badChecksum(total: Int)
        case none
        case needsMore
    }

    private static let first: UInt8 = 0xFE
    private static let second: UInt8 = 0xFD
    private static let signatureLength = 13

    public let form: Form
    private let dialect = MAVLinkDialect.shared
    private var buffer: [UInt8] = []
    /// The bytes before were a frame, or are the first: a frame is due.
    private var isAligned = true
    private var hasFrames = false
    /// Bytes of a damaged frame, and how many of them are still to be gone through: frames may be inside of what its length
    /// says it is. They are not garbage when the next frame begins where this one said that it ends.
    private var damaged = (total: 0, left: 0)
    private var counts: [String: Int64] = [:]

    public init(form: Form = .stream) { self.form = form }

    /// `bad_checksums`, `garbage_bytes`, `frames_incompatible`, `frames_truncated`: what was not right, and how often.
    public var faults: [String: Int64] { counts }

    /// Frames are given out as their last byte comes; one of an unknown message, when the next begins.
    public mutating func read(_ bytes: [UInt8], frame: (MAVLinkFrame) -> Void) {
        buffer += bytes
        scan(isLast: false, frame)
    }

    /// No more bytes come, or what comes does not continue these.
    public mutating func finish(frame: (MAVLinkFrame) -> Void) {
        scan(isLast: true, frame)
        isAligned = true
    }

    private mutating func scan(isLast: Bool, _ emit: (MAVLinkFrame) -> Void) {
        let bytes = buffer
        buffer = []
        let prefix = form == .log ? 8 : 0
        var start = 0
        // Where the first frame that is cut off by the end began, while nothing better follows it.
        var cut: Int?
        var garbage = 0
        scanning: while start < bytes.count {
            switch candidate(bytes, start, prefix, isLast) {
            case .frame(let frame, let total):
                if damaged.total > 0, damaged.left == 0 { garbage -= damaged.total }
                damaged = (0, 0)
                isAligned = true
                hasFrames = true
                cut = nil
                emit(frame)
                start += total
            case .refused(let total):
                isAligned = true
                count("frames_incompatible")
                start += total
            case .needsMore where !isLast: break scanning
            case .needsMore:
                if isAligned { cut = start }
                skip(&start, &garbage)
            case .badChecksum(let total):
                if isAligned {
                    count("bad_checksums")
                    damaged = (total, total)
                }
                skip(&start, &garbage)
            case .none: skip(&start, &garbage)
            }
        }
        if let cut {
            count("frames_truncated")
            garbage -= bytes.count - cut
        }
        count("garbage_bytes", Int64(garbage))
        if counts["garbage_bytes"] == 0 { counts["garbage_bytes"] = nil }
        if start < bytes.count { buffer = Array(bytes[start...]) }
    }

    private mutating func skip(_ start: inout Int, _ garbage: inout Int) {
        isAligned = damaged.left == 1
        damaged.left -= damaged.left > 0 ? 1 : 0
        start += 1
        garbage += 1
    }

    /// What begins at `start`.
    private func candidate(_ bytes: [UInt8], _ start: Int, _ prefix: Int, _ isLast: Bool) -> Verdict {
        let magic = start + prefix
        guard magic < bytes.count else { return .needsMore }
        let isSecond = bytes[magic] == Self.second
        guard isSecond || bytes[magic] == Self.first else { return .none }
        let header = isSecond ? 10 : 6
        guard magic + header <= bytes.count else { return .needsMore }
        let flags = isSecond ? bytes[magic + 2] : 0
        let payload = magic + header
        let check = payload + Int(bytes[magic + 1])
        let end = check + 2 + (flags & 1 != 0 ? Self.signatureLength : 0)
        guard end <= bytes.count else { return .needsMore }
        let at = magic + (isSecond ? 4 : 2)
        var id = UInt32(bytes[at + 3])
        if isSecond { id |= UInt32(bytes[at + 4]) << 8 | UInt32(bytes[at + 5]) << 16 }
        let definition = dialect[id]
        if let definition {
            guard definition.isRight(bytes, from: magic + 1, to: check) else { return .badChecksum(total: end - start) }
        } else {
            // It cannot be verified: believed where a frame is due, if another follows it.
            guard isAligned, hasFrames, damaged.total == 0, flags & ~1 == 0 else { return .none }
            let next = end + prefix
            guard next < bytes.count || isLast else { return .needsMore }
            if next < bytes.count, bytes[next] != Self.first, bytes[next] != Self.second { return .none }
        }
        if flags & ~1 != 0 { return .refused(total: end - start) }
        let frame = MAVLinkFrame(
            version: isSecond ? 2 : 1, sequence: bytes[at], system: bytes[at + 1], component: bytes[at + 2], id: id,
            payload: bytes[payload..<check], isSigned: flags & 1 != 0,
            recorded: prefix > 0 ? Self.stamp(bytes[start..<magic]) : nil, definition: definition)
        return .frame(frame, total: end - start)
    }

    /// Nil for a year that no log is of.
    private static func stamp(_ bytes: ArraySlice<UInt8>) -> UTCTime? {
        MAVLinkClock.plausible(bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }

    private mutating func count(_ name: String, _ amount: Int64 = 1) {
        if amount != 0 { counts[name, default: 0] &+= amount }
    }

    /// The form of a file that begins with these bytes; nil when it is no MAVLink. They hold a whole frame, or nothing is
    /// recognised: 300 are enough, of which the first frame may be damaged when there are more.
    public static func form(of header: [UInt8]) -> Form? {
        let looks: [Form] = [.log, .stream]
        return looks.first { form in
            var framer = MAVLinkFramer(form: form)
            var isFound = false
            var before = 0
            framer.read(header) { frame in
                if frame.definition != nil, form == .stream || frame.recorded != nil { isFound = true }
                before += 1
            }
            // Garbage in which one frame happens to be is no MAVLink.
            return isFound && framer.faults["garbage_bytes"] ?? 0 < 280
        }
    }
}
