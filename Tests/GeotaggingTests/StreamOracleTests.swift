import Geodesy
import Geotagging
import Inspection
import Testing

/// Poses out of packets whose geometry was worked out independently.
@Suite struct StreamOracleTests {
    /// The synthetic drone packet: an airframe that pitches and rolls, a gimbal relative to it.
    private func dronePacket() -> FrameMetadata {
        var sample = TelemetrySample()
        sample.latitude = 28.900000000791625
        sample.longitude = 118.50000003282912
        sample.heightHAE = 332.09375
        sample.heightMSL = 327.978943
        sample.hasFix = true
        sample.platform = Attitude(yaw: 45.000686656, pitch: -2.500000020, roll: 1.250000010)
        sample.camera = .body(Attitude(yaw: 314.99999999, pitch: -57.50000003608875, roll: 0))
        sample.horizontalFieldOfView = 63.699702449
        sample.verticalFieldOfView = 38.499427787
        sample.frameCenter = .init(
            latitude: 28.900734465, longitude: 118.499938007, heightMSL: 195.889220, heightHAE: 200)
        return FrameBuilder.frame(sample)
    }

    static let pixels: [(Double, Double, Double, Double)] = [
        (0, 0, 28.901533182, 118.498620844), (1920, 0, 28.901404884, 118.501147873),
        (1920, 1080, 28.900253929, 118.500730438), (0, 1080, 28.900269697, 118.499099361),
        (959.5, 539.5, 28.900734992, 118.499937513), (1499.5, 699.5, 28.900564424, 118.500451882),
    ]

    @Test(arguments: pixels) func `an airframe and its gimbal give the packet's own ground`(
        _ u: Double, _ v: Double, _ latitude: Double, _ longitude: Double
    ) throws {
        let geotag = try RayPlacement().place(
            FrameBuilder.object(u: u, v: v, size: 0), footing: .flat, in: dronePacket()
        ).get()
        #expect(geotag.method == .rayEllipsoid)
        #expect(abs(geotag.point.latitude - latitude) < 2e-9)
        #expect(abs(geotag.point.longitude - longitude) < 2e-9)
        #expect(geotag.sourceDatum == "sensor HAE; ground HAE of the stated frame centre")
    }

    @Test func `the frame centre is the packet's own`() throws {
        let geotag = try RayPlacement().frameCenter(of: dronePacket()).get()
        #expect(abs(geotag.point.latitude - 28.900734446) < 2e-9)
        #expect(abs(geotag.point.longitude - 118.499938028) < 2e-9)
    }

    /// Row, column, heading, relative azimuth and elevation, sensor latitude and longitude, target height, and the
    /// place.
    static let targets: [[Double]] = [
        [404, 105, 199.96521, 282.75027, -43.22622, 34.7191643, -86.6901913, 173.72, 34.7101153, -86.6720798],
        [223, 319, 199.03685, 282.94037, -43.35351, 34.7189158, -86.6902979, 174.63, 34.7066628, -86.6709065],
        [298, 239, 197.50423, 283.24945, -43.56725, 34.7185031, -86.6904627, 174.94, 34.7080096, -86.6715325],
        [233, 288, 195.57061, 283.63202, -43.84412, 34.7179763, -86.6906519, 174.63, 34.7070176, -86.6708888],
        [252, 283, 194.60380, 283.74393, -43.98552, 34.7177106, -86.6907386, 174.94, 34.7072144, -86.6711501],
        [191, 423, 193.63699, 279.91785, -45.38494, 34.7174444, -86.6908196, 174.94, 34.7071988, -86.6711441],
        [448, 53, 192.18677, 285.90704, -42.61840, 34.7170428, -86.6909310, 173.72, 34.7095638, -86.6718594],
    ]

    @Test(arguments: targets) func `targets of a real stream land within a metre`(_ row: [Double]) throws {
        var sample = TelemetrySample()
        sample.latitude = row[5]
        sample.longitude = row[6]
        sample.heightHAE = 3047.81
        sample.hasFix = true
        sample.platform = Attitude(yaw: row[2], pitch: 2.19977, roll: -10.05585)
        sample.camera = .body(Attitude(yaw: row[3], pitch: row[4], roll: 0))
        sample.horizontalFieldOfView = 13.00526
        sample.verticalFieldOfView = 9.77249
        var options = RayPlacement.Options()
        options.groundHeight = row[7]
        let object = FrameBuilder.object(u: row[1] - 0.5, v: row[0] - 0.5, size: 1)
        let geotag = try RayPlacement(options: options)
            .place(object, footing: .flat, in: FrameBuilder.frame(sample, width: 640, height: 480)).get()
        let truth = GeodeticPoint(latitude: row[8], longitude: row[9], height: row[7])
        #expect(geotag.point.distance(to: truth) < 1)
    }

    /// An encoder that wrote absolute angles into the relative ones.
    private func absoluteAngles(corners: Bool) -> FrameMetadata {
        var sample = TelemetrySample()
        sample.latitude = 54.681323285
        sample.longitude = -110.168559770
        sample.heightHAE = 1532.2728
        sample.hasFix = true
        sample.platform = Attitude(yaw: 86.106661, pitch: 3.359478, roll: 0.515763)
        sample.camera = .body(Attitude(yaw: 46.1031494, pitch: -4.4109497, roll: 358.2026063))
        sample.horizontalFieldOfView = 0.365301
        sample.verticalFieldOfView = 0.205997
        let center = GeodeticPoint(latitude: 54.749123452, longitude: -110.046638115, height: -4.5228)
        sample.frameCenter = .init(
            latitude: center.latitude, longitude: center.longitude, heightMSL: nil, heightHAE: center.height)
        if corners {
            sample.corners = [(50.0, -30.0), (-10, 60), (-60, 25), (0, -70)].map { north, east in
                let corner = center.moved(north: north, east: east)
                return .init(latitude: corner.latitude, longitude: corner.longitude, heightMSL: nil, heightHAE: nil)
            }
        }
        return FrameBuilder.frame(sample)
    }

    @Test func `where the angles contradict the stated frame centre, the frame centre is believed`() throws {
        let geotag = try RayPlacement()
            .place(FrameBuilder.object(), footing: .flat, in: absoluteAngles(corners: false)).get()
        #expect(geotag.method == .frameCenter)
        #expect(abs(geotag.point.latitude - 54.749123452) < 1e-9)
        #expect(geotag.ce90 > 100)
    }

    @Test func `where the angles contradict the stated corners, the corners are believed`() throws {
        let frame = absoluteAngles(corners: true)
        let center = GeodeticPoint(latitude: 54.749123452, longitude: -110.046638115, height: -4.5228)
        let corner = try RayPlacement().place(FrameBuilder.object(u: 1920, v: 0, size: 0), footing: .flat, in: frame)
            .get()
        #expect(corner.method == .statedCorners)
        #expect(corner.point.distance(to: center.moved(north: -10, east: 60)) < 0.01)
        let middle = try RayPlacement().place(FrameBuilder.object(), footing: .flat, in: frame).get()
        #expect(middle.point.distance(to: center) < 40)
    }

    @Test func `corners interpolate as the picture does, not evenly`() throws {
        let frame = dronePacket()
        var sample = try #require(frame.telemetry)
        sample.corners = Self.pixels.prefix(4).map {
            .init(latitude: $0.2, longitude: $0.3, heightMSL: nil, heightHAE: nil)
        }
        sample.camera = nil
        for pixel in Self.pixels {
            let geotag = try RayPlacement()
                .place(
                    FrameBuilder.object(u: pixel.0, v: pixel.1, size: 0), footing: .flat, in: FrameBuilder.frame(sample)
                )
                .get()
            #expect(geotag.method == .statedCorners)
            let truth = GeodeticPoint(latitude: pixel.2, longitude: pixel.3, height: 200)
            #expect(geotag.point.distance(to: truth) < 0.05)
        }
    }

    @Test func `corners that make no picture are not used`() throws {
        var sample = try #require(dronePacket().telemetry)
        sample.camera = nil
        sample.frameCenter?.latitude = .nan
        let twisted = [0, 2, 1, 3].map { Self.pixels[$0] }
        sample.corners = twisted.map { .init(latitude: $0.2, longitude: $0.3, heightMSL: nil, heightHAE: nil) }
        let result = RayPlacement().place(FrameBuilder.object(), footing: .flat, in: FrameBuilder.frame(sample))
        #expect(result == .failure(.noPose))
    }
}
