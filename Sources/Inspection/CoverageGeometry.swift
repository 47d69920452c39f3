public import Geodesy

/// A coverage as a GeoJSON geometry (RFC 7946).
public enum CoverageGeometry {
    /// A Polygon, a MultiPolygon, or null for nothing. Eight decimals are a millimetre.
    public static func write(_ areas: [CoverageArea], to json: inout JSONText) {
        guard let first = areas.first else { return json.null() }
        json.object { json in
            json.member("type", areas.count == 1 ? "Polygon" : "MultiPolygon")
            json.member("coordinates") { json in
                guard areas.count > 1 else { return write(first, to: &json) }
                json.array { json in for area in areas { write(area, to: &json) } }
            }
        }
    }

    private static func write(_ area: CoverageArea, to json: inout JSONText) {
        json.array { json in
            for ring in [area.outer] + area.holes {
                json.array { json in
                    for position in ring {
                        json.array { json in
                            json.value(position.longitude, decimals: 8)
                            json.value(position.latitude, decimals: 8)
                        }
                    }
                }
            }
        }
    }
}
