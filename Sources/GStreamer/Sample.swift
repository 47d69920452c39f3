import CGStreamer

/// A buffer with the caps and the segment it came under. Wraps a `GstSample`.
///
/// `@unchecked Sendable`: samples from a sink are not written again, and their reference count is atomic.
public final class Sample: @unchecked Sendable {
    public let buffer: Buffer
    public let caps: Caps?
    /// Running time of the presentation, nanoseconds, by the sample's own segment; negative before the segment's start.
    /// Nil when the buffer or the segment has no time.
    public let runningTime: Int64?

    /// Takes ownership of a reference; nil when the sample holds no buffer.
    init?(owning sample: OpaquePointer) {
        defer { unsafe shim_sample_unref(sample) }
        guard let held = unsafe gst_sample_get_buffer(sample) else { return nil }
        unsafe buffer = Buffer(owning: shim_buffer_ref(held))
        if let found = unsafe gst_sample_get_caps(sample) {
            unsafe caps = Caps(owning: shim_caps_ref(found))
        } else {
            caps = nil
        }
        let running = unsafe shim_sample_running_time(sample, shim_buffer_pts(held))
        runningTime = running == .min ? nil : Int64(running)
    }
}
