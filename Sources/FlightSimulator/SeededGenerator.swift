/// SplitMix64: the same seed always gives the same numbers, on every machine.
/// Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// An independent stream of `seed`: what is drawn for one frame or object never moves what another draws.
    init(seed: UInt64, stream: UInt64, index: Int = 0) {
        let a = Self.mixed(seed &+ 0x9E37_79B9_7F4A_7C15 &* (stream &+ 1))
        state = Self.mixed(a ^ Self.mixed(UInt64(bitPattern: Int64(index)) &+ 0xD1B5_4A32_D192_ED03))
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// Uniform in 0..<1, 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

    /// Uniform between the ends.
    mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

    /// True with probability `chance`. Always draws one number, so that a changed chance moves nothing else.
    mutating func happens(_ chance: Double) -> Bool { unit() < chance }

    /// Uniform in 0..<count; 0 when `count` is not positive.
    mutating func index(below count: Int) -> Int { count > 0 ? min(Int(unit() * Double(count)), count - 1) : 0 }

    /// Mean 0, standard deviation 1. Box–Muller, one of the pair.
    mutating func gaussian() -> Double {
        let radius = (-2 * naturalLogarithm(1 - unit())).squareRoot()
        return radius * cosine(degrees: 360 * unit())
    }

    /// The finaliser of MurmurHash3 (variant 13 of Stafford).
    static func mixed(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
