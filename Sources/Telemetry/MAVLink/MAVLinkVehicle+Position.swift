import Geodesy
import Inspection

extension MAVLinkVehicle {
    /// GLOBAL_POSITION_INT: the autopilot's own estimate.
    mutating func global(
        _ frame: MAVLinkFrame, _ now: Double, _ tally: (String) -> Void
    ) -> [MetadataReading] {
        hasGlobal = true
        isReceiverAlone = false
        receiverReadings = []
        guard let latitude = frame.integer("lat"), let longitude = frame.integer("lon"), let boot = Self.boot(frame)
        else { return [] }
        let isLate = lastGlobal.map { Int32(bitPattern: boot &- $0) < 0 } ?? false
        if isLate {
            tally("poses_late")
            guard options.givesLatePositions else { return [] }
        } else {
            lastGlobal = boot
        }
        heading = frame.integer("hdg").flatMap {
            (0...36_000).contains($0) ? MAVLinkHeld(value: Double($0) / 100, time: now) : nil
        }
        var sample = sample(utc(frame), now)
        place(&sample, MAVLinkGNSS.position(latitude, longitude))
        if sample.latitude != nil {
            sample.heightMSL = frame.number("alt").map { $0 / 1000 }
            sample.heightAboveTakeoff = frame.number("relative_alt").map { $0 / 1000 }
            if let undulation { sample.heightHAE = sample.heightMSL.map { $0 + undulation } }
        }
        if let north = frame.number("vx"), let east = frame.number("vy") {
            sample.groundSpeed = (north * north + east * east).squareRoot() / 100
        }
        // Without a receiver's fix the estimate drifts by what no message tells.
        if isLate || !isReceiverFixed(now) { sample.hasFix = false }
        return [reading(sample)]
    }

    /// GPS_RAW_INT and GPS2_RAW: given out where no fused positions come.
    mutating func receiver(_ frame: MAVLinkFrame, _ now: Double) -> [MetadataReading] {
        guard let heard = MAVLinkGNSS(frame) else { return [] }
        let place = frame.id == 24 ? 0 : 1
        receivers[place] = MAVLinkHeld(value: heard, time: now)
        if heard.undulation != nil || place == 0 { undulation = heard.undulation ?? undulation }
        // The second receiver speaks alone only where the first never does.
        guard place == 0 || receivers[0] == nil else { return [] }
        let spare = receivers[1]?.value(at: now, within: Self.fixLimit)
        let best = heard.hasFix ? heard : spare?.hasFix == true ? spare ?? heard : heard
        var sample = sample(MAVLinkClock.plausible(best.microseconds) ?? utc(frame), now)
        self.place(&sample, best.position)
        sample.hasFix = best.hasFix
        sample.heightMSL = best.heightMSL
        sample.heightHAE = best.heightHAE
        if let height = best.heightMSL, let homeHeight { sample.heightAboveTakeoff = height - homeHeight }
        sample.groundSpeed = best.speed
        receiverReadings.append(reading(sample))
        guard isReceiverAlone || receiverReadings.count > Self.receiverLimit else { return [] }
        isReceiverAlone = true
        return finish()
    }

    /// True unless every receiver that speaks says that it has no fix.
    private func isReceiverFixed(_ now: Double) -> Bool {
        let fresh = receivers.compactMap { $0?.value(at: now, within: Self.fixLimit) }
        return fresh.isEmpty || fresh.contains { $0.fix >= 2 }
    }

    private func place(_ sample: inout TelemetrySample, _ position: (latitude: Double, longitude: Double)?) {
        sample.latitude = position?.latitude
        sample.longitude = position?.longitude
        sample.hasFix = position != nil
    }

    /// Everything but the position.
    private func sample(_ utc: UTCTime?, _ now: Double) -> TelemetrySample {
        var sample = TelemetrySample()
        sample.utc = utc
        sample.platform = attitude?.value(at: now, within: Self.poseLimit)
        let yaw = sample.platform?.yaw ?? heading?.value(at: now, within: Self.poseLimit)
        sample.camera =
            gimbal.attitude(at: now, heading: yaw) ?? camera.orientation(at: now).map { .earth($0) }
        camera.describe(&sample, at: now)
        return sample
    }

    private func reading(_ sample: TelemetrySample) -> MetadataReading {
        var reading = MetadataReading(utc: sample.utc, sample: sample)
        reading.stream = String(id)
        return reading
    }
}
