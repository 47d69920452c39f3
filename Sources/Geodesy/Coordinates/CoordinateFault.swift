/// Why a place has no coordinates in a system, or coordinates mean no place.
public enum CoordinateFault: Error, Hashable, CustomStringConvertible {
    /// NaN, infinite, or beyond ±90° and ±180°.
    case offGlobe
    /// More than ``TransverseMercator/reach`` from this central meridian (degrees).
    case farFromMeridian(Double)
    /// CGCS2000 has zones of this width (degrees) only where China is.
    case outsideZones(width: Int)
    /// UTM ends at 80° S and 84° N.
    case outsideUTM
    /// UPS begins at 79.5° S and 83.5° N.
    case outsideUPS
    /// Baidu's shift is defined only where GCJ-02's is.
    case unshifted
    /// No place has this easting and northing.
    case offPlane
    /// The easting means no place in the system's zone, and begins with the number of another or with none (nil).
    case zonePrefix(found: Int?, zone: Int)
    /// The easting begins with the number of a zone, and the system has none.
    case prefixed(Int)
    case mgrs(CodeFault)
    case geohash(CodeFault)
    case plusCode(CodeFault)

    /// What is wrong with the text of a code.
    public enum CodeFault: String, Sendable, Hashable {
        case length = "it has the wrong number of characters"
        case character = "it has a character that is not of its alphabet"
        case zone = "it names no zone that there is"
        case square = "its 100 km square is not in its zone and band"
        case separator = "its + does not stand where it must"
        case padding = "its padding with 0 is not of whole pairs before the +"
        case short = "it is a short code, which means a place only together with a town: give the full code"
        case range = "it lies off the globe"
    }

    public var description: String {
        switch self {
        case .offGlobe: "the place is not on the globe"
        case .farFromMeridian(let meridian):
            "the place is more than \(Int(TransverseMercator.reach))° of longitude from the central meridian "
                + "\(Int(meridian))°"
        case .outsideZones(let width):
            width == 3
                ? "the place is outside CGCS2000's 3° zones 25…45 (73.5°…136.5° E, 0°…60° N)"
                : "the place is outside CGCS2000's 6° zones 13…23 (72°…138° E, 0°…60° N)"
        case .outsideUTM: "the place is outside UTM (80° S…84° N)"
        case .outsideUPS: "the place is outside UPS (from 83.5° N, from 79.5° S)"
        case .unshifted: "the place is outside the box in which BD-09 shifts (0.8293°…55.8271° N, 72.004°…137.8347° E)"
        case .offPlane: "no place has this easting and northing (are the two swapped?)"
        case .zonePrefix(let found?, let zone):
            "the easting has the zone prefix \(found), and the system is of zone \(zone)"
        case .zonePrefix(nil, let zone): "the easting has no zone prefix, and the system wants \(zone) before it"
        case .prefixed(let zone): "the easting has the zone prefix \(zone), and the system has none"
        case .mgrs(let fault): "the MGRS reference is not valid: \(fault.rawValue)"
        case .geohash(let fault): "the geohash is not valid: \(fault.rawValue)"
        case .plusCode(let fault): "the plus code is not valid: \(fault.rawValue)"
        }
    }
}
