import GStreamer
import Inspection

/// The other side of a live source: how it is named in errors, how it behaves, and how it is connected to.
struct LivePeer: Sendable {
    let manner: LiveManner
    /// The address without anything secret.
    let what: String
    let redaction: Redaction
    private let address: SourceAddress

    /// Nil for a file or a folder.
    init?(_ address: SourceAddress) {
        self.address = address
        switch address {
        case .file, .folder: return nil
        case .udp(let host, let port, _):
            manner = LiveManner(silence: .isWaitedOut)
            redaction = Redaction()
            what = "udp://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        case .rtsp(let url), .rtmp(let url):
            manner = LiveManner()
            redaction = Redaction(url: url)
            what = redaction(url)
        case .srt(let srt):
            manner = LiveManner(silence: srt.mode == .listener ? .isWaitedOutAtFirst : .breaks)
            // A stream id of a letter or two would be found in every word.
            redaction = Redaction(secrets: [srt.passphrase, srt.streamID.flatMap { $0.utf8.count < 4 ? nil : $0 }])
            what = srt.shown
        case .http(let http):
            // The longest segments in use have ten seconds, and a playlist is asked for again only after one.
            manner = LiveManner(pieceSeconds: http.isPlaylist ? 30 : 0, mayRepeat: !http.isPlaylist)
            redaction = Redaction(url: http.url, secrets: [http.password])
            what = redaction(http.url)
        }
    }

    /// Nil for a file or a folder.
    func connect(_ options: SourceOptions) throws(GStreamerError) -> (any LiveReader)? {
        switch address {
        case .file, .folder: return nil
        case .udp(let host, let port, let interface):
            return try TransportReader.udp(address: host, port: port, interface: interface, options: options)
        case .rtsp(let url): return try RTSPReader(url: url, options: options)
        case .srt(let srt): return try TransportReader.srt(srt)
        case .rtmp(let url): return try RTMPReader(url: url, options: options)
        case .http(let http):
            return http.isPlaylist ? try TransportReader.hls(http) : try TransportReader.http(http, options)
        }
    }
}
