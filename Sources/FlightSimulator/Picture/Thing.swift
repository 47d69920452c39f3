import Geodesy

/// A scenario's object with its shape, ready to be set down at a time and looked at.
struct Thing: Sendable {
    private(set) var object: Scenario.Object
    let mesh: Mesh
    /// Points in the object's own axes that span what is seen of it: its box in a picture is the box of these.
    let extent: [Vector]
    /// Metres from its place on the ground that hold all of it.
    let radius: Double

    init(_ object: Scenario.Object, seed: UInt64) {
        var generator = SeededGenerator(seed: seed, stream: 2, index: object.number)
        let tint = object.color.flatMap { Color(hex: $0) }
        self.object = object
        let size = object.size
        switch object.kind {
        case .wastePile: mesh = .wastePile(size, tint: tint, &generator)
        case .constructionWaste: mesh = .constructionWaste(size, tint: tint, &generator)
        case .illegalStructure: mesh = .illegalStructure(size, tint: tint, &generator)
        case .worker: mesh = .worker(size, tint: tint, mask: object.mask, &generator)
        case .smoke: mesh = .embers(size, &generator)
        case .vehicle: mesh = .vehicle(size, tint: tint, &generator)
        case .house: mesh = .house(size, tint: tint, &generator)
        case .tree: mesh = .tree(size, tint: tint, &generator)
        }
        extent = object.kind == .smoke ? Plume.extent(size) : Self.hull(mesh.vertices)
        radius = (size.width * size.width + size.length * size.length + size.height * size.height).squareRoot()
    }

    /// The same shape, with what another flight knows of the object.
    func with(_ object: Scenario.Object) -> Thing {
        var thing = self
        thing.object = object
        return thing
    }

    /// Turns points of the object's own axes into the site's east-north-up axes at a time.
    func placement(at time: Double, site: Site) -> Placement {
        let (north, east, heading) = object.place(at: time)
        let base = site.local(site.point(north: north, east: east, above: 0))
        return Placement(base: base, sine: sine(degrees: heading), cosine: cosine(degrees: heading))
    }

    struct Placement: Sendable {
        /// East, north, up.
        let base: Vector
        let sine: Double
        let cosine: Double

        @inline(__always)
        func callAsFunction(_ p: Vector) -> Vector {
            base + Vector(p.x * cosine + p.y * sine, p.y * cosine - p.x * sine, p.z)
        }
    }

    /// The box of its extent, in pixels; nil when part of it lies behind the camera.
    func box(in view: View, _ placement: Placement) -> FrameBox? {
        guard let first = extent.first, let start = view.project(placement(first)) else { return nil }
        var box = FrameBox(left: start.u, top: start.v, right: start.u, bottom: start.v)
        for point in extent.dropFirst() {
            guard let p = view.project(placement(point)) else { return nil }
            box.left = min(box.left, p.u)
            box.right = max(box.right, p.u)
            box.top = min(box.top, p.v)
            box.bottom = max(box.bottom, p.v)
        }
        return box
    }

    /// The vertices that may lie on the outline from some side: the farthest along directions 15° apart.
    private static func hull(_ vertices: [Vector]) -> [Vector] {
        var chosen: Set<Int> = []
        for latitude in stride(from: -90.0, through: 90, by: 15) {
            for longitude in stride(from: 0.0, to: 360, by: abs(latitude) == 90 ? 360 : 15) {
                let c = cosine(degrees: latitude)
                let direction = Vector(
                    c * cosine(degrees: longitude), c * sine(degrees: longitude), sine(degrees: latitude))
                if let best = vertices.indices.max(by: { vertices[$0].dot(direction) < vertices[$1].dot(direction) }) {
                    chosen.insert(best)
                }
            }
        }
        return chosen.sorted().map { vertices[$0] }
    }
}

/// A box in pixels with its edges; (0, 0) is the outer top-left corner of the picture.
struct FrameBox: Sendable, Hashable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    var width: Double { right - left }
    var height: Double { bottom - top }

    func clipped(width: Int, height: Int) -> FrameBox {
        FrameBox(
            left: max(left, 0), top: max(top, 0), right: min(right, Double(width)), bottom: min(bottom, Double(height)))
    }

    /// The share of its area that lies in the picture.
    func shareInside(width: Int, height: Int) -> Double {
        let inside = clipped(width: width, height: height)
        guard inside.width > 0, inside.height > 0, self.width * self.height > 0 else { return 0 }
        return inside.width * inside.height / (self.width * self.height)
    }
}
