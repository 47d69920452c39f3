import GStreamer

/// A video coding this module reads, with its part of a pipeline.
enum VideoCodec: String, Sendable, Hashable, CaseIterable {
    case h264, h265

    init?(mediaType: String) {
        switch mediaType {
        case "video/x-h264": self = .h264
        case "video/x-h265": self = .h265
        default: return nil
        }
    }

    var parser: LaunchDescription { self == .h264 ? "h264parse" : "h265parse" }
    var decoder: LaunchDescription { self == .h264 ? "avdec_h264" : "avdec_h265" }

    /// Annex B, as it stands in a transport stream.
    var byteStream: LaunchDescription {
        self == .h264 ? "video/x-h264,stream-format=byte-stream" : "video/x-h265,stream-format=byte-stream"
    }

    /// Annex B, one access unit a buffer: what is held and delivered.
    var accessUnits: LaunchDescription { "\(byteStream),alignment=au" }

    /// Length-prefixed, as MP4 wants it.
    var boxed: LaunchDescription {
        self == .h264 ? "video/x-h264,stream-format=avc,alignment=au" : "video/x-h265,stream-format=hvc1,alignment=au"
    }

    /// Parser to access units, and the decoder beside them that the policy wants. Enters at `parser`, leaves at
    /// `units`.
    func branch(_ options: SourceOptions, sink: LaunchDescription) -> LaunchDescription {
        let head: LaunchDescription = "\(parser) name=parser_\(sink) config-interval=-1 ! \(accessUnits)"
        let tail: LaunchDescription =
            "appsink name=\(sink) sync=false async=false enable-last-sample=false wait-on-eos=false"
        let threads = min(max(options.decoderThreads, 0), 64)
        let keysOnly: LaunchDescription
        switch options.decode {
        case .onDemand: return "\(head) ! \(tail)"
        case .all: keysOnly = "queue max-size-buffers=16 max-size-bytes=0 max-size-time=0"
        case .keyframes:
            keysOnly =
                "identity drop-buffer-flags=delta-unit ! queue max-size-buffers=16 max-size-bytes=0 max-size-time=0"
        }
        return """
            \(head) ! tee name=tee_\(sink) ! \(tail) tee_\(sink). ! \(keysOnly) ! \(decoder) max-threads=\(threads) \
            ! fakesink name=decoded_\(sink) sync=false async=false enable-last-sample=false
            """
    }
}
