import CGStreamer

/// A running graph of elements. Wraps a `GstPipeline` made by `gst_parse_launch`; stopped and released on deinit.
///
/// `@unchecked Sendable`: GStreamer's state changes, bus and element lookup are thread-safe by their own locks; the
/// pointers never change.
@safe public final class Pipeline: @unchecked Sendable {
    public enum State: Sendable, Hashable { case null, ready, paused, playing }

    let pointer: UnsafeMutablePointer<GstElement>
    private let bus: UnsafeMutablePointer<GstBus>

    public init(_ description: LaunchDescription) throws(GStreamerError) {
        try Library.start()
        var error: UnsafeMutablePointer<GError>?
        guard let made = unsafe shim_parse_pipeline(description.description, &error) else {
            throw unsafe GStreamerError.taking(error, element: "", debug: description.description)
        }
        unsafe pointer = unsafe made
        unsafe bus = unsafe shim_pipeline_bus(made)
    }

    deinit {
        unsafe gst_element_set_state(pointer, GST_STATE_NULL)
        unsafe gst_object_unref(bus)
        unsafe gst_object_unref(pointer)
    }

    /// The element with this `name=` in the description.
    public func element(_ name: String) throws(GStreamerError) -> Element {
        guard let found = unsafe shim_bin_get(pointer, name) else {
            throw GStreamerError(domain: .owner, element: name, text: "is not in the pipeline")
        }
        return unsafe Element(owning: found, name: name)
    }

    public func appSink(_ name: String) throws(GStreamerError) -> AppSink { try AppSink(try element(name)) }
    public func appSource(_ name: String) throws(GStreamerError) -> AppSource { try AppSource(try element(name)) }

    /// Asks for a state; the change may complete later. Throws the error on the bus when the change fails at once.
    public func setState(_ state: State) throws(GStreamerError) {
        guard unsafe gst_element_set_state(pointer, state.value) == GST_STATE_CHANGE_FAILURE else { return }
        while let message = nextMessage(timeout: 0) {
            if case .error(let error) = message { throw error }
        }
        throw GStreamerError(domain: .core, code: 4, text: "state change failed")
    }

    public func play() throws(GStreamerError) { try setState(.playing) }

    /// Goes to `NULL`: threads end, sockets and files close. Safe to repeat.
    public func stop() { unsafe gst_element_set_state(pointer, GST_STATE_NULL) }

    /// Sends the end of the stream into every source. Muxers then write their index.
    public func sendEndOfStream() { unsafe gst_element_send_event(pointer, gst_event_new_eos()) }

    /// The next message, waiting at most `seconds` for it. Wraps `gst_bus_timed_pop`.
    public func nextMessage(timeout seconds: Double) -> BusMessage? {
        guard let message = unsafe gst_bus_timed_pop(bus, clockTime(seconds: seconds)) else { return nil }
        defer { unsafe shim_message_unref(message) }
        return unsafe BusMessage(message)
    }

    /// The next error or end of stream, waiting at most `seconds` for it; every other message is dropped.
    public func nextOutcome(timeout seconds: Double) -> BusMessage? {
        let wanted = GstMessageType(rawValue: GST_MESSAGE_ERROR.rawValue | GST_MESSAGE_EOS.rawValue)
        guard let message = unsafe gst_bus_timed_pop_filtered(bus, clockTime(seconds: seconds), wanted) else {
            return nil
        }
        defer { unsafe shim_message_unref(message) }
        return unsafe BusMessage(message)
    }

    /// Waits until every sink saw the end. Throws the first error, or a time-out.
    public func awaitEndOfStream(timeout seconds: Double) throws(GStreamerError) {
        switch nextOutcome(timeout: seconds) {
        case .endOfStream: return
        case .error(let error): throw error
        default: throw GStreamerError(domain: .owner, text: "no end of stream within \(seconds) s")
        }
    }
}

extension Pipeline.State {
    fileprivate var value: GstState {
        switch self {
        case .null: GST_STATE_NULL
        case .ready: GST_STATE_READY
        case .paused: GST_STATE_PAUSED
        case .playing: GST_STATE_PLAYING
        }
    }
}
