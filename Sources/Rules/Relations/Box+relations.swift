import Inspection

extension FrameObject.Box {
    /// Square pixels, 0 for a box that is turned inside out.
    var area: Double { max(width, 0) * max(height, 0) }

    /// Square pixels that both cover.
    func shared(with other: Self) -> Double {
        let across = min(right, other.right) - max(left, other.left)
        let down = min(bottom, other.bottom) - max(top, other.top)
        return across > 0 && down > 0 ? across * down : 0
    }

    /// Share of this box that the other covers, 0…1; nil when this box has no area.
    func share(coveredBy other: Self) -> Double? {
        let area = area
        return area > 0 ? min(shared(with: other) / area, 1) : nil
    }

    /// Shared area over the area of both together, 0…1; nil when neither has any.
    func intersectionOverUnion(_ other: Self) -> Double? {
        let shared = shared(with: other)
        let union = area + other.area - shared
        return union > 0 ? min(shared / union, 1) : nil
    }

    /// The other lies inside, to within a pixel at each edge: boxes are drawn to whole pixels.
    func contains(_ other: Self) -> Bool {
        other.left >= left - 1 && other.top >= top - 1 && other.right <= right + 1 && other.bottom <= bottom + 1
    }

    /// Pixels between the nearest edges, 0 when they touch or overlap.
    func gap(to other: Self) -> Double {
        let across = max(max(left, other.left) - min(right, other.right), 0)
        let down = max(max(top, other.top) - min(bottom, other.bottom), 0)
        return (across * across + down * down).squareRoot()
    }

    /// Square of the distance of the middles, pixels².
    func squaredDistance(to other: Self) -> Double {
        let across = (left + right - other.left - other.right) / 2
        let down = (top + bottom - other.top - other.bottom) / 2
        return across * across + down * down
    }

    /// Share of the height of a person's box that is the head, from the top.
    ///
    /// A head is 0.130 of the stature, chin to crown. Source: R. Contini, Body Segment Parameters, Part II, Artificial
    /// Limbs 16 (1972). A helmet, slack at the edges of boxes and a camera that looks down make it more: a sixth.
    static let headShare = 1.0 / 6

    /// The head of the person this box is drawn around: its upper part over its whole width.
    var head: Self { Self(left: left, top: top, right: right, bottom: top + height * Self.headShare) }
}
