import Foundation
import Geodesy

/// Cells of some 56 m that cover the globe, numbered so that neighbours along a parallel follow each other: bands of latitude
/// from the south, each cut into columns from 180° west. Towards the poles a band has fewer columns, at a pole three.
enum PlaceCell {
    /// Bands from pole to pole, 0.0005° each.
    static let bands: Int64 = 360_000
    /// A cell is band × this + column.
    private static let stride: Int64 = 1 << 20
    /// Of the authalic sphere less a hundredth, metres: angles come out a little too wide, never too narrow.
    private static let smallRadius = 6_300_000.0

    /// Nil for what is not on the globe.
    static func of(_ point: GeodeticPoint) -> Int64? {
        guard point.isOnGlobe else { return nil }
        let band = band(point.latitude)
        return band * stride + column(point.longitude, of: columns(band))
    }

    /// Degrees that hold every point within a radius of one, and others.
    struct Surroundings {
        var south: Double
        var north: Double
        /// Less than -180, or `east` more than 180, where they reach across it.
        var west: Double
        var east: Double

        /// Nil for what is not on the globe, and for more than 100 km.
        init?(of point: GeodeticPoint, radius: Double) {
            guard point.isOnGlobe, radius >= 0, radius <= 100_000 else { return nil }
            let angle = radius / smallRadius
            let reach = angle * 180 / .pi
            (south, north) = (max(point.latitude - reach, -90), min(point.latitude + reach, 90))
            let share = sin(angle) / max(cos(point.latitude * .pi / 180), 1e-12)
            let half = share < 1 ? asin(share) * 180 / .pi : 180
            if half >= 90 || south <= -90 || north >= 90 {
                (west, east) = (-180, 180)
            } else {
                (west, east) = (point.longitude - half, point.longitude + half)
            }
        }

        /// What no point in there is outside of, as numbers from -180 to 180 are compared.
        var longitudes: ClosedRange<Double> { west < -180 || east >= 180 ? -180...180 : west...east }
    }

    /// Cells that hold every point of the surroundings, and others.
    static func ranges(_ around: Surroundings) -> [ClosedRange<Int64>] {
        var ranges: [ClosedRange<Int64>] = []
        for band in band(around.south)...band(around.north) {
            let columns = columns(band)
            func add(_ from: Double, _ to: Double) {
                ranges.append(band * stride + column(from, of: columns)...band * stride + column(to, of: columns))
            }
            if around.west < -180 {
                add(around.west + 360, 180)
                add(-180, around.east)
            } else if around.east >= 180, around.west > -180 {
                add(around.west, 180)
                add(-180, around.east - 360)
            } else {
                add(around.west, around.east)
            }
        }
        return ranges
    }

    /// Cells that hold every point within `radius` metres, and others. Empty for what is not on the globe.
    static func ranges(around point: GeodeticPoint, radius: Double) -> [ClosedRange<Int64>] {
        Surroundings(of: point, radius: radius).map(ranges) ?? []
    }

    private static func band(_ latitude: Double) -> Int64 {
        min(max(Int64(((latitude + 90) * 2000).rounded(.down)), 0), bands - 1)
    }

    private static func columns(_ band: Int64) -> Int64 {
        let middle = (Double(band) + 0.5) / 2000 - 90
        return max(Int64(720_000 * cos(middle * .pi / 180)), 1)
    }

    private static func column(_ longitude: Double, of columns: Int64) -> Int64 {
        min(max(Int64(((longitude + 180) / 360 * Double(columns)).rounded(.down)), 0), columns - 1)
    }
}
