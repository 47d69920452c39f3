import Geodesy
import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    func addReflights(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/reflights") { request, _ -> Response in try await reflights(request) }
    }

    /// Of one answer at most.
    static let maximumReflights = 1000

    /// Findings that want a look, as the next flight's plan takes them.
    private func reflights(_ request: Request) async throws -> Response {
        let asked = try ReflightRequest(request)
        let limit = try Self.limit(of: request, default: 200, maximum: Self.maximumReflights)
        // One more than is wanted tells whether there are more. Who found it first is known of its record alone.
        let wanted = asked.source == nil ? limit + 1 : Self.scanLimit
        var wishes: [ReflightWish] = []
        if let reflights {
            guard let answer = try await reflights.wishes(.init(box: asked.box, reasons: asked.reasons, limit: wanted))
            else {
                throw Problem(
                    .serviceUnavailable, "busy", "Too many other plans are being made: ask again.",
                    headers: [.retryAfter: "5"])
            }
            wishes = answer
        }
        var looks: [WantedLook] = []
        var more = asked.source != nil && wishes.count >= wanted
        for wish in wishes {
            guard let finding = try await store.finding(wish.known.id)?.finding else { continue }
            if let source = asked.source, finding.source != source { continue }
            guard looks.count < limit else {
                more = true
                break
            }
            looks.append(WantedLook(wish: wish, title: finding.title, source: finding.source))
        }
        if looks.isEmpty, let source = asked.source { try await requireKnown(source) }
        var response = asked.isKML ? Self.kml(looks, asked.language) : Self.geoJSON(looks, more: more)
        response.headers[.vary] = "Accept"
        return response
    }

    private static func geoJSON(_ looks: [WantedLook], more: Bool) -> Response {
        var json = JSONText(capacity: 256 + 768 * looks.count)
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { json in
                json.array { json in
                    for look in looks { json.object { look.write(to: &$0) } }
                }
            }
            json.member("more", more)
        }
        return .json(json, type: "application/geo+json")
    }

    private static func kml(_ looks: [WantedLook], _ language: ReflightRequest.Language) -> Response {
        var document = KMLDocument(name: language == .zh ? "复飞计划" : "Findings that want a look")
        for look in looks { look.write(to: &document, language) }
        return Response(
            status: .ok,
            headers: [
                .contentType: KMLDocument.mediaType, .contentDisposition: "attachment; filename=\"reflights.kml\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document.bytes)))
    }
}

/// What `GET /v1/reflights` was asked for.
struct ReflightRequest {
    enum Language: String, CaseIterable { case zh, en }

    var box: BoundingBox?
    var reasons = Set(ReflightWish.Reason.allCases)
    /// That found them first.
    var source: Name?
    var language = Language.zh
    var isKML = false

    private static let names = ["source", "bbox", "reason", "limit", "format", "language"]

    init(_ request: Request) throws {
        let query = request.uri.queryParameters
        for (name, _) in query where !name.isEmpty && !Self.names.contains(String(name)) {
            throw Problem(
                .badRequest, "unknown_parameter",
                "There is no parameter \(name.prefix(60)): there are \(Self.names.joined(separator: ", ")).")
        }
        if let text = query.get("source") {
            guard let name = Name(text) else { throw Self.refusal("source must be the name of a source.") }
            source = name
        }
        if let text = query.get("bbox") {
            box = try Self.box(text)
        }
        if let text = query.get("reason") {
            let words = text.split(separator: ",", omittingEmptySubsequences: false)
            let known = words.compactMap { ReflightWish.Reason(rawValue: String($0)) }
            guard known.count == words.count else {
                let all = ReflightWish.Reason.allCases.map(\.rawValue).joined(separator: ", ")
                throw Self.refusal("reason must be one or more of \(all), separated by commas.")
            }
            reasons = Set(known)
        }
        if let text = query.get("language") {
            guard let language = Language(rawValue: text) else {
                throw Problem(.badRequest, "bad_language", "The language is zh or en.")
            }
            self.language = language
        }
        switch query.get("format") {
        case "geojson": isKML = false
        case "kml": isKML = true
        case nil: isKML = Self.prefersKML(request.headers[values: .accept].joined(separator: ","))
        default: throw Self.refusal("format must be geojson or kml.")
        }
    }

    private static func refusal(_ detail: String) -> Problem { Problem(.badRequest, "bad_parameter", detail) }

    /// RFC 7946, 5: west, south, east, north.
    static func box(_ text: String) throws -> BoundingBox {
        let sides = text.utf8.count > 200 ? [] : text.split(separator: ",", omittingEmptySubsequences: false)
        let degrees = sides.map { Double($0) ?? .nan }
        guard degrees.count == 4, abs(degrees[0]) <= 180, abs(degrees[2]) <= 180, abs(degrees[1]) <= 90,
            abs(degrees[3]) <= 90
        else {
            throw refusal(
                "bbox must be west,south,east,north in degrees of WGS 84, such as 118.3,28.7,118.6,29.1; a box across 180° has its west greater than its east."
            )
        }
        guard degrees[1] <= degrees[3] else {
            throw refusal(
                "bbox must be west,south,east,north in degrees of WGS 84: its south \(sides[1]) lies above its north \(sides[3])."
            )
        }
        let width = degrees[2] - degrees[0]
        return BoundingBox(
            south: degrees[1], north: degrees[3], west: degrees[0], width: width < 0 ? width + 360 : width)
    }

    /// RFC 9110, 12.5.1: KML is named, and GeoJSON is not wanted more. A wildcard names nothing.
    static func prefersKML(_ accept: String) -> Bool {
        func quality(of type: String) -> Double? {
            for range in accept.lowercased().split(separator: ",").prefix(64) {
                let parts = range.split(separator: ";").map { $0.filter { !$0.isWhitespace } }
                guard parts.first == type else { continue }
                guard let weight = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) else { return 1 }
                return Double(weight.dropFirst(2)).map { min(max($0, 0), 1) } ?? 0
            }
            return nil
        }
        guard let kml = quality(of: KMLDocument.mediaType), kml > 0 else { return false }
        return kml > (quality(of: "application/geo+json") ?? 0)
    }
}
