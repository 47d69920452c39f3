import Foundation
import Testing

/// `flyonce geo project` against places that others computed.
@Suite struct ProjectionLineTests {
    /// A target of the recording osh_uas.ts with the place that an independent projection gave it (pymap3d, pyproj): the
    /// pixel by row and column from 1, airframe and gimbal angles in degrees, heights as printed.
    struct Target: Sendable, CustomTestStringConvertible {
        var packet: Int
        var row: Double
        var column: Double
        var airframe: Angles
        var sensor: Place
        var gimbal: Angles
        var ground: Double
        var projected: Place

        var testDescription: String { "packet \(packet)" }

        init(
            _ packet: Int, row: Double, column: Double, airframe: (Double, Double, Double), sensor: (Double, Double),
            gimbal: (Double, Double), ground: Double, projected: (Double, Double)
        ) {
            self.packet = packet
            self.row = row
            self.column = column
            self.airframe = Angles(yaw: airframe.0, pitch: airframe.1, roll: airframe.2)
            self.sensor = Place(latitude: sensor.0, longitude: sensor.1)
            self.gimbal = Angles(yaw: gimbal.0, pitch: gimbal.1, roll: 0)
            self.ground = ground
            self.projected = Place(latitude: projected.0, longitude: projected.1)
        }
    }

    static let targets = [
        Target(
            119, row: 404, column: 105, airframe: (199.96521, 2.19977, -10.05585), sensor: (34.7191643, -86.6901913),
            gimbal: (282.75027, -43.22622), ground: 173.72, projected: (34.7101153, -86.6720798)),
        Target(
            134, row: 223, column: 319, airframe: (199.03685, 2.19977, -10.05585), sensor: (34.7189158, -86.6902979),
            gimbal: (282.94037, -43.35351), ground: 174.63, projected: (34.7066628, -86.6709065)),
        Target(
            157, row: 298, column: 239, airframe: (197.50423, 2.19977, -10.05585), sensor: (34.7185031, -86.6904627),
            gimbal: (283.24945, -43.56725), ground: 174.94, projected: (34.7080096, -86.6715325)),
        Target(
            187, row: 233, column: 288, airframe: (195.57061, 2.19977, -10.05585), sensor: (34.7179763, -86.6906519),
            gimbal: (283.63202, -43.84412), ground: 174.63, projected: (34.7070176, -86.6708888)),
        Target(
            202, row: 252, column: 283, airframe: (194.60380, 2.19977, -10.05585), sensor: (34.7177106, -86.6907386),
            gimbal: (283.74393, -43.98552), ground: 174.94, projected: (34.7072144, -86.6711501)),
        Target(
            217, row: 191, column: 423, airframe: (193.63699, 2.19977, -10.05585), sensor: (34.7174444, -86.6908196),
            gimbal: (279.91785, -45.38494), ground: 174.94, projected: (34.7071988, -86.6711441)),
        Target(
            240, row: 448, column: 53, airframe: (192.18677, 2.19977, -10.05585), sensor: (34.7170428, -86.6909310),
            gimbal: (285.90704, -42.61840), ground: 173.72, projected: (34.7095638, -86.6718594)),
    ]

    @Test func `targets of a real flight are projected within a metre of an independent projection`() async throws {
        let requests = Self.targets.map { target in
            Self.request(
                sensor: target.sensor, height: 3047.81, attitude: target.airframe.followed(by: target.gimbal),
                fieldOfView: (13.00526, 9.77249), pixel: (target.column - 0.5, target.row - 0.5),
                ground: target.ground)
        }
        let outcome = try await Program.flyonce("geo", "project", input: requests.joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == Self.targets.count, "\(outcome.description)")
        for (target, line) in zip(Self.targets, outcome.lines) {
            let place = try Self.place(line)
            #expect(place.distance(to: target.projected) <= 1, "packet \(target.packet)")
        }
    }

    @Test func `the line of sight of every packet of a real flight meets its stated frame centre`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        let packets = try await Program.flyonce("inspect", "--format", "ndjson", video).lines.map { line in
            var items: [Int: Double] = [:]
            for item in try JSON(line)["items"].items { items[item["tag"].count ?? 0] = item["value"].number }
            return items
        }
        #expect(packets.count == 277)
        let requests = try packets.map { items in
            func item(_ tag: Int) throws -> Double { try #require(items[tag], "item \(tag)") }
            let airframe = Angles(yaw: try item(5), pitch: try item(6), roll: try item(7))
            let gimbal = Angles(yaw: try item(18), pitch: try item(19), roll: try item(20))
            return Self.request(
                sensor: Place(latitude: try item(13), longitude: try item(14)), height: try item(15),
                attitude: airframe.followed(by: gimbal), fieldOfView: (try item(16), try item(17)), pixel: (320, 240),
                ground: try item(25))
        }
        let outcome = try await Program.flyonce("geo", "project", input: requests.joined(separator: "\n") + "\n")
        #expect(outcome.lines.count == packets.count)
        var worst = 0.0
        for (items, line) in zip(packets, outcome.lines) {
            let stated = Place(latitude: try #require(items[23]), longitude: try #require(items[24]))
            worst = max(worst, try Self.place(line).distance(to: stated))
            let range = try #require(try JSON(line)["slant_range_m"].number)
            #expect(abs(range - (items[21] ?? 0)) < 1)
        }
        #expect(worst <= 0.5, "the worst is \(worst) m off")
    }

    @Test func `every line that is no request is answered by its error, in its place`() async throws {
        let good = Self.request(
            sensor: Place(latitude: 28.9, longitude: 118.5), height: 200, attitude: Angles(yaw: 0, pitch: -45, roll: 0),
            fieldOfView: (60, 40), pixel: (320, 240), ground: 90)
        func bad(_ old: String, _ new: String) -> String { good.replacing(old, with: new) }
        let lines = [
            good, "not JSON", "{}", "[]", "null", "7", "\"text\"", "{\"sensor\":", good,
            bad("\"lat\":28.9", "\"lat\":\"x\""),
            bad("\"lat\":28.9", "\"lat\":128.9"), bad("\"lat\":28.9", "\"lat\":1e999"), bad("-45", "30"),
            bad("640", "0"), bad("640", "-640"), bad("640", "1e300"), bad("60.0", "180"),
            bad("\"ground_hae_m\":90.0", "\"x\":1"),
            bad("\"ground_hae_m\":90.0", "\"ground_hae_m\":500"), String(repeating: "[", count: 100_000), "\u{0}", good,
        ]
        let outcome = try await Program.flyonce("geo", "project", input: lines.joined(separator: "\n"))
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.count == lines.count)
        for (line, answer) in zip(lines, outcome.lines) {
            let answer = try JSON(answer)
            if line == good {
                #expect(answer["lat"].number != nil)
            } else {
                let error = try #require(answer["error"].text, "\(line.prefix(100)) was taken: \(answer)")
                #expect(!error.isEmpty && answer.members.count == 1)
            }
        }
    }

    @Test func `a pose that is not to be believed has no place, and says why`() async throws {
        let good = Self.request(
            sensor: Place(latitude: 28.9, longitude: 118.5), height: 200, attitude: Angles(yaw: 0, pitch: -45, roll: 0),
            fieldOfView: (60, 40), pixel: (320, 240), ground: 90)
        func changed(_ old: String, _ new: String) -> String { good.replacing(old, with: new) }
        let cases: [(line: String, error: String?)] = [
            (changed("\"ground", "\"pose_age_ms\":500,\"ground"), nil),
            (changed("\"ground", "\"pose_age_ms\":501,\"ground"), "stale_pose"),
            (changed("\"ground", "\"pose_age_ms\":-1e9,\"ground"), "stale_pose"),
            (changed("28.9,\"lon\":118.5", "0,\"lon\":-0.0"), "no_fix"), (changed("28.9", "0"), nil),
            (changed("-45", "5"), "above_horizon"), (changed("-45.0", "-0.001"), "above_horizon"),
            (changed("90.0", "200.0"), "below_ground"), (changed("90.0", "-20000"), "no_ground_height"),
            (changed("28.9", "90.001"), "off_globe"), (changed("118.5", "200"), "off_globe"),
            (changed("-45.0", "-361"), "the attitude has an angle beyond 360°"),
            (changed("28.9", "90"), nil), (changed("28.9", "-90"), nil), (changed("118.5", "180"), nil),
            (changed("118.5", "-180"), nil),
        ]
        let outcome = try await Program.flyonce("geo", "project", input: cases.map(\.line).joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == cases.count, "\(outcome.description)")
        for (one, line) in zip(cases, outcome.lines) {
            let answer = try JSON(line)
            #expect(answer["error"].text == one.error, "\(one.line): \(line)")
            #expect((answer["lat"].number == nil) == (one.error != nil), "\(one.line): \(line)")
        }
    }

    @Test func `a datum that is not WGS 84 refuses its line, and what is wrong is named`() async throws {
        let good = Self.request(
            sensor: Place(latitude: 28.9, longitude: 118.5), height: 200, attitude: Angles(yaw: 0, pitch: -45, roll: 0),
            fieldOfView: (60, 40), pixel: (320, 240), ground: 90)
        func with(_ member: String, inSensor: Bool = false) -> String {
            inSensor
                ? good.replacing("\"hae_m\":200.0", with: "\"hae_m\":200.0,\(member)")
                : good.replacing("\"ground_hae_m\"", with: "\(member),\"ground_hae_m\"")
        }
        let cases: [(line: String, says: String?)] = [
            (with(#""datum":"WGS 84""#), nil), (with(#""crs":"EPSG:4326""#, inSensor: true), nil),
            (with(#""crs":null"#), nil), (with(#""colour":"red""#), nil), (with(#""datum":"wgs-84""#), nil),
            (with(#""datum":"gcj02""#), "datum ‘gcj02’"), (with(#""crs":"BD-09""#, inSensor: true), "crs ‘BD-09’"),
            (with(#""coordinate_system":"GCJ02""#, inSensor: true), "coordinate_system ‘GCJ02’"),
            (with(#""crs":{"a":1}"#), "crs is not text"), ("[]", "it is not a JSON object"),
            ("null", "it is not a JSON object"), (#"{"sensor":7}"#, "sensor is not an object"),
            (good.replacing("28.9", with: "\"x\""), "sensor.lat is not a number"),
        ]
        let outcome = try await Program.flyonce("geo", "project", input: cases.map(\.line).joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == cases.count, "\(outcome.description)")
        for (one, line) in zip(cases, outcome.lines) {
            let error = try JSON(line)["error"].text
            #expect((error == nil) == (one.says == nil), "\(one.line): \(line)")
            #expect(error?.contains(one.says ?? "") ?? true, "\(one.line): \(line)")
        }
    }

    static func request(
        sensor: Place, height: Double, attitude: Angles, fieldOfView: (Double, Double), pixel: (Double, Double),
        ground: Double
    ) -> String {
        """
        {"sensor":{"lat":\(sensor.latitude),"lon":\(sensor.longitude),"hae_m":\(height)},\
        "attitude":{"yaw_deg":\(attitude.yaw),"pitch_deg":\(attitude.pitch),"roll_deg":\(attitude.roll)},\
        "camera":{"width_px":640,"height_px":480,"hfov_deg":\(fieldOfView.0),"vfov_deg":\(fieldOfView.1)},\
        "pixel":{"u":\(pixel.0),"v":\(pixel.1)},"ground_hae_m":\(ground)}
        """
    }

    private static func place(_ line: Substring) throws -> Place {
        let answer = try JSON(line)
        return Place(
            latitude: try #require(answer["lat"].number, "\(line)"), longitude: try #require(answer["lon"].number))
    }
}

/// Yaw, pitch and roll in degrees, applied about z, then y, then x.
struct Angles: Sendable {
    var yaw: Double
    var pitch: Double
    var roll: Double

    private var matrix: [[Double]] {
        let radians = Double.pi / 180
        let (cy, sy) = (cos(yaw * radians), sin(yaw * radians))
        let (cp, sp) = (cos(pitch * radians), sin(pitch * radians))
        let (cr, sr) = (cos(roll * radians), sin(roll * radians))
        return [
            [cy * cp, cy * sp * sr - sy * cr, cy * sp * cr + sy * sr],
            [sy * cp, sy * sp * sr + cy * cr, sy * sp * cr - cy * sr],
            [-sp, cp * sr, cp * cr],
        ]
    }

    /// The attitude of what is turned by `other` in the axes of what is turned by these.
    func followed(by other: Angles) -> Angles {
        let (one, two) = (matrix, other.matrix)
        func product(_ row: Int, _ column: Int) -> Double { (0..<3).reduce(0) { $0 + one[row][$1] * two[$1][column] } }
        let degrees = 180 / Double.pi
        return Angles(
            yaw: atan2(product(1, 0), product(0, 0)) * degrees, pitch: -asin(product(2, 0)) * degrees,
            roll: atan2(product(2, 1), product(2, 2)) * degrees)
    }
}
