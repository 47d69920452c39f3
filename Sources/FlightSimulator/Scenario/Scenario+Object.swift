extension Scenario {
    /// A thing on the ground: a matter that should be found when it has a scene type, clutter when it has none.
    public struct Object: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable, CaseIterable {
            case wastePile = "waste_pile"
            case constructionWaste = "construction_waste"
            case illegalStructure = "illegal_structure"
            case worker
            case smoke
            case vehicle
            case house
            case tree
        }

        /// Metres.
        public struct Size: Sendable, Hashable {
            public var width: Double
            public var length: Double
            public var height: Double
        }

        /// Where a moving thing is at a time; between two it goes straight.
        public struct Stop: Sendable, Hashable {
            /// Seconds from the first frame.
            public var time: Double
            /// Metres from the origin.
            public var north: Double
            public var east: Double
        }

        public var id: String
        public var kind: Kind
        /// What the analyser says it is; "" for what the analyser does not know.
        public var label: String
        /// What it is in truth; "" for clutter.
        public var sceneType: String
        /// Metres from the origin to the middle of its footprint.
        public var north: Double
        public var east: Double
        /// Degrees from true north, clockwise, of its length.
        public var heading: Double
        public var size: Size
        /// `#RRGGBB`; nil for the colour of its kind.
        public var color: String?
        /// A worker's.
        public var mask: Bool
        /// Empty for what stands still.
        public var stops: [Stop]
        /// Its place among all objects of the scenario: its shape and noise follow from it, and stay when others go.
        var number = 0
        /// The flight that first finds it there, from 1, and the first that no longer does.
        public var arrival = 1
        public var removal: Int?
    }

    /// What the ground looks like. Its height is the relief's.
    public struct Ground: Sendable, Hashable {
        public struct River: Sendable, Hashable {
            /// Metres from the origin to its middle line, which swings by `swing` over `wavelength` northward.
            public var east: Double
            public var width: Double
            public var swing: Double
            public var wavelength: Double
        }

        public struct Patch: Sendable, Hashable {
            public enum Kind: String, Sendable, Hashable, CaseIterable { case quarry, concrete, soil, grass }

            public var kind: Kind
            public var north: Double
            public var east: Double
            public var width: Double
            public var length: Double
            public var heading: Double
        }

        /// Metres between roads, both ways; 0 for none.
        public var roadSpacing: Double
        public var river: River?
        /// The later lies over the earlier.
        public var patches: [Patch]
    }
}

extension Scenario.Object.Kind {
    /// Metres, where the scenario gives none.
    var size: Scenario.Object.Size {
        switch self {
        case .wastePile: .init(width: 5, length: 4, height: 1.2)
        case .constructionWaste: .init(width: 6, length: 5, height: 1.5)
        case .illegalStructure: .init(width: 5, length: 4, height: 2.8)
        case .worker: .init(width: 0.55, length: 0.35, height: 1.75)
        case .smoke: .init(width: 5, length: 5, height: 9)
        case .vehicle: .init(width: 1.9, length: 4.6, height: 1.5)
        case .house: .init(width: 9, length: 12, height: 6.5)
        case .tree: .init(width: 4, length: 4, height: 6)
        }
    }
}

extension Scenario.Object {
    /// True when a gateway should find it.
    public var isMatter: Bool { !sceneType.isEmpty }

    /// True when it lies there during a flight.
    public func stands(in flight: Int) -> Bool { arrival <= flight && (removal.map { flight < $0 } ?? true) }

    /// Metres north and east of the origin, and the heading in degrees, at a time in seconds.
    func place(at time: Double) -> (north: Double, east: Double, heading: Double) {
        guard let first = stops.first, let last = stops.last else { return (north, east, heading) }
        if time <= first.time { return (first.north, first.east, direction(from: 0)) }
        if time >= last.time { return (last.north, last.east, direction(from: stops.count - 2)) }
        let next = stops.firstIndex { $0.time > time } ?? stops.count - 1
        let (a, b) = (stops[max(next - 1, 0)], stops[next])
        let share = b.time > a.time ? (time - a.time) / (b.time - a.time) : 0
        return (
            a.north + (b.north - a.north) * share, a.east + (b.east - a.east) * share, direction(from: max(next - 1, 0))
        )
    }

    private func direction(from index: Int) -> Double {
        guard index >= 0, index + 1 < stops.count else { return heading }
        let (north, east) = (stops[index + 1].north - stops[index].north, stops[index + 1].east - stops[index].east)
        return north == 0 && east == 0 ? heading : bearing(arctangent(east, north))
    }
}
