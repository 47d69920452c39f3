public import Inspection

/// Which findings may go where, and whether a person looks first.
///
/// A pattern is a scene type (`waste.exposed`), a family (`waste.*`) or `*`. The longest that fits decides. A destination's own
/// patterns come before the general ones, and these before what the jurisdiction says; what nobody speaks of is `review`. No
/// word outweighs another: what stands nearer to the destination was decided by a person who knew it.
///
/// A destination may also say something of areas: the name of the one that holds the finding's place, the beginning of one
/// (`mine-*`), or `*` for any. Where an entry for the area fits it counts instead of what is said of everything (`*`, the
/// jurisdiction); where an entry for the scene type or its family fits too, the more careful of the two counts.
public struct ReleasePolicy: Sendable, Hashable {
    public struct Options: Sendable, Hashable {
        /// For every destination.
        public var scenes: [String: Release]
        /// For one destination.
        public var destinations: [Name: [String: Release]]
        /// For one destination, by area.
        public var areas: [Name: [String: Release]]
        public var otherwise: Release

        public init(
            scenes: [String: Release] = [:], destinations: [Name: [String: Release]] = [:],
            areas: [Name: [String: Release]] = [:], otherwise: Release = .review
        ) {
            self.scenes = scenes
            self.destinations = destinations
            self.areas = areas
            self.otherwise = otherwise
        }
    }

    public let options: Options

    public init(options: Options = Options()) throws(DeliveryError) {
        let patterns = Array(options.scenes.keys) + options.destinations.values.flatMap { Array($0.keys) }
        for pattern in patterns where !Self.isPattern(pattern) {
            throw DeliveryError(
                kind: .invalidOption,
                description: "release: “\(pattern)” is no scene type, no family such as waste.*, and not *")
        }
        for area in options.areas.values.flatMap({ Array($0.keys) }) where !Self.isArea(area) {
            throw DeliveryError(
                kind: .invalidOption,
                description: "release: “\(area)” is no area's name, no beginning of one such as mine-*, and not *")
        }
        self.options = options
    }

    /// `jurisdiction`: what the one in use says of the scene type; nil where none is. `area`: the one that holds the place.
    public func release(
        of sceneType: String, in area: String? = nil, to destination: Name, jurisdiction: Release? = nil
    ) -> Release {
        let ofArea = area.flatMap { Self.match(area: $0, options.areas[destination] ?? [:]) }
        for patterns in [options.destinations[destination], options.scenes] {
            guard let (pattern, release) = Self.match(sceneType, patterns ?? [:]) else { continue }
            guard let ofArea else { return release }
            return pattern == "*" || Self.care(ofArea) > Self.care(release) ? ofArea : release
        }
        return ofArea ?? jurisdiction ?? options.otherwise
    }

    private static func care(_ release: Release) -> Int {
        switch release {
        case .auto: 0
        case .review: 1
        case .never: 2
        }
    }

    /// Routes for an observation; destinations that may never have it are left out.
    public func routes(
        of sceneType: String, in area: String? = nil, to destinations: [Name], jurisdiction: Release? = nil
    ) -> [Observation.Route] {
        destinations.compactMap { destination in
            let release = release(of: sceneType, in: area, to: destination, jurisdiction: jurisdiction)
            return release == .never ? nil : Observation.Route(destination: destination, release: release)
        }
    }

    /// The longest pattern that fits, and its word.
    private static func match(_ sceneType: String, _ patterns: [String: Release]) -> (String, Release)? {
        if let release = patterns[sceneType] { return (sceneType, release) }
        var family = sceneType[...]
        while let dot = family.lastIndex(of: ".") {
            family = family[..<dot]
            if let release = patterns[family + ".*"] { return (family + ".*", release) }
        }
        return patterns["*"].map { ("*", $0) }
    }

    private static func match(area: String, _ patterns: [String: Release]) -> Release? {
        if let release = patterns[area] { return release }
        let fitting = patterns.filter { $0.key.hasSuffix("*") && area.hasPrefix($0.key.dropLast()) }
        return fitting.max { $0.key.utf8.count < $1.key.utf8.count }?.value
    }

    private static func isArea(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128 && !text.dropLast().contains("*")
    }

    private static func isPattern(_ text: String) -> Bool {
        if text == "*" { return true }
        let stem = text.hasSuffix(".*") ? text.dropLast(2) : text[...]
        return !stem.isEmpty && stem.utf8.count <= 128
            && stem.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 46 || $0 == 95 || $0 == 45
            }
    }
}
