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

    /// Cells that hold every point within `radius` metres, and others. Empty for what is not on the globe.
    static func ranges(around point: GeodeticPoint, radius: Double) -> [ClosedRange<Int64>] {
        guard point.isOnGlobe, radius >= 0, radius <= 100_000 else { return [] }
        let angle = radius / smallRadius
        let reach = angle * 180 / .pi
        let (south, north) = (point.latitude - reach, point.latitude + reach)
        let share = sin(angle) / max(cos(point.latitude * .pi / 180), 1e-12)
        let half = share < 1 ? asin(share) * 180 / .pi : 180
        let holdsPole = south <= -90 || north >= 90
        var ranges: [ClosedRange<Int64>] = []
        for band in band(max(south, -90))...band(min(north, 90)) {
            let columns = columns(band)
            func add(_ from: Double, _ to: Double) {
                ranges.append(band * stride + column(from, of: columns)...band * stride + column(to, of: columns))
            }
            let (west, east) = (point.longitude - half, point.longitude + half)
            if holdsPole || half >= 90 {
                add(-180, 180)
            } else if west < -180 {
                add(west + 360, 180)
                add(-180, east)
            } else if east >= 180 {
                add(west, 180)
                add(-180, east - 360)
            } else {
                add(west, east)
            }
        }
        return ranges
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
