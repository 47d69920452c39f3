import Foundation

/// The body of `POST /v1/reports`, as far as this platform reads it. Members it does not know are left alone.
struct CaseReport: Decodable, Sendable {
    struct Attachment: Codable, Sendable, Hashable {
        var sha256: String
        var kind: String
        var mediaType: String

        enum CodingKeys: String, CodingKey {
            case sha256, kind
            case mediaType = "media_type"
        }
    }

    static let format = 1
    static let maximumAttachments = 64

    var format: Int
    var externalID: String
    var revision: Int
    var sceneType: String
    var jurisdiction: ReportedCompetence?
    var finding: ReportedFinding
    var attachments: [Attachment]

    enum CodingKeys: String, CodingKey {
        case format, revision, jurisdiction, finding, attachments
        case externalID = "external_id"
        case sceneType = "scene_type"
    }

    /// The report, or why it breaks the contract.
    static func read(_ bytes: [UInt8]) -> Result<CaseReport, ContractBreach> {
        let report: CaseReport
        do {
            report = try JSONDecoder().decode(CaseReport.self, from: Data(bytes))
        } catch {
            return .failure(ContractBreach(reason: "the body is not a report: \(ContractBreach.place(of: error))"))
        }
        guard report.format == format else { return .failure(ContractBreach(reason: "format must be \(format)")) }
        guard isIdentifier(report.externalID) else {
            return .failure(ContractBreach(reason: "external_id must be 1 to 64 letters, digits and hyphens"))
        }
        guard report.finding.id == report.externalID else {
            return .failure(ContractBreach(reason: "finding.id must be external_id"))
        }
        guard report.revision >= 1 else { return .failure(ContractBreach(reason: "revision counts from 1")) }
        guard report.attachments.count <= maximumAttachments,
            report.attachments.allSatisfy({
                isHash($0.sha256) && $0.kind.utf8.count <= 32 && $0.mediaType.utf8.count <= 128
            })
        else {
            return .failure(ContractBreach(reason: "attachments: at most \(maximumAttachments), each with its SHA-256"))
        }
        return .success(report)
    }

    static func isIdentifier(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
            }
    }

    static func isHash(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}

/// What is shown of a finding. Everything but the id may be missing.
struct ReportedFinding: Codable, Sendable, Hashable {
    struct Geometry: Codable, Sendable, Hashable {
        var coordinates: [Double?]?
    }

    struct Title: Codable, Sendable, Hashable {
        var zh: String?
        var en: String?
    }

    struct Location: Codable, Sendable, Hashable {
        var method: String?
        var ce90: Double?

        enum CodingKeys: String, CodingKey {
            case method
            case ce90 = "ce90_m"
        }
    }

    struct Reason: Codable, Sendable, Hashable {
        var condition: String?
        var values: [String: String]?
    }

    struct Rule: Codable, Sendable, Hashable {
        var id: String?
        var reasons: [Reason]?
    }

    struct Properties: Codable, Sendable, Hashable {
        var title: Title?
        var severity: String?
        var confidence: Double?
        var status: String?
        var firstSeen: String?
        var lastSeen: String?
        var sightings: Int?
        var location: Location?
        var rule: Rule?

        enum CodingKeys: String, CodingKey {
            case title, severity, confidence, status, sightings, location, rule
            case firstSeen = "first_seen"
            case lastSeen = "last_seen"
        }
    }

    var id: String
    var geometry: Geometry?
    var properties: Properties
}

/// Why a request is answered 400.
struct ContractBreach: Error, Sendable, Hashable {
    var reason: String

    static func place(of error: any Error) -> String {
        func path(_ keys: [any CodingKey]) -> String { keys.map(\.stringValue).joined(separator: ".") }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case DecodingError.typeMismatch(_, let context): "\(path(context.codingPath)) has the wrong type"
        case DecodingError.valueNotFound(_, let context): "\(path(context.codingPath)) is null"
        default: "it is not JSON"
        }
    }
}
