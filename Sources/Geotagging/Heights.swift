import Geodesy
import Inspection

/// A height above the ellipsoid, metres, and in words where it came from.
struct StatedHeight: Sendable, Hashable {
    var meters: Double
    var words: String
}

/// Brings every height of a sample to one datum, the ellipsoid, before any ray is drawn: mixing mean sea level with the
/// ellipsoid moves the ground by tens of metres.
struct Heights: Sendable {
    var geoid: Geoid?
    /// Metres above the ellipsoid, from the configuration.
    var configuredGround: Double?
    var terrain: (any Terrain)?

    /// Sensor height: stated above the ellipsoid, else above the geoid plus the undulation, else above the take-off
    /// point where the ground under that is configured, or the terrain under the aircraft is taken for it.
    func sensor(_ sample: TelemetrySample, latitude: Double, longitude: Double) -> StatedHeight? {
        if let height = sample.heightHAE, height.isFinite { return StatedHeight(meters: height, words: "sensor HAE") }
        if let height = sample.heightMSL, height.isFinite,
            let undulation = undulation(latitude: latitude, longitude: longitude, sample)
        {
            return StatedHeight(meters: height + undulation.meters, words: "sensor MSL + \(undulation.words)")
        }
        if let height = sample.heightAboveTakeoff, height.isFinite, let ground = configuredGround {
            return StatedHeight(meters: ground + height, words: "sensor height above take-off + configured ground HAE")
        }
        if let height = sample.heightAboveTakeoff, height.isFinite,
            let ground = terrain?.height(latitude: latitude, longitude: longitude)
        {
            return StatedHeight(
                meters: ground + height, words: "sensor height above take-off + terrain under the aircraft")
        }
        return nil
    }

    /// Ground height: configured, else of the frame centre that the stream states, else of the take-off point, else of the
    /// terrain under the aircraft.
    func ground(_ sample: TelemetrySample, sensor: StatedHeight?) -> StatedHeight? {
        if let height = configuredGround { return StatedHeight(meters: height, words: "configured ground HAE") }
        if let center = sample.frameCenter, let height = height(of: center, sample) {
            return StatedHeight(meters: height.meters, words: "ground \(height.words) of the stated frame centre")
        }
        if let height = sample.heightAboveTakeoff, height.isFinite, let sensor {
            return StatedHeight(meters: sensor.meters - height, words: "ground at the take-off point")
        }
        if let latitude = sample.latitude, let longitude = sample.longitude,
            let ground = terrain?.height(latitude: latitude, longitude: longitude)
        {
            return StatedHeight(meters: ground, words: "terrain under the aircraft")
        }
        return nil
    }

    /// Of a stated point, by its own datum.
    func height(of point: TelemetrySample.StatedPoint, _ sample: TelemetrySample) -> StatedHeight? {
        if let height = point.heightHAE, height.isFinite { return StatedHeight(meters: height, words: "HAE") }
        if let height = point.heightMSL, height.isFinite,
            let undulation = undulation(latitude: point.latitude, longitude: point.longitude, sample)
        {
            return StatedHeight(meters: height + undulation.meters, words: "MSL + \(undulation.words)")
        }
        return nil
    }

    /// Geoid above the ellipsoid: by the grid, else by the two heights that the sample itself states of its sensor.
    private func undulation(
        latitude: Double, longitude: Double, _ sample: TelemetrySample
    ) -> StatedHeight? {
        if let meters = geoid?.undulation(latitude: latitude, longitude: longitude) {
            return StatedHeight(meters: meters, words: "EGM96")
        }
        // No undulation on earth exceeds 107 m: more is a wrong height, not a geoid.
        if let hae = sample.heightHAE, let msl = sample.heightMSL, abs(hae - msl) <= 110 {
            return StatedHeight(meters: hae - msl, words: "the sensor's own HAE − MSL")
        }
        return nil
    }
}
