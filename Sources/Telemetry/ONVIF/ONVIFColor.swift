/// A representative colour of an object: `tt:ColorCluster`.
struct ONVIFColor: Sendable, Hashable {
    enum Space: Sendable, Hashable {
        case ycbcr, rgb
        /// Deprecated ones, and those of vendors.
        case other

        /// Absent is YCbCr. A full URI, or its last part alone.
        init(_ uri: String?) {
            switch (uri?.split(separator: "/").last ?? "YCbCr").lowercased() {
            case "ycbcr": self = .ycbcr
            case "rgb": self = .rgb
            default: self = .other
            }
        }
    }

    var x: Double
    var y: Double
    var z: Double
    var space: Space
    /// Share of the object's pixels, 0…1; nil when not said.
    var weight: Double?

    /// `#rrggbb`; nil for a space without one meaning. YCbCr is that of JPEG: full range, BT.601.
    var hexadecimal: String? {
        switch space {
        case .other: return nil
        case .rgb: return Self.text(x, y, z)
        case .ycbcr:
            return Self.text(
                x + 1.402 * (z - 128), x - 0.344_136 * (y - 128) - 0.714_136 * (z - 128), x + 1.772 * (y - 128))
        }
    }

    private static func text(_ red: Double, _ green: Double, _ blue: Double) -> String? {
        guard [red, green, blue].allSatisfy({ $0.isFinite && abs($0) < 1000 }) else { return nil }
        return "#" + InspectLine.hex([red, green, blue].map { UInt8(min(max($0.rounded(), 0), 255)) })
    }
}
