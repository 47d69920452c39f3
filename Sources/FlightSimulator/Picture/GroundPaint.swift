/// The colour of the ground at any place: fields with furrows and paths, roads, a river, and the scenario's patches.
struct GroundPaint: Sendable {
    private let ground: Scenario.Ground
    private let patches: [(patch: Scenario.Ground.Patch, sine: Float, cosine: Float)]
    private let coarse: LatticeNoise
    private let fine: LatticeNoise
    private let cells: LatticeNoise

    private static let fields = [
        Color(0.36, 0.47, 0.20), Color(0.28, 0.42, 0.17), Color(0.45, 0.52, 0.24), Color(0.50, 0.43, 0.30),
        Color(0.32, 0.40, 0.18), Color(0.62, 0.58, 0.27), Color(0.41, 0.36, 0.25), Color(0.24, 0.38, 0.18),
    ]

    init(_ ground: Scenario.Ground, seed: UInt64) {
        self.ground = ground
        patches = ground.patches.map {
            ($0, Float(sine(degrees: $0.heading)), Float(cosine(degrees: $0.heading)))
        }
        coarse = LatticeNoise(seed: seed, layer: 11)
        fine = LatticeNoise(seed: seed, layer: 12)
        cells = LatticeNoise(seed: seed, layer: 13)
    }

    /// Metres from the origin.
    func color(north: Float, east: Float) -> Color {
        let rough = coarse.smooth(north * 0.11, east * 0.11)
        let grain = fine.smooth(north * 2.3, east * 2.3)
        let broad = coarse.smooth(north * 0.021 + 40, east * 0.021 - 17)
        var color = field(north, east, rough: rough, broad: broad)
        for (patch, s, c) in patches {
            let (n, e) = (north - Float(patch.north), east - Float(patch.east))
            let edge = max(
                abs(n * c + e * s) - Float(patch.length) / 2, abs(e * c - n * s) - Float(patch.width) / 2)
            let share = min(max(0.5 - (edge + (rough - 0.5) * softness(patch.kind)) / 0.5, 0), 1)
            if share > 0 {
                color = color.mixed(
                    with: paint(patch.kind, n * c + e * s, e * c - n * s, rough: rough, grain: grain), share)
            }
        }
        color = road(over: color, north, east, grain: grain)
        color = water(over: color, north, east, rough: rough)
        return color.times(0.90 + 0.20 * grain)
    }

    private func field(_ north: Float, _ east: Float, rough: Float, broad: Float) -> Color {
        // Strips turned by 17 degrees, their borders bent a little by broad noise.
        let (n, e) = (north * 0.956 + east * 0.292 + broad * 9, east * 0.956 - north * 0.292 + rough * 2)
        let row = (n / 31).rounded(.down)
        let shift = cells.at(Int32(row), 999) * 40
        let column = ((e + shift) / 44).rounded(.down)
        let kind = cells.at(Int32(row), Int32(column))
        let index = min(Int(kind * Float(Self.fields.count)), Self.fields.count - 1)
        var color = Self.fields[index].times(0.86 + 0.28 * rough)
        let along = kind * 97 - (kind * 97).rounded(.down) < 0.5 ? n : e
        let furrow = along / 1.4 - (along / 1.4).rounded(.down)
        color = color.times(furrow < 0.45 ? 0.93 : 1.04)
        let toBorder = min(abs(n - row * 31), abs(e + shift - column * 44))
        return toBorder < 0.6 ? color.mixed(with: Color(0.55, 0.49, 0.37), 0.75) : color
    }

    private func softness(_ kind: Scenario.Ground.Patch.Kind) -> Float {
        switch kind {
        case .concrete: 0.3
        case .soil, .grass: 4
        case .quarry: 7
        }
    }

    private func paint(
        _ kind: Scenario.Ground.Patch.Kind, _ along: Float, _ across: Float, rough: Float, grain: Float
    ) -> Color {
        switch kind {
        case .concrete:
            let slab = min(abs(along / 5 - (along / 5).rounded()), abs(across / 5 - (across / 5).rounded())) * 5
            return Color(0.62, 0.61, 0.58).times((slab < 0.08 ? 0.86 : 1) * (0.95 + 0.1 * rough))
        case .soil: return Color(0.53, 0.43, 0.31).times(0.85 + 0.3 * rough)
        case .grass: return Color(0.35, 0.45, 0.21).times(0.85 + 0.3 * rough)
        case .quarry:
            let bench = coarse.smooth(along * 0.05, across * 0.05) * 7
            let step = bench - bench.rounded(.down)
            let stones = fine.smooth(along * 0.9, across * 0.9)
            return Color(0.71, 0.67, 0.59).times((step < 0.12 ? 0.78 : 0.98) * (0.86 + 0.2 * stones))
        }
    }

    private func road(over color: Color, _ north: Float, _ east: Float, grain: Float) -> Color {
        guard ground.roadSpacing > 0 else { return color }
        let spacing = Float(ground.roadSpacing)
        let (n, e) = (north + spacing / 2, east + spacing / 2)
        let (dn, de) = (abs(n - (n / spacing).rounded() * spacing), abs(e - (e / spacing).rounded() * spacing))
        let distance = min(dn, de)
        guard distance < 4.6 else { return color }
        if distance > 3.2 { return color.mixed(with: Color(0.57, 0.53, 0.44), 0.8) }
        let along = dn < de ? east : north
        let dash = along / 6 - (along / 6).rounded(.down)
        let isLine =
            (distance < 0.11 && dash < 0.5 && max(dn, de) > 4) || (abs(distance - 2.9) < 0.07 && max(dn, de) > 4)
        return isLine ? Color(0.88, 0.88, 0.85) : Color(0.36, 0.36, 0.37).times(0.94 + 0.1 * grain)
    }

    private func water(over color: Color, _ north: Float, _ east: Float, rough: Float) -> Color {
        guard let river = ground.river else { return color }
        let phase = Double(north) / max(river.wavelength, 1) * 360
        let middle = Float(river.east + river.swing * sine(degrees: phase))
        let distance = abs(east - middle) + (rough - 0.5) * 3 - Float(river.width) / 2
        if distance > 3 { return color }
        if distance > 0 { return color.mixed(with: Color(0.50, 0.48, 0.36), min(1, (3 - distance) / 2)) }
        let ripple = fine.smooth(north * 0.8, east * 1.7)
        return Color(0.21, 0.33, 0.32).mixed(with: Color(0.30, 0.42, 0.38), min(1, -distance / 8)).times(
            0.93 + 0.14 * ripple)
    }
}
