/// Smooth noise on an integer lattice, 0…1, the same for the same seed.
struct LatticeNoise: Sendable {
    let seed: UInt32

    init(seed: UInt64, layer: UInt64) {
        self.seed = UInt32(truncatingIfNeeded: SeededGenerator.mixed(seed &+ layer &* 0x9E37_79B9))
    }

    /// A number for one lattice point, uniform in 0..<1.
    @inline(__always)
    func at(_ x: Int32, _ y: Int32) -> Float {
        var h = UInt32(bitPattern: x) &* 0x8DA6_B343 ^ UInt32(bitPattern: y) &* 0xD816_3841 ^ seed
        h = (h ^ (h >> 15)) &* 0x2C1B_3C6D
        h = (h ^ (h >> 12)) &* 0x297A_2D39
        h ^= h >> 15
        return Float(h >> 8) * 0x1p-24
    }

    /// Between the four lattice points around, by the smooth step.
    @inline(__always)
    func smooth(_ x: Float, _ y: Float) -> Float {
        let fx = x.rounded(.down)
        let fy = y.rounded(.down)
        let ix = Int32(fx)
        let iy = Int32(fy)
        var u = x - fx
        var v = y - fy
        u = u * u * (3 - 2 * u)
        v = v * v * (3 - 2 * v)
        let low = at(ix, iy) * (1 - u) + at(ix &+ 1, iy) * u
        let high = at(ix, iy &+ 1) * (1 - u) + at(ix &+ 1, iy &+ 1) * u
        return low * (1 - v) + high * v
    }
}
