import Geodesy

extension Mesh {
    /// A village house: plastered walls, windows, a pitched roof of tiles.
    static func house(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator) -> Mesh {
        let walls = [Color(0.90, 0.88, 0.83), Color(0.84, 0.80, 0.72), Color(0.88, 0.84, 0.80)]
        let roofs = [
            Color(0.33, 0.34, 0.37), Color(0.47, 0.27, 0.21), Color(0.40, 0.38, 0.37), Color(0.28, 0.30, 0.34),
        ]
        let wall = walls[generator.index(below: walls.count)]
        let roof = tint ?? roofs[generator.index(below: roofs.count)]
        var mesh = Mesh()
        let eaves = size.height * 0.68
        mesh.box(at: .zero, size: Vector(size.width - 0.8, size.length - 0.8, eaves), wall)
        let (x, y) = (size.width / 2 - 0.38, size.length / 2 - 0.38)
        for storey in [0.22, 0.6] {
            let (low, high) = (eaves * storey, eaves * (storey + 0.22))
            var at = -y + 1.6
            while at < y - 1.6 {
                let glass = Color(0.18, 0.24, 0.30)
                mesh.quad(
                    Vector(x, at, low), Vector(x, at + 1.1, low), Vector(x, at + 1.1, high), Vector(x, at, high), glass)
                mesh.quad(
                    Vector(-x, at + 1.1, low), Vector(-x, at, low), Vector(-x, at, high), Vector(-x, at + 1.1, high),
                    glass)
                at += 2.8
            }
        }
        mesh.gable(
            size, from: eaves - 0.15, to: size.height, roof: roof, wall: wall, strip: 0.7, contrast: 0.10, &generator)
        return mesh
    }

    /// A shed of coloured corrugated steel (彩钢棚), the usual unlicensed building.
    static func illegalStructure(_ size: Scenario.Object.Size, tint: Color?, _ generator: inout SeededGenerator) -> Mesh
    {
        let roof = tint ?? Color(0.12, 0.40, 0.80)
        let wall = Color(0.86, 0.87, 0.88)
        var mesh = Mesh()
        let eaves = size.height * 0.8
        mesh.box(at: .zero, size: Vector(size.width - 0.3, size.length - 0.3, eaves), wall)
        let x = size.width / 2 - 0.14
        mesh.quad(
            Vector(x, -0.9, 0), Vector(x, 0.9, 0), Vector(x, 0.9, eaves * 0.8), Vector(x, -0.9, eaves * 0.8),
            Color(0.35, 0.38, 0.42))
        mesh.gable(size, from: eaves, to: size.height, roof: roof, wall: wall, strip: 0.45, contrast: 0.16, &generator)
        return mesh
    }

    /// A roof of two slopes along the length, in strips of alternating brightness.
    private mutating func gable(
        _ size: Scenario.Object.Size, from eaves: Double, to ridge: Double, roof: Color, wall: Color, strip: Double,
        contrast: Float, _ generator: inout SeededGenerator
    ) {
        let (x, y) = (size.width / 2, size.length / 2)
        let count = max(2, Int((size.length / strip).rounded()))
        for index in 0..<count {
            let (a, b) = (
                -y + size.length * Double(index) / Double(count), -y + size.length * Double(index + 1) / Double(count)
            )
            let shade = roof.times(1 + (index % 2 == 0 ? contrast : -contrast) + Float(generator.uniform(-0.03, 0.03)))
            quad(Vector(x, a, eaves), Vector(x, b, eaves), Vector(0, b, ridge), Vector(0, a, ridge), shade)
            quad(Vector(-x, b, eaves), Vector(-x, a, eaves), Vector(0, a, ridge), Vector(0, b, ridge), shade)
        }
        triangle(Vector(-x + 0.3, -y + 0.3, eaves), Vector(x - 0.3, -y + 0.3, eaves), Vector(0, -y + 0.3, ridge), wall)
        triangle(Vector(x - 0.3, y - 0.3, eaves), Vector(-x + 0.3, y - 0.3, eaves), Vector(0, y - 0.3, ridge), wall)
    }
}
