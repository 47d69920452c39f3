import Inspection

extension StillMetadata {
    /// What the picture states and nobody believes, by the names that it is counted by: `poses_without_fix`,
    /// `positions_off_the_globe`, `implausible_angles`, `implausible_heights`, `implausible_times`, `bad_numbers`.
    var faults: [String] {
        let sample = TelemetrySample(self)
        var faults = Self.numeric.filter { name in self[name].map(Self.isBad) ?? false }.map { _ in "bad_numbers" }
        if statesPosition, !sample.hasFix { faults.append("poses_without_fix") }
        if isOffGlobe { faults.append("positions_off_the_globe") }
        for what in ["Flight", "Gimbal"] where sample.isRefused(what, self) { faults.append("implausible_angles") }
        let heights = [
            number("drone-dji:RelativeAltitude"), number("drone-dji:AbsoluteAltitude"), exif?.altitude?.meters,
        ]
        for height in heights {
            if let height, !TelemetrySample.isHeight(height) { faults.append("implausible_heights") }
        }
        if statesTime, time == nil { faults.append("implausible_times") }
        return faults
    }

    private static let latitudes = ["drone-dji:GpsLatitude", "drone-dji:Latitude"]
    private static let longitudes = ["drone-dji:GpsLongitude", "drone-dji:GpsLongtitude", "drone-dji:Longitude"]
    private static let numeric =
        latitudes + longitudes + ["drone-dji:RelativeAltitude", "drone-dji:AbsoluteAltitude"]
        + ["Flight", "Gimbal"].flatMap { what in ["Yaw", "Pitch", "Roll"].map { "drone-dji:\(what)\($0)Degree" } }

    private static func isBad(_ text: String) -> Bool { !text.isEmpty && number(text) == nil }

    private var statesPosition: Bool {
        (Self.latitudes + Self.longitudes).contains { self[$0] != nil }
            || exif?.values[.init(directory: .gps, tag: 2)] != nil
            || exif?.values[.init(directory: .gps, tag: 4)] != nil
    }

    private var isOffGlobe: Bool {
        let stated = Self.latitudes.lazy.compactMap { self.number($0) }.first ?? exif?.position?.latitude
        let other = Self.longitudes.lazy.compactMap { self.number($0) }.first ?? exif?.position?.longitude
        return abs(stated ?? 0) > 90 || abs(other ?? 0) > 180
    }

    /// A date of zeros is how cameras write that they have none.
    private var statesTime: Bool {
        let texts = [
            self["drone-dji:UTCAtExposure"], text(.exif, 0x9003), text(.exif, 0x9004), text(.gps, 29),
        ]
        return texts.contains { $0?.utf8.contains { (49...57).contains($0) } ?? false }
    }
}

extension TelemetrySample {
    /// Metres above anything that pictures are taken above.
    static func isHeight(_ height: Double) -> Bool { (-2000...20_000).contains(height) }

    /// True when the picture states angles of the aircraft or the gimbal that are none.
    fileprivate func isRefused(_ what: String, _ still: StillMetadata) -> Bool {
        let angles = ["Yaw", "Pitch", "Roll"].map { still.number("drone-dji:\(what)\($0)Degree") }
        return abs(angles[0] ?? 0) > 360 || abs(angles[1] ?? 0) > 180 || abs(angles[2] ?? 0) > 360
    }
}
