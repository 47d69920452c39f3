import Inspection

/// Maps coordinates of a scene description to ONVIF's normalised ones: −1…1 from left to right and from bottom to top.
/// Source: ONVIF Analytics Service Specification, 5.2.2 "Spatial Relation".
struct ONVIFTransformation: Sendable, Hashable {
    struct Vector: Sendable, Hashable {
        var x: Double
        var y: Double
    }

    var translate = Vector(x: 0, y: 0)
    var scale = Vector(x: 1, y: 1)

    /// This transformation within the coordinates of `outer`: q = outer(self(p)).
    func within(_ outer: ONVIFTransformation) -> ONVIFTransformation {
        ONVIFTransformation(
            translate: Vector(
                x: translate.x * outer.scale.x + outer.translate.x, y: translate.y * outer.scale.y + outer.translate.y),
            scale: Vector(x: scale.x * outer.scale.x, y: scale.y * outer.scale.y))
    }

    func apply(_ point: Vector) -> Vector {
        Vector(x: point.x * scale.x + translate.x, y: point.y * scale.y + translate.y)
    }
}

/// The outline of an object, in the coordinates of its sender.
struct ONVIFExtent: Sendable, Hashable {
    var left: Double
    var top: Double
    var right: Double
    var bottom: Double

    /// What became of an outline on its way to the picture.
    enum Placed: Sendable, Hashable {
        /// `isCut`: a part lay outside. `isUpsideDown`: its top was below its bottom, against the specification.
        case inside(FrameObject.Box, isCut: Bool, isUpsideDown: Bool)
        /// More than a picture's side outside, beside the picture, without an area, or no number.
        case outside
    }

    /// A rounding error this large is no cut.
    private static let tolerance = 1e-3

    /// As shares of the picture, 0…1, y down.
    func placed(_ transformation: ONVIFTransformation) -> Placed {
        let first = transformation.apply(.init(x: left, y: top))
        let second = transformation.apply(.init(x: right, y: bottom))
        let box = FrameObject.Box(
            left: (min(first.x, second.x) + 1) / 2, top: (1 - max(first.y, second.y)) / 2,
            right: (max(first.x, second.x) + 1) / 2, bottom: (1 - min(first.y, second.y)) / 2)
        let edges = [box.left, box.top, box.right, box.bottom]
        // Pixels given without their transformation look like this, and nobody can say of how large a picture.
        guard edges.allSatisfy({ $0 >= -1 && $0 <= 2 }), let cut = box.shares(ofWidth: 1, height: 1) else {
            return .outside
        }
        let isCut = edges.contains { $0 < -Self.tolerance || $0 > 1 + Self.tolerance }
        return .inside(cut, isCut: isCut, isUpsideDown: first.y < second.y)
    }

    /// The extent of both.
    mutating func include(_ x: Double, _ y: Double) {
        left = min(left, x)
        right = max(right, x)
        top = max(top, y)
        bottom = min(bottom, y)
    }
}
