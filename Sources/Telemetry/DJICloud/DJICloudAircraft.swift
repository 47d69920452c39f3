import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// What one aircraft said last, each value with the time it came: messages are partial, and are merged.
struct DJICloudAircraft: Sendable {
    private struct Stated: Sendable {
        var value: Double
        /// This gateway's clock, microseconds.
        var at: Int64
    }

    private struct Position: Sendable {
        var latitude: Double
        var longitude: Double
        var at: Int64
    }

    private var values: [DJICloudField: Stated] = [:]
    private var payloads: [String: [DJICloudField: Stated]] = [:]
    private var position: Position?
    /// Ellipsoidal height of the take-off point, from a message that said both heights.
    private var takeoffHeight: Double?
    private(set) var heard: Int64 = 0

    /// Heights that an aircraft can have; 9999999.9 has been seen for "unknown".
    private static let heights = -1000.0...30_000.0

    /// Merges a message, and returns the pose after it; nil when nothing of a pose was in it.
    mutating func pose(
        _ message: DJICloudMessage, device: String, utc: UTCTime?, arrival: UTCTime, options: DJICloudOptions,
        tally: (String) -> Void
    ) -> DJICloudPose? {
        let now = arrival.microseconds
        heard = now
        let stated = merge(message, now, tally)
        let posing: Set<DJICloudField> = [
            .height, .elevation, .attitudeHead, .attitudePitch, .attitudeRoll, .gimbalYaw, .gimbalPitch,
        ]
        let says =
            stated || !posing.isDisjoint(with: message.values.keys)
            || message.payloads.values.contains { !posing.isDisjoint(with: $0.keys) }
        guard says else { return nil }
        let limit = Int64(max(0, min(options.staleLimit, 86_400)) * 1e6)
        func value(_ field: DJICloudField) -> Double? { Self.fresh(values[field], now, limit) }

        var sample = TelemetrySample()
        sample.utc = utc
        var age: Double?
        if let position, now &- position.at <= limit {
            sample.latitude = position.latitude
            sample.longitude = position.longitude
            sample.hasFix = true
            if !stated { age = Double(max(0, now &- position.at)) / 1e6 }
        }
        sample.heightHAE = value(.height)
        sample.heightAboveTakeoff = message.values[.elevation].flatMap { Self.heights.contains($0) ? $0 : nil }
        if sample.heightAboveTakeoff == nil {
            // The two heights differ by that of the take-off point, which does not fly.
            sample.heightAboveTakeoff =
                if message.values[.height] != nil, let height = sample.heightHAE, let takeoffHeight {
                    height - takeoffHeight
                } else {
                    value(.elevation)
                }
        }
        sample.groundSpeed = speed(message) ?? value(.horizontalSpeed)
        let heading = Self.angle(value(.attitudeHead)).map(Self.wrapped)
        if let heading, let pitch = Self.angle(value(.attitudePitch)), let roll = Self.angle(value(.attitudeRoll)) {
            sample.platform = Attitude(yaw: heading, pitch: pitch, roll: roll)
        }
        let payload = camera(options.payload, now, limit, tally)
        let own = payload.flatMap { payloads[$0] } ?? [:]
        func ofCamera(_ field: DJICloudField) -> Double? { Self.fresh(own[field], now, limit) }
        sample.camera = gimbal(own, payload, message, now, limit)
        target(&sample, ofCamera)
        let zoom = ofCamera(.zoomFactor).flatMap { $0 > 0 && $0 <= 1000 ? $0 : nil }
        sample.zoom = zoom
        return DJICloudPose(
            device: device, payload: payload, sample: sample, heading: heading, zoom: zoom, statesPosition: stated,
            positionAge: age)
    }

    /// True when the message says where the aircraft is, or that it does not know.
    private mutating func merge(_ message: DJICloudMessage, _ now: Int64, _ tally: (String) -> Void) -> Bool {
        for (field, value) in message.values {
            if field == .height || field == .elevation, !Self.heights.contains(value) {
                tally("implausible_heights")
                values[field] = nil
                continue
            }
            values[field] = Stated(value: value, at: now)
        }
        if let height = message.values[.height], let elevation = message.values[.elevation],
            Self.heights.contains(height), Self.heights.contains(elevation)
        {
            takeoffHeight = height - elevation
        }
        for (index, stated) in message.payloads {
            guard payloads[index] != nil || payloads.count < DJICloudMessage.payloadLimit else {
                tally("payloads_refused")
                continue
            }
            for (field, value) in stated { payloads[index, default: [:]][field] = Stated(value: value, at: now) }
        }
        let latitude = message.values[.latitude]
        let longitude = message.values[.longitude]
        guard latitude != nil || longitude != nil else { return false }
        position = nil
        guard let latitude, let longitude else {
            tally("positions_incomplete")
            return true
        }
        if abs(latitude) > 90 || abs(longitude) > 180 {
            tally("positions_off_globe")
        } else if abs(latitude) >= 1e-7 || abs(longitude) >= 1e-7 {
            position = Position(latitude: latitude, longitude: longitude, at: now)
        }
        if position == nil { tally("poses_without_fix") }
        return true
    }

    // MARK: The camera

    /// The one that was chosen, else the only one that has a gimbal, else the only one.
    private func camera(
        _ chosen: String?, _ now: Int64, _ limit: Int64, _ tally: (String) -> Void
    ) -> String? {
        if let chosen { return chosen }
        let present = payloads.filter { _, fields in fields.values.contains { now &- $0.at <= limit } }
        let withGimbal = present.filter { _, fields in Self.fresh(fields[.gimbalPitch], now, limit) != nil }
        let candidates = withGimbal.isEmpty ? present : withGimbal
        if candidates.count > 1 { tally("poses_with_several_cameras") }
        return candidates.count == 1 ? candidates.first?.key : nil
    }

    /// Of the camera's own object; of `osd_info_push`, which names no camera, where it can be meant.
    private func gimbal(
        _ own: [DJICloudField: Stated], _ payload: String?, _ message: DJICloudMessage, _ now: Int64, _ limit: Int64
    ) -> TelemetrySample.CameraAttitude? {
        func attitude(_ fields: [DJICloudField: Stated]) -> Attitude? {
            guard let yaw = Self.angle(Self.fresh(fields[.gimbalYaw], now, limit)),
                let pitch = Self.angle(Self.fresh(fields[.gimbalPitch], now, limit))
            else { return nil }
            let roll = Self.angle(Self.fresh(fields[.gimbalRoll], now, limit)) ?? 0
            return Attitude(yaw: Self.wrapped(yaw), pitch: pitch, roll: roll)
        }
        let several = payload == nil && payloads.values.filter { $0[.gimbalPitch] != nil }.count > 1
        // Gimbal index 0 is the main one; an onboard camera without a gimbal has 7.
        let isMain = payload.map { $0.hasSuffix("-0") } ?? !several
        let newest = max(own[.gimbalPitch]?.at ?? .min, own[.gimbalYaw]?.at ?? .min)
        let pushed = values[.gimbalPitch]?.at ?? .min
        let stated = isMain && (pushed > newest || own.isEmpty) ? attitude(values) ?? attitude(own) : attitude(own)
        return stated.map { .earth($0) }
    }

    /// The laser points along the optical axis. The datum of the target's altitude is nowhere said: it is left out.
    private func target(_ sample: inout TelemetrySample, _ value: (DJICloudField) -> Double?) {
        guard (value(.targetState) ?? 0) == 0, let distance = value(.targetDistance), distance > 0, distance < 100_000
        else { return }
        sample.slantRange = distance
        sample.isRangeMeasured = true
        guard let latitude = value(.targetLatitude), let longitude = value(.targetLongitude),
            TelemetrySample.isFix(latitude, longitude)
        else { return }
        sample.frameCenter = TelemetrySample.StatedPoint(
            latitude: latitude, longitude: longitude, heightMSL: nil, heightHAE: nil)
    }

    // MARK: Single values

    private func speed(_ message: DJICloudMessage) -> Double? {
        if let speed = message.values[.horizontalSpeed] { return speed }
        guard let x = message.values[.speedX], let y = message.values[.speedY] else { return nil }
        return hypot(x, y)
    }

    private static func fresh(_ stated: Stated?, _ now: Int64, _ limit: Int64) -> Double? {
        guard let stated, now &- stated.at <= limit else { return nil }
        return stated.value
    }

    private static func angle(_ value: Double?) -> Double? { value.flatMap { abs($0) <= 360 ? $0 : nil } }

    private static func wrapped(_ yaw: Double) -> Double {
        let turned = yaw < 0 ? yaw + 360 : yaw
        return turned >= 360 ? turned - 360 : turned
    }
}
