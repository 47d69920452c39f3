/// What GStreamer reported: by return value, by `GError`, or by a message on a pipeline's bus.
public struct GStreamerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The `GError` domains of `gsterror.h`.
    public enum Domain: String, Sendable, Hashable {
        case core = "gst-core-error-quark"
        case library = "gst-library-error-quark"
        case resource = "gst-resource-error-quark"
        case stream = "gst-stream-error-quark"
        case parse = "gst_parse_error"
        /// Refused by this module before GStreamer was asked.
        case owner
        case other
    }

    public var domain: Domain
    /// Within the domain, as numbered in `gsterror.h`.
    public var code: Int
    /// Name of the element that failed; empty when none did.
    public var element: String
    public var text: String
    /// The element's own detail. May hold addresses as they were set: redact before it is shown.
    public var debug: String

    public init(domain: Domain, code: Int = 0, element: String = "", text: String, debug: String = "") {
        self.domain = domain
        self.code = code
        self.element = element
        self.text = text
        self.debug = debug
    }

    public var description: String { element.isEmpty ? text : element + ": " + text }

    /// `GST_RESOURCE_ERROR_NOT_FOUND`.
    public var isNotFound: Bool { domain == .resource && code == 3 }
    /// `GST_RESOURCE_ERROR_NOT_AUTHORIZED`.
    public var isNotAuthorized: Bool { domain == .resource && code == 15 }
    /// `GST_RESOURCE_ERROR_SETTINGS`: how a socket is bound that cannot be.
    public var isOfSettings: Bool { domain == .resource && code == 13 }
    /// `GST_RESOURCE_ERROR_OPEN_READ`, `OPEN_WRITE`, `OPEN_READ_WRITE`.
    public var isOfOpening: Bool { domain == .resource && (5...7).contains(code) }
    /// `GST_CORE_ERROR_STATE_CHANGE`.
    public var isStateChange: Bool { domain == .core && code == 4 }
    /// `GST_CORE_ERROR_MISSING_PLUGIN` or `GST_PARSE_ERROR_NO_SUCH_ELEMENT`.
    public var isMissingPlugin: Bool {
        (domain == .core && code == 12) || (domain == .parse && code == 1)
    }
    /// `GST_STREAM_ERROR_TYPE_NOT_FOUND`, `WRONG_TYPE`, `CODEC_NOT_FOUND`.
    public var isUnknownType: Bool { domain == .stream && (4...6).contains(code) }
}
