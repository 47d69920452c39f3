import Geodesy
import Testing

@Suite struct ErrorEllipseTests {
    /// CE90 and CE95 of an ellipse with semi-major 1, by exact integration.
    static let table: [(Double, Double, Double)] = [
        (0, 1.6449, 1.9600), (0.1, 1.6479, 1.9625), (0.2, 1.6573, 1.9704), (0.3, 1.6738, 1.9842),
        (0.4, 1.6992, 2.0051), (0.5, 1.7371, 2.0359), (0.6, 1.7915, 2.0813), (0.7, 1.8625, 2.1460),
        (0.8, 1.9472, 2.2303), (0.9, 2.0424, 2.3318), (1, 2.1460, 2.4477),
    ]

    @Test(arguments: table) func `circular errors agree with the table`(_ ratio: Double, _ ce90: Double, _ ce95: Double)
    {
        let ellipse = ErrorEllipse(semiMajor: 3, semiMinor: 3 * ratio, bearing: 0)
        #expect(abs(ellipse.ce90 - 3 * ce90) < 1e-9)
        #expect(abs(ellipse.ce95 - 3 * ce95) < 1e-9)
    }

    @Test(arguments: [0.0, 30, 90, 135, 179.5]) func `an ellipse comes back from its covariance`(_ bearing: Double)
        throws
    {
        let ellipse = ErrorEllipse(semiMajor: 5, semiMinor: 2, bearing: bearing)
        let back = try #require(ErrorEllipse(ellipse.covariance))
        #expect(abs(back.semiMajor - 5) < 1e-9 && abs(back.semiMinor - 2) < 1e-9)
        #expect(abs(back.bearing - bearing) < 1e-9)
    }

    @Test func `a covariance of nonsense has no ellipse`() {
        #expect(ErrorEllipse(Covariance(northNorth: .nan, northEast: 0, eastEast: 1)) == nil)
        #expect(ErrorEllipse(Covariance(northNorth: -1, northEast: 0, eastEast: 1)) == nil)
    }

    @Test func `an error to the north-east points north-east`() throws {
        let ellipse = try #require(ErrorEllipse(.along(north: 3, east: 3)))
        #expect(abs(ellipse.bearing - 45) < 1e-9)
        #expect(abs(ellipse.semiMajor - 18.0.squareRoot()) < 1e-9)
    }

    @Test func `a covariance times its inverse is one`() throws {
        let a = Covariance(northNorth: 4, northEast: 1, eastEast: 9)
        let b = try #require(a.inverse)
        #expect(abs(a.northNorth * b.northNorth + a.northEast * b.northEast - 1) < 1e-12)
        #expect(Covariance.zero.inverse == nil)
    }
}
