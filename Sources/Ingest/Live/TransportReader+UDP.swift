import GStreamer

extension TransportReader {
    /// Datagrams waiting for the receiver, about 5 MB; then the kernel's buffer fills, and what overflows it is lost
    /// and shows as continuity gaps.
    private static let datagrams = 4096

    /// What arrives on a UDP port, of this machine or of a multicast group.
    static func udp(
        address: String, port: Int, interface: String?, options: SourceOptions
    ) throws(GStreamerError) -> TransportReader {
        let pipeline = try Pipeline("udpsrc name=src ! \(tail(waiting: datagrams))")
        let source = try pipeline.element("src")
        try source.set("address", address)
        try source.set("port", port)
        try source.set("buffer-size", min(max(options.receiveBufferBytes, 0), 1 << 30))
        if let interface { try source.set("multicast-iface", interface) }
        return try TransportReader(pipeline)
    }
}
