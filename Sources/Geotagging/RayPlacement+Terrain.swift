public import Geodesy
import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Positions where the pixel's ray meets the terrain.
extension RayPlacement {
    /// Our own ray to the terrain, with the terrain's own error; nil without terrain, or where it has no data.
    func onTerrain(
        _ pixel: Pixel, _ projector: Projector, _ sighting: Sighting
    ) -> Result<Geotag, PlacementRefusal>? {
        guard let terrain = options.terrain else { return nil }
        let sensor = sighting.sensor
        if let ground = terrain.height(latitude: sensor.latitude, longitude: sensor.longitude),
            sensor.height - ground < options.minimumHeight
        {
            return .failure(.belowGround)
        }
        guard let met = projector.project(pixel, terrain: terrain, limit: options.maximumRange) else { return nil }
        switch met {
        case .failure(let refusal): return .failure(refusal)
        case .success(let projection):
            guard projection.elevation <= -options.minimumDepression else { return .failure(.tooOblique) }
            var propagation = propagation(sighting)
            propagation.errors.ground = terrain.error
            guard let error = onSlope(pixel, projector, projection, terrain, propagation, sighting) else {
                return .failure(.tooOblique)
            }
            return .success(
                geotag(
                    projection.point, .rayTerrain, error, age: sighting.poseAge,
                    gsd: projector.gsd(of: pixel, at: projection.point),
                    datum: "\(sighting.sensorHeight.words); \(terrain.words)\(sighting.fieldWords)"))
        }
    }

    /// Metres around the place met over which its slope is taken, at least and at most.
    static let slopeSpan = 30.0...300.0

    /// With the ground as it falls there: first over little of it, then over what the errors reach.
    private func onSlope(
        _ pixel: Pixel, _ projector: Projector, _ projection: Projection, _ terrain: any Terrain,
        _ propagation: ErrorPropagation, _ sighting: Sighting
    ) -> PositionError? {
        func error(_ span: Double) -> PositionError? {
            let slope = terrain.slope(
                latitude: projection.point.latitude, longitude: projection.point.longitude, span: span)
            let line = SightLine(
                projector, pixel, to: projection.point, on: .ground(north: slope?.north ?? 0, east: slope?.east ?? 0),
                motion: sighting.frame.motion)
            return line.flatMap { propagation.error(of: $0, rotation: projector.rotation) }
        }
        let least = error(Self.slopeSpan.lowerBound)
        let reach = min(2 * (least?.ellipse.semiMajor ?? .infinity), Self.slopeSpan.upperBound)
        return reach > Self.slopeSpan.lowerBound ? error(reach) ?? least : least
    }

    public func slope(at point: GeodeticPoint) -> Double? {
        options.terrain?.slope(latitude: point.latitude, longitude: point.longitude).map {
            atan(hypot($0.north, $0.east)) * 180 / .pi
        }
    }
}
