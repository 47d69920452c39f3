import CGStreamer

/// A source pad of ours linked straight into an element: a push runs the elements behind it on the caller's thread and
/// returns when they are done with it, so that nothing is queued and the order of results is the order of input. Their
/// results wait in the pipeline's `appsink`s. (An `appsrc` has its own thread: use ``AppSource`` where that is wanted.)
///
/// An `appsink` behind it on the same thread needs `async=false wait-on-eos=false`, or the end would wait for a pull
/// that this thread cannot make.
///
/// Used by one thread at a time, and ended or released before its pipeline is stopped.
@safe public final class SourcePad {
    private let pad: UnsafeMutablePointer<GstPad>
    private let element: Element
    /// The pipeline must outlive the link.
    private let pipeline: Pipeline

    /// Links into the element's `sink` pad and announces `caps`; the pipeline must be playing.
    public init(into name: String, of pipeline: Pipeline, caps: Caps) throws(GStreamerError) {
        element = try pipeline.element(name)
        guard let pad = unsafe shim_source_pad_into(element.pointer) else {
            throw GStreamerError(domain: .owner, element: name, text: "cannot be linked into")
        }
        unsafe self.pad = unsafe pad
        self.pipeline = pipeline
        unsafe shim_source_pad_start(pad, caps.pointer)
    }

    deinit { unsafe shim_source_pad_free(pad) }

    /// Pushes a copy of `bytes`; times are nanoseconds of running time.
    public func push(
        _ bytes: Span<UInt8>, pts: UInt64?, dts: UInt64? = nil, duration: UInt64? = nil, isKey: Bool = true
    ) throws(GStreamerError) {
        let buffer = try unsafe Buffer.filled(with: bytes)
        unsafe Buffer.stamp(buffer, pts: pts, dts: dts, duration: duration, isKey: isKey)
        try check(unsafe gst_pad_push(pad, buffer), element.name)
    }

    /// Pushes the buffer's memory under other times, without copying it.
    public func push(
        _ buffer: Buffer, pts: UInt64?, dts: UInt64? = nil, duration: UInt64? = nil, isKey: Bool
    ) throws(GStreamerError) {
        guard let copy = unsafe shim_buffer_copy(buffer.pointer) else {
            throw GStreamerError(domain: .owner, element: element.name, text: "no memory for a buffer")
        }
        unsafe Buffer.stamp(copy, pts: pts, dts: dts, duration: duration, isKey: isKey)
        try check(unsafe gst_pad_push(pad, copy), element.name)
    }

    /// Ends the stream: the elements give out what they still hold.
    public func endOfStream() { _ = unsafe shim_source_pad_end(pad) }
}
