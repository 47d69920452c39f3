public import Inspection

/// Tells by its first bytes which dialect a file of metadata is of.
public enum TelemetryForm {
    /// Bytes of a topic that stands before a message.
    private static let topicLimit = 512
    private static let klvKey: [UInt8] = [0x06, 0x0E, 0x2B, 0x34]

    /// Of the bytes that a file begins with (4096, or all of them). Nil for video, subtitles, pictures and what is not known.
    /// For JSON it is that of an analyser: ``packet(ofMessage:arrival:)`` tells of each message.
    public static func dialect(of head: [UInt8]) -> MetadataPacket.Dialect? {
        if MAVLinkFramer.form(of: head) != nil { return .mavlink }
        if ONVIFInspector.isScene(head) { return .onvif }
        if isJSON(head) { return .analysisAuto }
        let isKLV = head.prefix(64).indices.contains { head[$0...].starts(with: klvKey) }
        return isKLV && head.first != 0x47 ? .klv : nil
    }

    /// True when what is first begins an object or an array of them, perhaps with a topic before it.
    public static func isJSON(_ head: [UInt8]) -> Bool {
        let start = head.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        let text = head[start...].drop { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }
        guard let first = text.first else { return false }
        let (topic, body) = parts(text.prefix { $0 != 10 })
        if topic != nil { return body.first == UInt8(ascii: "{") }
        if first == UInt8(ascii: "{") { return true }
        let next = text.dropFirst().first { $0 != 32 && $0 != 9 && $0 != 10 && $0 != 13 }
        return first == UInt8(ascii: "[") && (next == UInt8(ascii: "{") || next == UInt8(ascii: "]"))
    }

    /// One message of a file as it would have come over a broker or a socket: of DJI's Cloud API by its envelope, else an
    /// analyser's. Its topic may stand before it, as `mosquitto_sub -v` writes it.
    public static func packet(ofMessage message: ArraySlice<UInt8>, arrival: UTCTime) -> MetadataPacket {
        let (topic, body) = parts(message)
        let dialect: MetadataPacket.Dialect = isCloud(body) ? .djiCloud : .analysisAuto
        var packet = MetadataPacket(
            dialect: dialect, bytes: Array(body), time: nil, ptsMicroseconds: nil, pid: nil, arrival: arrival)
        packet.channel = topic
        return packet
    }

    private static func parts(_ message: ArraySlice<UInt8>) -> (topic: String?, body: ArraySlice<UInt8>) {
        let word = message.prefix { $0 > 32 && $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "[") }
        guard !word.isEmpty, word.count <= topicLimit, word.contains(UInt8(ascii: "/")),
            word.endIndex < message.endIndex,
            message[word.endIndex] == 32
        else { return (nil, message) }
        return (String(decoding: word, as: UTF8.self), message[word.endIndex...].drop { $0 == 32 })
    }

    private static func isCloud(_ body: ArraySlice<UInt8>) -> Bool {
        guard let members = try? AnalysisDialect.members(of: body) else { return false }
        return AnalysisDialect.isCloud(members)
    }
}
