import GStreamer
import Inspection

extension SourceError {
    /// What a pipeline reported, as the source's own error: kind, sentence and hint.
    init(pipeline error: GStreamerError, doing what: String, redaction: Redaction = Redaction()) {
        let kind: Kind
        var hint = ""
        var said = error.description
        if error.isMissingPlugin {
            kind = .missingPlugin
            hint = "install the package named"
        } else if error.isNotFound {
            kind = .notFound
            hint = "check the address or path"
        } else if error.isNotAuthorized {
            kind = .noPermission
            hint = "check user name and password"
        } else if error.isUnknownType {
            kind = .unknownCodec
            hint =
                "H.264 and H.265 are read: set the camera to one of them, or re-encode the recording by "
                + "ffmpeg -i IN -map 0 -c copy -c:v libx264 OUT"
        } else if error.isOfSettings {
            kind = .connection
            said = "this machine has no such address, or another program holds the port"
            hint = "listen at 0.0.0.0, an address of this machine, or a multicast group; ss -lun shows who holds a port"
        } else if error.isStateChange {
            kind = .failed
            said = "it could not be opened"
            hint = "check the address"
        } else if error.domain == .resource {
            kind = .connection
            hint = error.isOfOpening ? "check address, port and firewall" : ""
        } else if error.domain == .stream {
            kind = .damaged
        } else {
            kind = .failed
        }
        // Another clause follows it.
        while said.hasSuffix(".") { said.removeLast() }
        self.init(kind: kind, description: redaction("\(what): \(said)"), hint: hint)
    }
}
