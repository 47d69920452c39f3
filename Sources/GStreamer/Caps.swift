import CGStreamer

/// A media type with its fields. Wraps an immutable `GstCaps`.
///
/// `@unchecked Sendable`: the caps are never written after they were made, and their reference count is atomic.
@safe public final class Caps: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<GstCaps>

    /// Takes ownership of a reference.
    init(owning pointer: UnsafeMutablePointer<GstCaps>) { unsafe self.pointer = unsafe pointer }

    /// Reads caps from this program's own text, such as `video/x-raw,format=I420,width=640,height=360,framerate=25/1`.
    public init(_ text: LaunchDescription) throws(GStreamerError) {
        try Library.start()
        guard let made = unsafe gst_caps_from_string(text.description) else {
            throw GStreamerError(domain: .owner, text: "caps cannot be read: \(text.description)")
        }
        unsafe pointer = unsafe made
    }

    deinit { unsafe shim_caps_unref(pointer) }

    /// The first structure's media type, such as `video/x-h264`.
    public var mediaType: String {
        guard let structure = unsafe gst_caps_get_structure(pointer, 0) else { return "" }
        return unsafe String(cString: gst_structure_get_name(structure))
    }

    public var width: Int? { integer("width") }
    public var height: Int? { integer("height") }

    /// Frames a second as a fraction; nil when absent or variable (0/1).
    public var frameRate: (numerator: Int, denominator: Int)? {
        guard let structure = unsafe gst_caps_get_structure(pointer, 0) else { return nil }
        var numerator: gint = 0
        var denominator: gint = 0
        guard unsafe gst_structure_get_fraction(structure, "framerate", &numerator, &denominator) != 0,
            numerator > 0, denominator > 0
        else { return nil }
        return (Int(numerator), Int(denominator))
    }

    /// A field of integer type.
    public func integer(_ field: String) -> Int? {
        guard let structure = unsafe gst_caps_get_structure(pointer, 0) else { return nil }
        var value: gint = 0
        return unsafe gst_structure_get_int(structure, field, &value) != 0 ? Int(value) : nil
    }

    /// A field of string type.
    public func string(_ field: String) -> String? {
        guard let structure = unsafe gst_caps_get_structure(pointer, 0),
            let text = unsafe gst_structure_get_string(structure, field)
        else { return nil }
        return unsafe String(cString: text)
    }

    /// All of it, as `gst_caps_to_string` writes it.
    public var text: String {
        guard let text = unsafe gst_caps_to_string(pointer) else { return "" }
        defer { unsafe g_free(text) }
        return unsafe String(cString: text)
    }

    public func isEqual(to other: Caps) -> Bool {
        unsafe pointer == other.pointer || gst_caps_is_equal(pointer, other.pointer) != 0
    }
}
