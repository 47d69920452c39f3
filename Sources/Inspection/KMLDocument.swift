public import Geodesy

/// Places as KML 2.2 (OGC 07-147r2), which map programs and planners of flights open. Places lie on the ground: KML
/// counts heights from the sea (EGM96), which heights above the ellipsoid would be mistaken for, so none are written.
public struct KMLDocument: Sendable {
    public static let mediaType = "application/vnd.google-earth.kml+xml"

    private var text: [UInt8] = []

    public init(name: String) {
        text += #"<?xml version="1.0" encoding="UTF-8"?>"#.utf8
        text += "\n<kml xmlns=\"http://www.opengis.net/kml/2.2\">\n<Document>\n".utf8
        element("name", name)
        text += "\n".utf8
    }

    /// Adds a place (WGS 84) with its `name`, `description` and values by name, in their order. False, and nothing
    /// added, for a point that is off the globe.
    @discardableResult public mutating func add(
        name: String, description: String, at point: GeodeticPoint, values: [(name: String, value: String)] = []
    ) -> Bool {
        guard point.isOnGlobe, let latitude = DecimalDegrees.text(point.latitude),
            let longitude = DecimalDegrees.text(point.longitude)
        else { return false }
        text += "<Placemark>".utf8
        element("name", name)
        if !description.isEmpty { element("description", description) }
        if !values.isEmpty {
            text += "<ExtendedData>".utf8
            for (name, value) in values {
                text += "<Data name=\"".utf8
                escape(name)
                text += "\">".utf8
                element("value", value)
                text += "</Data>".utf8
            }
            text += "</ExtendedData>".utf8
        }
        text += "<Point><coordinates>\(longitude),\(latitude)</coordinates></Point></Placemark>\n".utf8
        return true
    }

    /// The whole document, in UTF-8.
    public var bytes: [UInt8] { text + Array("</Document>\n</kml>\n".utf8) }

    private mutating func element(_ name: String, _ content: String) {
        text += "<\(name)>".utf8
        escape(content)
        text += "</\(name)>".utf8
    }

    /// XML 1.0's five entities; what its documents may not hold at all (control characters, U+FFFE, U+FFFF) is a blank.
    /// Tab and line's end are kept by number, so that an attribute keeps them too.
    private mutating func escape(_ content: String) {
        for scalar in content.unicodeScalars {
            switch scalar {
            case "&": text += "&amp;".utf8
            case "<": text += "&lt;".utf8
            case ">": text += "&gt;".utf8
            case "\"": text += "&quot;".utf8
            case "'": text += "&apos;".utf8
            case "\t", "\n", "\r": text += "&#\(scalar.value);".utf8
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": text.append(32)
            default: text += String(Character(scalar)).utf8
            }
        }
    }
}
