import CGStreamer

/// How the luma samples of a picture lie in its memory.
public struct LumaForm: Sendable, Hashable {
    /// Pixels.
    public var width: Int
    public var height: Int
    /// Bytes from one row to the next, and from one sample to the next in a row.
    public var stride: Int
    public var step: Int
    /// Bits of a sample, 1…16. Above 8 a sample is two bytes, the low one first.
    public var depth: Int
    /// Bits below the sample's own.
    public var shift: Int
    /// False when black is 16 and white 235 (of eight bits), as video mostly has it.
    public var isFullRange: Bool

    public init(
        width: Int, height: Int, stride: Int, step: Int = 1, depth: Int = 8, shift: Int = 0, isFullRange: Bool = false
    ) {
        self.width = width
        self.height = height
        self.stride = stride
        self.step = step
        self.depth = depth
        self.shift = shift
        self.isFullRange = isFullRange
    }
}

extension Sample {
    /// Reads the luma of a raw picture in place, without converting or copying it: the last sample of the last row is
    /// within the span. Nil when this is no picture with luma in plain rows (RGB, tiled, or on a device). Wraps
    /// `gst_video_frame_map`, which goes by the buffer's own video meta where it has one.
    public func withLuma<Result, Failure: Error>(
        _ body: (Span<UInt8>, LumaForm) throws(Failure) -> Result
    ) throws(Failure) -> Result? {
        guard let caps else { return nil }
        var luma = unsafe shim_luma()
        guard unsafe shim_luma_map(buffer.pointer, caps.pointer, &luma) != 0 else { return nil }
        defer { unsafe shim_luma_unmap(&luma) }
        let bytes = unsafe UnsafeBufferPointer(start: luma.data, count: Int(clamping: luma.size))
        let form = unsafe LumaForm(
            width: Int(luma.width), height: Int(luma.height), stride: Int(luma.stride), step: Int(luma.step),
            depth: Int(luma.depth), shift: Int(luma.shift), isFullRange: luma.is_full_range != 0)
        return try unsafe body(bytes.span, form)
    }
}

extension AppSink {
    /// Takes raw pictures whose rows are as long as their decoder likes them, said by their video meta; without this a
    /// decoder copies each picture into the rows that its caps imply.
    public func acceptVideoMeta() { unsafe shim_accept_video_meta(element.pointer) }
}
