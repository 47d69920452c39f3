/// Joins the PES packets of one PID.
struct PESAssembler: Sendable {
    /// A whole PES payload, times still raw.
    struct Unit: Sendable {
        var pts: Int64?
        var dts: Int64?
        var bytes: [UInt8]
        var isRandomAccess: Bool
        var isDamaged: Bool
        var isDiscontinuous: Bool
    }

    enum Fault: Sendable { case malformed, oversized }

    let limit: Int

    private enum State: Sendable { case waiting, header, payload }
    private var state = State.waiting
    private var head: [UInt8] = []
    private var header: PESHeader?
    private var payload: [UInt8] = []
    private var isRandomAccess = false
    private var isDamaged = false
    private var isDiscontinuous = false
    private var nextIsDiscontinuous = false
    private var expected = 0

    init(limit: Int) { self.limit = limit }

    /// True while a header is not yet whole.
    var isInHeader: Bool { state == .header }

    /// Bytes were lost: what is being joined is damaged.
    mutating func damage() { isDamaged = true }

    /// The multiplexer announced a break: the next unit is the first after it.
    mutating func discontinuity() { nextIsDiscontinuous = true }

    /// A PES packet begins: says what the one before it came to.
    mutating func start(isRandomAccess: Bool) -> Unit? {
        let unit = end()
        state = .header
        self.isRandomAccess = isRandomAccess
        isDiscontinuous = nextIsDiscontinuous
        nextIsDiscontinuous = false
        return unit
    }

    /// Takes the payload of one packet, `range` of `bytes`. Returns the unit that it completes, if its length is known.
    mutating func append(_ bytes: [UInt8], _ range: Range<Int>) throws(PESFault) -> Unit? {
        var position = range.lowerBound
        if state == .header {
            while position < range.upperBound {
                guard let needed = PESHeader.needed(head) else { throw fail(.malformed) }
                guard head.count < needed else { break }
                let next = min(position + needed - head.count, range.upperBound)
                head.append(contentsOf: bytes[position..<next])
                position = next
            }
            guard let needed = PESHeader.needed(head) else { throw fail(.malformed) }
            guard head.count >= needed else { return nil }
            // `needed` grows as the header unfolds; it is settled once the bytes it asks for are there.
            guard let parsed = PESHeader(head) else { throw fail(.malformed) }
            guard parsed.payloadLength ?? 0 <= limit else { throw fail(.oversized) }
            header = parsed
            state = .payload
            payload.reserveCapacity(parsed.payloadLength ?? expected)
        }
        guard state == .payload else { return nil }
        let room = (header?.payloadLength ?? limit) - payload.count
        if header?.payloadLength == nil, range.upperBound - position > room { throw fail(.oversized) }
        payload.append(contentsOf: bytes[position..<min(range.upperBound, position + room)])
        return header?.payloadLength == payload.count ? end() : nil
    }

    /// What has been joined so far, as a unit; nil when there is nothing. Shorter than its header says: damaged.
    mutating func end() -> Unit? {
        defer { reset() }
        guard state == .payload, let header, !payload.isEmpty else {
            return nil
        }
        expected = payload.count
        return Unit(
            pts: header.pts, dts: header.dts, bytes: payload, isRandomAccess: isRandomAccess,
            isDamaged: isDamaged || payload.count < header.payloadLength ?? 0, isDiscontinuous: isDiscontinuous)
    }

    private mutating func fail(_ fault: Fault) -> PESFault {
        reset()
        return PESFault(fault: fault)
    }

    private mutating func reset() {
        isDiscontinuous = false
        state = .waiting
        head.removeAll(keepingCapacity: true)
        header = nil
        payload = []
        isRandomAccess = false
        isDamaged = false
    }
}

struct PESFault: Error { var fault: PESAssembler.Fault }
