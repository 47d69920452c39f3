internal import Geodesy

/// What the store knows of a finding beyond what was observed.
public struct FindingRecord: Sendable, Hashable {
    public var finding: Finding
    /// Counts from 1; every change of the record is a new revision.
    public var revision: Int
    /// Name of the store's life: a new database, or one restored from a backup, has a new epoch.
    public var epoch: String
    /// Place in the change feed.
    public var sequence: Int64
    public var evidence: [EvidenceItem]
    public var caseRecord: CaseRecord?
    public var verdicts: [Verdict]
    /// Said of a case whose limit is over; nil where none is, and once the case goes on.
    public var overdue: CaseOverdue?
    /// The last one that was set; nil where none ever was.
    public var hold: LegalHold?

    public init(
        finding: Finding, revision: Int, epoch: String, sequence: Int64, evidence: [EvidenceItem],
        caseRecord: CaseRecord?, verdicts: [Verdict]
    ) {
        self.finding = finding
        self.revision = revision
        self.epoch = epoch
        self.sequence = sequence
        self.evidence = evidence
        self.caseRecord = caseRecord
        self.verdicts = verdicts
    }
}

extension FindingRecord {
    /// The format that ``feature()`` writes.
    public static let format = 1

    /// This revision as a GeoJSON Feature (RFC 7946): longitude, latitude, metres above the ellipsoid, WGS 84. Encoded
    /// once a revision; every destination streams these bytes.
    public func feature() -> [UInt8] {
        var json = JSONText(capacity: 1536)
        json.object { json in
            json.member("type", "Feature")
            json.member("id", finding.id.description)
            json.member("geometry") { json in
                guard let location = finding.location else { return json.null() }
                json.object { json in
                    json.member("type", "Point")
                    json.member("coordinates") { json in
                        json.array { json in
                            json.value(location.point.longitude, decimals: 8)
                            json.value(location.point.latitude, decimals: 8)
                            json.value(location.point.height, decimals: 2)
                        }
                    }
                }
            }
            json.member("properties") { $0.object { properties(&$0) } }
        }
        return json.bytes
    }

    private func properties(_ json: inout JSONText) {
        json.member("format", Self.format)
        json.member("scene_type", finding.sceneType)
        json.member("title") {
            $0.object {
                $0.member("zh", finding.title.zh); $0.member("en", finding.title.en)
            }
        }
        json.member("severity", finding.severity.rawValue)
        json.member("confidence", finding.confidence, decimals: 4)
        json.member("status", finding.status.rawValue)
        json.member("revision", revision)
        json.member("epoch", epoch)
        json.member("seq", sequence)
        json.member("first_seen", finding.firstSeen.rfc3339)
        json.member("last_seen", finding.lastSeen.rfc3339)
        json.member("time_source", finding.provenance.rawValue)
        json.member("sightings", finding.sightings)
        json.member("flight", finding.flight.description)
        json.member("source", finding.source.text)
        json.member("gateway", finding.gateway.text)
        json.member("rule") { $0.object { rule(&$0) } }
        if let location = finding.location { json.member("location") { $0.object { Self.location(location, &$0) } } }
        if let refusal = finding.refusal { json.member("location_refused", refusal.rawValue) }
        json.member("evidence") { json in
            json.array { json in for item in evidence { json.object { Self.evidence(item, &$0) } } }
        }
        if let record = caseRecord {
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
                    if let at = record.at { json.member("at", at.rfc3339) }
                    if let message = record.message { json.member("message", message) }
                }
            }
        }
        if let overdue { json.member(overdue.member) { $0.object { overdue.write(&$0) } } }
        if !verdicts.isEmpty {
            json.member("verdicts") { json in
                json.array { json in
                    for verdict in verdicts {
                        json.object { json in
                            json.member("verdict", verdict.kind.rawValue)
                            json.member("by", verdict.by)
                            json.member("at", verdict.at.rfc3339)
                            json.member("why", verdict.why)
                        }
                    }
                }
            }
        }
        if let hold { json.member("hold") { $0.object { hold.write(to: &$0) } } }
    }

    private func rule(_ json: inout JSONText) {
        json.member("id", finding.rule)
        json.member("version", finding.ruleVersion)
        json.member("reasons") { json in
            json.array { json in
                for reason in finding.reasons {
                    json.object { json in
                        json.member("condition", reason.condition)
                        json.member("values") { json in
                            json.object { json in for value in reason.values { json.member(value.name, value.value) } }
                        }
                    }
                }
            }
        }
    }

    private static func location(_ location: Geotag, _ json: inout JSONText) {
        json.member("method", location.method.rawValue)
        json.member("ce90_m", location.ce90, decimals: 2)
        json.member("ellipse") { json in
            json.object { json in
                json.member("semi_major_m", location.ellipse.semiMajor, decimals: 2)
                json.member("semi_minor_m", location.ellipse.semiMinor, decimals: 2)
                json.member("bearing_deg", location.ellipse.bearing, decimals: 1)
            }
        }
        json.member("pose_age_ms", location.poseAgeMilliseconds, decimals: 0)
        json.member("source_datum", location.sourceDatum)
        if let area = location.area { json.member("area", area) }
        if let grid = location.grid { json.member("grid", grid) }
    }

    private static func evidence(_ item: EvidenceItem, _ json: inout JSONText) {
        json.member("sha256", item.sha256)
        json.member("kind", item.kind.rawValue)
        json.member("media_type", item.mediaType)
        json.member("bytes", item.bytes)
        json.member("captured_at", item.capturedAt.rfc3339)
        json.member("redacted", item.redacted)
        if let original = item.original { json.member("original_sha256", original) }
        if let box = item.box {
            json.member("box") { json in
                json.array { json in
                    for share in [box.left, box.top, box.right, box.bottom] { json.value(share, decimals: 4) }
                }
            }
        }
    }
}
