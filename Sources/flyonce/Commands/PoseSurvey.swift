import Foundation
import Geodesy
import Geotagging
import Inspection

/// The union of what poses and flights saw, for a command.
struct PoseSurvey {
    /// Reasons that are told of lines that are no pose: they may quote what the line says.
    private static let reasonLimit = 100

    private let gsd: Double
    private let terrain: TerrainMosaic?
    private(set) var union: Coverage?
    /// What was left out, for people.
    private(set) var notes: [String] = []

    init(gsd: Double, terrain: TerrainMosaic?) {
        self.gsd = gsd
        self.terrain = terrain
    }

    mutating func add(_ kept: FlightCoverage) {
        guard let coverage = Coverage(bytes: kept.cells) else { return }
        if union == nil { union = coverage } else { union?.formUnion(coverage) }
    }

    /// False when none of it can be drawn, as around a pole.
    @discardableResult
    private mutating func add(_ footprint: Footprint) -> Bool {
        var isDrawn = false
        for ring in footprint.rings {
            if union == nil { union = Coverage(for: ring) }
            if union?.add(ring) != nil { isDrawn = true }
        }
        return isDrawn
    }

    /// Lines of `geo project`, the pixel left out.
    mutating func addPoses(_ input: String) throws(Failure) {
        let handle = try InspectCommand.open(input)
        var (number, refused) = (0, 0)
        // Of the lines that are no pose, by the reason.
        var faults: [String: (first: Int, count: Int)] = [:]
        // How many poses saw nothing, by the reason.
        var unseen: [String: Int] = [:]
        // Poses that saw ground, but none finely enough, and the finest that they saw.
        var coarse = (count: 0, finest: Double.infinity)
        for line in LineInput(handle) {
            number += 1
            if let line, line.allSatisfy(\.isWhitespace) { continue }
            let pose: Pose
            do throws(Unread) {
                pose = try Pose(line: line)
            } catch {
                refused += 1
                if faults.count < Self.reasonLimit || faults[error.reason] != nil {
                    faults[error.reason, default: (number, 0)].count += 1
                }
                continue
            }
            switch pose.footprint(gsd: gsd, terrain: terrain) {
            case .success(let footprint):
                if !add(footprint) { unseen["near_pole", default: 0] += 1 }
            case .failure(let refusal):
                if refusal == .tooOblique, let finest = pose.finestGSD(terrain: terrain) {
                    coarse = (coarse.count + 1, min(coarse.finest, finest))
                } else {
                    unseen[refusal.rawValue, default: 0] += 1
                }
            }
        }
        let reasons = faults.sorted { $0.value.first < $1.value.first }
        for (reason, lines) in reasons {
            let more = lines.count > 1 ? " (so are \(lines.count - 1) more)" : ""
            notes.append("\(input): line \(lines.first) is no pose and was left out: \(reason)\(more)")
        }
        if refused > 1 { notes.append("\(input): \(counted(refused, "line")) left out") }
        for (reason, count) in unseen.sorted(by: { $0.key < $1.key }) {
            notes.append("\(input): \(counted(count, "pose")) saw nothing at \(gsd) m a pixel: \(reason)")
        }
        if coarse.count > 0 {
            notes.append(
                "\(input): \(counted(coarse.count, "pose")) saw nothing at \(gsd) m a pixel: too_coarse, "
                    + "\(coarse.finest.fixed(3)) m a pixel at best")
        }
        if let first = reasons.first, refused == number {
            throw Failure(.badInput, "\(input) holds no pose: of line \(first.value.first), \(first.key).")
        }
    }

    /// A log of frame metadata, by what its header says of the camera and the ground.
    mutating func addLog(_ input: String) throws(Failure) {
        let geoid = JourneyModels.loadGeoid(logger: RunCommand.logger(verbose: false))
        var frames = LoggedFrames(input)
        var placement = RayPlacement()
        var pace = FootprintPace()
        let (gsd, terrain) = (gsd, terrain)
        var coverage = self
        // Up to the very end: the newest that no footprint was taken of.
        var passedOver: FrameMetadata?
        try frames.read { header in
            placement = RayPlacement(header.placement, geoid: geoid, terrain: terrain)
            pace.restart()
        } frame: { frame in
            guard pace.wantsFootprint(frame) else {
                passedOver = frame
                return
            }
            passedOver = nil
            guard case .success(let seen) = placement.footprint(of: frame, gsd: gsd) else { return }
            pace.took(seen)
            coverage.add(seen)
        }
        if let last = passedOver, case .success(let seen) = placement.footprint(of: last, gsd: gsd) {
            coverage.add(seen)
        }
        self = coverage
    }

    /// Why a line is no pose.
    private struct Unread: Error { var reason: String }

    private struct Pose: Decodable {
        var sensor: GeoCommand.Project.Request.Sensor
        var attitude: GeoCommand.Project.Request.Angles
        var camera: GeoCommand.Project.Request.Camera
        var ground_hae_m: Double?
        var pose_age_ms: Double?

        init(line: String?) throws(Unread) {
            guard let line else { throw Unread(reason: "it is longer than \(LineInput.limit) bytes") }
            do {
                self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
            } catch {
                throw Unread(reason: GeoCommand.Project.reason(error))
            }
            if let fault = DatumLabels.fault(in: line) { throw Unread(reason: fault) }
        }

        func footprint(gsd: Double, terrain: TerrainMosaic?) -> Result<Footprint, PlacementRefusal> {
            guard let frame else { return .failure(.noFieldOfView) }
            return placement(terrain).footprint(of: frame, gsd: gsd)
        }

        /// Metres a pixel; nil when it sees no ground at all.
        func finestGSD(terrain: TerrainMosaic?) -> Double? {
            frame.flatMap { placement(terrain).finestGSD(of: $0) }
        }

        private func placement(_ terrain: TerrainMosaic?) -> RayPlacement {
            var options = RayPlacement.Options()
            options.groundHeight = ground_hae_m
            options.terrain = terrain
            return RayPlacement(options: options)
        }

        /// Nil for a camera whose picture has no size.
        private var frame: FrameMetadata? {
            guard let width = Int(exactly: camera.width_px.rounded()),
                let height = Int(exactly: camera.height_px.rounded())
            else { return nil }
            var sample = TelemetrySample()
            sample.latitude = sensor.lat
            sample.longitude = sensor.lon
            sample.heightHAE = sensor.hae_m
            sample.hasFix = true
            sample.camera = .earth(
                Attitude(yaw: attitude.yaw_deg, pitch: attitude.pitch_deg, roll: attitude.roll_deg))
            sample.horizontalFieldOfView = camera.hfov_deg
            sample.verticalFieldOfView = camera.vfov_deg
            let time = UTCTime(microseconds: 0)
            return FrameMetadata(
                frame: Frame(
                    index: 0, time: RunningTime(nanoseconds: 0), ptsMicroseconds: nil, width: width, height: height,
                    isKey: true, arrival: time),
                utc: time, provenance: .arrival, telemetry: sample, poseAge: (pose_age_ms ?? 0) / 1000, objects: [])
        }
    }
}
