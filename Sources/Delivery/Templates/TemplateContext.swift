internal import Foundation
internal import Geodesy
import Inspection

/// What a delivery has to say, as the references of a template name it.
struct TemplateContext {
    let owed: OwedDelivery
    let template: CaseTemplate
    let settings: [String: String]
    let page: String?
    let competence: Competence?
    let known: CaseRecord?

    /// Nil when the stored feature is no feature.
    func data() -> TemplateData? {
        guard let finding = JSONValue(owed.feature), finding["properties"]?.isObject == true else { return nil }
        var root: [String: JSONValue] = ["finding": finding, "delivery": delivery(isNew: known == nil)]
        root["place"] = place(finding)
        root["setting"] = .object(settings.mapValues { .string($0) })
        if let known { root["case"] = Self.value(of: known) }
        if let page { root["page"] = .string("\(page)/#finding=\(owed.finding)") }
        if let competence {
            var json = JSONText()
            competence.write(to: &json)
            root["jurisdiction"] = JSONValue(json.bytes)
        }
        return TemplateData(feature: owed.feature, root: root, terms: template.terms)
    }

    func delivery(isNew: Bool) -> JSONValue {
        .object([
            "key": .string("\(owed.finding)-\(owed.revision)"), "finding": .string(owed.finding.description),
            "revision": .number(Double(owed.revision)), "destination": .string(owed.destination.text),
            "is_new": .bool(isNew),
        ])
    }

    private func place(_ finding: JSONValue) -> JSONValue {
        guard case .array(let numbers)? = finding["geometry"]?["coordinates"], numbers.count >= 2,
            case .number(let longitude) = numbers[0], case .number(let latitude) = numbers[1]
        else { return .null }
        var height = 0.0
        if numbers.count > 2, case .number(let value) = numbers[2] { height = value }
        let point = GeodeticPoint(latitude: latitude, longitude: longitude, height: height)
        guard point.isOnGlobe else { return .null }
        let points: [CaseTemplate.Datum: GeodeticPoint] = [
            .wgs84: point,
            // The two differ by less than a positioned finding's error: decimetres, and the plates' way since 2000.
            .cgcs2000: point, .gcj02: GCJ02.fromWGS84(point), .bd09: BD09.fromWGS84(point),
        ]
        var members: [String: JSONValue] = [:]
        for (datum, point) in points { members[datum.rawValue] = .object(Self.members(point, datum)) }
        let own = points[template.datum] ?? point
        members.merge(Self.members(own, template.datum)) { first, _ in first }
        members["height"] = .number(height)
        return .object(members)
    }

    private static func members(_ point: GeodeticPoint, _ datum: CaseTemplate.Datum) -> [String: JSONValue] {
        let (longitude, latitude) = (rounded(point.longitude), rounded(point.latitude))
        return [
            "longitude": .number(longitude), "latitude": .number(latitude), "text": .string("\(longitude),\(latitude)"),
            "datum": .string(datum.rawValue),
        ]
    }

    /// Eight decimals are a millimetre.
    private static func rounded(_ degrees: Double) -> Double { (degrees * 1e8).rounded() / 1e8 }

    static func value(of record: CaseRecord) -> JSONValue {
        .object([
            "number": .string(record.number), "stage": .string(record.stage.rawValue),
            "flags": .array(record.orderedFlags.map { .string($0.rawValue) }),
        ])
    }

    static func value(of item: EvidenceItem) -> [String: JSONValue] {
        [
            "sha256": .string(item.sha256), "kind": .string(item.kind.rawValue), "media_type": .string(item.mediaType),
            "bytes": .number(Double(item.bytes)), "captured_at": .string(item.capturedAt.rfc3339),
            "name": .string(fileName(of: item)),
        ]
    }

    static func fileName(of item: EvidenceItem) -> String {
        let ending = ["image/jpeg": ".jpg", "image/png": ".png", "video/mp4": ".mp4", "application/json": ".json"]
        return item.sha256.prefix(16) + (ending[item.mediaType] ?? "")
    }

    /// Nil for a file that cannot be read, or is longer.
    static func bytes(of path: String, upTo limit: Int) -> [UInt8]? {
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: limit + 1),
            data.count <= limit
        else { return nil }
        return Array(data)
    }
}
