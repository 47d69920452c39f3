import Geodesy
import Inspection

/// How the camera is held, by whichever message says it. The newer ones are preferred.
struct MAVLinkGimbal: Sendable {
    private struct Device: Sendable, Hashable {
        var component: UInt8
        var id: Int64
    }

    /// Roll and pitch to the horizon; yaw as said, and what must be added to it for a yaw from north.
    private struct Pointing: Sendable {
        var rotation: Rotation
        /// Degrees; 0 for a yaw from north, nil where only the vehicle's heading tells.
        var turn: Double?
    }

    private var device: MAVLinkHeld<Device>?
    private var pointing: MAVLinkHeld<Pointing>?
    private var orientation: MAVLinkHeld<Pointing>?
    private var status: MAVLinkHeld<Attitude>?

    mutating func take(_ frame: MAVLinkFrame, now: Double, _ options: MAVLinkOptions) {
        let key = Device(component: frame.component, id: frame.integer("gimbal_device_id") ?? 0)
        if let wanted = options.gimbal, wanted != key.component { return }
        if let current = device?.value(at: now, within: MAVLinkVehicle.poseLimit), frame.id == 285, current != key {
            return
        }
        switch frame.id {
        case 285:
            device = MAVLinkHeld(value: key, time: now)
            pointing = Self.pointing(frame).map { MAVLinkHeld(value: $0, time: now) }
        case 265: orientation = Self.orientation(frame).map { MAVLinkHeld(value: $0, time: now) }
        case 158: status = Self.status(frame).map { MAVLinkHeld(value: $0, time: now) }
        default: break
        }
    }

    /// `heading` of the vehicle, degrees from north, where it is known.
    func attitude(at now: Double, heading: Double?) -> TelemetrySample.CameraAttitude? {
        for held in [pointing, orientation] {
            guard let pointing = held?.value(at: now, within: MAVLinkVehicle.poseLimit) else { continue }
            guard let turn = pointing.turn ?? heading else { continue }
            return .earth((Rotation.aboutDown(turn) * pointing.rotation).attitude)
        }
        return status?.value(at: now, within: MAVLinkVehicle.poseLimit).map { .body($0) }
    }

    /// GIMBAL_DEVICE_ATTITUDE_STATUS. Flags: 16 yaw lock, 32 yaw from the vehicle's heading, 64 yaw from north; gimbals
    /// that set neither of the last two mean north when the yaw is locked.
    private static func pointing(_ frame: MAVLinkFrame) -> Pointing? {
        guard let flags = frame.integer("flags"), let q = frame.numbers("q"), q.count == 4,
            let rotation = Rotation(w: q[0], x: q[1], y: q[2], z: q[3])
        else { return nil }
        if flags & 64 != 0 || (flags & 32 == 0 && flags & 16 != 0) { return Pointing(rotation: rotation, turn: 0) }
        // Zeros may have been left away: only a turn that came is one.
        let turn = flags & 32 != 0 && frame.holds("delta_yaw") ? frame.number("delta_yaw") : nil
        return Pointing(rotation: rotation, turn: turn.flatMap { abs($0) <= 7 && $0 != 0 ? $0 * 180 / .pi : nil })
    }

    /// MOUNT_ORIENTATION: degrees; `yaw_absolute` is from north.
    private static func orientation(_ frame: MAVLinkFrame) -> Pointing? {
        guard let pitch = frame.number("pitch"), let roll = frame.number("roll"), abs(pitch) <= 360, abs(roll) <= 360
        else { return nil }
        if frame.holds("yaw_absolute"), let yaw = frame.number("yaw_absolute"), abs(yaw) <= 720 {
            return Pointing(rotation: Rotation(Attitude(yaw: yaw, pitch: pitch, roll: roll)), turn: 0)
        }
        guard let yaw = frame.number("yaw"), abs(yaw) <= 720 else { return nil }
        return Pointing(rotation: Rotation(Attitude(yaw: yaw, pitch: pitch, roll: roll)), turn: nil)
    }

    /// MOUNT_STATUS of ArduPilot: hundredths of degrees by which the mount turns the camera against the airframe.
    private static func status(_ frame: MAVLinkFrame) -> Attitude? {
        guard let pitch = frame.number("pointing_a"), let roll = frame.number("pointing_b"),
            let yaw = frame.number("pointing_c"), [pitch, roll, yaw].allSatisfy({ abs($0) <= 72_000 })
        else { return nil }
        return Attitude(yaw: yaw / 100, pitch: pitch / 100, roll: roll / 100)
    }
}
