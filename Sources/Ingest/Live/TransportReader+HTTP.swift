import GStreamer

extension TransportReader {
    private static let waiting = 64
    private static let timeoutSeconds = 15

    /// A transport stream as the body of one HTTP answer.
    static func http(_ address: HTTPAddress, _ options: SourceOptions) throws(GStreamerError) -> TransportReader {
        let pipeline = try Pipeline(
            "souphttpsrc name=src blocksize=32768 timeout=\(timeoutSeconds) ! \(tail(waiting: waiting))")
        let source = try pipeline.element("src")
        try set(address, on: source)
        if let file = options.certificateAuthority { try source.setAuthority(file: file) }
        return try TransportReader(pipeline, check: isTransportStream)
    }

    /// The segments of an HLS playlist, of the best variant when it offers several: a change of variants on the way
    /// would change the picture's size under the rules. The end of a playlist that says it is complete is final.
    static func hls(_ address: HTTPAddress) throws(GStreamerError) -> TransportReader {
        let pipeline = try Pipeline(
            """
            souphttpsrc name=src timeout=\(timeoutSeconds) ! hlsdemux name=demux connection-speed=4294967 \
            demux. ! video/mpegts,systemstream=true ! \(tail(waiting: waiting))
            """)
        try set(address, on: try pipeline.element("src"))
        return try TransportReader(pipeline, isEndFinal: true)
    }

    private static func set(_ address: HTTPAddress, on source: Element) throws(GStreamerError) {
        try source.set("location", address.url)
        try source.set("user-agent", "FlyOnce")
        if let user = address.user { try source.set("user-id", user) }
        if let password = address.password { try source.set("user-pw", password) }
    }

    /// Tells a file of another kind at its first bytes, before the whole of it was fetched in vain.
    private static func isTransportStream(_ bytes: [UInt8]) throws(GStreamerError) {
        let found: String
        if bytes.count >= 8, bytes[4..<8].elementsEqual("ftyp".utf8) {
            found = "an MP4 file: fetch it, and name it as a file"
        } else if bytes.starts(with: "#EXTM3U".utf8) {
            found = "a playlist: its address must end in .m3u8"
        } else if bytes.starts(with: "FLV".utf8) {
            found = "an FLV stream"
        } else {
            return
        }
        throw GStreamerError(
            domain: .stream, code: 5, text: "an MPEG transport stream is read over HTTP, and this is \(found)")
    }
}
