/// An address that opens one of the maps at a place.
public struct MapLink: Sendable, Hashable {
    public let application: MapApplication
    /// Of the coordinates in `url`.
    public let datum: Datum
    public let url: String

    /// `point` (WGS 84) in every map, in the order of ``MapApplication``.
    public static func all(to point: GeodeticPoint, title: String) throws(CoordinateFault) -> [MapLink] {
        var links: [MapLink] = []
        for application in MapApplication.allCases {
            links.append(try application.link(to: point, title: title))
        }
        return links
    }
}
