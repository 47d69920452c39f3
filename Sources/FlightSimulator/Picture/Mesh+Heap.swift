import Geodesy

extension Mesh {
    /// A heap of rubbish: a mound of coloured facets with litter about its foot.
    static func wastePile(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator) -> Mesh {
        let colors = [
            Color(0.93, 0.93, 0.91), Color(0.86, 0.88, 0.90), Color(0.16, 0.16, 0.17), Color(0.20, 0.36, 0.68),
            Color(0.72, 0.18, 0.15), Color(0.58, 0.45, 0.30), Color(0.45, 0.36, 0.26), Color(0.85, 0.74, 0.22),
            Color(0.24, 0.50, 0.30), Color(0.52, 0.48, 0.43),
        ]
        return heap(size, colors: tint.map { colors + [$0, $0, $0] } ?? colors, chunks: 46, chunk: 0.5, &generator)
    }

    /// Rubble: concrete, brick, sand, timber.
    static func constructionWaste(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator)
        -> Mesh
    {
        let colors = [
            Color(0.66, 0.65, 0.62), Color(0.56, 0.55, 0.53), Color(0.76, 0.74, 0.70), Color(0.62, 0.34, 0.25),
            Color(0.70, 0.42, 0.30), Color(0.72, 0.64, 0.50), Color(0.46, 0.45, 0.44),
        ]
        var mesh = heap(size, colors: tint.map { colors + [$0, $0] } ?? colors, chunks: 60, chunk: 0.8, &generator)
        for _ in 0..<7 {
            let angle = generator.uniform(0, 360)
            let reach = generator.uniform(0.1, 0.55)
            let base = Vector(
                size.width / 2 * reach * cosine(degrees: angle), size.length / 2 * reach * sine(degrees: angle),
                size.height * (1 - reach) * 0.7)
            mesh.box(
                at: base, size: Vector(0.14, min(2.4, size.length * 0.35), 0.14), turned: generator.uniform(0, 180),
                Color(0.66, 0.48, 0.28))
        }
        return mesh
    }

    private static func heap(
        _ size: Scenario.Object.Size, colors: [Color], chunks: Int, chunk: Double, _ generator: inout SeededGenerator
    ) -> Mesh {
        var mesh = Mesh()
        let (rings, sectors) = (10, 30)
        let edge = (0..<sectors).map { _ in generator.uniform(0.86, 1) }
        var grid: [[Int32]] = []
        for ring in 0...rings {
            let reach = Double(ring) / Double(rings)
            let height = size.height * (1 - reach * reach) * (0.82 + 0.18 * (1 - reach))
            grid.append(
                (0..<sectors).map { sector in
                    let angle = 360 * (Double(sector) + 0.5 * Double(ring % 2)) / Double(sectors)
                    let r = reach * (edge[sector] * reach + 1 - reach) * generator.uniform(0.97, 1)
                    let z = max(0, height * (ring == rings ? 0 : generator.uniform(0.72, 1)))
                    mesh.vertices.append(
                        Vector(
                            r * size.width / 2 * cosine(degrees: angle), r * size.length / 2 * sine(degrees: angle), z))
                    return Int32(mesh.vertices.count - 1)
                })
        }
        for ring in 0..<rings {
            for sector in 0..<sectors {
                let next = (sector + 1) % sectors
                let (a, b) = (grid[ring][sector], grid[ring][next])
                let (c, d) = (grid[ring + 1][sector], grid[ring + 1][next])
                mesh.triangles.append(Triangle(a: a, b: c, c: d, color: colors[generator.index(below: colors.count)]))
                mesh.triangles.append(Triangle(a: a, b: d, c: b, color: colors[generator.index(below: colors.count)]))
            }
        }
        for _ in 0..<chunks {
            let angle = generator.uniform(0, 360)
            let reach = generator.unit().squareRoot() * 0.9
            let side = chunk * generator.uniform(0.35, 1)
            let base = Vector(
                reach * (size.width - side) / 2 * cosine(degrees: angle),
                reach * (size.length - side) / 2 * sine(degrees: angle),
                max(0, size.height * (1 - reach * reach) * 0.85 - side * 0.2))
            mesh.box(
                at: base, size: Vector(side, side * generator.uniform(0.5, 1), side * generator.uniform(0.3, 0.7)),
                turned: generator.uniform(0, 180), colors[generator.index(below: colors.count)])
        }
        mesh.fit(width: size.width, length: size.length)
        return mesh
    }
}
