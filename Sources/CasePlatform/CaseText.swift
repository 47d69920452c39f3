import Foundation

/// The platform's JSON.
enum CaseText {
    struct Case: Codable {
        var case_number: String
        var external_id: String
        var stage: CaseStage
        var flags: [CaseFlag]?
        var message: String?
        var at: String?
        var revision: Int?
        var scene_type: String?
    }

    struct Page: Codable {
        var cases: [Case]
        var cursor: String
        var more: Bool
    }

    struct Problem: Codable {
        var type: String
        var title: String
        var status: Int
        var detail: String?
        var missing: [String]?
    }

    static func encode(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)) ?? Data("{}".utf8)
    }

    static func answer(_ answer: CaseRegister.Answer) -> Data {
        encode(Case(case_number: answer.number, external_id: answer.externalID, stage: answer.stage))
    }

    static func of(_ entry: CaseRegister.Case) -> Case {
        Case(
            case_number: entry.number, external_id: entry.externalID, stage: entry.stage, flags: flags(entry),
            message: entry.message, at: time(entry.stageAt), revision: entry.revision, scene_type: entry.sceneType)
    }

    static func callback(_ entry: CaseRegister.Case, at: Double) -> Data {
        encode(
            Case(
                case_number: entry.number, external_id: entry.externalID, stage: entry.stage, flags: flags(entry),
                message: entry.message, at: time(at)))
    }

    private static func flags(_ entry: CaseRegister.Case) -> [CaseFlag]? { entry.flags.isEmpty ? nil : entry.flags }

    /// RFC 3339, UTC, milliseconds.
    static func time(_ seconds: Double) -> String {
        Date(timeIntervalSince1970: seconds).formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
