import Curl
import Inspection

/// What a gateway's answers mean: many say 200 and mean something else in the body.
struct AnswerMapping: Sendable, Hashable {
    enum Meaning: String, Sendable, Hashable, CaseIterable {
        case success
        /// The report was taken before.
        case known
        /// The whole gateway is busy or broken.
        case retry
        /// Only this report waits.
        case wait
        /// A person must change a setting.
        case misconfigured
        case refused
    }

    /// What a platform's word for a stage means.
    struct Stage: Sendable, Hashable {
        var stage: CaseRecord.Stage
        var flags: Set<CaseRecord.Flag> = []
    }

    /// Nil where the status alone says how it went.
    var code: [String]?
    var codes: [String: Meaning] = [:]
    /// Of codes that are not named.
    var otherwise = Meaning.retry
    /// Statuses whose meaning is another than usual.
    var statuses: [Int: Meaning] = [:]
    var entry = CaseEntryMapping()
    var message: [String]?
    var stages: [String: Stage] = [:]

    /// What an answer says before anybody looks for a case in it.
    struct Reading: Sendable, Hashable {
        var meaning: Meaning
        var reason: String
        var value: JSONValue
    }

    /// The reading, or an answer that ends the attempt.
    func read(_ response: HTTPResponse, now: UTCTime) -> (Reading?, DeliveryAnswer) {
        let status = response.status
        let said = statuses[status]
        if said == nil, !(200...299).contains(status) {
            switch status {
            case 400, 410, 413, 422:
                guard AnswerReading.isJSON(response), let value = JSONValue(response.body) else {
                    return (nil, .unusable(reason: "HTTP \(status) that is not the platform's"))
                }
                // The body may say that it is known, or only busy.
                if let meaning = coded(value) {
                    return (Reading(meaning: meaning, reason: reason(status, value), value: value), .delivered(nil))
                }
                return (nil, .refused(reason: reason(status, value)))
            default: return (nil, AnswerReading.answer(status: status, response, now: now))
            }
        }
        guard code != nil || entry.number != nil else {
            let reading = Reading(
                meaning: said ?? .success, reason: "HTTP \(status)", value: JSONValue(response.body) ?? .null)
            return (reading, .delivered(nil))
        }
        guard let value = JSONValue(response.body) else {
            return (nil, .unusable(reason: "HTTP \(status) with something that is not JSON"))
        }
        guard code != nil else {
            return (Reading(meaning: said ?? .success, reason: reason(status, value), value: value), .delivered(nil))
        }
        guard let text = code.flatMap({ value.at($0)?.scalarText }) else {
            return (nil, .unusable(reason: "HTTP \(status) without a code"))
        }
        let meaning = codes[text] ?? said ?? otherwise
        return (Reading(meaning: meaning, reason: reason(status, value), value: value), .delivered(nil))
    }

    private func coded(_ value: JSONValue) -> Meaning? {
        code.flatMap { value.at($0)?.scalarText }.flatMap { codes[$0] }
    }

    private func reason(_ status: Int, _ value: JSONValue) -> String {
        let code = code.flatMap { value.at($0)?.scalarText }.map { ", code " + AnswerReading.printable($0) } ?? ""
        let said = message.flatMap { value.at($0)?.scalarText }.map { ": " + AnswerReading.printable($0) } ?? ""
        return "HTTP \(status)\(code)\(said)"
    }

    /// The answer that a meaning ends the attempt with; nil for success and known.
    static func answer(_ reading: Reading) -> DeliveryAnswer? {
        switch reading.meaning {
        case .success, .known: nil
        case .retry: .unavailable(reason: reading.reason, retryAfter: nil)
        case .wait: .postponed(reason: reading.reason)
        case .misconfigured: .misconfigured(reason: reading.reason)
        case .refused: .refused(reason: reading.reason)
        }
    }

    enum Entry: Sendable, Hashable {
        case record(CaseRecord, externalID: String?)
        /// Says nothing of a number or a stage where it could.
        case absent(String)
        case unusable(String)
    }

    /// The case of one entry. `wantsStage`: an answer without a stage is one without news.
    func record(
        _ value: JSONValue, by entry: CaseEntryMapping, platform: Name, zoneSeconds: Int, number known: String? = nil,
        wantsStage: Bool
    ) -> Entry {
        let external = entry.externalID.flatMap { value.at($0)?.scalarText }
        guard let number = entry.number.flatMap({ value.at($0)?.scalarText }) ?? known, !number.isEmpty else {
            return .absent("the answer has no case number")
        }
        guard CaseAnswer.isNumber(number), !number.hasPrefix(CaseRecord.tokenPrefix) else {
            return .unusable("the answer has no usable case number")
        }
        var stage = Stage(stage: .reported)
        if let word = entry.stage.flatMap({ value.at($0)?.scalarText }), !word.isEmpty {
            guard let meant = stages[word] else {
                return .unusable("the stage “\(AnswerReading.printable(word))” is not in the template")
            }
            stage = meant
        } else if wantsStage {
            return .absent("the answer has no stage")
        }
        func time(_ path: [String]?) -> UTCTime? {
            path.flatMap { value.at($0)?.scalarText }.flatMap { text in
                entry.atForm.map { $0.read(text, zoneSeconds: zoneSeconds) } ?? UTCTime(rfc3339: text)
            }
        }
        let at = time(entry.at)
        // What cannot be meant is as good as not stated: the settings say how far an extension goes.
        let extending =
            time(entry.extendedUntil).map { CaseExtension.until($0) }
            ?? entry.extendedBy.flatMap { value.at($0)?.scalarText }.flatMap { text in
                text.utf8.count <= 4 ? Int(text).flatMap { CaseExtension(count: $0, entry.extendedUnit) } : nil
            }
        if extending != nil { stage.flags.insert(.extended) }
        let message = entry.message.flatMap { value.at($0)?.scalarText }.flatMap(CaseAnswer.words)
        return .record(
            CaseRecord(
                platform: platform, number: number, stage: stage.stage, flags: stage.flags, at: at, message: message,
                extending: extending),
            externalID: external)
    }
}

extension JSONValue {
    /// What a path of names and positions leads to; itself for an empty one.
    func at(_ path: [String]) -> JSONValue? {
        var value = self
        for name in path {
            switch value {
            case .object(let members):
                guard let member = members[name] else { return nil }
                value = member
            case .array(let elements):
                guard let position = Int(name), elements.indices.contains(position) else { return nil }
                value = elements[position]
            default: return nil
            }
        }
        return value
    }
}
