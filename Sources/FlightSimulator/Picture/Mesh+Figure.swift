import Geodesy

extension Mesh {
    /// A worker on his feet, facing ahead: dark trousers, yellow vest, helmet, and a face that is white under a mask.
    static func worker(
        _ size: Scenario.Object.Size, tint: Color?, mask: Bool, _ generator: inout SeededGenerator
    ) -> Mesh {
        let (w, d, h) = (size.width, size.length, size.height)
        let vest = tint ?? Color(0.95, 0.90, 0.10)
        let trousers = Color(0.13, 0.16, 0.26)
        let skin = Color(0.80, 0.58, 0.44)
        var mesh = Mesh()
        for side in [-1.0, 1.0] {
            mesh.box(at: Vector(side * w * 0.17, 0, 0), size: Vector(w * 0.27, d * 0.62, h * 0.47), trousers)
            mesh.box(
                at: Vector(side * w * 0.42, 0, h * 0.44), size: Vector(w * 0.16, d * 0.5, h * 0.36),
                Color(0.90, 0.45, 0.10))
        }
        mesh.box(at: Vector(0, 0, h * 0.46), size: Vector(w * 0.68, d, h * 0.13), vest)
        mesh.box(at: Vector(0, 0, h * 0.59), size: Vector(w * 0.69, d, h * 0.05), Color(0.94, 0.94, 0.94))
        mesh.box(at: Vector(0, 0, h * 0.64), size: Vector(w * 0.68, d, h * 0.18), vest)
        mesh.lump(at: Vector(0, 0, h * 0.90), radii: Vector(h * 0.065, h * 0.07, h * 0.085), color: skin, &generator)
        let face = mask ? Color(0.97, 0.97, 0.98) : skin.times(1.08)
        mesh.box(at: Vector(0, h * 0.05, h * 0.83), size: Vector(h * 0.085, h * 0.06, h * 0.085), face)
        mesh.lump(
            at: Vector(0, 0, h * 0.955), radii: Vector(h * 0.085, h * 0.095, h * 0.05),
            color: mask ? Color(0.96, 0.96, 0.96) : Color(0.86, 0.16, 0.12), &generator)
        return mesh
    }

    static func vehicle(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator) -> Mesh {
        let paints = [
            Color(0.92, 0.92, 0.93), Color(0.70, 0.10, 0.10), Color(0.12, 0.13, 0.15), Color(0.55, 0.58, 0.62),
            Color(0.14, 0.25, 0.50),
        ]
        let paint = tint ?? paints[generator.index(below: paints.count)]
        let (w, l, h) = (size.width, size.length, size.height)
        let glass = Color(0.10, 0.14, 0.18)
        var mesh = Mesh()
        for (x, y) in [(-0.43, -0.32), (0.43, -0.32), (-0.43, 0.32), (0.43, 0.32)] {
            mesh.box(at: Vector(x * w, y * l, 0), size: Vector(w * 0.14, l * 0.14, h * 0.42), Color(0.07, 0.07, 0.08))
        }
        mesh.box(at: Vector(0, 0, h * 0.18), size: Vector(w, l, h * 0.42), paint)
        mesh.box(at: Vector(0, -l * 0.04, h * 0.60), size: Vector(w * 0.86, l * 0.52, h * 0.30), glass)
        mesh.box(at: Vector(0, -l * 0.05, h * 0.90), size: Vector(w * 0.80, l * 0.40, h * 0.10), paint.times(1.05))
        return mesh
    }

    static func tree(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator) -> Mesh {
        let leaf = tint ?? Color(0.17 + Float(generator.unit()) * 0.10, 0.33 + Float(generator.unit()) * 0.12, 0.12)
        var mesh = Mesh()
        mesh.box(at: .zero, size: Vector(0.3, 0.3, size.height * 0.4), Color(0.35, 0.26, 0.18))
        let crown = Vector(size.width / 2, size.length / 2, size.height * 0.36)
        mesh.lump(
            at: Vector(0, 0, size.height * 0.62), radii: crown, color: leaf, rings: 8, sectors: 14, roughness: 0.28,
            speckle: 0.5, &generator)
        for _ in 0..<3 {
            let angle = generator.uniform(0, 360)
            mesh.lump(
                at: Vector(
                    crown.x * 0.45 * cosine(degrees: angle), crown.y * 0.45 * sine(degrees: angle),
                    size.height * generator.uniform(0.6, 0.8)),
                radii: crown * 0.55, color: leaf.times(1.12), roughness: 0.3, speckle: 0.5, &generator)
        }
        return mesh
    }

    /// What burns under a column of smoke.
    static func embers(_ size: Scenario.Object.Size, _ generator: inout SeededGenerator) -> Mesh {
        var mesh = Mesh()
        let radius = min(size.width, size.length) * Plume.embers
        let colors = [
            Color(0.10, 0.09, 0.09), Color(0.16, 0.14, 0.13), Color(0.95, 0.45, 0.10), Color(0.98, 0.72, 0.20),
        ]
        for _ in 0..<26 {
            let (angle, reach) = (generator.uniform(0, 360), radius * generator.unit())
            mesh.box(
                at: Vector(reach * cosine(degrees: angle), reach * sine(degrees: angle), 0),
                size: Vector(0.5, 0.4, generator.uniform(0.1, 0.5)), turned: generator.uniform(0, 180),
                colors[generator.index(below: colors.count)])
        }
        mesh.fit(width: radius * 2, length: radius * 2)
        return mesh
    }
}
