import Geodesy
import Inspection

/// What one system's components said, newest of each. Only its autopilot says where it is and how it is held.
struct MAVLinkVehicle: Sendable {
    /// How long what was said holds, seconds: a link of low rate repeats attitudes twice a second.
    static let poseLimit = 3.0
    static let fixLimit = 5.0
    /// For what changes seldom: field of view, undulation of the geoid.
    static let slowLimit = 30.0
    /// Positions of the receiver that wait, until it is known that no fused positions come.
    static let receiverLimit = 10

    /// Values of MAV_TYPE that are no vehicles: ground stations, on-board computers, gimbals, cameras, other devices. Most
    /// of them also say MAV_AUTOPILOT_INVALID (8).
    private static let devices: Set<Int64> = [6, 18, 26, 27, 30, 31, 32, 33, 34, 36, 37, 38, 39, 40, 41, 42]

    let id: UInt8
    let options: MAVLinkOptions
    /// Known by its heartbeat, or by being component 1; else whoever first said a position.
    private(set) var autopilot: UInt8?
    /// Its heartbeat said that it is one.
    private(set) var isAutopilotSure = false
    private var others: Set<UInt8> = []
    private var clocks: [UInt8: MAVLinkClock] = [:]

    var attitude: MAVLinkHeld<Attitude>?
    /// Degrees from north, of the fused position.
    var heading: MAVLinkHeld<Double>?
    var receivers: [MAVLinkHeld<MAVLinkGNSS>?] = [nil, nil]
    /// Metres above the geoid, of the place that relative heights start from.
    var homeHeight: Double?
    var undulation: Double?
    var camera = MAVLinkCamera()
    var gimbal = MAVLinkGimbal()

    /// `time_boot_ms` of the newest fused position.
    var lastGlobal: UInt32?
    /// No fused position came for some of the receiver's.
    var isReceiverAlone = false
    var hasGlobal = false
    var receiverReadings: [MetadataReading] = []

    init(id: UInt8, options: MAVLinkOptions) {
        self.id = id
        self.options = options
    }

    /// Readings that this message completes. `now` is seconds by whatever clock goes on (log, arrival).
    mutating func take(
        _ frame: MAVLinkFrame, now time: Double?, _ tally: (String) -> Void
    ) -> [MetadataReading] {
        if note(frame), frame.component == autopilot { restart(tally) }
        let now = time ?? autopilot.flatMap { clocks[$0]?.seconds } ?? 0
        switch frame.id {
        case 0: heartbeat(frame)
        case 2: systemTime(frame)
        case 33, 24, 124, 30, 31, 242:
            guard isFromAutopilot(frame) else {
                tally("messages_of_other_components")
                return []
            }
            return pose(frame, now, tally)
        case 158, 265, 285: gimbal.take(frame, now: now, options)
        case 259, 269, 270, 271: camera.take(frame, now: now, options)
        case 275, 276:
            return camera.track(frame, now: now, options, undulation: undulation).map { [stamped($0, frame)] } ?? []
        default: break
        }
        return []
    }

    /// Positions of the receiver that still wait: no fused ones came.
    mutating func finish() -> [MetadataReading] {
        defer { receiverReadings = [] }
        return isReceiverAlone || !hasGlobal ? receiverReadings : []
    }

    private mutating func restart(_ tally: (String) -> Void) {
        tally("restarts_of_vehicle")
        attitude = nil
        heading = nil
        receivers = [nil, nil]
        homeHeight = nil
        lastGlobal = nil
    }

    private mutating func pose(
        _ frame: MAVLinkFrame, _ now: Double, _ tally: (String) -> Void
    ) -> [MetadataReading] {
        switch frame.id {
        case 33: return global(frame, now, tally)
        case 24, 124: return receiver(frame, now)
        case 30:
            guard let stated = Self.attitude(frame) else { return refuseAngles(tally) }
            attitude = MAVLinkHeld(value: stated, time: now)
        case 31:
            guard let q = ["q1", "q2", "q3", "q4"].map({ frame.number($0) }) as? [Double],
                let rotation = Rotation(w: q[0], x: q[1], y: q[2], z: q[3])
            else { return refuseAngles(tally) }
            attitude = MAVLinkHeld(value: rotation.attitude, time: now)
        case 242:
            if let latitude = frame.integer("latitude"), let longitude = frame.integer("longitude"),
                MAVLinkGNSS.position(latitude, longitude) != nil
            {
                homeHeight = frame.number("altitude").map { $0 / 1000 }
            }
        default: break
        }
        return []
    }

    /// What was said before holds on.
    private func refuseAngles(_ tally: (String) -> Void) -> [MetadataReading] {
        tally("implausible_angles")
        return []
    }

    private static func attitude(_ frame: MAVLinkFrame) -> Attitude? {
        guard let yaw = frame.number("yaw"), let pitch = frame.number("pitch"), let roll = frame.number("roll"),
            abs(yaw) <= 7, abs(pitch) <= 7, abs(roll) <= 7
        else { return nil }
        let degrees = yaw * 180 / .pi
        return Attitude(yaw: degrees < 0 ? degrees + 360 : degrees, pitch: pitch * 180 / .pi, roll: roll * 180 / .pi)
    }

    private mutating func heartbeat(_ frame: MAVLinkFrame) {
        guard let kind = frame.integer("type"), let maker = frame.integer("autopilot") else { return }
        if maker == 8 || Self.devices.contains(kind) {
            others.insert(frame.component)
            if autopilot == frame.component { autopilot = nil }
        } else if !isAutopilotSure || frame.component == 1 {
            autopilot = frame.component
            isAutopilotSure = true
        }
    }

    private mutating func isFromAutopilot(_ frame: MAVLinkFrame) -> Bool {
        if frame.component == autopilot { return true }
        // Gimbals say attitudes too: only a position makes an autopilot of a component that is not the first.
        let isClaim = frame.component == 1 || (autopilot == nil && (frame.id == 33 || frame.id == 24))
        guard !isAutopilotSure, isClaim, !others.contains(frame.component) else { return false }
        autopilot = frame.component
        return true
    }

    private mutating func note(_ frame: MAVLinkFrame) -> Bool {
        guard let boot = Self.boot(frame) else { return false }
        return clocks[frame.component, default: MAVLinkClock()].note(boot: boot)
    }

    private mutating func systemTime(_ frame: MAVLinkFrame) {
        guard let unix = frame.integer("time_unix_usec").flatMap(UInt64.init(exactly:)), let boot = Self.boot(frame)
        else { return }
        clocks[frame.component, default: MAVLinkClock()].set(unix: unix, boot: boot)
    }

    static func boot(_ frame: MAVLinkFrame) -> UInt32? {
        frame.integer("time_boot_ms").flatMap(UInt32.init(exactly:))
    }

    /// By the vehicle's own clock, else by the log's.
    func utc(_ frame: MAVLinkFrame) -> UTCTime? {
        Self.boot(frame).flatMap { clocks[frame.component]?.utc(boot: $0) } ?? frame.recorded
    }

    /// Names the vehicle, and the time of messages that have none of their own.
    private func stamped(_ reading: MetadataReading, _ frame: MAVLinkFrame) -> MetadataReading {
        var reading = reading
        reading.stream = String(id)
        reading.utc = utc(frame)
        return reading
    }
}
