import Geodesy

/// Finds what of a picture is seen, by pixels that are looked at one at a time.
struct FootprintOutline {
    let width: Double
    let height: Double
    /// Nil where there is no ground.
    let look: (Pixel) -> Footprint.Look?
    /// True for what counts as seen.
    let isSeen: (Footprint.Look) -> Bool

    /// Looks along an edge of a picture that is cut, or whose edges are not straight on the ground.
    private static let samples = 8
    /// Halvings of the way from what is seen to what is not: a thousandth of the picture.
    private static let halvings = 10
    /// Parts of a picture over terrain, on each side, and how often one is cut in four where it is seen in part.
    private static let parts = 8
    private static let depth = 2
    /// Ground between two looks this many times as long as their GSD tells: a ridge may stand between them, to be looked at
    /// more closely; and on the closest look it does.
    private static let suspicion = 1.3
    private static let jump = 3.0

    private func seen(_ pixel: Pixel) -> Footprint.Look? { look(pixel).flatMap { isSeen($0) ? $0 : nil } }

    private func pixel(_ x: Double, _ y: Double) -> Pixel { Pixel(u: x * width, v: y * height) }

    /// Over even ground, where what is seen is convex in the picture; nil when nothing is. `isStraight`: edges of the whole
    /// picture are straight on the ground.
    func even(isStraight: Bool) -> (ring: [GeodeticPoint], isCut: Bool)? {
        let corners = [(0.0, 0.0), (1, 0), (1, 1), (0, 1)]
        let looks = corners.map { seen(pixel($0.0, $0.1)) }
        let whole = looks.compactMap { $0 }
        if whole.count == 4, isStraight { return (whole.map(\.point), false) }
        // From the finest look outward to the edges.
        let others = [(0.5, 0.5), (0.5, 1), (0.5, 0), (0, 0.5), (1, 0.5)]
        let candidates = zip(corners, looks).map { ($0, $1) } + others.map { ($0, seen(pixel($0.0, $0.1))) }
        var best: (place: (Double, Double), look: Footprint.Look)?
        for case (let place, let look?) in candidates where look.gsd < best?.look.gsd ?? .infinity {
            best = (place, look)
        }
        guard let best else { return nil }
        var ring: [GeodeticPoint] = []
        let border = Self.border.map { (place: $0, look: seen(pixel($0.0, $0.1))) }
        for (index, here) in border.enumerated() {
            let next = border[(index + 1) % border.count]
            let point = here.look?.point ?? last(from: best.place, to: here.place)?.point ?? best.look.point
            ring.append(point)
            // Where an edge of the picture goes out of what is seen, or comes back.
            switch (here.look, next.look) {
            case (let look?, nil): ring.append(last(from: here.place, to: next.place)?.point ?? look.point)
            case (nil, let look?): ring.append(last(from: next.place, to: here.place)?.point ?? look.point)
            default: break
            }
        }
        let isCut = border.contains { $0.look == nil }
        return (ring, isCut)
    }

    /// Round the picture from the upper left corner, clockwise, corners included; at the places where what is seen ends the
    /// ring has its corners too.
    private static let border: [(Double, Double)] = {
        let steps = (0..<samples).map { Double($0) / Double(samples) }
        return steps.map { ($0, 0) } + steps.map { (1, $0) } + steps.map { (1 - $0, 1) } + steps.map { (0, 1 - $0) }
    }()

    /// The last that is seen on the way from a place that is seen to one that is not.
    private func last(from start: (Double, Double), to end: (Double, Double)) -> Footprint.Look? {
        var (low, high) = (0.0, 1.0)
        var last: Footprint.Look?
        for _ in 0..<Self.halvings {
            let middle = (low + high) / 2
            let place = pixel(start.0 + (end.0 - start.0) * middle, start.1 + (end.1 - start.1) * middle)
            if let look = seen(place) {
                (low, last) = (middle, look)
            } else {
                high = middle
            }
        }
        return last
    }

    /// Over terrain: part by part, since ridges hide what lies behind them. Nil when nothing is seen.
    func uneven() -> (rings: [[GeodeticPoint]], isCut: Bool)? {
        let size = Self.parts
        var looks: [Footprint.Look?] = []
        for row in 0...size {
            for column in 0...size {
                looks.append(seen(pixel(Double(column) / Double(size), Double(row) / Double(size))))
            }
        }
        var rings: [[GeodeticPoint]] = []
        var isCut = false
        for row in 0..<size {
            for column in 0..<size {
                let first = row * (size + 1) + column
                let part = Part(
                    x: Double(column) / Double(size), y: Double(row) / Double(size), size: 1 / Double(size),
                    looks: [looks[first], looks[first + 1], looks[first + size + 2], looks[first + size + 1]])
                add(part, Self.depth, &rings, &isCut)
            }
        }
        guard !rings.isEmpty else { return nil }
        guard !isCut, rings.count == size * size else { return (rings, isCut) }
        var border = (0..<size).map { looks[$0] }
        border += (0..<size).map { looks[$0 * (size + 1) + size] }
        border += (0..<size).map { looks[size * (size + 1) + size - $0] }
        border += (0..<size).map { looks[(size - $0) * (size + 1)] }
        return ([border.compactMap { $0?.point }], false)
    }

    /// A rectangle of the picture with the looks at its corners, clockwise from the upper left.
    private struct Part {
        var x: Double
        var y: Double
        var size: Double
        var looks: [Footprint.Look?]
    }

    private func add(_ part: Part, _ depth: Int, _ rings: inout [[GeodeticPoint]], _ isCut: inout Bool) {
        let whole = part.looks.compactMap { $0 }
        if whole.count == 4, !jumps(whole, part, by: depth > 0 ? Self.suspicion : Self.jump) {
            return rings.append(whole.map(\.point))
        }
        guard depth > 0 else {
            isCut = true
            return
        }
        let half = part.size / 2
        func at(_ x: Double, _ y: Double) -> Footprint.Look? { seen(pixel(part.x + x * half, part.y + y * half)) }
        let (top, right, bottom, left, middle) = (at(1, 0), at(2, 1), at(1, 2), at(0, 1), at(1, 1))
        let (a, b, c, d) = (part.looks[0], part.looks[1], part.looks[2], part.looks[3])
        for (x, y, looks) in [
            (0.0, 0.0, [a, top, middle, left]), (1, 0, [top, b, right, middle]), (1, 1, [middle, right, c, bottom]),
            (0, 1, [left, middle, bottom, d]),
        ] {
            add(Part(x: part.x + x * half, y: part.y + y * half, size: half, looks: looks), depth - 1, &rings, &isCut)
        }
    }

    /// A ridge hides some of the ground between the corners of a part.
    private func jumps(_ looks: [Footprint.Look], _ part: Part, by factor: Double) -> Bool {
        (0..<4).contains { index in
            let (a, b) = (looks[index], looks[(index + 1) % 4])
            let pixels = part.size * (index % 2 == 0 ? width : height)
            return a.point.flatDistance(to: b.point) > factor * max(a.gsd, b.gsd) * pixels
        }
    }
}
