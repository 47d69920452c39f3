import Geodesy

/// A camera held at a pose: between the local axes of a ``Site`` and pixels, both ways, by the full ellipsoidal model.
struct View: Sendable {
    let camera: PinholeCamera
    let position: GeodeticPoint
    /// East, north, up, metres.
    let center: Vector
    /// The camera's axes, east, north, up: along the rows, down the columns, along the line of sight.
    let right: Vector
    let down: Vector
    let forward: Vector
    private let sensor: LocalFrame
    private let rotation: Rotation
    private let site: Site

    /// `attitude` is the camera's own, in the north-east-down axes at `position`.
    init(camera: PinholeCamera, position: GeodeticPoint, attitude: Attitude, site: Site) {
        self.camera = camera
        let frame = LocalFrame(at: position)
        let rotation = Rotation(attitude)
        func axis(_ body: Vector) -> Vector { site.local(direction: frame.ecef(ned: rotation * body)) }
        self.position = position
        center = site.local(position)
        forward = axis(Vector(1, 0, 0))
        right = axis(Vector(0, 1, 0))
        down = axis(Vector(0, 0, 1))
        sensor = frame
        self.rotation = rotation
        self.site = site
    }

    /// Column, row and distance along the line of sight; nil for what is less than half a metre in front.
    func project(_ local: Vector) -> (u: Double, v: Double, depth: Double)? {
        let d = local - center
        let depth = d.dot(forward)
        guard depth > 0.5 else { return nil }
        let scale = camera.focalLength / depth
        return (Double(camera.width) / 2 + d.dot(right) * scale, Double(camera.height) / 2 + d.dot(down) * scale, depth)
    }

    /// Where the ray through a pixel meets the ground, and how far away; nil above the horizon.
    func ground(u: Double, v: Double) -> (point: GeodeticPoint, range: Double)? {
        let x = (u - Double(camera.width) / 2) / camera.focalLength
        let y = (v - Double(camera.height) / 2) / camera.focalLength
        let direction = sensor.ecef(ned: rotation * Vector(1, x, y))
        guard let ray = Ray(origin: sensor.center, direction: direction),
            let range = site.distance(along: ray)
        else { return nil }
        return (GeodeticPoint(ecef: ray.point(at: range)), range)
    }
}
