import CGStreamer

extension Buffer {
    /// The sender's clock at this buffer, nanoseconds since 1900, by RTCP sender reports; nil before the first report. Wraps
    /// `GstReferenceTimestampMeta` of caps `timestamp/x-ntp`.
    public var senderNTP: UInt64? {
        var time: guint64 = 0
        return unsafe shim_buffer_ntp(pointer, &time) != 0 ? UInt64(time) : nil
    }
}
