public import Geodesy
public import Inspection

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A pinhole camera: picture size and angles of view, the optical axis through the middle, no lens distortion where none
/// is given.
public struct CameraModel: Sendable, Hashable {
    /// Pixels.
    public let width: Int
    public let height: Int
    /// Focal lengths in pixels.
    public let focalX: Double
    public let focalY: Double
    /// What the lens does beyond that; its centre moves the optical axis.
    public var distortion: LensDistortion?

    /// Angles are full angles across the picture, degrees, above 0 and below 180. With one of them the pixels are
    /// taken as square; nil with neither, with an angle out of range, or for a picture without a size.
    public init?(width: Int, height: Int, horizontalFieldOfView: Double?, verticalFieldOfView: Double? = nil) {
        guard width > 0, height > 0, width <= 1_000_000, height <= 1_000_000 else { return nil }
        for angle in [horizontalFieldOfView, verticalFieldOfView] {
            if let angle { guard angle > 0, angle < 180 else { return nil } }
        }
        func focal(_ pixels: Int, _ angle: Double) -> Double { Double(pixels) / 2 / tan(angle * .pi / 360) }
        let x = horizontalFieldOfView.map { focal(width, $0) }
        let y = verticalFieldOfView.map { focal(height, $0) }
        guard let focalX = x ?? y, let focalY = y ?? x, focalX.isFinite, focalY.isFinite, focalX > 0, focalY > 0
        else { return nil }
        self.width = width
        self.height = height
        self.focalX = focalX
        self.focalY = focalY
    }

    /// Of angles that hold at zoom 1. Square pixels where the diagonal alone is given; nil as above.
    public init?(width: Int, height: Int, _ field: FieldOfView, zoom: Double) {
        func narrowed(_ angle: Double) -> Double { atan(tan(angle * .pi / 360) / zoom) * 360 / .pi }
        guard zoom > 0 else { return nil }
        var horizontal = field.horizontal
        if horizontal == nil, field.vertical == nil, let diagonal = field.diagonal {
            guard diagonal > 0, diagonal < 180 else { return nil }
            let corner = (Double(width) * Double(width) + Double(height) * Double(height)).squareRoot()
            horizontal = atan(tan(diagonal * .pi / 360) * Double(width) / corner) * 360 / .pi
        }
        self.init(
            width: width, height: height, horizontalFieldOfView: horizontal.map(narrowed),
            verticalFieldOfView: field.vertical.map(narrowed))
    }

    public var center: Pixel { Pixel(u: Double(width) / 2, v: Double(height) / 2) }

    /// Where the optical axis meets the picture.
    public var principalPoint: Pixel {
        Pixel(
            u: center.u + (distortion?.centerX ?? 0) * Double(width),
            v: center.v + (distortion?.centerY ?? 0) * Double(height))
    }

    /// Unit vector towards a pixel in the camera's own axes: forward along the optical axis, right, down. Nil when the
    /// pixel is not finite, or lies where the lens's distortion cannot be undone.
    public func direction(to pixel: Pixel) -> Vector? {
        let principal = principalPoint
        let right = (pixel.u - principal.u) / focalX
        let down = (pixel.v - principal.v) / focalY
        guard let distortion else { return Vector(1, right, down).unit }
        guard let (x, y) = distortion.undone(x: right, y: down) else { return nil }
        return Vector(1, x, y).unit
    }
}

/// A place in a picture, in full-resolution pixels: (0, 0) is the outer top-left corner, u to the right, v down. The
/// middle of pixel column c, counted from 0, is c + 0.5.
public struct Pixel: Sendable, Hashable {
    public var u: Double
    public var v: Double

    public init(u: Double, v: Double) {
        self.u = u
        self.v = v
    }
}
