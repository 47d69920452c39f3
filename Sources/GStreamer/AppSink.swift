import CGStreamer

/// Where samples leave a pipeline. Wraps an `appsink` element.
///
/// `@unchecked Sendable`: `appsink` guards its queue with its own lock.
public final class AppSink: @unchecked Sendable {
    public let element: Element

    init(_ element: Element) throws(GStreamerError) {
        guard unsafe shim_is_app_sink(element.pointer) != 0 else {
            throw GStreamerError(domain: .owner, element: element.name, text: "is no appsink")
        }
        self.element = element
    }

    /// The next sample, waiting at most `seconds` for it; nil on time-out and at the end of the stream
    /// (see ``isAtEnd``). Wraps `gst_app_sink_try_pull_sample`.
    public func pull(timeout seconds: Double) -> Sample? {
        guard let sample = unsafe shim_app_sink_try_pull(element.pointer, clockTime(seconds: seconds)) else {
            return nil
        }
        return unsafe Sample(owning: sample)
    }

    /// True once the end of the stream arrived and everything before it was pulled, and before the pipeline started.
    public var isAtEnd: Bool { unsafe shim_app_sink_is_eos(element.pointer) != 0 }
}

/// Seconds as nanoseconds, clamped to 0…1 year.
func clockTime(seconds: Double) -> GstClockTime {
    seconds > 0 ? GstClockTime((min(seconds, 31_536_000) * 1e9).rounded()) : 0
}
