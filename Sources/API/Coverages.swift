import Geodesy
import HTTPTypes
import Hummingbird
import Inspection

extension GatewayAPI {
    func addCoverage(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/coverage") { request, _ -> Response in try await coverages(request) }
    }

    /// Features of one answer at most.
    private static let maximumCoverages = 200
    /// Of all their outlines.
    private static let maximumCorners = 200_000

    private func coverages(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        let known = ["day", "source", "flight", "bbox", "limit"]
        for (name, _) in query where !known.contains(String(name)) {
            throw Problem(
                .badRequest, "unknown_parameter",
                "There is no parameter \(name.prefix(60)): there are \(known.joined(separator: ", ")).")
        }
        let limit = try Self.limit(of: request, default: 20, maximum: Self.maximumCoverages)
        let day = query.get("day")
        if let day, !FlightCoverage.isDay(day) {
            throw Problem(.badRequest, "bad_parameter", "day must be a day such as 2026-08-20.")
        }
        let source = query.get("source").flatMap { Name($0) }
        if query.get("source") != nil, source == nil {
            throw Problem(.badRequest, "bad_parameter", "source must be the name of a source.")
        }
        let box = try query.get("bbox").map { try Self.areaBox($0) }
        guard let coverage else { return .json(Self.collection([], [], more: false), type: "application/geo+json") }
        var found: [FlightCoverage]
        if let text = query.get("flight") {
            guard let flight = FlightID(text) else {
                throw Problem(.badRequest, "bad_parameter", "flight must be a UUID of version 7.")
            }
            found = try await coverage.store.coverage(of: flight).map { [$0] } ?? []
            found.removeAll { (day != nil && $0.day != day) || (source != nil && $0.source != source) }
        } else {
            // One more than is wanted tells whether there are more.
            found = try await coverage.store.coverages(day: day, source: source, limit: limit + 1)
        }
        if found.isEmpty, let source { try await requireKnown(source) }
        let more = found.count > limit
        // Of the first day that is not whole nothing is told but its flights.
        let partial = more ? found.last?.day : nil
        found.removeLast(max(found.count - limit, 0))
        let corners = min(Self.maximumCorners / max(found.count, 1), 20_000)
        var features: [JSONText] = []
        var days: [SeenDay] = []
        // One at a time, since cells take more room than what is told of them; days stand together.
        for kept in found {
            guard let cells = Coverage(bytes: kept.cells) else { continue }
            features.append(Self.feature(kept, cells, corners, (coverage, box)))
            guard kept.day != partial else { continue }
            if days.last?.day == kept.day {
                days[days.count - 1].add(cells)
            } else {
                if !days.isEmpty { days[days.count - 1].finish((coverage, box)) }
                days.append(SeenDay(day: kept.day, cells: cells))
            }
        }
        if !days.isEmpty { days[days.count - 1].finish((coverage, box)) }
        return .json(Self.collection(features, days, more: more), type: "application/geo+json")
    }

    /// Wider than this, its northern and southern edges are no longer those of a rectangle on the ground.
    private static let widestBox = 90.0

    private static func areaBox(_ text: String) throws -> BoundingBox {
        let box = try ReflightRequest.box(text)
        guard box.width <= widestBox else {
            throw Problem(.badRequest, "bad_parameter", "bbox must be 90° wide at most.")
        }
        return box
    }

    private static func collection(_ features: [JSONText], _ days: [SeenDay], more: Bool) -> JSONText {
        var json = JSONText(capacity: features.reduce(1024) { $0 + $1.bytes.count + 1 })
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { $0.array { json in for feature in features { json.raw(feature.bytes) } } }
            json.member("days") { $0.array { json in for day in days { json.object { day.write(&$0) } } } }
            json.member("more", more)
        }
        return json
    }

    private static func feature(
        _ kept: FlightCoverage, _ cells: Coverage, _ corners: Int, _ asked: AreaShare.Asked
    ) -> JSONText {
        var json = JSONText(capacity: 8192)
        json.object { json in
            json.member("type", "Feature")
            json.member("id", kept.flight.description)
            json.member("geometry") { CoverageGeometry.write(cells.areas(limit: corners), to: &$0) }
            json.member("properties") { json in
                json.object { json in
                    json.member("flight", kept.flight.description)
                    json.member("source", kept.source.text)
                    json.member("day", kept.day)
                    json.member("gsd_m", kept.gsd)
                    json.member("cell_m", cells.grid.cell)
                    json.member("km2", cells.area / 1e6, decimals: 6)
                    AreaShare.write(AreaShare.of(cells, asked), to: &json)
                }
            }
        }
        return json
    }
}

/// The union of the flights of a day: what two saw counts once.
private struct SeenDay {
    let day: String
    private var flights = 1
    /// Nil once it is finished.
    private var union: Coverage?
    private var area = 0.0
    private var shares: [AreaShare] = []

    init(day: String, cells: Coverage) {
        self.day = day
        union = cells
    }

    mutating func add(_ cells: Coverage) {
        flights += 1
        union?.formUnion(cells)
    }

    mutating func finish(_ asked: AreaShare.Asked) {
        area = union?.area ?? 0
        shares = union.map { AreaShare.of($0, asked) } ?? []
        union = nil
    }

    func write(_ json: inout JSONText) {
        json.member("day", day)
        json.member("flights", flights)
        json.member("km2", area / 1e6, decimals: 6)
        AreaShare.write(shares, to: &json)
    }
}

/// What was seen of one area of the settings.
private struct AreaShare {
    /// Areas that are told of one coverage at most.
    static let limit = 500

    /// Where areas are found, and the box that they are asked for in; nil for around what was seen.
    typealias Asked = (desk: CoverageDesk, box: BoundingBox?)

    let area: CoverageDesk.Area
    let share: Coverage.Share

    /// Areas that touch the box, those of which nothing was seen among them. Lines are none.
    static func of(_ cells: Coverage, _ asked: Asked) -> [AreaShare] {
        guard let box = asked.box ?? cells.box else { return [] }
        return asked.desk.areas(box, limit).compactMap { area in
            let share = cells.share(of: area.shape)
            return share.whole > 0 ? AreaShare(area: area, share: share) : nil
        }
    }

    static func write(_ shares: [AreaShare], to json: inout JSONText) {
        json.member("areas") { json in
            json.array { json in
                for share in shares {
                    json.object { json in
                        json.member("name", share.area.name)
                        json.member("kind", share.area.kind)
                        json.member("km2", share.share.seen / 1e6, decimals: 6)
                        json.member("share", share.share.ratio, decimals: 4)
                    }
                }
            }
        }
    }
}
