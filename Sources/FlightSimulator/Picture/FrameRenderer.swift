import Geodesy

/// Draws what the camera sees: ground, shadows, things, smoke. Corners of things are projected by the same ellipsoidal
/// model that the metadata's truth is made with.
struct FrameRenderer: Sendable {
    let things: [Thing]
    let site: Site
    let texture: GroundTexture
    let seed: UInt64

    /// Towards the sun: from the south-east, 48 degrees up. East, north, up.
    private static let sun = Vector(0.43, -0.51, 0.743)
    private static let haze = Color(0.74, 0.78, 0.82).packed
    private static let smoke = Color(0.62, 0.60, 0.58)

    func draw(_ view: View, at time: Double, on canvas: inout Canvas) {
        canvas.clearNearness()
        drawGround(view, &canvas)
        let seen = things.compactMap { thing -> (Thing, Thing.Placement)? in
            let placement = thing.placement(at: time, site: site)
            return isInView(thing, placement, view) ? (thing, placement) : nil
        }
        for (thing, placement) in seen { drawShadow(thing, placement, view, &canvas) }
        for (thing, placement) in seen { drawMesh(thing, placement, view, &canvas) }
        for (thing, placement) in seen where thing.object.kind == .smoke {
            drawSmoke(thing, placement, view, at: time, &canvas)
        }
    }

    /// With room for the shadow.
    private func isInView(_ thing: Thing, _ placement: Thing.Placement, _ view: View) -> Bool {
        let middle = placement.base - view.center
        let depth = middle.dot(view.forward)
        let reach = thing.radius + thing.object.size.height
        guard depth > reach + 1 else { return false }
        let scale = view.camera.focalLength / depth
        let (u, v) = (middle.dot(view.right) * scale, middle.dot(view.down) * scale)
        let margin = reach * scale * 1.3
        return abs(u) < Double(view.camera.width) / 2 + margin && abs(v) < Double(view.camera.height) / 2 + margin
    }

    private func corners(_ points: [Vector], _ view: View) -> [Canvas.Corner] {
        points.map { point in
            guard let p = view.project(point) else { return Canvas.Corner(u: .nan, v: .nan, nearness: 0) }
            return Canvas.Corner(u: Float(p.u), v: Float(p.v), nearness: Float(1 / p.depth))
        }
    }

    private func drawMesh(_ thing: Thing, _ placement: Thing.Placement, _ view: View, _ canvas: inout Canvas) {
        let points = thing.mesh.vertices.map { placement($0) }
        let corners = corners(points, view)
        for triangle in thing.mesh.triangles {
            let (a, b, c) = (Int(triangle.a), Int(triangle.b), Int(triangle.c))
            let (u, v) = (points[b] - points[a], points[c] - points[a])
            let normal = Vector(u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x)
            guard let unit = normal.unit, normal.dot(view.center - points[a]) > 0 else { continue }
            let light = 0.55 + 0.55 * max(0, unit.dot(Self.sun)) + 0.06 * unit.z
            canvas.fill(corners[a], corners[b], corners[c], triangle.color.times(Float(light)).packed)
        }
    }

    /// The mesh laid flat along the sun's rays; both windings, because flattening turns some triangles over.
    private func drawShadow(_ thing: Thing, _ placement: Thing.Placement, _ view: View, _ canvas: inout Canvas) {
        let points = thing.mesh.vertices.map { vertex -> Vector in
            let point = placement(vertex)
            let fall = max(0, point.z - placement.base.z)
            return point - Self.sun * (fall / Self.sun.z)
        }
        let corners = corners(points, view)
        for triangle in thing.mesh.triangles {
            let (a, b, c) = (corners[Int(triangle.a)], corners[Int(triangle.b)], corners[Int(triangle.c)])
            canvas.shade(a, b, c)
            canvas.shade(a, c, b)
        }
    }

    private func drawSmoke(
        _ thing: Thing, _ placement: Thing.Placement, _ view: View, at time: Double, _ canvas: inout Canvas
    ) {
        for puff in Plume.puffs(thing.object.size, at: time, seed: seed) {
            guard let p = view.project(placement(puff.center)) else { continue }
            let height = puff.center.z / max(thing.object.size.height, 1)
            let color = Self.smoke.times(Float(0.55 + 0.75 * height)).packed
            canvas.veil(
                u: p.u, v: p.v, radius: puff.radius * view.camera.focalLength / p.depth, opacity: puff.opacity,
                color: color)
        }
    }

    /// A plane at the height of the ground in the middle of the view; the curve of the earth is millimetres here and not
    /// drawn, and hills are not either.
    private func drawGround(_ view: View, _ canvas: inout Canvas) {
        let (width, height, focal) = (canvas.width, canvas.height, view.camera.focalLength)
        var base = view.center
        if site.relief != nil, let middle = view.ground(u: Double(width) / 2, v: Double(height) / 2) {
            base.z -= site.local(middle.point).z
        }
        base.z = max(base.z, 1)
        var colors = canvas.colors.mutableSpan
        for row in 0..<height {
            let y = (Double(row) + 0.5 - Double(height) / 2) / focal
            let x0 = (0.5 - Double(width) / 2) / focal
            // The ray of the row's first pixel, and its change a column; z is up.
            let start = view.forward + x0 * view.right + y * view.down
            let step = view.right / focal
            let middle = start + Double(width / 2) * step
            let slant = middle.z < -0.02 ? base.z / -middle.z : base.z / 0.02
            // Across a pixel the ground runs slant/focal; away from the camera it is foreshortened. Between the two.
            let footprint = slant / focal * (slant / max(base.z, 1)).squareRoot()
            let finest = texture.levels[0].texel
            let level = min(max(Int((binaryLogarithm(footprint / finest)).rounded()), 0), texture.levels.count - 1)
            let map = texture.levels[level]
            let scale = 256 / map.texel
            // East and north in 1/256 texels, numerator over the ray's fall.
            let (e0, e1) = (start.x * base.z * scale, step.x * base.z * scale)
            let (n0, n1) = (start.y * base.z * scale, step.y * base.z * scale)
            let eBase = Float((base.x - texture.area.west) * scale - 128)
            let nBase = Float((base.y - texture.area.south) * scale - 128)
            let (east0, eastStep, north0, northStep) = (Float(e0), Float(e1), Float(n0), Float(n1))
            let (fall0, fallStep) = (Float(-start.z), Float(-step.z))
            let (right, top) = (Int32(map.width - 2), Int32(map.height - 2))
            let texels = map.colors.span
            var index = row * width
            for column in 0..<width {
                let x = Float(column)
                let fall = fall0 + fallStep * x
                guard fall > 0.02 else {
                    colors[index] = Self.haze
                    index &+= 1
                    continue
                }
                let inverse = 1 / fall
                let e = Int32(max(0, min(eBase + (east0 + eastStep * x) * inverse, 1e8)))
                let n = Int32(max(0, min(nBase + (north0 + northStep * x) * inverse, 1e8)))
                let (eCell, nCell) = (min(e >> 8, right), min(n >> 8, top))
                let at = Int(nCell) &* map.width &+ Int(eCell)
                let (eShare, nShare) = (UInt32(truncatingIfNeeded: e & 255), UInt32(truncatingIfNeeded: n & 255))
                let south = PackedColor.mixed(texels[at], texels[at &+ 1], share: eShare)
                let north = PackedColor.mixed(texels[at &+ map.width], texels[at &+ map.width &+ 1], share: eShare)
                colors[index] = PackedColor.mixed(south, north, share: nShare)
                index &+= 1
            }
        }
    }
}
