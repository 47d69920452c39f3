import LocatedYAML

extension Scenario {
    /// Ground that is not flat: smooth hills and hollows on a plain of the origin's height.
    public struct Relief: Sendable, Hashable {
        /// A Gaussian bell; long and narrow it is a ridge.
        public struct Hill: Sendable, Hashable {
            /// Metres from the origin to its top.
            public var north: Double
            public var east: Double
            /// Metres; negative for a hollow.
            public var height: Double
            /// Metres across and along its heading, where it has half its height.
            public var width: Double
            public var length: Double
            /// Degrees from true north, clockwise.
            public var heading: Double
        }

        public var hills: [Hill]
        /// Metres between the samples of the elevation tile that is written beside the flights.
        public var tileSpacing: Double
    }
}

extension Scenario.Relief {
    private static let hillsMax = 40

    init(_ part: YAMLMapping) {
        let hills = part.list("hills") { item in
            let width = item.required("w_m", in: 20...20_000)
            return Hill(
                north: item.meters("north_m"), east: item.meters("east_m"),
                height: item.required("height_m", in: -500...2000), width: width,
                length: item.number("l_m", default: width, in: 20...20_000),
                heading: item.number("heading_deg", default: 0, in: -360...360))
        }
        if hills.isEmpty { part.complain("hills", "needs at least one hill") }
        if hills.count > Self.hillsMax { part.complain("hills", "has more than \(Self.hillsMax) members") }
        self.hills = Array(hills.prefix(Self.hillsMax))
        tileSpacing = part.number("tile_spacing_m", default: 10, in: 1...100)
    }
}
