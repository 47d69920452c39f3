/// Three coordinates in metres, or a direction; which frame they are in is said where they are used.
public typealias Vector = SIMD3<Double>

extension SIMD3<Double> {
    public func dot(_ other: SIMD3<Double>) -> Double { (self * other).sum() }

    public var length: Double { dot(self).squareRoot() }

    /// This direction with length one; nil when it has none (zero, or not finite).
    public var unit: SIMD3<Double>? {
        let length = length
        guard length.isFinite, length > 0 else { return nil }
        return self / length
    }

    public var isFinite: Bool { x.isFinite && y.isFinite && z.isFinite }
}
