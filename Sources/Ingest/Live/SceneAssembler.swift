/// Puts the XML documents of an ONVIF metadata stream, or units of KLV, together from their RTP packets: the marker bit stands
/// on the last packet of each. Source: ONVIF Streaming Specification, 5.1.2.1; RFC 3550, 5.1; RFC 6597, 4.2.
struct SceneAssembler {
    /// A whole document.
    struct Document: Sendable, Hashable {
        var bytes: [UInt8]
        /// Running time of its first packet, nanoseconds.
        var time: Int64?
    }

    enum Outcome: Sendable, Hashable {
        case document(Document)
        /// More packets are to come.
        case partial
        /// A document, or what would have become one, is given up.
        case refused(Refusal)
    }

    /// What the documents are: XML, or units of KLV (RFC 6597), of which the marker is set in the same way.
    enum Carriage: Sendable { case scene, klv }

    enum Refusal: String, Sendable, Hashable, CaseIterable {
        case damagedPacket = "damaged_scene_packets"
        /// A packet in it was lost.
        case gap = "scene_documents_with_gaps"
        case tooLarge = "scene_documents_refused_too_large"
        /// GZIP or EXI.
        case compressed = "scene_documents_refused_compressed"

        /// The name that it is counted by.
        func counter(of carriage: Carriage) -> String {
            switch (carriage, self) {
            case (.scene, _), (_, .compressed): rawValue
            case (.klv, .damagedPacket): "damaged_klv_packets"
            case (.klv, .gap): "klv_units_with_gaps"
            case (.klv, .tooLarge): "klv_units_refused_too_large"
            }
        }
    }

    /// Bytes of one document.
    static let limit = 1 << 20

    private var bytes: [UInt8] = []
    private var time: Int64?
    private var isOpen = false
    /// Leaves out what comes up to the next marker.
    private var isSkipping = false
    private var nextSequence: UInt16?
    private let carriage: Carriage
    /// Packets are missing before the last one that were of no document of which anything was held. What is missing within a
    /// document is an outcome of its own.
    private(set) var isAfterGap = false

    init(_ carriage: Carriage = .scene) { self.carriage = carriage }

    /// `packet` with its RTP header; `time` is its running time, nanoseconds.
    mutating func add(_ packet: [UInt8], time: Int64?) -> Outcome {
        isAfterGap = false
        guard let header = RTPHeader(packet) else { return .refused(.damagedPacket) }
        let isGap = nextSequence.map { $0 != header.sequence } ?? false
        // A packet that comes twice, or too late to be of use.
        if isGap, let next = nextSequence, next &- header.sequence < 64 { return .partial }
        nextSequence = header.sequence &+ 1
        var refusal: Refusal?
        isAfterGap = isGap && !isOpen
        if isGap, isOpen { refusal = giveUp(.gap) }
        let payload = packet[header.payload]
        if !isOpen, !isSkipping || beginsDocument(payload) {
            isSkipping = isGap && !beginsDocument(payload)
            isOpen = !isSkipping
            self.time = time
        }
        if isOpen, bytes.count + payload.count > Self.limit { refusal = giveUp(.tooLarge) }
        if isOpen { bytes.append(contentsOf: payload) }
        guard header.hasMarker else { return refusal.map { .refused($0) } ?? .partial }
        let document = Document(bytes: bytes, time: self.time)
        let isWhole = isOpen
        bytes = []
        isOpen = false
        isSkipping = false
        if let refusal { return .refused(refusal) }
        guard isWhole, !document.bytes.isEmpty else { return .partial }
        return carriage == .scene && Self.isCompressed(document.bytes) ? .refused(.compressed) : .document(document)
    }

    private mutating func giveUp(_ refusal: Refusal) -> Refusal {
        bytes = []
        isOpen = false
        isSkipping = true
        return refusal
    }

    /// A key, or an XML declaration, with or without a byte order mark.
    private func beginsDocument(_ payload: ArraySlice<UInt8>) -> Bool {
        if carriage == .klv { return payload.starts(with: [0x06, 0x0E, 0x2B, 0x34]) }
        let text = payload.starts(with: [0xEF, 0xBB, 0xBF]) ? payload.dropFirst(3) : payload
        return text.starts(with: Array("<?xml".utf8))
    }

    /// The marks of gzip (RFC 1952) and EXI, whose first two bits are 1 and 0, as no text's are.
    private static func isCompressed(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x1F, 0x8B]) || bytes.starts(with: Array("$EXI".utf8))
            || bytes.first.map { $0 & 0xC0 == 0x80 } ?? false
    }
}

/// What matters of an RTP packet's header. Source: RFC 3550, 5.1 and 5.3.1.
struct RTPHeader: Sendable, Hashable {
    var sequence: UInt16
    var hasMarker: Bool
    /// Where the payload lies in the packet.
    var payload: Range<Int>

    /// Nil for what is no RTP packet of version 2, or is shorter than its header says.
    init?(_ packet: [UInt8]) {
        guard packet.count >= 12, packet[0] >> 6 == 2 else { return nil }
        var start = 12 + Int(packet[0] & 0x0F) * 4
        if packet[0] & 0x10 != 0 {
            guard packet.count >= start + 4 else { return nil }
            start += 4 + (Int(packet[start + 2]) << 8 | Int(packet[start + 3])) * 4
        }
        var end = packet.count
        if packet[0] & 0x20 != 0, let padding = packet.last { end -= Int(padding) }
        guard start <= end else { return nil }
        sequence = UInt16(packet[2]) << 8 | UInt16(packet[3])
        hasMarker = packet[1] & 0x80 != 0
        payload = start..<end
    }
}
