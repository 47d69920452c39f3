import Foundation
import Geodesy
import Testing

@testable import Rules

/// A million look-ups a second of one core against ten thousand polygons, where optimized; a debug build only has to finish.
@Suite(.serialized) struct AreaSpeedTests {
    /// Seconds of this process on a processor: what else the machine does is left out of them.
    private static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    @Test func `ten thousand polygons are asked fast enough`() throws {
        let data = try GroundDataTests.areas(IndependentAreaTests.collection(10_000, seed: 1, size: 0.002...0.008))
        var dice = IndependentAreaTests.Dice(state: 3)
        let points = (0..<4096).map { _ in
            GeodeticPoint(
                latitude: Double.random(in: 28...29, using: &dice),
                longitude: Double.random(in: 118...119, using: &dice), height: 0)
        }
        var best = 0.0
        var found = 0
        for _ in 0..<5 {
            let start = Self.processorSeconds
            var asked = 0
            found = 0
            while asked < 1_000_000, Self.processorSeconds - start < 0.3 {
                for point in points where data.areas.holds("mine", point) == true { found += 1 }
                asked += points.count
            }
            best = max(best, Double(asked) / (Self.processorSeconds - start))
        }
        print("areas: \(Int(best)) look-ups a second of one core against 10000 polygons")
        #expect(found > 0)
        #if !DEBUG
        #expect(best >= 1_000_000)
        #endif
    }
}
