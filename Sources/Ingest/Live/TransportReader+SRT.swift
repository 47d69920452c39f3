import GStreamer

extension TransportReader {
    /// A transport stream over SRT: one caller's or one listener's connection.
    static func srt(_ address: SRTAddress) throws(GStreamerError) -> TransportReader {
        // SRT messages of 1316 bytes: about 5 MB waiting.
        let pipeline = try Pipeline("srtsrc name=src ! \(tail(waiting: 4096))")
        let source = try pipeline.element("src")
        try source.set("uri", address.uri)
        try source.set("latency", address.latencyMilliseconds)
        if let streamID = address.streamID { try source.set("streamid", streamID) }
        if let passphrase = address.passphrase {
            try source.set("passphrase", passphrase)
            if let bytes = address.keyBytes { try source.set("pbkeylen", String(bytes)) }
        }
        // A lost peer is an error at once; where the property is missing, repeated warnings are taken for it.
        try? source.set("auto-reconnect", false)
        return try TransportReader(
            pipeline, callers: address.mode == .listener && source.watchCallers() ? source : nil)
    }
}
