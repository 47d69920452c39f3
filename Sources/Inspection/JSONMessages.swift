/// Bytes to JSON objects, however they are strung together: one a line, one after another, spread over lines for people, or as
/// the elements of one array. Bounded: a message longer than the limit is left out and counted. After a damaged message the
/// next is found: a line that begins with `{"` begins a message, and no string goes over a line's end. What is between
/// messages and is none is given as it is, a line at a time, so that its receiver can refuse it.
public struct JSONMessages: Sendable {
    public static let longest = 1 << 20

    private enum State {
        case between
        case inObject
        /// Something that is no object, up to the line's end.
        case inText
    }

    /// Messages that were left out.
    public private(set) var tooLong = 0
    /// True when brackets of arrays were opened and not closed, or closed and not opened: what should have been an array is
    /// none, or was cut.
    public var isUnbalanced: Bool { brackets != 0 }
    private var brackets = 0
    private let limit: Int
    private var buffer: [UInt8] = []
    /// Of the message that is being read; `next` is the first byte that was not looked at.
    private var start = 0
    private var next = 0
    private var state = State.between
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// The message is too long: its bytes are dropped as they come.
    private var isDropped = false
    private var isLineStart = true

    public init(limit: Int = longest) { self.limit = max(limit, 2) }

    /// Gives every message that is now whole.
    public mutating func read(_ bytes: some Collection<UInt8>, _ message: (ArraySlice<UInt8>) -> Void) {
        buffer.append(contentsOf: bytes)
        while next < buffer.count {
            switch state {
            case .between: skipSpace()
            case .inText: readText(message)
            case .inObject:
                guard readObject(message) else { return compact() }
            }
        }
        compact()
    }

    /// Gives what was not ended.
    public mutating func finish(_ message: (ArraySlice<UInt8>) -> Void) {
        next = buffer.count
        end(message)
        buffer = []
        start = 0
        next = 0
        isLineStart = true
    }

    private mutating func skipSpace() {
        while next < buffer.count {
            let byte = buffer[next]
            switch byte {
            case 10: isLineStart = true
            case 91: brackets &+= 1
            case 93: brackets &-= 1
            // Blanks, commas, the brackets of an array of messages, a record separator (RFC 7464), a byte order mark.
            case 9, 13, 32, 44, 0x1E, 0xEF, 0xBB, 0xBF: break
            default:
                start = next
                state = byte == 123 ? .inObject : .inText
                return
            }
            next += 1
        }
        start = next
    }

    private mutating func readText(_ message: (ArraySlice<UInt8>) -> Void) {
        while next < buffer.count {
            if buffer[next] == 10 { return end(message) }
            next += 1
        }
        dropIfTooLong()
    }

    /// False when it cannot go on before more has come.
    private mutating func readObject(_ message: (ArraySlice<UInt8>) -> Void) -> Bool {
        while next < buffer.count {
            let byte = buffer[next]
            if isInString {
                switch byte {
                case 10:
                    end(message)
                    return true
                case _ where isEscaped: isEscaped = false
                case 92: isEscaped = true
                case 34: isInString = false
                default: break
                }
                next += 1
                continue
            }
            switch byte {
            case 34: isInString = true
            case 123:
                if isLineStart, depth > 0 {
                    guard next + 1 < buffer.count else {
                        dropIfTooLong()
                        return false
                    }
                    if buffer[next + 1] == 34 {
                        end(message)
                        return true
                    }
                }
                depth += 1
            case 91: depth += 1
            case 125, 93:
                depth -= 1
                if depth <= 0 {
                    next += 1
                    isLineStart = false
                    end(message)
                    return true
                }
            default: break
            }
            isLineStart = byte == 10
            next += 1
        }
        dropIfTooLong()
        return true
    }

    /// The message ends before `next`.
    private mutating func end(_ message: (ArraySlice<UInt8>) -> Void) {
        if state != .between {
            if isDropped || next - start > limit { tooLong += 1 } else { message(buffer[start..<next]) }
        }
        start = next
        state = .between
        depth = 0
        isInString = false
        isEscaped = false
        isDropped = false
    }

    private mutating func dropIfTooLong() {
        if isDropped || next - start > limit {
            isDropped = true
            start = next
        }
    }

    private mutating func compact() {
        buffer.removeFirst(start)
        next -= start
        start = 0
    }
}
