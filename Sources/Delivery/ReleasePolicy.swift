public import Inspection

/// Which findings may go where, and whether a person looks first.
///
/// A pattern is a scene type (`waste.exposed`), a family (`waste.*`) or `*`. The longest that fits decides. A destination's own
/// patterns come before the general ones, and these before what the jurisdiction says; what nobody speaks of is `review`. No
/// word outweighs another: what stands nearer to the destination was decided by a person who knew it.
public struct ReleasePolicy: Sendable, Hashable {
    public struct Options: Sendable, Hashable {
        /// For every destination.
        public var scenes: [String: Release]
        /// For one destination.
        public var destinations: [Name: [String: Release]]
        public var otherwise: Release

        public init(
            scenes: [String: Release] = [:], destinations: [Name: [String: Release]] = [:], otherwise: Release = .review
        ) {
            self.scenes = scenes
            self.destinations = destinations
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
        self.options = options
    }

    /// `jurisdiction`: what the one in use says of the scene type; nil where none is.
    public func release(of sceneType: String, to destination: Name, jurisdiction: Release? = nil) -> Release {
        for patterns in [options.destinations[destination], options.scenes] {
            if let release = Self.match(sceneType, patterns ?? [:]) { return release }
        }
        return jurisdiction ?? options.otherwise
    }

    /// Routes for an observation; destinations that may never have it are left out.
    public func routes(
        of sceneType: String, to destinations: [Name], jurisdiction: Release? = nil
    ) -> [Observation.Route] {
        destinations.compactMap { destination in
            let release = release(of: sceneType, to: destination, jurisdiction: jurisdiction)
            return release == .never ? nil : Observation.Route(destination: destination, release: release)
        }
    }

    private static func match(_ sceneType: String, _ patterns: [String: Release]) -> Release? {
        if let release = patterns[sceneType] { return release }
        var family = sceneType[...]
        while let dot = family.lastIndex(of: ".") {
            family = family[..<dot]
            if let release = patterns[family + ".*"] { return release }
        }
        return patterns["*"]
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
