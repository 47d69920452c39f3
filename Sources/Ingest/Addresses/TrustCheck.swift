import Foundation
import GStreamer
import Inspection

/// Checks what a source over TLS needs, before anything is opened.
enum TrustCheck {
    /// `supportsTLS` answers for the machine.
    static func check(
        _ location: SourceAddress, _ options: SourceOptions, supportsTLS: () -> Bool = { Library.supportsTLS }
    ) throws(SourceError) {
        let scheme: String
        var takesAuthority = true
        switch location {
        case .rtsp(let url): scheme = String(url.prefix { $0 != ":" }).lowercased()
        case .rtmp(let url):
            scheme = String(url.prefix { $0 != ":" }).lowercased()
            takesAuthority = false
        case .http(let address):
            scheme = String(address.url.prefix { $0 != ":" }).lowercased()
            takesAuthority = !address.isPlaylist
        default: return
        }
        guard ["rtsps", "rtmps", "https"].contains(scheme) else { return }
        guard supportsTLS() else {
            throw SourceError(
                kind: .missingPlugin, description: "\(scheme):// needs TLS, which this machine's GLib does not have",
                hint: "install glib-networking")
        }
        guard let file = options.certificateAuthority else { return }
        guard takesAuthority else {
            throw SourceError(
                kind: .noPermission,
                description:
                    "\(scheme):// \(scheme == "https" ? "playlists are" : "is") read with the system's authorities only",
                hint:
                    "put the authority into /usr/local/share/ca-certificates, run update-ca-certificates, leave certificate_authority_file out"
            )
        }
        guard FileManager.default.isReadableFile(atPath: file) else {
            throw SourceError(
                kind: .notFound, description: "certificate_authority_file \(file) cannot be read",
                hint: "check the path, and that the service's user may read it")
        }
    }
}
