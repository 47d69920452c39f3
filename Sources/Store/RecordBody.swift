import Foundation
import Geodesy
import Inspection

/// A finding's whole record and its routes as one JSON text, exact to the last bit (the Feature rounds). Written on every
/// change with `JSONText`; read back only when a stored finding is changed or asked for, so Foundation's decoder is
/// fast enough.
struct RecordBody: Sendable {
    var record: FindingRecord
    var routes: [Observation.Route]

    private static let ruleMember = Array("\"rule\":\"".utf8)

    /// The rule that an encoded one names, by its bytes: quotes within a text are escaped, and no member before has this name.
    /// Nil where it is none that a pack may have.
    static func rule(in body: [UInt8]) -> String? {
        guard let member = body.firstPlace(of: ruleMember) else { return nil }
        let text = body[member.upperBound...].prefix { $0 != UInt8(ascii: "\"") }
        guard !text.isEmpty, text.endIndex < body.endIndex, !text.contains(UInt8(ascii: "\\")) else { return nil }
        return String(validating: text, as: UTF8.self)
    }

    func encoded() -> [UInt8] {
        let finding = record.finding
        var json = JSONText(capacity: 1536)
        json.object { json in
            json.member("id", finding.id.description)
            json.member("scene_type", finding.sceneType)
            json.member("title_zh", finding.title.zh)
            json.member("title_en", finding.title.en)
            json.member("severity", finding.severity.rawValue)
            json.member("confidence", finding.confidence)
            json.member("status", finding.status.rawValue)
            json.member("first_seen", finding.firstSeen.microseconds)
            json.member("last_seen", finding.lastSeen.microseconds)
            json.member("provenance", finding.provenance.rawValue)
            json.member("sightings", finding.sightings)
            json.member("flight", finding.flight.description)
            json.member("source", finding.source.text)
            json.member("gateway", finding.gateway.text)
            json.member("rule", finding.rule)
            json.member("rule_version", finding.ruleVersion)
            Self.list("reasons", finding.reasons, &json) { reason, json in
                json.member("condition", reason.condition)
                Self.list("values", reason.values, &json) { value, json in
                    json.member("name", value.name)
                    json.member("value", value.value)
                }
            }
            if let location = finding.location { json.member("location") { Self.write(location, &$0) } }
            if let refusal = finding.refusal { json.member("refusal", refusal.rawValue) }
            history(&json)
        }
        return json.bytes
    }

    private func history(_ json: inout JSONText) {
        Self.list("evidence", record.evidence, &json) { item, json in
            json.member("sha256", item.sha256)
            json.member("kind", item.kind.rawValue)
            json.member("media_type", item.mediaType)
            json.member("bytes", item.bytes)
            json.member("captured_at", item.capturedAt.microseconds)
            json.member("redacted", item.redacted)
            if let original = item.original { json.member("original", original) }
            if let box = item.box {
                json.member("box") { json in
                    json.array { json in for share in [box.left, box.top, box.right, box.bottom] { json.value(share) } }
                }
            }
        }
        if let record = record.caseRecord {
            json.member("case") { json in
                json.object { json in
                    json.member("platform", record.platform.text)
                    json.member("number", record.number)
                    json.member("stage", record.stage.rawValue)
                    if !record.flags.isEmpty {
                        json.member("flags") { json in
                            json.array { json in for flag in record.orderedFlags { json.value(flag.rawValue) } }
                        }
                    }
                    if let at = record.at { json.member("at", at.microseconds) }
                    if let message = record.message { json.member("message", message) }
                }
            }
        }
        if let said = record.overdue { json.member("overdue") { $0.object { Self.write(said, &$0) } } }
        Self.list("verdicts", record.verdicts, &json) { verdict, json in
            json.member("kind", verdict.kind.rawValue)
            json.member("by", verdict.by)
            json.member("at", verdict.at.microseconds)
            json.member("why", verdict.why)
        }
        if let hold = record.hold {
            json.member("hold") { json in
                json.object { json in
                    json.member("by", hold.by)
                    json.member("at", hold.at.microseconds)
                    json.member("why", hold.why)
                    guard let released = hold.released else { return }
                    json.member("released_by", released.by)
                    json.member("released_at", released.at.microseconds)
                }
            }
        }
        Self.list("routes", routes, &json) { route, json in
            json.member("destination", route.destination.text)
            json.member("release", route.release.rawValue)
        }
    }

    private static func write(_ said: CaseOverdue, _ json: inout JSONText) {
        json.member("platform", said.platform.text)
        json.member("number", said.number)
        json.member("step", said.step.rawValue)
        json.member("limit", said.limit)
        json.member("since", said.since.microseconds)
        json.member("due", said.due.microseconds)
        json.member("revision", said.revision)
        if said.isSoon { json.member("soon", true) }
        guard let rung = said.rung else { return }
        json.member("rung") { json in
            json.object { json in
                json.member("id", rung.id)
                json.member("zh", rung.title.zh)
                json.member("en", rung.title.en)
                if let role = rung.role { json.member("role", role) }
            }
        }
    }

    private static func write(_ location: Geotag, _ json: inout JSONText) {
        json.object { json in
            json.member("latitude", location.point.latitude)
            json.member("longitude", location.point.longitude)
            json.member("height", location.point.height)
            json.member("method", location.method.rawValue)
            json.member("semi_major", location.ellipse.semiMajor)
            json.member("semi_minor", location.ellipse.semiMinor)
            json.member("bearing", location.ellipse.bearing)
            json.member("ce90", location.ce90)
            json.member("pose_age", location.poseAgeMilliseconds)
            json.member("source_datum", location.sourceDatum)
            if let gsd = location.gsd { json.member("gsd", gsd) }
            if let area = location.area { json.member("area", area) }
            if let grid = location.grid { json.member("grid", grid) }
        }
    }

    private static func list<T>(
        _ name: String, _ items: [T], _ json: inout JSONText, _ body: (T, inout JSONText) -> Void
    ) {
        json.member(name) { json in
            json.array { json in for item in items { json.object { body(item, &$0) } } }
        }
    }
}
