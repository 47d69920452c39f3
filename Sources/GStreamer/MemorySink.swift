import CGStreamer

/// A sink into memory that can be written out of order, as a muxer does that puts its index in front. Wraps a
/// `giostreamsink` over a `GMemoryOutputStream`.
@safe public final class MemorySink {
    private let stream: UnsafeMutablePointer<GOutputStream>
    /// The stream must outlive the pipeline that writes to it.
    private let pipeline: Pipeline

    /// Takes the `giostreamsink` of this name; before the pipeline plays.
    public init(_ name: String, of pipeline: Pipeline) throws(GStreamerError) {
        let element = try pipeline.element(name)
        guard unsafe shim_has_property(element.pointer, "stream") != 0,
            let stream = unsafe shim_memory_stream(element.pointer)
        else {
            throw GStreamerError(domain: .owner, element: name, text: "is no giostreamsink")
        }
        unsafe self.stream = unsafe stream
        self.pipeline = pipeline
    }

    deinit { unsafe shim_memory_free(stream) }

    /// A copy of what was written; read it after the end of the stream.
    public var bytes: [UInt8] {
        let bytes = unsafe UnsafeBufferPointer(start: shim_memory_data(stream), count: Int(shim_memory_size(stream)))
        return unsafe Array(bytes)
    }
}
