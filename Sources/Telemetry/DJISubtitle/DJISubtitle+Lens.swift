import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

extension DJISubtitle {
    /// Focal length and digital zoom, and the angles that follow from them over the picture's diagonal, which is what DJI
    /// reckons its focal lengths on 35 mm film by. Video modes that crop the picture are not told apart.
    mutating func lens(_ fields: DJISubtitleFields, aspect: Double?) {
        zoom = Self.zoom(fields)
        sample.zoom = zoom
        guard let length = Self.focalLength(fields) else { return }
        focalLength = length
        // Thermal video says nothing of exposure.
        let isThermal = fields.values["iso"] == nil && fields.values["shutter"] == nil && fields.values["fnum"] == nil
        let ratio = aspect.flatMap { (0.1...10).contains($0) ? $0 : nil } ?? (isThermal ? 5.0 / 4 : 16.0 / 9)
        let half = Self.diagonal / (2 * length * (zoom ?? 1))
        let root = (ratio * ratio + 1).squareRoot()
        sample.horizontalFieldOfView = 2 * atan(half * ratio / root) * 180 / .pi
        sample.verticalFieldOfView = 2 * atan(half / root) * 180 / .pi
    }

    /// Of 35 mm film, millimetres.
    private static let diagonal = 43.2666

    /// `280` is 28 mm, `24.00` is 24 mm.
    private static func focalLength(_ fields: DJISubtitleFields) -> Double? {
        guard let text = fields.values["focal_len"]?.text, let stated = DJINumber(text) else { return nil }
        let length = !stated.hasPoint && stated.value >= 100 ? stated.value / 10 : stated.value
        return (1...5000).contains(length) ? length : nil
    }

    /// `10000` is 1, `1.79` is 1.79.
    private static func zoom(_ fields: DJISubtitleFields) -> Double? {
        guard let text = (fields.values["dzoom_ratio"] ?? fields.values["dzoom"])?.text, let stated = DJINumber(text)
        else { return nil }
        let zoom = !stated.hasPoint && stated.value >= 1000 ? stated.value / 10_000 : stated.value
        return (1...1000).contains(zoom) ? zoom : nil
    }
}
