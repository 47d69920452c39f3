import Inspection
import LocatedYAML

extension Scenario {
    /// Reads YAML text; `file` is the name that complaints carry.
    public static func parse(text: String, file: String) throws(ScenarioError) -> Scenario {
        do throws(YAMLError) {
            return try YAMLDocument(text, file: file).decode { Scenario($0) }
        } catch {
            throw ScenarioError(error.complaints)
        }
    }

    public static func load(_ path: String) throws(ScenarioError) -> Scenario {
        do throws(YAMLError) {
            return try YAMLDocument(path: path).decode { Scenario($0) }
        } catch {
            throw ScenarioError(error.complaints)
        }
    }

    private init(_ top: YAMLMapping) {
        name = top.string("name")
        seed = UInt64(top.int("seed", default: 1, in: seedRange))
        let startText = top.string("start_utc", default: "2026-08-20T02:00:00Z")
        start = UTCTime(rfc3339: startText) ?? UTCTime(microseconds: 0)
        if UTCTime(rfc3339: startText) == nil {
            top.complain("start_utc", "is no RFC 3339 time", hint: "such as 2026-08-20T02:00:00Z")
        }
        video = top.mapping("video") { Video($0) }
        if !top.has("origin") { top.missing("origin") }
        origin = top.mapping("origin") { Origin($0, isWanted: top.has("origin")) }
        path = Self.path(top) ?? []
        if path.isEmpty { top.complain("path", "needs at least one waypoint") }
        if !top.has("camera") { top.missing("camera") }
        camera = top.mapping("camera") { Camera($0, isWanted: top.has("camera")) }
        ground = top.mapping("ground") { Ground($0) }
        var taken: Set<String> = []
        objects = Self.objects(top, taken: &taken)
        relief = top.optionalMapping("terrain") { Relief($0) }
        analyser = top.mapping("analyser") { Analyser($0) }
        poseNoise = top.mapping("pose_noise") { PoseNoise($0) }
        stated = top.mapping("stated") {
            Stated(
                heightAboveEllipsoid: $0.bool("hae", default: true), heightAboveGeoid: $0.bool("msl", default: true),
                undulation: $0.number("undulation_m", default: 0, in: -120...120))
        }
        metadataRate = top.optionalNumber("metadata_rate_hz", in: 0.1...120)
        timingOffset = top.number("timing_offset_ms", default: 0, in: -5000...5000)
        let way = path.last?.time ?? 0
        duration = top.number("duration_s", default: way, in: 0.04...3600)
        if !(0.04...3600).contains(duration) {
            if !path.isEmpty { top.complain("path", "must last from 0.04 to 3600 s", hint: "or give duration_s") }
            duration = 1
        }
        flights = Self.flights(top, of: self, taken: &taken)
        for flight in flown where relief != nil && FlightPath(flight, site: Site(flight)).lowest < 1.99 {
            top.complain("path", "comes nearer than 2 m to the ground", hint: "fly higher over the hills")
            break
        }
    }

    /// Nil when there is no such key.
    static func path(_ top: YAMLMapping) -> [Waypoint]? {
        guard top.has("path") else { return nil }
        var path: [Waypoint] = []
        _ = top.list("path") { item in
            var point = Waypoint(
                time: 0, north: item.meters("north_m"), east: item.meters("east_m"),
                aboveGround: path.last?.aboveGround ?? 60, yaw: .along)
            if path.isEmpty || item.has("above_ground_m") {
                point.aboveGround = item.required("above_ground_m", in: 2...3000)
            }
            if item.optionalString("yaw_deg") ?? "along" != "along" {
                point.yaw = .degrees(item.number("yaw_deg", default: 0, in: -360...360))
            }
            let speed = item.number("speed_mps", default: 8, in: 0.1...60)
            if let time = item.optionalNumber("at_s", in: 0...3600) {
                point.time = time
                if item.has("speed_mps") { item.complain("speed_mps", "stands beside at_s", hint: "give one of them") }
            } else if let last = path.last {
                let (n, e, u) = (point.north - last.north, point.east - last.east, point.aboveGround - last.aboveGround)
                point.time = last.time + (n * n + e * e + u * u).squareRoot() / speed
            }
            if let last = path.last, point.time <= last.time {
                item.complain("must come later than the waypoint before it", hint: "give at_s to stand still")
                point.time = last.time + 1
            }
            path.append(point)
        }
        return path
    }
}

/// Whole numbers that a double holds.
let seedRange = 0...9_007_199_254_740_992

extension YAMLMapping {
    /// A number that must stand there; the low end of its range stands in.
    func required(_ key: String, in range: ClosedRange<Double>) -> Double {
        if !has(key) { missing(key) }
        return number(key, default: range.lowerBound, in: range)
    }

    /// A place that must be given, metres from the origin.
    func meters(_ key: String) -> Double {
        let value = required(key, in: -20_000...20_000)
        return value == -20_000 && !has(key) ? 0 : value
    }
}
