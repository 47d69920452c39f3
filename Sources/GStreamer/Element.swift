import CGStreamer

/// One named element of a pipeline. Wraps a reference to a `GstElement`.
///
/// `@unchecked Sendable`: GObject references and property access are thread-safe by GStreamer's own object locks, and
/// the pointer never changes.
@safe public final class Element: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<GstElement>
    public let name: String

    /// Takes ownership of a reference.
    init(owning pointer: UnsafeMutablePointer<GstElement>, name: String) {
        unsafe self.pointer = unsafe pointer
        self.name = name
    }

    deinit { unsafe gst_object_unref(pointer) }

    /// Sets a string property as it is, or an enumeration, flags or structure property by its nickname text.
    /// The value is data, never parsed as a pipeline. NUL bytes are refused.
    public func set(_ property: String, _ value: String) throws(GStreamerError) {
        guard unsafe shim_has_property(pointer, property) != 0 else { throw noProperty(property) }
        guard !value.utf8.contains(0) else {
            throw GStreamerError(domain: .owner, element: name, text: "\(property) holds a NUL byte")
        }
        if unsafe shim_is_string_property(pointer, property) != 0 {
            unsafe shim_set_string(pointer, property, value)
        } else {
            unsafe gst_util_set_object_arg(
                UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: GObject.self), property, value)
        }
    }

    /// Sets a property of any integer type, converted to that type.
    public func set(_ property: String, _ value: Int) throws(GStreamerError) {
        guard unsafe shim_set_integer(pointer, property, gint64(value)) != 0 else { throw noProperty(property) }
    }

    public func set(_ property: String, _ value: Bool) throws(GStreamerError) {
        try set(property, value ? 1 : 0)
    }

    /// What a sink has rendered since it started, buffers. Zero for an element that is no sink.
    public var rendered: Int { Int(clamping: unsafe shim_rendered(pointer)) }

    /// True once the end of the stream reached its `sink` pad.
    public var isAtEnd: Bool { unsafe shim_is_at_end(pointer) != 0 }

    /// The caps of its source pads as text, in the order they came: what a demultiplexer found in its input.
    public var sourceCaps: [String] {
        var all: [String] = []
        for index in 0..<64 {
            guard let text = unsafe shim_source_pad_caps(pointer, guint(index)) else { continue }
            all.append(unsafe String(cString: text))
            unsafe g_free(text)
        }
        return all
    }

    private func noProperty(_ property: String) -> GStreamerError {
        GStreamerError(domain: .owner, element: name, text: "has no property \(property) of that type")
    }
}
