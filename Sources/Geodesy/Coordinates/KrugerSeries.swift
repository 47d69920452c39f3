/// The coefficients of Krüger's series for an ellipsoid, to the sixth order of the third flattening n: within
/// nanometres over the whole of ``TransverseMercator/reach``. Source: Karney (2011), equations 14, 35 and 36.
struct KrugerSeries: Sendable {
    /// Metres: the radius of the circle whose quarter is as long as the meridian's.
    let radius: Double
    let forward: [Double]
    let backward: [Double]
    let flattening: Double

    static let wgs84 = KrugerSeries(semiMajorAxis: WGS84.semiMajorAxis, flattening: WGS84.flattening)
    /// CGCS2000 shares WGS 84's semi-major axis.
    static let cgcs2000 = KrugerSeries(semiMajorAxis: WGS84.semiMajorAxis, flattening: 1 / 298.257_222_101)

    init(semiMajorAxis: Double, flattening: Double) {
        let n = flattening / (2 - flattening)
        let square = n * n
        self.flattening = flattening
        radius = semiMajorAxis / (1 + n) * (1 + square / 4 + square * square / 64 + square * square * square / 256)
        forward = Self.sums(
            of: [
                [1 / 2, -2 / 3, 5 / 16, 41 / 180, -127 / 288, 7891 / 37_800],
                [13 / 48, -3 / 5, 557 / 1440, 281 / 630, -1_983_433 / 1_935_360],
                [61 / 240, -103 / 140, 15_061 / 26_880, 167_603 / 181_440],
                [49_561 / 161_280, -179 / 168, 6_601_661 / 7_257_600],
                [34_729 / 80_640, -3_418_889 / 1_995_840],
                [212_378_941 / 319_334_400],
            ], at: n)
        backward = Self.sums(
            of: [
                [1 / 2, -2 / 3, 37 / 96, -1 / 360, -81 / 512, 96_199 / 604_800],
                [1 / 48, 1 / 15, -437 / 1440, 46 / 105, -1_118_711 / 3_870_720],
                [17 / 480, -37 / 840, -209 / 4480, 5569 / 90_720],
                [4397 / 161_280, -11 / 504, -830_251 / 7_257_600],
                [4583 / 161_280, -108_847 / 3_991_680],
                [20_648_693 / 638_668_800],
            ], at: n)
    }

    /// Row j (from 1) is a polynomial in n that begins with n to the power j.
    private static func sums(of rows: [[Double]], at n: Double) -> [Double] {
        var lowest = 1.0
        return rows.map { row in
            lowest *= n
            return lowest * row.reversed().reduce(0) { $0 * n + $1 }
        }
    }
}
