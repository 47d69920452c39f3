import GStreamer
import Synchronization

/// A decoder element.
struct DecoderElement: Sendable, Hashable {
    /// The element's own name, as a pipeline's text has it.
    let description: LaunchDescription
    let isHardware: Bool

    var name: String { description.description }

    static func == (a: DecoderElement, b: DecoderElement) -> Bool { a.name == b.name }
    func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// Which element decodes a coding: hardware where it is there and opens, best known first, and software last.
enum DecoderChoice {
    /// Every element that decodes the coding, in the order they are tried: VA-API (Intel, AMD), V4L2 without and with
    /// state (boards), NVDEC, then libav.
    static func elements(for codec: VideoCodec) -> [DecoderElement] {
        let hardware: [LaunchDescription]
        switch codec {
        case .h264: hardware = ["vah264dec", "vaapih264dec", "v4l2slh264dec", "v4l2h264dec", "nvh264dec"]
        case .h265: hardware = ["vah265dec", "vaapih265dec", "v4l2slh265dec", "v4l2h265dec", "nvh265dec"]
        case .mpeg2: hardware = ["vampeg2dec", "vaapimpeg2dec", "v4l2slmpeg2dec", "v4l2mpeg2dec", "nvmpeg2videodec"]
        }
        return hardware.map { DecoderElement(description: $0, isHardware: true) } + [software(for: codec)]
    }

    static func software(for codec: VideoCodec) -> DecoderElement {
        DecoderElement(description: codec.decoder, isHardware: false)
    }

    /// Those that are worth a try, in their order; software always is, and stands last. `opens` answers for one name.
    static func candidates(
        for codec: VideoCodec, _ decoders: SourceOptions.Decoders, opens: (String) -> Bool
    ) -> [DecoderElement] {
        elements(for: codec).filter { !$0.isHardware || decoders == .auto && opens($0.name) }
    }

    private static let known = Mutex<[String: Bool]>([:])

    /// Asked of the machine once a process: opening a device takes a while, and sources are made anew.
    static func opens(_ name: String) -> Bool {
        if let answer = known.withLock({ $0[name] }) { return answer }
        let answer = Library.opens(name)
        known.withLock { $0[name] = answer }
        return answer
    }
}
