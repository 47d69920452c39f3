import Geodesy

extension Covariance {
    static func * (a: Covariance, v: SIMD2<Double>) -> SIMD2<Double> {
        SIMD2(a.northNorth * v.x + a.northEast * v.y, a.northEast * v.x + a.eastEast * v.y)
    }

    static func along(_ v: SIMD2<Double>) -> Covariance { .along(north: v.x, east: v.y) }

    /// A C A, of symmetric matrices.
    func turned(by a: Covariance) -> Covariance {
        let north = a * (self * SIMD2(a.northNorth, a.northEast))
        let east = a * (self * SIMD2(a.northEast, a.eastEast))
        return Covariance(northNorth: north.x, northEast: north.y, eastEast: east.y)
    }

    /// What is left of it when `parts` are taken out, each one sigma; nil without parts, and for parts that are not of it.
    func without(_ parts: [SIMD2<Double>]) -> Covariance? {
        guard !parts.isEmpty else { return nil }
        let rest = parts.reduce(self) { $0 + -1 * .along($1) }
        let slack = 1e-9 * (northNorth + eastEast)
        guard rest.isFinite, rest.northNorth >= -slack, rest.eastEast >= -slack,
            rest.determinant >= -slack * (northNorth + eastEast)
        else { return nil }
        return rest
    }
}

extension ErrorEllipse {
    /// The symmetric matrix whose square is the covariance.
    var root: Covariance {
        ErrorEllipse(semiMajor: semiMajor.squareRoot(), semiMinor: semiMinor.squareRoot(), bearing: bearing).covariance
    }
}
