/// A camera without distortion and with square pixels. (0, 0) is the outer top-left corner of the picture.
struct PinholeCamera: Sendable, Hashable {
    let width: Int
    let height: Int
    /// Pixels.
    let focalLength: Double

    init(width: Int, height: Int, horizontalFieldOfView: Double) {
        self.width = width
        self.height = height
        focalLength = Double(width) / 2 / tangent(degrees: horizontalFieldOfView / 2)
    }

    /// Degrees.
    var verticalFieldOfView: Double { 2 * arctangent(Double(height) / 2, focalLength) }
}
