import GStreamer

/// A video coding this module reads, with its part of a pipeline.
enum VideoCodec: String, Sendable, Hashable, CaseIterable {
    case h264, h265
    /// MPEG-2 and its part MPEG-1, out of a transport stream.
    case mpeg2

    init?(mediaType: String) {
        switch mediaType {
        case "video/x-h264": self = .h264
        case "video/x-h265": self = .h265
        case "video/mpeg": self = .mpeg2
        default: return nil
        }
    }

    var parser: LaunchDescription {
        switch self {
        case .h264: "h264parse"
        case .h265: "h265parse"
        case .mpeg2: "mpegvideoparse"
        }
    }

    /// In software.
    var decoder: LaunchDescription {
        switch self {
        case .h264: "avdec_h264"
        case .h265: "avdec_h265"
        case .mpeg2: "avdec_mpeg2video"
        }
    }

    /// As it stands in a transport stream: Annex B; of MPEG-2 the video sequence.
    var byteStream: LaunchDescription {
        switch self {
        case .h264: "video/x-h264,stream-format=byte-stream"
        case .h265: "video/x-h265,stream-format=byte-stream"
        case .mpeg2: "video/mpeg,mpegversion=2,systemstream=false"
        }
    }

    /// The same, one access unit a buffer: what is held and delivered.
    var accessUnits: LaunchDescription {
        switch self {
        case .h264, .h265: "\(byteStream),alignment=au"
        case .mpeg2: "video/mpeg,systemstream=false,parsed=true"
        }
    }

    /// Length-prefixed, as MP4 wants it; MPEG-2, which is written as a transport stream only, as it is held.
    var boxed: LaunchDescription {
        switch self {
        case .h264: "video/x-h264,stream-format=avc,alignment=au"
        case .h265: "video/x-h265,stream-format=hvc1,alignment=au"
        case .mpeg2: accessUnits
        }
    }

    /// Parser to access units with their parameter sets at each key frame. Enters at `parser_SINK`, leaves at `SINK`.
    func branch(sink: LaunchDescription) -> LaunchDescription {
        // An MPEG-2 sequence header is repeated by its sender, or stands in the caps.
        let repeating: LaunchDescription = self == .mpeg2 ? "" : " config-interval=-1"
        return """
            \(parser) name=parser_\(sink)\(repeating) ! \(accessUnits) ! \
            appsink name=\(sink) sync=false async=false enable-last-sample=false wait-on-eos=false
            """
    }
}
