import Geodesy
import Inspection
import Testing

@testable import Telemetry

@Suite struct PoseMotionTests {
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 320)

    /// 12 m/s north, 5 m/s east, climbing 2 m/s; the gimbal pans 20° a second.
    private static func sample(_ seconds: Double, pitch: Double = -60) -> TelemetrySample {
        let point = origin.moved(north: 12 * seconds, east: 5 * seconds)
        var sample = TelemetrySample()
        sample.hasFix = true
        sample.latitude = point.latitude
        sample.longitude = point.longitude
        sample.heightHAE = 320 + 2 * seconds
        sample.camera = .earth(Attitude(yaw: 350 + 20 * seconds, pitch: pitch, roll: 0))
        return sample
    }

    private static func line(_ step: Double, pitch: Double = -60) -> PoseLine {
        var line = PoseLine()
        for index in 0..<40 {
            let seconds = Double(index) * step
            line.insert(sample(seconds, pitch: pitch), at: .seconds(seconds))
        }
        return line
    }

    @Test(arguments: [0.04, 0.1, 0.5, 2.0], [-60.0, -90, 0]) func `speed and turn are those of the poses around`(
        _ step: Double, _ pitch: Double
    ) throws {
        let motion = try #require(Self.line(step, pitch: pitch).motion(at: .seconds(15 * step + 0.01)))
        #expect(abs(motion.velocity.x - 12) < 0.01 && abs(motion.velocity.y - 5) < 0.01)
        #expect(abs(motion.velocity.z + 2) < 1e-6)
        // Panning about the vertical, told in the camera's axes: at −60° half of it about the camera's own down axis.
        #expect(abs(motion.turn.length - 20) < 1e-6)
        let vertical = Rotation(Attitude(yaw: 0, pitch: pitch, roll: 0)).transposed * SIMD3(0, 0, 20)
        #expect((motion.turn - vertical).length < 1e-6)
    }

    @Test func `positions written in coarse steps do not tell the speed from pose to pose`() throws {
        var line = PoseLine()
        for index in 0..<60 {
            let seconds = Double(index) / 30
            // The position is new ten times a second only.
            var sample = Self.sample((seconds * 10).rounded(.down) / 10)
            sample.camera = .earth(Attitude(yaw: 10, pitch: -60, roll: 0))
            line.insert(sample, at: .seconds(seconds))
        }
        for index in 30..<58 {
            let motion = try #require(line.motion(at: .seconds(Double(index) / 30)))
            #expect(abs(motion.velocity.x - 12) < 1.7 && motion.turn.length < 1e-9)
        }
    }

    @Test func `one pose, poses far apart and poses without a place or an attitude tell nothing`() {
        var line = PoseLine()
        #expect(line.motion(at: .seconds(0)) == nil)
        line.insert(Self.sample(0), at: .seconds(0))
        #expect(line.motion(at: .seconds(0)) == nil)
        line.insert(Self.sample(4), at: .seconds(4))
        #expect(line.motion(at: .seconds(2)) == nil)
        #expect(Self.line(0.1).motion(at: .seconds(60)) == nil)
        for change in [
            { (sample: inout TelemetrySample) in sample.camera = nil }, { $0.hasFix = false },
            { $0.latitude = .nan }, { $0.camera = .earth(Attitude(yaw: .nan, pitch: 0, roll: 0)) },
            { $0.latitude = 60 },
        ] {
            var damaged = PoseLine()
            damaged.insert(Self.sample(0), at: .seconds(0))
            var sample = Self.sample(1)
            change(&sample)
            damaged.insert(sample, at: .seconds(1))
            #expect(damaged.motion(at: .seconds(0.5)) == nil)
        }
    }
}
