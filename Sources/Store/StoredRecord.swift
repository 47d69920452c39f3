import Foundation
import Geodesy
import Inspection

/// The stored form of ``RecordBody`` as Foundation decodes it. Any value that the nouns do not allow makes it undecodable.
struct StoredRecord: Decodable {
    struct Value: Decodable { var name, value: String }
    struct Reason: Decodable { var condition: String; var values: [Value] }
    struct Place: Decodable {
        /// Null where the number was not finite.
        var latitude, longitude, height, semi_major, semi_minor, bearing, ce90, pose_age: Double?
        var gsd: Double?
        var method, source_datum: String
        var area, grid: String?
    }
    struct Item: Decodable {
        var sha256, kind, media_type: String
        var bytes: Int
        var captured_at: Int64
        var redacted: Bool
        /// Absent from rows of formats before 7, and of originals.
        var original: String?
        var box: [Double]?
    }
    struct Case: Decodable {
        var platform, number, stage: String
        /// Absent from rows of formats before 5, and where there is nothing to say.
        var flags: [String]?
        var at: Int64?
        var message: String?
    }
    struct Overdue: Decodable {
        struct Rung: Decodable { var id, zh, en: String; var role: String? }

        var platform, number, step, limit: String
        var since, due: Int64
        var revision: Int
        var rung: Rung?
        /// Absent where the limit is over.
        var soon: Bool?
    }
    struct Hold: Decodable {
        var by, why: String
        var at: Int64
        var released_by: String?
        var released_at: Int64?
    }
    struct Judgement: Decodable { var kind, by, why: String; var at: Int64 }
    struct Route: Decodable { var destination, release: String }

    var id, scene_type, title_zh, title_en, severity, status, provenance, flight, source, gateway, rule: String
    var rule_version: String
    var confidence: Double?
    var first_seen, last_seen: Int64
    var sightings: Int
    var reasons: [Reason]
    var location: Place?
    var refusal: String?
    var evidence: [Item]
    var `case`: Case?
    var overdue: Overdue?
    var verdicts: [Judgement]
    /// Absent from rows of formats before 7.
    var hold: Hold?
    var routes: [Route]
}

extension RecordBody {
    private struct Unreadable: Error {}

    /// Throws for anything ``encoded()`` does not write.
    init(_ bytes: [UInt8], revision: Int, epoch: String, sequence: Int64) throws {
        let stored = try JSONDecoder().decode(StoredRecord.self, from: Data(bytes))
        func need<T>(_ value: T?) throws -> T {
            guard let value else { throw Unreadable() }
            return value
        }
        let finding = Finding(
            id: try need(FindingID(stored.id)), sceneType: stored.scene_type,
            title: BilingualText(zh: stored.title_zh, en: stored.title_en),
            severity: try need(Severity(rawValue: stored.severity)), confidence: stored.confidence ?? .nan,
            status: try need(Finding.Status(rawValue: stored.status)),
            firstSeen: UTCTime(microseconds: stored.first_seen), lastSeen: UTCTime(microseconds: stored.last_seen),
            provenance: try need(UTCProvenance(rawValue: stored.provenance)), sightings: stored.sightings,
            flight: try need(FlightID(stored.flight)), source: try need(Name(stored.source)),
            gateway: try need(Name(stored.gateway)), rule: stored.rule, ruleVersion: stored.rule_version,
            reasons: stored.reasons.map { reason in
                Detection.Reason(
                    condition: reason.condition,
                    values: reason.values.map { Detection.Reason.Value(name: $0.name, value: $0.value) })
            },
            location: try stored.location.map { try Self.geotag($0, need(Geotag.Method(rawValue: $0.method))) },
            refusal: try stored.refusal.map { try need(PlacementRefusal(rawValue: $0)) })
        record = FindingRecord(
            finding: finding, revision: revision, epoch: epoch, sequence: sequence,
            evidence: try stored.evidence.map { item in
                EvidenceItem(
                    sha256: item.sha256, kind: try need(EvidenceItem.Kind(rawValue: item.kind)),
                    mediaType: item.media_type, bytes: item.bytes, capturedAt: UTCTime(microseconds: item.captured_at),
                    redacted: item.redacted, box: FrameObject.Box(shares: item.box), original: item.original)
            },
            caseRecord: try stored.case.map { record in
                CaseRecord(
                    platform: try need(Name(record.platform)), number: record.number,
                    stage: try need(CaseRecord.Stage(rawValue: record.stage)),
                    flags: Set(try (record.flags ?? []).map { try need(CaseRecord.Flag(rawValue: $0)) }),
                    at: record.at.map { UTCTime(microseconds: $0) }, message: record.message)
            },
            verdicts: try stored.verdicts.map { verdict in
                Verdict(
                    kind: try need(Verdict.Kind(rawValue: verdict.kind)), by: verdict.by,
                    at: UTCTime(microseconds: verdict.at), why: verdict.why)
            })
        record.overdue = try stored.overdue.map { said in
            CaseOverdue(
                platform: try need(Name(said.platform)), number: said.number,
                step: try need(CaseClock.Step(rawValue: said.step)), limit: said.limit,
                since: UTCTime(microseconds: said.since), due: UTCTime(microseconds: said.due), revision: said.revision,
                rung: said.rung.map {
                    CaseOverdue.Rung(id: $0.id, title: BilingualText(zh: $0.zh, en: $0.en), role: $0.role)
                }, isSoon: said.soon ?? false)
        }
        record.hold = stored.hold.map { hold in
            LegalHold(
                by: hold.by, at: UTCTime(microseconds: hold.at), why: hold.why,
                released: hold.released_by.map {
                    .init(by: $0, at: UTCTime(microseconds: hold.released_at ?? hold.at))
                })
        }
        routes = try stored.routes.map { route in
            Observation.Route(
                destination: try need(Name(route.destination)), release: try need(Release(rawValue: route.release)))
        }
    }

    private static func geotag(_ place: StoredRecord.Place, _ method: Geotag.Method) -> Geotag {
        var geotag = Geotag(
            point: GeodeticPoint(
                latitude: place.latitude ?? .nan, longitude: place.longitude ?? .nan, height: place.height ?? .nan),
            method: method,
            ellipse: ErrorEllipse(
                semiMajor: place.semi_major ?? .nan, semiMinor: place.semi_minor ?? .nan,
                bearing: place.bearing ?? .nan),
            ce90: place.ce90 ?? .nan, poseAgeMilliseconds: place.pose_age ?? .nan, sourceDatum: place.source_datum)
        geotag.gsd = place.gsd
        geotag.area = place.area
        geotag.grid = place.grid
        return geotag
    }
}

extension FrameObject.Box {
    /// As stored: left, top, right, bottom.
    init?(shares: [Double]?) {
        guard let shares, shares.count == 4, shares.allSatisfy({ $0 >= 0 && $0 <= 1 }) else { return nil }
        self.init(left: shares[0], top: shares[1], right: shares[2], bottom: shares[3])
    }
}
