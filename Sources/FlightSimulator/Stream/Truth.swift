public import Geodesy
public import Inspection

/// What truly lies on the ground of a scenario: what findings are judged by.
public struct Truth: Sendable, Hashable {
    public struct Matter: Sendable, Hashable {
        public var id: String
        public var kind: Scenario.Object.Kind
        /// What the analyser calls it.
        public var label: String
        /// "" for clutter.
        public var sceneType: String
        /// The middle of its footprint, on the ground; of a moving thing when it was first in view. Height above the
        /// ellipsoid.
        public var point: GeodeticPoint
        /// Degrees from true north, clockwise.
        public var heading: Double
        public var size: Scenario.Object.Size
        /// UTC of the first and last frame that showed it; nil when none did.
        public var firstVisible: UTCTime?
        public var lastVisible: UTCTime?
        /// Frames that showed it.
        public var frames: Int
        /// Times that it came into view after a second or more out of it.
        public var passes: Int
        /// Of what was removed, what is told of views is told of the place where it lay.
        public var state: State
        /// The flight that this is said of, the first that found it there, and the first that no longer did; from 1.
        public var flight: Int
        public var since: Int
        public var until: Int?

        public enum State: String, Sendable, Hashable {
            case present
            /// It came since the flight before.
            case new
            /// It went before this flight.
            case removed
        }
    }

    /// What a gateway should find, each once.
    public var matters: [Matter]
    /// What it should not.
    public var clutter: [Matter]

    /// A GeoJSON FeatureCollection (RFC 7946) of the matters; the clutter is a second one in the member `clutter`.
    public func geoJSON() -> [UInt8] {
        var json = JSONText(capacity: 8192)
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { json in json.array { json in for matter in matters { matter.write(&json) } } }
            json.member("clutter") { json in
                json.object { json in
                    json.member("type", "FeatureCollection")
                    json.member("features") { json in
                        json.array { json in for matter in clutter { matter.write(&json) } }
                    }
                }
            }
        }
        return json.bytes + [10]
    }
}

extension Truth.Matter {
    fileprivate func write(_ json: inout JSONText) {
        json.object { json in
            json.member("type", "Feature")
            json.member("id", id)
            json.member("geometry") { json in
                json.object { json in
                    json.member("type", "Point")
                    json.member("coordinates") { json in
                        json.array { json in
                            json.value(point.longitude, decimals: 9)
                            json.value(point.latitude, decimals: 9)
                            json.value(point.height, decimals: 3)
                        }
                    }
                }
            }
            json.member("properties") { json in json.object { json in properties(&json) } }
        }
    }

    private func properties(_ json: inout JSONText) {
        json.member("id", id)
        json.member("kind", kind.rawValue)
        json.member("label", label)
        if sceneType.isEmpty { json.null("scene_type") } else { json.member("scene_type", sceneType) }
        if let firstVisible { json.member("first_visible", firstVisible.rfc3339) } else { json.null("first_visible") }
        if let lastVisible { json.member("last_visible", lastVisible.rfc3339) } else { json.null("last_visible") }
        json.member("frames_visible", frames)
        json.member("seen", frames > 0)
        json.member("passes", passes)
        json.member("state", state.rawValue)
        json.member("flight", flight)
        json.member("since_flight", since)
        if let until { json.member("removed_before_flight", until) } else { json.null("removed_before_flight") }
        json.member("heading_deg", heading, decimals: 3)
        json.member("size_m") { json in
            json.object { json in
                json.member("w", size.width, decimals: 3)
                json.member("l", size.length, decimals: 3)
                json.member("h", size.height, decimals: 3)
            }
        }
    }
}
