public import Inspection

/// The source for an address, as ``SourceAddress`` reads it. Nothing is
/// opened before ``VideoSource/run(_:)``; throws when the address cannot be read or GStreamer lacks an element. `looker` is
/// shown the pictures that the decode policy wants. A path that is a folder now is read as one.
public func makeSource(
    name: Name, location text: String, options: SourceOptions = SourceOptions(), clock: any Clock,
    looker: (any PictureLooker)? = nil, facts: FileFacts = FileFacts()
) throws(SourceError) -> any VideoSource {
    let location = try SourceAddress(text)
    try RequiredElements.check(location.elements)
    try TrustCheck.check(location, options)
    switch location {
    case .file(let path) where StillFile.isNamed(path):
        return StillSource(name: name, paths: [path], options: options, clock: clock, facts: facts, looker: looker)
    case .file(let path) where !FolderScan.isFolder(path):
        return FileSource(name: name, path: path, options: options, clock: clock, looker: looker)
    case .file(let path), .folder(let path):
        return DropFolderSource(
            name: name, path: path, options: options, clock: clock, facts: facts, looker: looker
        ) { path in
            FileSource(name: name, path: path, options: options, clock: clock, looker: looker)
        }
    default: break
    }
    guard let peer = LivePeer(location) else {
        throw SourceError(kind: .failed, description: "no source is made for this address")
    }
    return LiveSource(name: name, peer: peer, options: options, clock: clock, looker: looker)
}

/// The source for a row of still pictures, JPEG files in the order given; those with more than
/// ``SourceOptions/flightGapSeconds`` between them are of several flights. `looker` is shown every one, unless nothing is to
/// be decoded but on demand.
public func makeSource(
    name: Name, stills paths: [String], options: SourceOptions = SourceOptions(), clock: any Clock,
    looker: (any PictureLooker)? = nil, facts: FileFacts = FileFacts()
) throws(SourceError) -> any VideoSource {
    try RequiredElements.check(SourceAddress.file(path: "").elements)
    return StillSource(name: name, paths: paths, options: options, clock: clock, facts: facts, looker: looker)
}

extension SourceAddress {
    /// True for the name of a still picture.
    public static func isStill(_ path: String) -> Bool { StillFile.isNamed(path) }

    /// Every element a source of this kind may need.
    var elements: [String] {
        let common = [
            "appsink", "giostreamsink", "h264parse", "h265parse", "mpegvideoparse", "avdec_h264", "avdec_h265",
            "avdec_mpeg2video", "videoconvert", "jpegenc",
            "mp4mux", "queue",
            "tee", "identity", "fakesink",
        ]
        switch self {
        case .file, .folder: return common + ["jpegdec", "videoscale", "filesrc", "qtdemux", "matroskademux"]
        case .udp: return common + ["udpsrc"]
        case .rtsp: return common + ["rtspsrc", "rtph264depay", "rtph265depay", "rtpmp2tdepay"]
        case .srt: return common + ["srtsrc"]
        case .rtmp: return common + ["rtmp2src", "flvdemux"]
        case .http(let address): return common + ["souphttpsrc"] + (address.isPlaylist ? ["hlsdemux"] : [])
        }
    }
}
