/// A program association table: which programs there are, and the PIDs of their maps.
struct ProgramAssociation: Sendable, Hashable {
    var version: Int
    var section: Int
    var lastSection: Int
    /// The network information PID (program 0) is left out.
    var programs: [(number: Int, mapPID: Int)]

    /// `bytes` is a whole section with a good CRC. Nil when it is another table, or not yet in force.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12, bytes[0] == 0x00, bytes[5] & 1 == 1 else { return nil }
        version = Int(bytes[5] >> 1 & 0x1F)
        section = Int(bytes[6])
        lastSection = Int(bytes[7])
        programs = stride(from: 8, to: bytes.count - 7, by: 4).compactMap { index in
            let number = Int(bytes[index]) << 8 | Int(bytes[index + 1])
            let pid = Int(bytes[index + 2] & 0x1F) << 8 | Int(bytes[index + 3])
            return number == 0 ? nil : (number, pid)
        }
    }

    static func == (a: Self, b: Self) -> Bool {
        a.version == b.version && a.section == b.section
            && a.programs.elementsEqual(b.programs) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(version) }
}

/// A program map table.
struct ProgramMap: Sendable, Hashable {
    var number: Int
    var version: Int
    var pcrPID: Int
    var streams: [ElementaryStream]

    /// `bytes` is a whole section with a good CRC. Nil when it is another table, not yet in force, or overruns itself.
    init?(_ bytes: [UInt8], limit: Int) {
        guard bytes.count >= 16, bytes[0] == 0x02, bytes[5] & 1 == 1 else { return nil }
        number = Int(bytes[3]) << 8 | Int(bytes[4])
        version = Int(bytes[5] >> 1 & 0x1F)
        pcrPID = Int(bytes[8] & 0x1F) << 8 | Int(bytes[9])
        let end = bytes.count - 4
        var position = 12 + (Int(bytes[10] & 0x0F) << 8 | Int(bytes[11]))
        guard position <= end else { return nil }
        streams = []
        while position + 5 <= end, streams.count < limit {
            let type = bytes[position]
            let pid = Int(bytes[position + 1] & 0x1F) << 8 | Int(bytes[position + 2])
            let descriptors =
                position + 5..<position + 5 + (Int(bytes[position + 3] & 0x0F) << 8 | Int(bytes[position + 4]))
            guard descriptors.upperBound <= end else { return nil }
            let registration = Self.registration(bytes, descriptors)
            streams.append(
                ElementaryStream(
                    pid: pid, streamType: type, kind: Self.kind(type, registration), registration: registration))
            position = descriptors.upperBound
        }
    }

    private static func kind(_ streamType: UInt8, _ registration: String?) -> StreamKind {
        switch streamType {
        case 0x01, 0x02: .mpeg2
        case 0x1B: .h264
        case 0x24: .h265
        case 0x06: registration == "KLVA" ? .klv(.asynchronous) : registration == "HEVC" ? .h265 : .other
        // Metadata in PES may be of another format than KLV, which a descriptor would say.
        case 0x15: registration == nil || registration == "KLVA" ? .klv(.synchronous) : .other
        default: .other
        }
    }

    /// format_identifier of a registration descriptor (0x05), or of a metadata descriptor (0x26) that has one.
    private static func registration(_ bytes: [UInt8], _ range: Range<Int>) -> String? {
        var position = range.lowerBound
        var found: String?
        while position + 2 <= range.upperBound {
            let tag = bytes[position]
            let body = position + 2..<position + 2 + Int(bytes[position + 1])
            guard body.upperBound <= range.upperBound else { return found }
            if tag == 0x05, body.count >= 4 {
                found = text(bytes[body.lowerBound..<body.lowerBound + 4])
            } else if tag == 0x26, found == nil {
                found = metadataFormat(bytes, body)
            }
            position = body.upperBound
        }
        return found
    }

    /// metadata_application_format (16 bits, and 32 more when it is 0xFFFF), metadata_format, and its identifier when
    /// that is 0xFF.
    private static func metadataFormat(_ bytes: [UInt8], _ body: Range<Int>) -> String? {
        guard body.count >= 3 else { return nil }
        let extended = bytes[body.lowerBound] == 0xFF && bytes[body.lowerBound + 1] == 0xFF
        let format = body.lowerBound + (extended ? 6 : 2)
        guard format + 5 <= body.upperBound, bytes[format] == 0xFF else { return nil }
        return text(bytes[format + 1..<format + 5])
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.map { (32...126).contains($0) ? $0 : 63 }, as: UTF8.self)
    }
}
