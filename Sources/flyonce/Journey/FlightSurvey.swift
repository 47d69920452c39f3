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
    private let finest: @Sendable (FrameMetadata) -> Double?
    private var pace = FootprintPace()
    /// The newest that no footprint was taken of.
    private var passedOver: FrameMetadata?
    private var flight: Flight?
    private var coverage: Coverage?
    private var hasNews = false
    private var keptAt: Int64 = 0
    /// Square metres that were told already.
    private var toldArea = 0.0
    /// Metres a pixel, of all that was seen too coarsely; nil where something was fine enough, or nothing was seen.
    private var finestSeen: Double?
    /// The frame that was last looked at for it.
    private var weighedAt: RunningTime?

    /// `finest` is the finest ground that a frame shows, metres a pixel.
    init(
        options: Options, store: any CoverageStore,
        finest: @escaping @Sendable (FrameMetadata) -> Double? = { _ in nil },
        footprint: @escaping @Sendable (FrameMetadata) -> Result<Footprint, PlacementRefusal>
    ) {
        self.options = options
        self.store = store
        self.finest = finest
        self.footprint = footprint
    }

    /// `kept` is what an earlier life kept of a flight that goes on.
    mutating func begin(_ flight: Flight, kept: FlightCoverage?, now: Int64) {
        self.flight = flight
        coverage = kept.flatMap { Coverage(bytes: $0.cells) }
        toldArea = coverage?.area ?? 0
        pace.restart()
        passedOver = nil
        (finestSeen, weighedAt) = (nil, nil)
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
        let seen: Footprint
        switch footprint(frame) {
        case .success(let footprint): seen = footprint
        case .failure(let refusal):
            if refusal == .tooOblique { weigh(frame) }
            return 0
        }
        pace.took(seen)
        finestSeen = nil
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

    /// Seconds between two frames of which it is found out how finely they show the ground.
    private static let weighing = 1.0

    /// Of a flight that saw nothing finely enough yet: how finely it did, by a frame a second.
    private mutating func weigh(_ frame: FrameMetadata) {
        let now = frame.frame.time
        guard coverage == nil, weighedAt.map({ abs(now.seconds(since: $0)) >= Self.weighing }) ?? true else { return }
        weighedAt = now
        guard let gsd = finest(frame) else { return }
        finestSeen = min(gsd, finestSeen ?? .infinity)
    }

    /// Why nothing was kept of the flight that ended: all that it saw was too coarse. Nil otherwise, and the second time.
    mutating func takeComplaint() -> String? {
        defer { finestSeen = nil }
        guard let finestSeen else { return nil }
        return "saw no ground at \(options.gsd) m a pixel or finer, so there is no coverage: too_coarse, "
            + "\(finestSeen.fixed(3)) m a pixel at best: fly lower, or state a larger coverage.gsd_m"
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
        self.init(options: options, store: store, finest: { rays.finestGSD(of: $0) }) {
            rays.footprint(of: $0, gsd: gsd)
        }
    }
}
