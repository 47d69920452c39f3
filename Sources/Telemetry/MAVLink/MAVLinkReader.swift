public import Inspection

/// MAVLink bytes to poses and tracked objects. A pose comes for each GLOBAL_POSITION_INT, with the newest attitude, gimbal
/// and field of view that were said; for each GPS_RAW_INT where that is all.
public struct MAVLinkReader: Sendable {
    private let options: MAVLinkOptions
    private var framer: MAVLinkFramer
    private var vehicles: [UInt8: MAVLinkVehicle] = [:]
    private var sequences: [UInt16: UInt8] = [:]
    private var chosen: UInt8?

    public init(form: MAVLinkFramer.Form = .stream, options: MAVLinkOptions = MAVLinkOptions()) {
        self.options = options
        framer = MAVLinkFramer(form: form)
        if case .only(let system) = options.systems { chosen = system }
    }

    /// What was not right in the bytes, since the start.
    public var faults: [String: Int64] { framer.faults }

    /// `arrival` is when the bytes came over a network; nil for a log, whose records say it. `tally` hears `messages`,
    /// `messages_lost`, `messages_unknown`, `poses_late`, `poses_without_fix`, … as they happen.
    public mutating func read(
        _ bytes: [UInt8], arrival: UTCTime? = nil, tally: (String) -> Void
    ) -> [MetadataReading] {
        var frames: [MAVLinkFrame] = []
        framer.read(bytes) { frames.append($0) }
        return frames.flatMap { take($0, arrival: arrival, tally: tally) }
    }

    /// The bytes are at their end.
    public mutating func finish(tally: (String) -> Void) -> [MetadataReading] {
        var frames: [MAVLinkFrame] = []
        framer.finish { frames.append($0) }
        var readings = frames.flatMap { take($0, arrival: nil, tally: tally) }
        for id in vehicles.keys.sorted() {
            let left = vehicles[id]?.finish() ?? []
            if chosen == nil, !left.isEmpty { chosen = id }
            readings += given(left, tally)
        }
        return readings
    }

    /// Takes one frame from wherever it was found.
    public mutating func take(
        _ frame: MAVLinkFrame, arrival: UTCTime?, tally: (String) -> Void
    ) -> [MetadataReading] {
        tally("messages")
        count(frame, tally)
        guard frame.definition != nil else {
            tally("messages_unknown")
            return []
        }
        if frame.isSigned { tally("messages_signed") }
        let now = (frame.recorded ?? arrival).map { Double($0.microseconds) / 1e6 }
        var vehicle = vehicles[frame.system] ?? MAVLinkVehicle(id: frame.system, options: options)
        vehicles[frame.system] = nil
        let readings = vehicle.take(frame, now: now, tally)
        vehicles[frame.system] = vehicle
        if chosen == nil, vehicle.isAutopilotSure || !readings.isEmpty { chosen = frame.system }
        let followed = given(readings, tally)
        if followed.count < readings.count { tally("readings_of_other_vehicles") }
        return followed
    }

    private func isFollowed(_ stream: String) -> Bool {
        options.systems == .all || chosen.map(String.init) == stream
    }

    /// Those of vehicles that are followed. Counted here: a receiver's position that waits may never be given out.
    private func given(_ readings: [MetadataReading], _ tally: (String) -> Void) -> [MetadataReading] {
        let followed = readings.filter { isFollowed($0.stream) }
        for sample in followed.compactMap(\.sample) {
            if !sample.hasFix { tally("poses_without_fix") }
            if sample.utc == nil { tally("poses_without_time") }
        }
        return followed
    }

    /// Each component numbers its frames, from 0 to 255 and again.
    private mutating func count(_ frame: MAVLinkFrame, _ tally: (String) -> Void) {
        let key = UInt16(frame.system) << 8 | UInt16(frame.component)
        defer { sequences[key] = frame.sequence }
        guard let last = sequences[key] else { return }
        switch frame.sequence &- last {
        case 1: break
        case 0: tally("messages_repeated")
        case let step where step < 128: for _ in 1..<step { tally("messages_lost") }
        default: tally("messages_out_of_order")
        }
    }
}
