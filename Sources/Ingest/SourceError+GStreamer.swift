import GStreamer
import Inspection

extension SourceError {
    /// What a pipeline reported, as the source's own error: kind, sentence and hint.
    init(pipeline error: GStreamerError, doing what: String, redaction: Redaction = Redaction()) {
        let kind: Kind
        var hint = ""
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
        } else if error.domain == .resource {
            kind = .connection
        } else if error.domain == .stream {
            kind = .damaged
        } else {
            kind = .failed
        }
        self.init(kind: kind, description: redaction("\(what): \(error.description)"), hint: hint)
    }
}
