import Geodesy

extension Site {
    /// Metres to which a ray is followed over hills.
    private static let reach = 30_000.0
    /// Metres between ray and ground that count as none.
    private static let touch = 1e-4
    /// Metres followed at once.
    private static let stepMax = 5000.0

    /// Metres along a ray to where it first meets the ground; nil when it does not, or begins under it.
    func distance(along ray: Ray) -> Double? {
        guard let relief else { return ray.distance(toHeight: groundHeight) }
        return meeting(ray, relief, limit: Self.reach)
    }

    /// True when a hill stands between two points. The last `margin` metres do not count: they are the thing's own ground.
    func hides(_ point: GeodeticPoint, from eye: GeodeticPoint, margin: Double) -> Bool {
        guard let relief else { return false }
        let way = point.ecef - eye.ecef
        guard let ray = Ray(origin: eye.ecef, direction: way), way.length > margin else { return false }
        return meeting(ray, relief, limit: way.length - margin) != nil
    }

    /// Steps that no slope of the hills can outrun: the ray's clearance changes by no more than `steepest` a metre, so it is
    /// positive all along a step of clearance / steepest, and no ridge is jumped.
    private func meeting(_ ray: Ray, _ relief: ReliefSurface, limit: Double) -> Double? {
        var distance = 0.0
        for _ in 0..<5000 where distance <= limit {
            let point = GeodeticPoint(ecef: ray.point(at: distance))
            let clearance = clearance(point)
            if clearance <= Self.touch { return distance > 0 ? distance : nil }
            let rise = ray.direction.dot(LocalFrame(at: point).up)
            // Climbing over the highest top: whatever lies beyond lies lower. The earth's curve only helps.
            if rise >= 0, point.height - groundHeight > relief.top { return nil }
            let run = max(0, 1 - rise * rise).squareRoot()
            // The earth's curve changes a ray's fall by 1.6e-4 a kilometre.
            let steepest = max(-rise, 0) + relief.slope * run + 1e-3
            distance += min(max(clearance / steepest, Self.touch), Self.stepMax)
        }
        return nil
    }
}
