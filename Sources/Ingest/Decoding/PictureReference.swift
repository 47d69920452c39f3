/// Tells from the first bytes of an access unit whether other pictures are built on it. Sources: ITU-T H.264 7.4.1
/// (nal_ref_idc), H.265 7.4.2.2 (sub-layer non-reference pictures), H.262 6.3.9 (picture_coding_type).
struct PictureReference: Sendable {
    /// What may stand before the first slice; more is not searched through.
    private static let searched = 8192

    /// Of H.265: the highest temporal sub-layer, from the sequence parameter set.
    private var highestLayer: UInt8?

    /// True unless it is certain that none is.
    mutating func isReference(_ bytes: Span<UInt8>, _ codec: VideoCodec) -> Bool {
        var at = 0
        let end = min(bytes.count, Self.searched)
        while at &+ 5 < end {
            guard bytes[at] == 0, bytes[at &+ 1] == 0, bytes[at &+ 2] == 1 else {
                at &+= 1
                continue
            }
            at &+= 3
            switch codec {
            case .h264:
                let kind = bytes[at] & 0x1F
                if kind >= 1, kind <= 5 { return bytes[at] & 0x60 != 0 }
            case .h265:
                let kind = bytes[at] >> 1 & 0x3F
                if kind == 33 { highestLayer = bytes[at &+ 2] >> 1 & 7 }
                if kind < 32 {
                    let layer = bytes[at &+ 1] & 7
                    // Even kinds up to 14 are no reference within their sub-layer; only of the highest that is final.
                    return !(kind <= 14 && kind % 2 == 0 && highestLayer.map { layer == $0 &+ 1 } ?? false)
                }
            case .mpeg2:
                if bytes[at] == 0 { return bytes[at &+ 2] >> 3 & 7 != 3 }
            }
        }
        return true
    }
}
