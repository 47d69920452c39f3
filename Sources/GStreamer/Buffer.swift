import CGStreamer

/// A piece of media with its times. Wraps a reference to a `GstBuffer`.
///
/// `@unchecked Sendable`: what this type wraps is never written after it was made (a push stamps a copy that shares the
/// memory), and GStreamer's reference counts are atomic.
@safe public final class Buffer: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<GstBuffer>

    /// Takes ownership of a reference.
    init(owning pointer: UnsafeMutablePointer<GstBuffer>) { unsafe self.pointer = unsafe pointer }

    /// Copies `bytes`. Times are nanoseconds on the pipeline's running time; nil is unknown.
    public convenience init(
        _ bytes: Span<UInt8>, pts: UInt64? = nil, dts: UInt64? = nil, duration: UInt64? = nil, isKey: Bool = true
    ) throws(GStreamerError) {
        let made = try unsafe Self.filled(with: bytes)
        unsafe Self.stamp(made, pts: pts, dts: dts, duration: duration, isKey: isKey)
        unsafe self.init(owning: made)
    }

    deinit { unsafe shim_buffer_unref(pointer) }

    /// Bytes held.
    public var count: Int { Int(clamping: unsafe gst_buffer_get_size(pointer)) }
    /// Presentation time in nanoseconds on the segment's line, as its element wrote it.
    public var pts: UInt64? { Self.time(unsafe shim_buffer_pts(pointer)) }
    public var dts: UInt64? { Self.time(unsafe shim_buffer_dts(pointer)) }
    public var duration: UInt64? { Self.time(unsafe shim_buffer_duration(pointer)) }
    /// False for `GST_BUFFER_FLAG_DELTA_UNIT`: a picture that needs others before it.
    public var isKey: Bool { flags & GST_BUFFER_FLAG_DELTA_UNIT.rawValue == 0 }
    /// `GST_BUFFER_FLAG_CORRUPTED`: the element found it damaged.
    public var isCorrupted: Bool { flags & GST_BUFFER_FLAG_CORRUPTED.rawValue != 0 }

    /// Reads the memory in place. Wraps `gst_buffer_map`.
    public func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var map = unsafe GstMapInfo()
        guard unsafe shim_buffer_map(pointer, &map) != 0 else {
            return try body([UInt8]().span)
        }
        defer { unsafe gst_buffer_unmap(pointer, &map) }
        let bytes = unsafe UnsafeBufferPointer(start: map.data, count: Int(clamping: map.size))
        return try unsafe body(bytes.span)
    }

    /// A copy of the bytes.
    public var bytes: [UInt8] { head(.max) }

    /// A copy of the first bytes, at most `limit`. Wraps `gst_buffer_extract`, which joins no memories as a map does.
    public func head(_ limit: Int) -> [UInt8] {
        let size = min(count, limit)
        guard size > 0 else { return [] }
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { target, initialized in
            initialized = Int(clamping: unsafe gst_buffer_extract(pointer, 0, target.baseAddress, gsize(size)))
        }
    }

    private var flags: guint { unsafe shim_buffer_flags(pointer) }

    private static func time(_ value: GstClockTime) -> UInt64? { value == .max ? nil : UInt64(value) }

    private static func clock(_ value: UInt64?) -> GstClockTime { value.map { GstClockTime($0) } ?? .max }

    static func filled(with bytes: Span<UInt8>) throws(GStreamerError) -> UnsafeMutablePointer<GstBuffer> {
        try Library.start()
        guard let made = unsafe gst_buffer_new_allocate(nil, gsize(bytes.count), nil) else {
            throw GStreamerError(domain: .owner, text: "no memory for a buffer of \(bytes.count) bytes")
        }
        unsafe bytes.withUnsafeBufferPointer { source in
            _ = unsafe gst_buffer_fill(made, 0, source.baseAddress, gsize(source.count))
        }
        return unsafe made
    }

    static func stamp(
        _ buffer: UnsafeMutablePointer<GstBuffer>, pts: UInt64?, dts: UInt64?, duration: UInt64?, isKey: Bool
    ) {
        let delta = GST_BUFFER_FLAG_DELTA_UNIT.rawValue
        unsafe shim_buffer_stamp(
            buffer, clock(pts), clock(dts), clock(duration), isKey ? 0 : delta, isKey ? delta : 0)
    }
}
