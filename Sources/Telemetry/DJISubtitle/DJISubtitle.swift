import Geodesy
public import Inspection

/// What one subtitle of a DJI aircraft says, of any generation.
public struct DJISubtitle: Sendable, Hashable {
    /// Without UTC, unless the offset of the clock is known. Absolute heights are taken for heights above the geoid.
    public var sample = TelemetrySample()
    /// By the controller's clock, which is of no known zone.
    public var localTime: LocalTime?
    /// Digital zoom, a factor.
    public var zoom: Double?
    /// On 35 mm film, without the digital zoom, millimetres.
    public var focalLength: Double?
    /// It is shown before one that came earlier.
    public internal(set) var isOutOfOrder = false
    /// Counters of what was stated and is not believed.
    var faults: [String] = []
    /// True when there was anything in it that telemetry is made of.
    private(set) var isTelemetry = false
}

extension DJISubtitle {
    init(_ text: DJISubtitleText, options: DJISubtitleOptions, memory: inout DJIPositionPair.Memory) {
        self.init()
        let fields = DJISubtitleFields(text)
        faults = Array(repeating: "bad_numbers", count: fields.badNumbers)
        localTime = LocalTime(in: text.bytes)
        if let offset = options.utcOffset { sample.utc = localTime?.utc(offset: offset) }
        position(fields, &memory)
        heights(fields, isInTenths: text.fontSize == 28 && Self.hasPointedDate(text.bytes))
        attitudes(fields)
        speed(fields)
        lens(fields, aspect: options.aspect)
        isTelemetry =
            isTelemetry || sample.platform != nil || sample.camera != nil || sample.groundSpeed != nil
            || sample.heightAboveTakeoff != nil || sample.heightMSL != nil || focalLength != nil
            || (localTime != nil && !fields.values.isEmpty)
    }

    // MARK: Position and heights

    private mutating func position(_ fields: DJISubtitleFields, _ memory: inout DJIPositionPair.Memory) {
        var found: (latitude: Double, longitude: Double)?
        if let parts = fields.tuples["gps"] ?? fields.tuples["rtk"] {
            isTelemetry = true
            if let pair = DJIPositionPair(parts, home: fields.tuples["home"], memory: &memory) {
                found = (pair.latitude, pair.longitude)
                // The Matrice 300 says 0.0M where it has none.
                if let height = pair.height, height != 0 { setAbsolute(height) }
            }
        } else if let latitude = fields.number("latitude"),
            let longitude = fields.number("longitude", "longtitude")
        {
            isTelemetry = true
            found = (latitude, longitude)
        } else if fields.values["latitude"] != nil {
            isTelemetry = true
        }
        guard let found else { return }
        guard abs(found.latitude) <= 90, abs(found.longitude) <= 180 else {
            faults.append("positions_off_the_globe")
            return
        }
        guard abs(found.latitude) >= 1e-7 || abs(found.longitude) >= 1e-7 else { return }
        sample.latitude = found.latitude
        sample.longitude = found.longitude
        sample.hasFix = true
    }

    /// `isInTenths`: the DJI FPV writes its one altitude in tens of metres.
    private mutating func heights(_ fields: DJISubtitleFields, isInTenths: Bool) {
        if let height = fields.number("rel_alt", "barometer", "hb") ?? fields.numbers("barometer")?.first {
            setRelative(height)
        } else if let stated = fields.values["h"], let height = DJINumber(stated.text) {
            // Without its unit at the very end it has been cut.
            if !(stated.isLast && height.unit.isEmpty) { setRelative(height.value) }
        }
        if let height = fields.number("abs_alt") {
            setAbsolute(height)
        } else if let height = fields.number("altitude"), height != 0 || sample.hasFix {
            setAbsolute(isInTenths ? height * 10 : height)
        }
    }

    private mutating func setRelative(_ height: Double) {
        guard (-2000...20_000).contains(height) else { return faults.append("implausible_heights") }
        sample.heightAboveTakeoff = height
    }

    private mutating func setAbsolute(_ height: Double) {
        guard (-2000...20_000).contains(height) else { return faults.append("implausible_heights") }
        sample.heightMSL = height
    }

    // MARK: Attitude and speed

    private mutating func attitudes(_ fields: DJISubtitleFields) {
        sample.platform = attitude(
            yaw: fields.number("drone_yaw", "drone.yaw", "flight_yaw"),
            pitch: fields.number("drone_pitch", "drone.pitch", "flight_pitch"),
            roll: fields.number("drone_roll", "drone.roll", "flight_roll"), fields.numbers("f.pry"))
        sample.camera = attitude(
            yaw: fields.number("gb_yaw", "gimbal_yaw", "gimbal.yaw"),
            pitch: fields.number("gb_pitch", "gimbal_pitch", "gimbal.pitch"),
            roll: fields.number("gb_roll", "gimbal_roll", "gimbal.roll"), fields.numbers("g.pry")
        ).map { .earth($0) }
    }

    /// `pry` is pitch, roll, yaw. Nil for exact zeros, which stand for what was not reported, and for what is no angle.
    private mutating func attitude(yaw: Double?, pitch: Double?, roll: Double?, _ pry: [Double]?) -> Attitude? {
        var angles: Attitude?
        if let yaw, let pitch {
            angles = Attitude(yaw: yaw, pitch: pitch, roll: roll ?? 0)
        } else if let pry, pry.count == 3 {
            angles = Attitude(yaw: pry[2], pitch: pry[0], roll: pry[1])
        }
        guard var angles, angles != Attitude(yaw: 0, pitch: 0, roll: 0) else { return nil }
        guard abs(angles.yaw) <= 360, abs(angles.pitch) <= 180, abs(angles.roll) <= 360 else {
            faults.append("implausible_angles")
            return nil
        }
        if angles.yaw < 0 { angles.yaw += 360 }
        return angles
    }

    private mutating func speed(_ fields: DJISubtitleFields) {
        var speed = fields.number("h.s")
        if speed == nil, let x = fields.number("drone_speedx"), let y = fields.number("drone_speedy") {
            speed = (x * x + y * y).squareRoot()
        }
        if let speed, (0...300).contains(speed) { sample.groundSpeed = speed }
    }

    /// True for `12:27:52.373`, false for `08:04:51,265,847`.
    private static func hasPointedDate(_ text: [UInt8]) -> Bool {
        let at = text.indices.first { index in
            text[index] == 58 && index + 6 < text.count && text[index + 3] == 58
        }
        return at.map { text[$0 + 6] == 46 } ?? false
    }
}
