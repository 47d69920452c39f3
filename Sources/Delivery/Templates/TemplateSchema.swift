import LocatedYAML

/// What references of a template may name. Anything else is refused when the template is read.
indirect enum TemplateSchema: Sendable, Hashable {
    case value
    case object([String: TemplateSchema])
    case list(TemplateSchema)
    /// Members that are chosen elsewhere.
    case any

    private static let names: TemplateSchema = .object(["zh": .value, "en": .value])
    private static let point: TemplateSchema = .object([
        "longitude": .value, "latitude": .value, "text": .value, "datum": .value,
    ])

    private static let rule: TemplateSchema = .object([
        "id": .value, "version": .value, "reasons": .list(.object(["condition": .value, "values": .any])),
    ])

    private static let location: TemplateSchema = .object([
        "method": .value, "ce90_m": .value, "pose_age_ms": .value, "source_datum": .value, "area": .value,
        "grid": .value,
        "ellipse": .object(["semi_major_m": .value, "semi_minor_m": .value, "bearing_deg": .value]),
    ])

    private static let evidence: TemplateSchema = .list(
        .object([
            "sha256": .value, "kind": .value, "media_type": .value, "bytes": .value, "captured_at": .value,
            "redacted": .value, "original_sha256": .value, "box": .list(.value),
        ]))

    private static let properties: TemplateSchema = .object([
        "format": .value, "scene_type": .value, "title": names, "severity": .value, "confidence": .value,
        "status": .value, "revision": .value, "epoch": .value, "seq": .value, "first_seen": .value, "last_seen": .value,
        "time_source": .value, "sightings": .value, "flight": .value, "source": .value, "gateway": .value, "rule": rule,
        "location": location, "location_refused": .value, "evidence": evidence,
        "case": .object([
            "platform": .value, "number": .value, "stage": .value, "flags": .list(.value), "at": .value,
            "message": .value,
        ]),
        "verdicts": .list(.object(["verdict": .value, "by": .value, "at": .value, "why": .value])),
    ])

    private static let finding: TemplateSchema = .object([
        "type": .value, "id": .value,
        "geometry": .object(["type": .value, "coordinates": .list(.value)]), "properties": properties,
    ])

    private static let jurisdiction: TemplateSchema = .object([
        "id": .value, "version": .value, "title": names, "law_day": .value, "codes": .list(.value),
        "alternatives": .list(.value), "unknown": .list(.value),
        "track": .object(["id": .value, "zh_2016": .value, "zh_2021": .value, "en": .value]),
        "departments": .list(.object(["id": .value, "zh": .value, "en": .value])),
        "law": .list(
            .object([
                "id": .value, "zh": .value, "en": .value, "articles": .list(.value), "penalty": .list(.value),
                "from": .value, "to": .value,
            ])),
        "limits": .list(
            .object(["step": .value, "zh": .value, "en": .value, "limit": .value, "due": .value])),
    ])

    static let attachment: TemplateSchema = .object([
        "sha256": .value, "kind": .value, "media_type": .value, "bytes": .value, "captured_at": .value, "name": .value,
        "base64": .value, "link": .value, "id": .value,
    ])

    private static let caseRecord: TemplateSchema = .object([
        "number": .value, "stage": .value, "flags": .list(.value),
    ])

    /// Of a request that carries a finding. `settings`: the names that the template asks the destination for.
    static func delivery(settings: [String]) -> TemplateSchema {
        .object([
            "finding": finding, "jurisdiction": jurisdiction, "case": caseRecord, "attachments": .list(attachment),
            "place": .object([
                "longitude": .value, "latitude": .value, "text": .value, "datum": .value, "height": .value,
                "wgs84": point, "cgcs2000": point, "gcj02": point, "bd09": point,
            ]),
            "delivery": .object([
                "key": .value, "finding": .value, "revision": .value, "destination": .value, "is_new": .value,
            ]),
            "page": .value, "setting": object(settings),
        ])
    }

    static func poll(settings: [String]) -> TemplateSchema {
        .object([
            "poll": .object(["cursor": .value, "limit": .value]), "case": .object(["number": .value]),
            "setting": object(settings),
        ])
    }

    static func upload(settings: [String]) -> TemplateSchema {
        guard case .object(var members) = delivery(settings: settings) else { return .any }
        members["attachment"] = attachment
        return .object(members)
    }

    private static func object(_ names: [String]) -> TemplateSchema {
        .object(Dictionary(names.map { ($0, .value) }, uniquingKeysWith: { first, _ in first }))
    }

    func adding(_ name: String, _ schema: TemplateSchema) -> TemplateSchema {
        guard case .object(var members) = self else { return self }
        members[name] = schema
        return .object(members)
    }

    /// What a path leads to; nil, with what is wrong, where it leads nowhere.
    func follow(_ path: [String]) -> Result<TemplateSchema, TemplateText.Fault> {
        var schema = self
        for (index, name) in path.enumerated() {
            let so = path[...index].joined(separator: ".")
            switch schema {
            case .any: return .success(.any)
            case .object(let members):
                guard let member = members[name] else {
                    return .failure(
                        TemplateText.Fault(
                            column: 0, message: "there is no \(so)",
                            hint: NearestName.hint(for: name, among: members.keys)))
                }
                schema = member
            case .list(let element):
                guard let position = Int(name), (0..<1000).contains(position) else {
                    return .failure(
                        TemplateText.Fault(
                            column: 0, message: "\(so) is an element of a list",
                            hint: "count from 0: \(path[..<index].joined(separator: ".")).0"))
                }
                schema = element
            case .value:
                return .failure(
                    TemplateText.Fault(
                        column: 0, message: "there is nothing in \(path[..<index].joined(separator: "."))"))
            }
        }
        return .success(schema)
    }
}
