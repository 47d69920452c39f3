import Inspection

/// The report's body: the same bytes for the same revision, attachments and jurisdiction, as its idempotency key demands.
enum CaseReportText {
    static let format = 1

    /// What the jurisdiction in use says of the finding; nil where none is, and of a feature that does not say when its matter
    /// was first seen.
    static func competence(of owed: OwedDelivery, by jurisdiction: (any JurisdictionInUse)?) -> Competence? {
        guard let jurisdiction, let properties = JSONValue(owed.feature)?["properties"],
            let sceneType = properties["scene_type"]?.string,
            let firstSeen = properties["first_seen"]?.string.flatMap({ UTCTime(rfc3339: $0) })
        else { return nil }
        return jurisdiction.competence(for: sceneType, firstSeen: firstSeen)
    }

    /// Nil when the stored feature is no feature.
    static func body(of owed: OwedDelivery, attachments: [EvidenceItem], competence: Competence? = nil) -> [UInt8]? {
        guard let feature = JSONValue(owed.feature), let properties = feature["properties"], properties.isObject,
            let sceneType = properties["scene_type"]?.string
        else { return nil }
        var json = JSONText(capacity: owed.feature.count + 512)
        json.object { json in
            json.member("format", format)
            json.member("external_id", owed.finding.description)
            json.member("revision", owed.revision)
            json.member("scene_type", sceneType)
            if let severity = properties["severity"]?.string { json.member("severity", severity) }
            if let competence { json.member("jurisdiction") { competence.write(to: &$0) } }
            json.member("finding") { $0.raw(owed.feature) }
            json.member("attachments") { json in
                json.array { json in
                    for item in attachments {
                        json.object { json in
                            json.member("sha256", item.sha256)
                            json.member("kind", item.kind.rawValue)
                            json.member("media_type", item.mediaType)
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    /// 64 lower-case hexadecimal digits.
    static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
