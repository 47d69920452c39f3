/// Shapes by where they are: which hold a point, which come near it. Made once, asked from any thread.
public struct ShapeIndex: Sendable {
    public let shapes: [GroundShape]
    private let tree: BoxTree
    /// Most shapes are one area: nothing else stands between such a one and its edges.
    private let onlyAreas: [EdgeTable?]

    /// Farther than this nothing is near, metres.
    public static let reach = 100_000.0

    public init(_ shapes: [GroundShape]) {
        self.shapes = shapes
        onlyAreas = shapes.map(\.onlyArea)
        tree = BoxTree(
            shapes.enumerated().flatMap { index, shape in shape.box.planar.map { (box: $0, item: index) } })
    }

    /// Calls `body` with the index of every shape that holds `point`, until it answers false.
    public func visit(containing point: GeodeticPoint, _ body: (Int) -> Bool) {
        let x = point.longitude.wrappedLongitude
        let place = BoxTree.Box(west: x, south: point.latitude, east: x, north: point.latitude)
        tree.visit(place) { index in holds(index, point) ? body(index) : true }
        // 180° and −180° are one meridian.
        guard x == -180 else { return }
        tree.visit(.init(west: 180, south: point.latitude, east: 180, north: point.latitude)) { index in
            holds(index, point) && shapes[index].box.west > -180 ? body(index) : true
        }
    }

    private func holds(_ index: Int, _ point: GeodeticPoint) -> Bool {
        if let area = onlyAreas[index] { return area.contains(point) }
        return shapes[index].contains(point)
    }

    /// Indices of the shapes that hold `point`, in their order.
    public func containing(_ point: GeodeticPoint) -> [Int] {
        var found: [Int] = []
        visit(containing: point) { index in
            found.append(index)
            return true
        }
        return found.sorted()
    }

    /// The nearest of the shapes that `isMeant` and its distance in metres, 0 inside; nil when none is within ``reach``.
    public func nearest(
        to point: GeodeticPoint, where isMeant: (Int) -> Bool = { _ in true }
    ) -> (index: Int, distance: Double)? {
        var radius = 50.0
        while true {
            var best: (index: Int, distance: Double)?
            for box in BoundingBox(around: point, radius: radius).planar {
                tree.visit(box) { index in
                    guard isMeant(index) else { return true }
                    let limit = min(best?.distance ?? radius, radius)
                    let distance = shapes[index].distance(to: point, limit: limit)
                    if distance < best?.distance ?? .infinity
                        || (distance == best?.distance && index < best?.index ?? 0)
                    {
                        best = (index, distance)
                    }
                    return true
                }
            }
            if let best, best.distance <= radius { return best }
            guard radius < Self.reach else { return nil }
            radius = min(radius * 8, Self.reach)
        }
    }

    /// Calls `body` with every shape within `margin` metres of `shape`, until it answers false. A shape may come twice.
    public func visit(within margin: Double, of shape: GroundShape, _ body: (Int) -> Bool) {
        for box in shape.box.grown(by: margin).planar {
            tree.visit(box) { index in shapes[index].comes(within: margin, of: shape) ? body(index) : true }
        }
    }
}
