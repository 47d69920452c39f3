import Geodesy

/// Coloured triangles. In an object's own axes: x to its right, y ahead along its length, z up, metres, the ground at 0.
struct Mesh: Sendable {
    struct Triangle: Sendable {
        var a: Int32
        var b: Int32
        var c: Int32
        var color: Color
    }

    var vertices: [Vector] = []
    /// Anticlockwise seen from outside.
    var triangles: [Triangle] = []

    mutating func triangle(_ a: Vector, _ b: Vector, _ c: Vector, _ color: Color) {
        let first = Int32(vertices.count)
        vertices += [a, b, c]
        triangles.append(Triangle(a: first, b: first + 1, c: first + 2, color: color))
    }

    /// Corners anticlockwise seen from outside.
    mutating func quad(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector, _ color: Color) {
        let first = Int32(vertices.count)
        vertices += [a, b, c, d]
        triangles.append(Triangle(a: first, b: first + 1, c: first + 2, color: color))
        triangles.append(Triangle(a: first, b: first + 2, c: first + 3, color: color))
    }

    /// A box on its middle, turned about its own upright axis; without its floor, which nobody sees.
    mutating func box(at base: Vector, size: Vector, turned degrees: Double = 0, _ color: Color, top: Color? = nil) {
        let (s, c) = (sine(degrees: degrees), cosine(degrees: degrees))
        func corner(_ x: Double, _ y: Double, _ z: Double) -> Vector {
            let (dx, dy) = (x * size.x / 2, y * size.y / 2)
            return base + Vector(dx * c + dy * s, dy * c - dx * s, z * size.z)
        }
        let low = [corner(-1, -1, 0), corner(1, -1, 0), corner(1, 1, 0), corner(-1, 1, 0)]
        let high = [corner(-1, -1, 1), corner(1, -1, 1), corner(1, 1, 1), corner(-1, 1, 1)]
        for side in 0..<4 {
            let next = (side + 1) % 4
            quad(low[side], low[next], high[next], high[side], color)
        }
        quad(high[0], high[1], high[2], high[3], top ?? color)
    }

    /// A ball, or a lump when `roughness` moves its points (share of the radius); colours vary by `speckle`.
    mutating func lump(
        at center: Vector, radii: Vector, color: Color, rings: Int = 6, sectors: Int = 10, roughness: Double = 0,
        speckle: Double = 0, _ generator: inout SeededGenerator
    ) {
        var grid: [[Int32]] = []
        for ring in 0...rings {
            let latitude = 90 - 180 * Double(ring) / Double(rings)
            var row: [Int32] = []
            for sector in 0..<sectors {
                let longitude = 360 * Double(sector) / Double(sectors)
                let scale = 1 - roughness * generator.unit()
                let c = cosine(degrees: latitude)
                let unit = Vector(
                    c * cosine(degrees: longitude), c * sine(degrees: longitude), sine(degrees: latitude))
                row.append(Int32(vertices.count))
                vertices.append(center + unit * radii * scale)
            }
            grid.append(row)
        }
        for ring in 0..<rings {
            for sector in 0..<sectors {
                let next = (sector + 1) % sectors
                let (a, b) = (grid[ring][sector], grid[ring][next])
                let (c, d) = (grid[ring + 1][sector], grid[ring + 1][next])
                let shade = color.times(Float(1 + speckle * (generator.unit() - 0.5)))
                triangles.append(Triangle(a: a, b: c, c: d, color: shade))
                triangles.append(Triangle(a: a, b: d, c: b, color: shade))
            }
        }
    }

    /// Moves and scales everything so that the footprint is exactly `width` by `length` about the origin.
    mutating func fit(width: Double, length: Double) {
        guard var low = vertices.first else { return }
        var high = low
        for vertex in vertices {
            low = pointwiseMin(low, vertex)
            high = pointwiseMax(high, vertex)
        }
        let middle = (low + high) / 2
        let scale = Vector(width / max(high.x - low.x, 1e-6), length / max(high.y - low.y, 1e-6), 1)
        for index in vertices.indices {
            let moved = (vertices[index] - Vector(middle.x, middle.y, 0)) * scale
            vertices[index] = moved
        }
    }
}
