import CGStreamer

/// Where bytes enter a pipeline. Wraps an `appsrc` element: its caps, `format`, `is-live`, `block` and `max-bytes` are
/// set in the launch description or here.
///
/// `@unchecked Sendable`: `appsrc` guards its queue with its own lock.
public final class AppSource: @unchecked Sendable {
    /// What a push does when the queue is full.
    public enum Backpressure: Sendable, Hashable {
        /// Waits until the pipeline has taken enough. Bound in bytes.
        case block(maxBytes: Int)
        /// Takes everything; the caller watches ``queuedBytes``.
        case unbounded
    }

    public let element: Element

    init(_ element: Element) throws(GStreamerError) {
        guard unsafe shim_is_app_source(element.pointer) != 0 else {
            throw GStreamerError(domain: .owner, element: element.name, text: "is no appsrc")
        }
        self.element = element
        try element.set("format", "time")
    }

    public func setCaps(_ caps: Caps) { unsafe shim_app_src_set_caps(element.pointer, caps.pointer) }

    public func setBackpressure(_ policy: Backpressure) throws(GStreamerError) {
        switch policy {
        case .block(let maxBytes):
            try element.set("max-bytes", max(1, maxBytes))
            try element.set("block", true)
        case .unbounded:
            try element.set("max-bytes", 0)
            try element.set("block", false)
        }
    }

    /// Bytes waiting in the queue.
    public var queuedBytes: Int { Int(clamping: unsafe shim_app_src_level(element.pointer)) }

    /// Pushes a copy of `bytes`. Times are nanoseconds of running time. Throws when the pipeline takes no more.
    public func push(
        _ bytes: [UInt8], pts: UInt64?, dts: UInt64? = nil, duration: UInt64? = nil, isKey: Bool = true
    ) throws(GStreamerError) {
        let buffer = try unsafe Buffer.filled(with: bytes.span)
        unsafe Buffer.stamp(buffer, pts: pts, dts: dts, duration: duration, isKey: isKey)
        try check(unsafe shim_app_src_push(element.pointer, buffer), element.name)
    }

    /// Ends the stream: everything pushed is still worked off. Wraps `gst_app_src_end_of_stream`.
    public func endOfStream() throws(GStreamerError) {
        try check(unsafe shim_app_src_end(element.pointer), element.name)
    }
}

/// Throws unless the flow is on. `GST_FLOW_EOS` counts as refused: nothing more is taken.
func check(_ flow: GstFlowReturn, _ element: String) throws(GStreamerError) {
    guard flow != GST_FLOW_OK else { return }
    let name = unsafe String(cString: gst_flow_get_name(flow))
    throw GStreamerError(domain: .owner, code: Int(flow.rawValue), element: element, text: "takes no more: \(name)")
}
