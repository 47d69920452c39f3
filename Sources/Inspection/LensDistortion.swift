/// How a lens bends its picture, by Brown's model with the coefficients in OpenCV's order; and where the optical axis meets
/// the picture. Coefficients are of normalised coordinates, so that they hold for every size of the whole picture.
public struct LensDistortion: Sendable, Hashable {
    public var k1: Double
    public var k2: Double
    public var p1: Double
    public var p2: Double
    public var k3: Double
    /// From the middle of the picture, as shares of its width and height.
    public var centerX: Double
    public var centerY: Double

    public init(
        k1: Double = 0, k2: Double = 0, p1: Double = 0, p2: Double = 0, k3: Double = 0, centerX: Double = 0,
        centerY: Double = 0
    ) {
        self.k1 = k1
        self.k2 = k2
        self.p1 = p1
        self.p2 = p2
        self.k3 = k3
        self.centerX = centerX
        self.centerY = centerY
    }

    /// In the order in which they stand above.
    public var numbers: [Double] { [k1, k2, p1, p2, k3, centerX, centerY] }

    /// Of numbers in the order above; nil unless there are seven.
    public init?(numbers: [Double]) {
        guard numbers.count == 7 else { return nil }
        self.init(
            k1: numbers[0], k2: numbers[1], p1: numbers[2], p2: numbers[3], k3: numbers[4], centerX: numbers[5],
            centerY: numbers[6])
    }
}
