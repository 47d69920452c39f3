/// One connected piece of a coverage as RFC 7946 wants a polygon: the outer ring counter-clockwise, holes clockwise, rings
/// closed, nothing across 180°.
public struct CoverageArea: Sendable, Hashable {
    /// Degrees, WGS 84.
    public struct Position: Sendable, Hashable {
        public var longitude: Double
        public var latitude: Double
    }

    public var outer: [Position]
    public var holes: [[Position]]
}

extension Coverage {
    /// Corners of all its outlines at most, before they are simplified.
    private static let cornerLimit = 200_000

    /// Its pieces, from south to north, their outlines simplified within a cell. Of more corners than `limit` the cells
    /// are taken wider; tell areas from ``area``, not from outlines.
    public func areas(limit: Int = 20_000) -> [CoverageArea] {
        var coverage = self
        while true {
            if let areas = coverage.outlined(limit: max(limit, 64)) { return areas }
            guard coverage.coarsen() else { return [] }
        }
    }

    private func outlined(limit: Int) -> [CoverageArea]? {
        let scale = CoverageGrid.Scale(grid)
        let halfTurn = 180 * scale.columnsPerDegree
        // Where longitudes jump, if anywhere near: the column that holds 180°.
        let seam = Double(grid.meridian <= 0 ? -180 - grid.meridian : 180 - grid.meridian) * scale.columnsPerDegree
        let seams = abs(seam) < halfTurn - 0.5 ? [Int(seam.rounded(.down))] : []
        var edges = [Int.min / 4] + seams + [Int.max / 4]
        edges.sort()
        var areas: [CoverageArea] = []
        var corners = 0
        for (west, east) in zip(edges, edges.dropFirst()) {
            var outline = CellOutline(self, columns: west...(east - 1))
            guard let traced = outline.rings(limit: Self.cornerLimit) else { return nil }
            let rings = LineSimplification.rings(traced)
            corners += rings.reduce(0) { $0 + $1.count }
            guard corners <= limit else { return nil }
            areas += Self.assembled(rings) { corner in position(corner, scale) }
        }
        return areas
    }

    private func position(_ corner: SIMD2<Int>, _ scale: CoverageGrid.Scale) -> CoverageArea.Position {
        CoverageArea.Position(
            longitude: scale.longitude(Double(corner.x) / 2), latitude: scale.latitude(Double(corner.y) / 2))
    }

    /// Gives every hole to the smallest outer ring around it.
    private static func assembled(
        _ rings: [CellOutline.Ring], _ position: (SIMD2<Int>) -> CoverageArea.Position
    ) -> [CoverageArea] {
        let outers = rings.filter { doubleArea($0) > 0 }.map { (ring: $0, area: doubleArea($0), box: Box($0)) }
        var holes: [Int: [CellOutline.Ring]] = [:]
        for hole in rings where doubleArea(hole) < 0 {
            guard let first = hole.first else { continue }
            var owner: Int?
            for (index, outer) in outers.enumerated() where outer.box.contains(first) {
                if let owner, outers[owner].area <= outer.area { continue }
                if contains(outer.ring, first) { owner = index }
            }
            if let owner { holes[owner, default: []].append(hole) }
        }
        return outers.enumerated().map { index, outer in
            func closed(_ ring: CellOutline.Ring) -> [CoverageArea.Position] {
                let positions = unbroken(ring.map(position))
                return positions + positions.prefix(1)
            }
            return CoverageArea(outer: closed(outer.ring), holes: (holes[index] ?? []).map(closed))
        }
    }

    /// Within −180…180, all on one side of it.
    private static func unbroken(_ ring: [CoverageArea.Position]) -> [CoverageArea.Position] {
        let middle = ring.reduce(0) { $0 + $1.longitude } / Double(max(ring.count, 1))
        let turn = middle - middle.wrappedLongitude
        return ring.map { position in
            .init(longitude: min(max(position.longitude - turn, -180), 180), latitude: position.latitude)
        }
    }

    private struct Box {
        var low: SIMD2<Int>
        var high: SIMD2<Int>

        init(_ ring: CellOutline.Ring) {
            low = ring.first ?? SIMD2(0, 0)
            high = low
            for corner in ring {
                low = SIMD2(min(low.x, corner.x), min(low.y, corner.y))
                high = SIMD2(max(high.x, corner.x), max(high.y, corner.y))
            }
        }

        func contains(_ corner: SIMD2<Int>) -> Bool {
            corner.x >= low.x && corner.x <= high.x && corner.y >= low.y && corner.y <= high.y
        }
    }

    /// Positive for rings that run counter-clockwise.
    private static func doubleArea(_ ring: CellOutline.Ring) -> Int {
        guard let origin = ring.first else { return 0 }
        var sum = 0
        for (index, corner) in ring.enumerated() {
            let (a, b) = (corner &- origin, ring[(index + 1) % ring.count] &- origin)
            sum &+= a.x &* b.y &- b.x &* a.y
        }
        return sum
    }

    private static func contains(_ ring: CellOutline.Ring, _ place: SIMD2<Int>) -> Bool {
        var isInside = false
        for (index, a) in ring.enumerated() {
            let b = ring[(index + 1) % ring.count]
            guard (a.y > place.y) != (b.y > place.y) else { continue }
            let (low, high) = a.y < b.y ? (a, b) : (b, a)
            let side = (place.x - low.x) * (high.y - low.y) - (high.x - low.x) * (place.y - low.y)
            if side < 0 { isInside.toggle() }
        }
        return isInside
    }
}
