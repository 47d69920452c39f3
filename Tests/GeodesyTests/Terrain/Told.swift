import Synchronization

@testable import Geodesy

/// What a mosaic told of damage.
final class Told: Sendable {
    private let errors = Mutex<[ElevationError]>([])

    func add(_ error: ElevationError) { errors.withLock { $0.append(error) } }

    var all: [ElevationError] { errors.withLock { $0 } }
}

/// Numbers that are the same in every run.
struct Dice {
    var state: UInt64

    mutating func below(_ limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(limit, 1)
    }

    mutating func between(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(below(1 << 24)) / Double(1 << 24)
    }
}
