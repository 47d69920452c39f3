import Geodesy

/// Aircraft and camera at one instant, as they are in truth or as they are stated.
struct Pose: Sendable {
    var sensor: GeodeticPoint
    /// In the local north-east-down axes.
    var airframe: Attitude
    /// In the local north-east-down axes too: the gimbal holds it against the airframe.
    var camera: Attitude
    /// Metres a second.
    var northSpeed: Double
    var eastSpeed: Double

    /// The camera in the airframe's axes (ST 0601 items 18–20).
    var cameraInAirframe: Attitude { (Rotation(airframe).transposed * Rotation(camera)).attitude }

    var groundSpeed: Double { (northSpeed * northSpeed + eastSpeed * eastSpeed).squareRoot() }
}

/// Where aircraft and camera truly are, at any time.
struct FlightPath: Sendable {
    private let waypoints: [Scenario.Waypoint]
    private let camera: Scenario.Camera
    private let site: Site
    private let north: MonotoneCurve
    private let east: MonotoneCurve
    private let abovePlain: MonotoneCurve
    private let phases: [Double]

    init(_ scenario: Scenario, site: Site) {
        waypoints = scenario.path
        camera = scenario.camera
        self.site = site
        let times = scenario.path.map(\.time)
        north = MonotoneCurve(knots: times, values: scenario.path.map(\.north))
        east = MonotoneCurve(knots: times, values: scenario.path.map(\.east))
        abovePlain = MonotoneCurve(
            knots: times,
            values: scenario.path.map { $0.aboveGround + site.rise(north: $0.north, east: $0.east) })
        var generator = SeededGenerator(seed: scenario.noiseSeed, stream: 1)
        phases = (0..<4).map { _ in generator.uniform(0, 360) }
    }

    /// Metres of the lowest place above the ground, at each half second.
    var lowest: Double {
        guard let first = waypoints.first, let last = waypoints.last else { return .infinity }
        return stride(from: first.time, through: last.time, by: 0.5).reduce(.infinity) { lowest, time in
            let rise = site.rise(north: north.at(time).value, east: east.at(time).value)
            return min(lowest, abovePlain.at(time).value - rise)
        }
    }

    func pose(at time: Double) -> Pose {
        let (n, e) = (north.at(time), east.at(time))
        let heading = heading(at: time)
        let (before, after) = (north.at(time - 0.4).slope, north.at(time + 0.4).slope)
        let (beforeEast, afterEast) = (east.at(time - 0.4).slope, east.at(time + 0.4).slope)
        let (pushNorth, pushEast) = ((after - before) / 0.8, (afterEast - beforeEast) / 0.8)
        let (s, c) = (sine(degrees: heading), cosine(degrees: heading))
        // A multirotor leans into its speed (drag) and into its acceleration: 0.6 degrees a m/s, 5.8 degrees a m/s².
        let lean = 0.6 * (n.slope * c + e.slope * s) + 5.8 * (pushNorth * c + pushEast * s)
        let bank = 0.6 * (e.slope * c - n.slope * s) + 5.8 * (pushEast * c - pushNorth * s)
        let rock = camera.airframeMotion
        let pitch =
            -lean + rock * (0.7 * sine(degrees: 97 * time + phases[0]) + 0.3 * sine(degrees: 263 * time + phases[1]))
        let roll =
            bank + rock * (0.7 * sine(degrees: 121 * time + phases[2]) + 0.3 * sine(degrees: 307 * time + phases[3]))
        return Pose(
            sensor: site.point(north: n.value, east: e.value, abovePlain: abovePlain.at(time).value),
            airframe: Attitude(yaw: heading, pitch: min(max(pitch, -18), 18), roll: min(max(roll, -30), 30)),
            camera: Attitude(yaw: bearing(heading + camera.yawOffset), pitch: camera.pitch, roll: 0),
            northSpeed: n.slope, eastSpeed: e.slope)
    }

    /// Degrees from true north. Along the way it is the chord of the two seconds around, so that turns are turned.
    private func heading(at time: Double) -> Double {
        let index = waypoints.lastIndex { $0.time <= time } ?? 0
        let next = min(index + 1, waypoints.count - 1)
        guard case .degrees(let from) = waypoints[index].yaw else { return chord(at: time, index: index) }
        guard case .degrees(let to) = waypoints[next].yaw, next != index else { return bearing(from) }
        let t = min(max((time - waypoints[index].time) / (waypoints[next].time - waypoints[index].time), 0), 1)
        return bearing(from + turn(from: from, to: to) * t * t * (3 - 2 * t))
    }

    private func chord(at time: Double, index: Int) -> Double {
        let (first, last) = (waypoints[0].time, waypoints[waypoints.count - 1].time)
        let (a, b) = (
            min(max(time - 1, first), max(last - 0.5, first)), max(min(time + 1, last), min(first + 0.5, last))
        )
        let (n, e) = (north.at(b).value - north.at(a).value, east.at(b).value - east.at(a).value)
        if n * n + e * e > 1e-4 { return bearing(arctangent(e, n)) }
        // Standing still: the nose keeps to the next leg that leads anywhere, else to the last that did.
        let legs = Array(waypoints.indices.dropLast())
        for leg in legs.filter({ $0 >= index }) + legs.filter({ $0 < index }).reversed() {
            let n = waypoints[leg + 1].north - waypoints[leg].north
            let e = waypoints[leg + 1].east - waypoints[leg].east
            if n != 0 || e != 0 { return bearing(arctangent(e, n)) }
        }
        return 0
    }
}
