import GStreamer
public import Inspection

/// The source for an address: a path, `file://`, `udp://[address]:port[?interface=name]` or `rtsp://`. Nothing is
/// opened before ``VideoSource/run(_:)``; throws when the address cannot be read or GStreamer lacks an element.
public func makeSource(
    name: Name, location text: String, options: SourceOptions = SourceOptions(), clock: any Clock
) throws(SourceError) -> any VideoSource {
    let location = try SourceAddress(text)
    do throws(GStreamerError) {
        try Library.requireElements(location.elements)
    } catch {
        throw SourceError(kind: .missingPlugin, description: error.description, hint: "install the package named")
    }
    switch location {
    case .file(let path): return FileSource(name: name, path: path, options: options, clock: clock)
    case .udp, .rtsp: return LiveSource(name: name, location: location, options: options, clock: clock)
    }
}

extension SourceAddress {
    /// Every element a source of this kind may need.
    var elements: [String] {
        let common = [
            "appsink", "giostreamsink", "h264parse", "h265parse", "avdec_h264", "avdec_h265", "videoconvert", "jpegenc",
            "mp4mux", "queue",
            "tee", "identity", "fakesink",
        ]
        switch self {
        case .file: return common + ["filesrc", "qtdemux", "matroskademux"]
        case .udp: return common + ["udpsrc"]
        case .rtsp: return common + ["rtspsrc", "rtph264depay", "rtph265depay", "rtpmp2tdepay", "rtpklvdepay"]
        }
    }
}
