import CGStreamer

/// What an element or the pipeline posted.
public enum BusMessage: Sendable, Hashable {
    case error(GStreamerError)
    case warning(GStreamerError)
    /// Every sink of the pipeline saw the end.
    case endOfStream
    /// Of any element; states as `NULL`, `READY`, `PAUSED`, `PLAYING`.
    case stateChanged(element: String, from: String, to: String)
    /// An element's own message: the name of its structure.
    case element(name: String, structure: String)
    /// Any other message: its type's name.
    case other(String)

    /// Reads a message; leaves its ownership with the caller.
    init(_ message: UnsafeMutablePointer<GstMessage>) {
        let source = unsafe shim_message_source(message).map { unsafe String(cString: $0) } ?? ""
        switch unsafe shim_message_type(message) {
        case GST_MESSAGE_ERROR:
            var error: UnsafeMutablePointer<GError>?
            var debug: UnsafeMutablePointer<CChar>?
            unsafe gst_message_parse_error(message, &error, &debug)
            self = unsafe .error(GStreamerError.taking(error, element: source, debug: Self.taking(debug)))
        case GST_MESSAGE_WARNING:
            var error: UnsafeMutablePointer<GError>?
            var debug: UnsafeMutablePointer<CChar>?
            unsafe gst_message_parse_warning(message, &error, &debug)
            self = unsafe .warning(GStreamerError.taking(error, element: source, debug: Self.taking(debug)))
        case GST_MESSAGE_EOS:
            self = .endOfStream
        case GST_MESSAGE_STATE_CHANGED:
            var from = GST_STATE_NULL
            var to = GST_STATE_NULL
            unsafe gst_message_parse_state_changed(message, &from, &to, nil)
            self = unsafe .stateChanged(
                element: source, from: String(cString: gst_element_state_get_name(from)),
                to: String(cString: gst_element_state_get_name(to)))
        case GST_MESSAGE_ELEMENT:
            var structure = ""
            if let found = unsafe gst_message_get_structure(message) {
                structure = unsafe String(cString: gst_structure_get_name(found))
            }
            self = .element(name: source, structure: structure)
        default:
            self = unsafe .other(String(cString: shim_message_type_name(message)))
        }
    }

    private static func taking(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        defer { unsafe g_free(text) }
        return unsafe String(cString: text)
    }
}
