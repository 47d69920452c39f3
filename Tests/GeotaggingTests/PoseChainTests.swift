import Geodesy
import Geotagging
import Inspection
import Testing

/// One camera, told as each dialect tells it, must look at one place.
@Suite struct PoseChainTests {
    /// The reference vector of a camera at yaw 45°, pitch −45°, roll 5°: pixel (1400, 900) is here.
    private static let expected = GeodeticPoint(latitude: 28.900225885, longitude: 118.500772341, height: 200)

    private static func attitude(_ rotation: Rotation?) -> Attitude {
        rotation?.attitude ?? Attitude(yaw: .nan, pitch: .nan, roll: .nan)
    }

    private static func sample(_ change: (inout TelemetrySample) -> Void) -> TelemetrySample {
        var sample = FrameBuilder.sample()
        change(&sample)
        return sample
    }

    /// Of the same vector: w, x, y, z.
    private static let quaternion = (0.846353086, 0.183538701, -0.337795104, 0.368638668)

    static let told: [(String, TelemetrySample)] = [
        (
            "DJI: the gimbal's angles are of the earth, whatever the airframe does",
            sample {
                $0.camera = .earth(Attitude(yaw: 45, pitch: -45, roll: 5))
                $0.platform = Attitude(yaw: 200, pitch: 12, roll: -20)
            }
        ),
        (
            "DJI: the same on the other side of north",
            sample { $0.camera = .earth(Attitude(yaw: -315, pitch: -45, roll: 5)) }
        ),
        (
            "MISB: an airframe that flies level to the north-east",
            sample {
                $0.platform = Attitude(yaw: 45, pitch: 0, roll: 0)
                $0.camera = .body(Attitude(yaw: 0, pitch: -45, roll: 5))
            }
        ),
        (
            "MISB: an airframe that pitches and banks, its gimbal against it",
            sample {
                let platform = Attitude(yaw: 130, pitch: -7, roll: 22)
                $0.platform = platform
                $0.camera = .body(
                    (Rotation(platform).transposed * Rotation(Attitude(yaw: 45, pitch: -45, roll: 5))).attitude)
            }
        ),
        (
            "MAVLink: a quaternion from north",
            sample {
                let q = quaternion
                $0.camera = .earth(attitude(Rotation(w: q.0, x: q.1, y: q.2, z: q.3)))
            }
        ),
        (
            "MAVLink: a quaternion from the vehicle's heading of 100°",
            sample {
                let q = quaternion
                let fromNorth = Rotation(w: q.0, x: q.1, y: q.2, z: q.3)
                let ofGimbal = fromNorth.map { .aboutDown(-100) * $0 }
                $0.camera = .earth(attitude(ofGimbal.map { .aboutDown(100) * $0 }))
            }
        ),
        (
            "a digital zoom narrows the angles at zoom 1",
            sample {
                $0.camera = .earth(Attitude(yaw: 45, pitch: -45, roll: 5))
                $0.horizontalFieldOfView = nil
                $0.verticalFieldOfView = nil
                $0.zoom = 2.5
            }
        ),
    ]

    @Test(arguments: told) func `every dialect's camera looks at the same place`(
        _ name: String, _ sample: TelemetrySample
    ) throws {
        var options = RayPlacement.Options()
        options.groundHeight = 200
        // tan 31.85° · 2.5 = tan 57.2234°, tan 19.25° · 2.5 = tan 41.1222°.
        options.fieldOfView = FieldOfView(horizontal: 114.4467588996, vertical: 82.2444603384)
        let geotag = try RayPlacement(options: options)
            .place(FrameBuilder.object(u: 1400, v: 900), footing: .flat, in: FrameBuilder.frame(sample)).get()
        #expect(geotag.point.distance(to: Self.expected) < 0.001, "\(name)")
    }

    @Test func `the rotation is that of the reference`() throws {
        let (a, b, c) = Rotation(Attitude(yaw: 45, pitch: -45, roll: 5)).rows
        let q = Self.quaternion
        let rows = try #require(Rotation(w: q.0, x: q.1, y: q.2, z: q.3)).rows
        let expected = [
            Vector(0.5, -0.747993898, -0.436468932), Vector(0.5, 0.660838155, -0.559725766),
            Vector(0.707106781, 0.061628417, 0.704416026),
        ]
        for (found, wanted) in zip([a, b, c, rows.0, rows.1, rows.2], expected + expected) {
            #expect((found - wanted).length < 3e-9)
        }
    }
}
