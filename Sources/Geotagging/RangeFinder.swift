/// A laser range-finder along the optical axis.
enum RangeFinder {
    /// Degrees from the optical axis within which a pixel is on what the laser meets, whatever its box.
    static let angle = 0.3

    /// Metres, one sigma. Source: DJI, specifications of the Zenmuse H20 and H30 series and of the Matrice 30: ±(0.2 m +
    /// 0.15 % of the distance).
    static func sigma(range: Double) -> Double { 0.2 + 0.0015 * range }
}
