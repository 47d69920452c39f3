import ArgumentParser
import Foundation
import Geodesy
import Geotagging
import Inspection

struct GeoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "geo", abstract: "Geometry of pictures and places.",
        subcommands: [Project.self, Convert.self, Coverage.self])

    struct Project: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Project pixels to the ground: a line of JSON in, a line out.",
            discussion: """
                Reads lines {"sensor":{"lat","lon","hae_m"},"attitude":{"yaw_deg","pitch_deg","roll_deg"},
                "camera":{"width_px","height_px","hfov_deg","vfov_deg"},"pixel":{"u","v"},"ground_hae_m"} from standard
                input: the attitude of the camera's boresight in the local north-east-down frame (Z-Y-X), pixel (0, 0) the
                outer upper left corner; beyond the picture the same lens is taken to go on. Without vfov_deg pixels are
                square. "pose_age_ms" may stand beside them: beyond half a second the pose is stale.
                Answers {"lat","lon","hae_m","slant_range_m"} or {"error"}. WGS 84; heights above the ellipsoid. With --dem
                the ground is the terrain and ground_hae_m may be left out; the answer then has "method" too: ray_terrain
                with "terrain_hae_m", or ray_ellipsoid where the terrain has no data and ground_hae_m stands in. A "datum",
                "crs" or "coordinate_system" that is not WGS 84 refuses its line. The exit code is 0 whatever the lines
                are. See docs/place.md.
                """)

        @OptionGroup var elevation: TerrainOptions

        /// Metres, beyond which a ray is not followed.
        static let maximumRange = 50_000.0
        /// Metres.
        static let rightUnder = 0.001

        func run() throws {
            let terrain = try elevation.terrain()
            for line in LineInput() {
                guard let line else {
                    printLine(Self.error("the line is longer than \(LineInput.limit) bytes"))
                    continue
                }
                if line.allSatisfy(\.isWhitespace) { continue }
                printLine(Self.answer(to: line, terrain: terrain))
            }
        }

        struct Request: Decodable {
            struct Sensor: Decodable {
                var lat: Double
                var lon: Double
                var hae_m: Double
            }

            struct Angles: Decodable {
                var yaw_deg: Double
                var pitch_deg: Double
                var roll_deg: Double
            }

            struct Camera: Decodable {
                var width_px: Double
                var height_px: Double
                var hfov_deg: Double
                var vfov_deg: Double?
            }

            struct PixelPosition: Decodable {
                var u: Double
                var v: Double
            }

            var sensor: Sensor
            var attitude: Angles
            var camera: Camera
            var pixel: PixelPosition
            var ground_hae_m: Double?
            /// Between the pose and the picture.
            var pose_age_ms: Double?
        }

        /// Why a pose is not believed, as of a frame's: no place is better than a wrong one.
        private static func fault(of request: Request) -> String? {
            if abs(request.pose_age_ms ?? 0) > RayPlacement.Options().poseAgeLimit * 1000 {
                return PlacementRefusal.stalePose.rawValue
            }
            if request.sensor.lat == 0, request.sensor.lon == 0 { return PlacementRefusal.noFix.rawValue }
            let angles = request.attitude
            guard [angles.yaw_deg, angles.pitch_deg, angles.roll_deg].allSatisfy({ abs($0) <= 360 }) else {
                return "the attitude has an angle beyond 360°"
            }
            return nil
        }

        static func answer(to line: String, terrain: TerrainMosaic?) -> String {
            let request: Request
            do {
                request = try JSONDecoder().decode(Request.self, from: Data(line.utf8))
            } catch {
                return Self.error("the line is not a projection request: \(Self.reason(error))")
            }
            if let fault = DatumLabels.fault(in: line) ?? fault(of: request) { return Self.error(fault) }
            guard let width = Int(exactly: request.camera.width_px.rounded()),
                let height = Int(exactly: request.camera.height_px.rounded()),
                let camera = CameraModel(
                    width: width, height: height, horizontalFieldOfView: request.camera.hfov_deg,
                    verticalFieldOfView: request.camera.vfov_deg)
            else {
                return Self.error("the camera has no picture: its size must be positive and its angles within 0…180°")
            }
            let sensor = GeodeticPoint(
                latitude: request.sensor.lat, longitude: request.sensor.lon, height: request.sensor.hae_m)
            let attitude = Attitude(
                yaw: request.attitude.yaw_deg, pitch: request.attitude.pitch_deg, roll: request.attitude.roll_deg)
            let pixel = Pixel(u: request.pixel.u, v: request.pixel.v)
            let met = terrain.flatMap {
                project(
                    sensor: sensor, attitude: attitude, camera: camera, pixel: pixel, terrain: $0,
                    limit: Self.maximumRange)
            }
            let outcome: Result<Projection, PlacementRefusal>
            if let met {
                outcome = met
            } else if let ground = request.ground_hae_m {
                outcome = project(
                    sensor: sensor, attitude: attitude, camera: camera, pixel: pixel, groundHeight: ground)
            } else if terrain != nil {
                // A ray that goes up meets no level ground, not even right under the camera, and needs no height to be refused.
                let nearest = project(
                    sensor: sensor, attitude: attitude, camera: camera, pixel: pixel,
                    groundHeight: sensor.height - Self.rightUnder)
                if case .failure(let refusal) = nearest { return Self.error(refusal.rawValue) }
                return Self.error("the terrain has no data there, and ground_hae_m is missing")
            } else {
                return Self.error("the line is not a projection request: ground_hae_m is missing")
            }
            switch outcome {
            case .failure(let refusal): return Self.error(refusal.rawValue)
            case .success(let hit):
                var json = JSONText(capacity: 128)
                json.object { json in
                    json.member("lat", hit.point.latitude)
                    json.member("lon", hit.point.longitude)
                    json.member("hae_m", hit.point.height)
                    json.member("slant_range_m", hit.slantRange)
                    guard terrain != nil else { return }
                    json.member("method", (met == nil ? Geotag.Method.rayEllipsoid : .rayTerrain).rawValue)
                    if met != nil { json.member("terrain_hae_m", hit.point.height) }
                }
                return json.string
            }
        }

        static func error(_ text: String) -> String {
            var json = JSONText(capacity: 128)
            json.object { $0.member("error", text) }
            return json.string
        }

        /// The part of a decoding error that says which key is wrong.
        static func reason(_ error: any Error) -> String {
            switch error {
            case DecodingError.keyNotFound(let key, let context):
                "\((context.codingPath + [key]).map(\.stringValue).joined(separator: ".")) is missing"
            case DecodingError.typeMismatch(_, let context) where context.codingPath.isEmpty,
                DecodingError.valueNotFound(_, let context) where context.codingPath.isEmpty:
                "it is not a JSON object"
            case DecodingError.typeMismatch(let type, let context), DecodingError.valueNotFound(let type, let context):
                "\(context.codingPath.map(\.stringValue).joined(separator: ".")) is not "
                    + (type == Double.self ? "a number" : "an object")
            default: "it is not JSON"
            }
        }
    }
}
