import CGStreamer

/// The GStreamer library as a whole.
public enum Library {
    /// Loads the library and its plugin registry, once a process. Every owner in this module calls it; a second call
    /// costs nothing. Wraps `gst_init_check`.
    public static func start() throws(GStreamerError) {
        if let error = outcome { throw error }
    }

    /// Has the C library give back what streaming threads and decoders freed. Call it first, while threads are few.
    public static func boundHeap() { shim_bound_heap() }

    private static let outcome: GStreamerError? = {
        // GIO's default asks libproxy, which corrupts the heap when connections fail at once on several threads: see
        // docs/decisions/0003-no-libproxy.md. Who sets the variable has chosen otherwise.
        _ = unsafe g_setenv("GIO_USE_PROXY_RESOLVER", "dummy", 0)
        var error: UnsafeMutablePointer<GError>?
        guard unsafe gst_init_check(nil, nil, &error) == 0 else { return nil }
        return unsafe GStreamerError.taking(error, element: "", debug: "")
    }()

    /// The version in use, as `1.22.0`.
    public static var version: String {
        var major: guint = 0
        var minor: guint = 0
        var micro: guint = 0
        var nano: guint = 0
        unsafe gst_version(&major, &minor, &micro, &nano)
        return "\(major).\(minor).\(micro)"
    }

    /// True when an element of this name can be made. Wraps `gst_element_factory_find`.
    public static func has(_ element: String) -> Bool {
        guard (try? start()) != nil, let factory = unsafe gst_element_factory_find(element) else { return false }
        unsafe gst_object_unref(UnsafeMutableRawPointer(factory))
        return true
    }

    /// True when an element of this name can be made and opens its device, if it has one. Wraps a change to `READY` and
    /// back: what only shows with data (a profile that the device cannot decode) it does not tell.
    public static func opens(_ element: String) -> Bool {
        guard (try? start()) != nil else { return false }
        return unsafe shim_opens(element) != 0
    }

    /// Throws an error naming every missing element with the Debian package that holds it.
    public static func requireElements(_ names: [String]) throws(GStreamerError) {
        try start()
        let missing = names.filter { !has($0) }
        guard !missing.isEmpty else { return }
        let packages = Set(missing.map(debianPackage(of:))).sorted()
        throw GStreamerError(
            domain: .core, code: 12,
            text: "missing GStreamer element " + missing.joined(separator: ", ") + ": install "
                + packages.joined(separator: ", "))
    }

    /// The Debian 12 package that holds an element; the tools package's search hint when it is not one we use.
    public static func debianPackage(of element: String) -> String {
        for (package, elements) in packages where elements.contains(element) { return package }
        return element.hasPrefix("avdec_") || element.hasPrefix("avenc_")
            ? "gstreamer1.0-libav" : "the plugin set that holds \(element)"
    }

    private static let packages: [(String, Set<String>)] = [
        (
            "libgstreamer1.0-0",
            ["filesrc", "filesink", "fakesink", "queue", "tee", "identity", "capsfilter", "funnel", "valve"]
        ),
        (
            "gstreamer1.0-plugins-base",
            [
                "appsrc", "appsink", "giostreamsink", "videoconvert", "videoscale", "videorate", "videotestsrc",
                "decodebin3", "tcpclientsrc",
            ]
        ),
        (
            "gstreamer1.0-plugins-good",
            [
                "udpsrc", "udpsink", "rtspsrc", "rtph264depay", "rtph265depay", "rtpmp2tdepay", "rtpklvdepay",
                "rtpklvpay", "qtdemux", "mp4mux", "matroskademux", "matroskamux", "jpegenc", "jpegdec", "pngenc",
                "flvdemux", "souphttpsrc", "v4l2h264dec", "v4l2h265dec", "v4l2mpeg2dec",
            ]
        ),
        (
            "gstreamer1.0-plugins-bad",
            [
                "h264parse", "h265parse", "mpegtsmux", "tsparse", "tsdemux", "h264timestamper", "h265timestamper",
                "openh264enc", "x265enc", "srtsrc", "srtsink", "rtmp2src", "rtmp2sink", "watchdog", "hlsdemux",
                "mpegvideoparse", "jpegparse", "vah264dec", "vah265dec", "vampeg2dec", "v4l2slh264dec",
                "v4l2slh265dec", "v4l2slmpeg2dec", "nvh264dec", "nvh265dec", "nvmpeg2videodec",
            ]
        ),
        ("gstreamer1.0-plugins-ugly", ["x264enc"]),
        ("gstreamer1.0-vaapi", ["vaapih264dec", "vaapih265dec", "vaapimpeg2dec"]),
        ("gstreamer1.0-x", ["timeoverlay", "textoverlay", "clockoverlay"]),
    ]
}

extension GStreamerError {
    /// Takes ownership of a `GError`.
    static func taking(
        _ error: UnsafeMutablePointer<GError>?, element: String, debug: String
    ) -> GStreamerError {
        guard let error = unsafe error else {
            return GStreamerError(domain: .other, element: element, text: "unknown failure", debug: debug)
        }
        defer { unsafe g_error_free(error) }
        let name = unsafe g_quark_to_string(error.pointee.domain).map { unsafe String(cString: $0) } ?? ""
        let text = unsafe error.pointee.message.map { unsafe String(cString: $0) } ?? ""
        return unsafe GStreamerError(
            domain: Domain(rawValue: name) ?? .other, code: Int(error.pointee.code), element: element, text: text,
            debug: debug)
    }
}
