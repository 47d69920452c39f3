/// A colour as red, green, blue, each 0…1, gamma-coded as in sRGB and BT.709.
struct Color: Sendable, Hashable {
    var rgb: SIMD3<Float>

    init(_ red: Float, _ green: Float, _ blue: Float) { rgb = SIMD3(red, green, blue) }
    init(rgb: SIMD3<Float>) { self.rgb = rgb }

    /// `#RRGGBB`; nil for anything else.
    init?(hex text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 7, bytes[0] == 35, let value = UInt32(text.dropFirst(), radix: 16) else { return nil }
        rgb = SIMD3(Float(value >> 16 & 255), Float(value >> 8 & 255), Float(value & 255)) / 255
    }

    func times(_ factor: Float) -> Color { Color(rgb: rgb * factor) }

    func mixed(with other: Color, _ share: Float) -> Color { Color(rgb: rgb + (other.rgb - rgb) * share) }

    /// Limited-range BT.709 as one word: Y in the low byte, then Cb, then Cr.
    var packed: UInt32 {
        let c = rgb.clamped(lowerBound: .zero, upperBound: .one)
        let y = 0.2126 * c.x + 0.7152 * c.y + 0.0722 * c.z
        let luma = UInt32(16 + 219 * y + 0.5)
        let cb = UInt32(128 + 224 * (c.z - y) / 1.8556 + 0.5)
        let cr = UInt32(128 + 224 * (c.x - y) / 1.5748 + 0.5)
        return luma | cb << 8 | cr << 16
    }
}

/// Arithmetic on the packed words: four bytes at once, weights of 256.
enum PackedColor {
    /// `a` where `share` is 0, `b` where it is 256.
    @inline(__always)
    static func mixed(_ a: UInt32, _ b: UInt32, share: UInt32) -> UInt32 {
        let rest = 256 &- share
        let even = ((a & 0x00FF_00FF) &* rest &+ (b & 0x00FF_00FF) &* share) >> 8 & 0x00FF_00FF
        let odd = ((a >> 8 & 0xFF) &* rest &+ (b >> 8 & 0xFF) &* share) & 0xFF00
        return even | odd
    }

    /// In shade: luma moved towards black by `share`, both chromas halfway as far towards grey.
    @inline(__always)
    static func darkened(_ color: UInt32, by share: UInt32) -> UInt32 {
        let luma = 16 &+ ((max(color & 0xFF, 16) &- 16) &* (256 &- share)) >> 8
        return mixed(color, 0x0080_8000, share: share >> 1) & 0xFFFF_FF00 | luma
    }
}
