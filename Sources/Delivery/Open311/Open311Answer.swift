import Curl
import Inspection

/// Reads what a GeoReport v2 server answers.
enum Open311Answer {
    /// Of one case that was asked for.
    enum News: Sendable, Hashable {
        case record(CaseRecord)
        case same
        case unusable
    }

    /// The answer to a new request: a list of one with a number or a token.
    static func created(
        _ response: HTTPResponse, platform: Name, now: UTCTime
    ) throws(DeliveryEnd) -> DeliveryAnswer {
        switch response.status {
        case 200, 201: break
        case 400 where AnswerReading.isJSON(response): return .refused(reason: "HTTP 400: \(said(response))")
        default: throw DeliveryEnd(failure(response, now: now))
        }
        guard AnswerReading.isJSON(response), let rows = JSONValue(response.body)?.array, rows.count == 1 else {
            return .unusable(reason: "HTTP \(response.status) without the list of one request")
        }
        if let number = number(rows[0]["service_request_id"]) {
            return .delivered(
                CaseRecord(platform: platform, number: number, stage: .reported, message: notice(rows[0])))
        }
        guard let token = number(rows[0]["token"]),
            CaseAnswer.isNumber(CaseRecord.tokenPrefix + token)
        else { return .unusable(reason: "the answer has neither a request's id nor a token") }
        return .delivered(
            CaseRecord(
                platform: platform, number: CaseRecord.tokenPrefix + token, stage: .reported, message: notice(rows[0])))
    }

    /// The request among `rows` that carries the finding's mark. One that has no number yet is there all the same.
    static func find(
        _ finding: FindingID, in rows: [JSONValue], platform: Name
    ) throws(DeliveryEnd) -> CaseRecord? {
        let mark = Open311Report.mark(finding)
        for row in rows {
            guard let text = row["description"]?.string, text.contains(mark) else { continue }
            guard let number = number(row["service_request_id"]) else {
                throw DeliveryEnd(.postponed(reason: "the request is there, but has no usable number yet"))
            }
            return record(row, CaseRecord(platform: platform, number: number, stage: .reported))
                ?? CaseRecord(platform: platform, number: number, stage: .reported)
        }
        return nil
    }

    /// What a token has become.
    static func resolved(_ response: HTTPResponse, token: String, _ known: CaseRecord) -> News {
        guard AnswerReading.isJSON(response), let rows = JSONValue(response.body)?.array, rows.count <= 1 else {
            return .unusable
        }
        guard let row = rows.first else { return .same }
        if let said = row["token"]?.scalarText, said != token { return .unusable }
        guard let value = row["service_request_id"], value != .null, value != .string("") else { return .same }
        guard let number = number(value) else { return .unusable }
        var record = known
        record.number = number
        return .record(record)
    }

    /// How the request that was asked for stands.
    static func state(_ response: HTTPResponse, _ known: CaseRecord) -> News {
        guard AnswerReading.isJSON(response), let rows = JSONValue(response.body)?.array, rows.count == 1,
            number(rows[0]["service_request_id"]) == known.number, let record = record(rows[0], known)
        else { return .unusable }
        return .record(record)
    }

    /// Two states are all there are: open leaves the case where it was, unless it was closed.
    private static func record(_ row: JSONValue, _ known: CaseRecord) -> CaseRecord? {
        var record = known
        switch row["status"]?.string?.lowercased() {
        case "open":
            if known.stage == .closed {
                record.stage = .accepted
            } else if known.stage == .reported {
                record.stage = .accepted
            }
        case "closed": record.stage = .closed
        default: return nil
        }
        record.at = row["updated_datetime"]?.string.flatMap { UTCTime(rfc3339: $0) }
        record.message = row["status_notes"]?.string.flatMap(CaseAnswer.words)
        return record
    }

    /// Ids are text; a server that writes them as numbers is understood.
    private static func number(_ value: JSONValue?) -> String? {
        guard let text = value?.scalarText, CaseAnswer.isNumber(text), !text.hasPrefix(CaseRecord.tokenPrefix) else {
            return nil
        }
        return text
    }

    private static func notice(_ row: JSONValue) -> String? { row["service_notice"]?.string.flatMap(CaseAnswer.words) }

    static func failure(_ response: HTTPResponse, now: UTCTime) -> DeliveryAnswer {
        switch response.status {
        // A page of something in between is no refusal.
        case 400 where !AnswerReading.isJSON(response): .unusable(reason: "HTTP 400 that is not the server's")
        default: AnswerReading.answer(status: response.status, response, now: now)
        }
    }

    /// What errors say: a list of `code` and `description`.
    static func said(_ response: HTTPResponse) -> String {
        let texts = JSONValue(response.body)?.array?.compactMap { $0["description"]?.string } ?? []
        return texts.isEmpty ? "refused" : AnswerReading.printable(texts.joined(separator: "; "))
    }
}
