import Curl
import Inspection

/// Reads what a case flow answers. Whatever is not exactly the contract is unusable: it is never stored.
enum CaseAnswer {
    static let maximumNumberBytes = 64
    static let maximumCursorBytes = 256

    /// The type of the problem that says: this key came with another payload.
    static let keyReused = "/problems/key-reused"

    /// The answer to a report.
    static func answer(
        _ response: HTTPResponse, to finding: FindingID, platform: Name, now: UTCTime
    ) -> DeliveryAnswer {
        switch response.status {
        case 200, 201:
            guard AnswerReading.isJSON(response) else {
                return .unusable(reason: "HTTP \(response.status) with something that is not JSON")
            }
            guard let value = JSONValue(response.body) else {
                return .unusable(reason: "HTTP \(response.status) with broken JSON")
            }
            return record(value, of: finding, platform: platform)
        case 400, 410, 413, 422:
            // Only the platform itself refuses for good, and it speaks JSON; a page from something in between does not count.
            guard AnswerReading.isJSON(response) else {
                return .unusable(reason: "HTTP \(response.status) that is not the platform's")
            }
            return .refused(reason: "HTTP \(response.status): \(AnswerReading.title(response) ?? "refused")")
        default: return AnswerReading.answer(status: response.status, response, now: now)
        }
    }

    /// The answer to the question for one finding's case.
    static func known(_ response: HTTPResponse, finding: FindingID, platform: Name) -> DeliveryAnswer {
        guard response.status == 200, AnswerReading.isJSON(response),
            let cases = JSONValue(response.body)?["cases"]?.array, cases.count == 1
        else { return .unusable(reason: "HTTP \(response.status) without the case of a report it knows") }
        return record(cases[0], of: finding, platform: platform)
    }

    /// Hashes the platform lacks; nil when the answer does not name any.
    static func missing(_ response: HTTPResponse) -> Set<String>? {
        guard AnswerReading.isJSON(response), let list = JSONValue(response.body)?["missing"]?.array,
            !list.isEmpty, list.count <= 1024
        else { return nil }
        return Set(list.compactMap(\.string))
    }

    static func isKeyReused(_ response: HTTPResponse) -> Bool {
        AnswerReading.isJSON(response) && JSONValue(response.body)?["type"]?.string == keyReused
    }

    static func page(_ response: HTTPResponse, platform: Name) throws(DeliveryError) -> CaseStagePage {
        guard response.status == 200 else {
            let isTransient = response.status >= 500 || response.status == 429 || response.status == 408
            throw DeliveryError(
                kind: isTransient ? .unreachable : .misconfigured, description: "\(platform): HTTP \(response.status)")
        }
        guard AnswerReading.isJSON(response), let value = JSONValue(response.body), let cases = value["cases"]?.array,
            let cursor = value["cursor"]?.string, (1...maximumCursorBytes).contains(cursor.utf8.count),
            let more = value["more"]?.bool
        else {
            throw DeliveryError(
                kind: .unusableAnswer, description: "\(platform): a page of cases that breaks the contract")
        }
        let changes = cases.compactMap { change($0, platform: platform) }
        return CaseStagePage(changes: changes, unusable: cases.count - changes.count, cursor: cursor, more: more)
    }

    /// One case with the id of one of our findings.
    static func change(_ value: JSONValue, platform: Name) -> CaseStagePage.Change? {
        guard let id = value["external_id"]?.string.flatMap({ FindingID($0) }),
            case .delivered(let record?) = record(value, of: id, platform: platform)
        else { return nil }
        return CaseStagePage.Change(finding: id, record: record)
    }

    private static func record(_ value: JSONValue, of finding: FindingID, platform: Name) -> DeliveryAnswer {
        guard value["external_id"]?.string == finding.description else {
            return .unusable(reason: "the answer is about another finding")
        }
        guard let number = value["case_number"]?.string, isNumber(number), !number.hasPrefix(CaseRecord.tokenPrefix)
        else {
            return .unusable(reason: "the answer has no usable case number")
        }
        guard let stage = value["stage"]?.string.flatMap(CaseRecord.Stage.init(rawValue:)) else {
            return .unusable(reason: "the answer has no known stage")
        }
        let words = value["flags"]?.array ?? []
        let flags = words.compactMap { $0.string.flatMap(CaseRecord.Flag.init(rawValue:)) }
        guard flags.count == words.count else { return .unusable(reason: "the answer has a flag that is not known") }
        return .delivered(
            CaseRecord(
                platform: platform, number: number, stage: stage, flags: Set(flags),
                at: value["at"]?.string.flatMap { UTCTime(rfc3339: $0) },
                message: value["message"]?.string.flatMap(Self.words),
                extending: flags.contains(.extended) ? extending(value) : nil))
    }

    /// What is stated of an extension; nil for nothing, and for what cannot be meant: then the settings say how far it goes.
    private static func extending(_ value: JSONValue) -> CaseExtension? {
        if let end = value["extended_until"]?.string.flatMap({ UTCTime(rfc3339: $0) }) { return .until(end) }
        return value["extended_by"]?.string.flatMap { text in
            text.utf8.count <= 6 ? CaseExtension(text) : nil
        }
    }

    /// Text for people as it is kept: printable, at most `CaseRecord.messageLimit` bytes; nil for nothing.
    static func words(_ text: String) -> String? {
        var kept = ""
        var bytes = 0
        for character in AnswerReading.printable(text, limit: CaseRecord.messageLimit) {
            bytes += character.utf8.count
            if bytes > CaseRecord.messageLimit { break }
            kept.append(character)
        }
        return kept.isEmpty ? nil : kept
    }

    /// One to 64 bytes of printable text without markup.
    static func isNumber(_ text: String) -> Bool {
        (1...maximumNumberBytes).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
                default: scalar != "<" && scalar != ">" && scalar != "&" && scalar != "\"" && scalar != "'"
                }
            }
    }
}
