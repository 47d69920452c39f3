#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A grid of cells that all cover the same area of the WGS 84 ellipsoid: the cylindrical equal-area projection, true to
/// scale along one parallel. Edges of cells run along meridians and parallels, so that in longitude and latitude a cell is
/// a rectangle. Source: Snyder, "Map Projections: A Working Manual", USGS 1987, pages 81–83.
///
/// Flights about one place have one grid, since its parallel is a whole degree and its meridian one of three.
public struct CoverageGrid: Sendable, Hashable {
    /// Degrees, −85…85: along it cells are squares.
    public let parallel: Int
    /// Degrees, −120, 0 or 120: columns are counted from it.
    public let meridian: Int
    /// A cell is 2 to this power metres wide and high on the parallel.
    public internal(set) var exponent: Int

    /// Cells of 6 cm to 4 km.
    public static let exponents = -4...12
    /// Degrees north and south, up to which there are cells.
    public static let latitudeLimit = 89.0

    public init?(parallel: Int, meridian: Int, exponent: Int) {
        guard (-85...85).contains(parallel), [-120, 0, 120].contains(meridian), Self.exponents.contains(exponent)
        else { return nil }
        self.parallel = parallel
        self.meridian = meridian
        self.exponent = exponent
    }

    /// About a place, its cells at most `cell` metres wide. Nil where there are none.
    public init?(around point: GeodeticPoint, cell: Double) {
        guard point.isOnGlobe, abs(point.latitude) <= Self.latitudeLimit, cell > 0, cell.isFinite else { return nil }
        let turn = (point.longitude.wrappedLongitude / 120).rounded()
        let power = log2(min(max(cell, 0.01), 1e6)).rounded(.down)
        self.init(
            parallel: min(max(Int(point.latitude.rounded()), -85), 85), meridian: turn < 0 ? -120 : turn > 0 ? 120 : 0,
            exponent: min(max(Int(power), Self.exponents.lowerBound), Self.exponents.upperBound))
    }

    /// Metres.
    public var cell: Double { exp2(Double(exponent)) }
    /// Square metres of the ellipsoid, of every cell.
    public var cellArea: Double { exp2(Double(2 * exponent)) }

    /// On another grid the same cells lie elsewhere.
    func isNested(with other: CoverageGrid) -> Bool { parallel == other.parallel && meridian == other.meridian }

    /// How places become columns and rows: counted in cells, east from the meridian and north from the equator.
    struct Scale {
        let meridian: Double
        let columnsPerDegree: Double
        /// Cells from the equator to a pole.
        let rowsToPole: Double

        init(_ grid: CoverageGrid) {
            meridian = Double(grid.meridian)
            let (sine, cosine) = sineCosine(degrees: Double(grid.parallel))
            let scale = cosine / (1 - WGS84.eccentricitySquared * sine * sine).squareRoot()
            columnsPerDegree = (WGS84.semiMajorAxis * scale).radians / grid.cell
            rowsToPole = WGS84.semiMajorAxis * AuthalicSine.atPole / (2 * scale) / grid.cell
        }

        /// Of a longitude within 180° of the meridian.
        func column(_ longitude: Double) -> Double { (longitude - meridian).wrappedLongitude * columnsPerDegree }

        func row(_ latitude: Double) -> Double { AuthalicSine.of(latitude) * rowsToPole }

        func longitude(_ column: Double) -> Double { meridian + column / columnsPerDegree }

        func latitude(_ row: Double) -> Double { AuthalicSine.latitude(min(max(row / rowsToPole, -1), 1)) }
    }
}

/// The sine of the authalic latitude: the share of a hemisphere's area between the equator and a parallel.
enum AuthalicSine {
    private static let e2 = WGS84.eccentricitySquared
    private static let e = e2.squareRoot()

    /// q at the pole, by which ``of(_:)`` is divided.
    static let atPole = q(1)

    private static func q(_ sine: Double) -> Double {
        (1 - e2) * (sine / (1 - e2 * sine * sine) + atanh(e * sine) / e)
    }

    /// Of a latitude in degrees, −1…1.
    static func of(_ latitude: Double) -> Double { q(sineCosine(degrees: latitude).sine) / atPole }

    /// Degrees: two rounds of Newton's method from the series, to a nanometre up to 89°.
    static func latitude(_ share: Double) -> Double {
        let beta = asin(share)
        var latitude = beta + (e2 / 3 + 31 * e2 * e2 / 180) * sin(2 * beta)
        for _ in 0..<2 {
            let (sine, cosine) = (sin(latitude), cos(latitude))
            guard cosine > 1e-6 else { break }
            let w = 1 - e2 * sine * sine
            latitude += (share * atPole - q(sine)) * w * w / (2 * (1 - e2) * cosine)
        }
        return latitude.degrees
    }
}
