import Geodesy
import Geotagging
import Inspection

/// Gathers what the flight of a journey saw of the ground, and says when it is to be kept. Used by the journey's thread alone.
struct FlightSurvey {
    struct Options {
        /// Metres of ground a pixel.
        var gsd: Double
        /// Seconds.
        var utcOffset: Int
    }

    /// Between two times that a live flight is kept: what a kill loses at most.
    private static let interval: Int64 = 60_000_000_000

    let options: Options
    let store: any CoverageStore
    private let footprint: @Sendable (FrameMetadata) -> Result<Footprint, PlacementRefusal>
    private var pace = FootprintPace()
    /// The newest that no footprint was taken of.
    private var passedOver: FrameMetadata?
    private var flight: Flight?
    private var coverage: Coverage?
    private var hasNews = false
    private var keptAt: Int64 = 0
    /// Square metres that were told already.
    private var toldArea = 0.0

    init(
        options: Options, store: any CoverageStore,
        footprint: @escaping @Sendable (FrameMetadata) -> Result<Footprint, PlacementRefusal>
    ) {
        self.options = options
        self.store = store
        self.footprint = footprint
    }

    /// `kept` is what an earlier life kept of a flight that goes on.
    mutating func begin(_ flight: Flight, kept: FlightCoverage?, now: Int64) {
        self.flight = flight
        coverage = kept.flatMap { Coverage(bytes: $0.cells) }
        toldArea = coverage?.area ?? 0
        pace.restart()
        passedOver = nil
        hasNews = false
        keptAt = now
    }

    /// Answers whole square metres that are new.
    mutating func observe(_ frame: FrameMetadata) -> Int64 {
        guard flight != nil else { return 0 }
        guard pace.wantsFootprint(frame) else {
            passedOver = frame
            return 0
        }
        passedOver = nil
        return take(frame)
    }

    private mutating func take(_ frame: FrameMetadata) -> Int64 {
        guard case .success(let seen) = footprint(frame) else { return 0 }
        pace.took(seen)
        for ring in seen.rings {
            if coverage == nil { coverage = Coverage(for: seen.rings.count == 1 ? ring : Self.box(of: seen.rings)) }
            if let gained = coverage?.add(ring), gained > 0 { hasNews = true }
        }
        let area = coverage?.area ?? 0
        // Where cells grow the area may shrink a little.
        let whole = max(area - toldArea, 0).rounded(.down)
        toldArea += whole
        return Int64(exactly: whole) ?? 0
    }

    /// Around the parts of a footprint that is cut into many: they are small, and say little of its width.
    private static func box(of rings: [[GeodeticPoint]]) -> [GeodeticPoint] {
        guard let box = BoundingBox(around: rings.flatMap { $0 }) else { return [] }
        return [(box.south, 0.0), (box.south, box.width), (box.north, box.width), (box.north, 0)].map {
            GeodeticPoint(latitude: $0.0, longitude: box.west + $0.1, height: 0)
        }
    }

    /// What is to be kept now, once a minute while it grows.
    mutating func due(at now: Int64) -> FlightCoverage? {
        guard hasNews, now &- keptAt >= Self.interval else { return nil }
        return current(at: now)
    }

    /// What is to be kept as the flight ends, or its journey stops.
    mutating func end(at now: Int64) -> FlightCoverage? {
        // Up to the very end.
        if let last = passedOver { _ = take(last) }
        defer { (flight, coverage, passedOver) = (nil, nil, nil) }
        return hasNews ? current(at: now) : nil
    }

    private mutating func current(at now: Int64) -> FlightCoverage? {
        keptAt = now
        hasNews = false
        guard let flight, let coverage, !coverage.isEmpty else { return nil }
        return FlightCoverage(
            flight: flight.id, source: flight.source,
            day: FlightCoverage.day(of: flight.firstFrame, utcOffset: options.utcOffset), gsd: options.gsd,
            cell: coverage.grid.cell, squareKilometers: coverage.area / 1e6, cells: coverage.encoded())
    }
}

extension FlightSurvey {
    /// Of a source's own placement.
    init?(_ placement: any Placement, options: Options, store: any CoverageStore) {
        guard let rays = placement as? RayPlacement else { return nil }
        let gsd = options.gsd
        self.init(options: options, store: store) { rays.footprint(of: $0, gsd: gsd) }
    }
}
