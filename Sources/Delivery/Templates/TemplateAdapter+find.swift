import Curl
import Inspection

extension TemplateAdapter {
    /// The case that an earlier attempt made; nil where there is none for certain. Whatever leaves that open ends the attempt:
    /// a report that may be a second one is never sent.
    func find(_ data: TemplateData, _ owed: OwedDelivery) async throws(DeliveryEnd) -> CaseRecord? {
        guard let find = template.find else { return nil }
        var attempt = DeliveryAttempt(.delivered(nil))
        let response = try await send(find, data, files: [], &attempt)
        if template.absent.contains(response.status) { return nil }
        var mapping = template.answer
        mapping.entry = template.found
        let (reading, ended) = mapping.read(response, now: clock.utc)
        guard let reading else { throw DeliveryEnd(ended) }
        if let answer = AnswerMapping.answer(reading) { throw DeliveryEnd(answer) }
        let entries = try entries(in: reading.value)
        for entry in entries {
            if let path = template.found.externalID {
                guard entry.at(path)?.scalarText == owed.finding.description else { continue }
            } else {
                guard entries.count == 1 else {
                    throw DeliveryEnd(.unusable(reason: "several cases were found, and none says whose it is"))
                }
                if isBlank(entry) { continue }
            }
            let record = try record(of: entry)
            try await cases.checkOwner(of: record.number, owed.finding, at: destination)
            return record
        }
        return nil
    }

    /// What was found. A list that is null, or in something that is null, is an empty one; any other shape says nothing.
    private func entries(in value: JSONValue) throws(DeliveryEnd) -> [JSONValue] {
        var value = value
        for name in template.found.list {
            if value == .null { return [] }
            guard let next = value.at([name]) else {
                throw DeliveryEnd(.unusable(reason: "the answer has no list of what was found"))
            }
            value = next
        }
        switch value {
        case .null: return []
        case .array(let entries): return entries
        case .object: return [value]
        default: throw DeliveryEnd(.unusable(reason: "the list of what was found is none"))
        }
    }

    /// True for the one entry without our id that holds nothing where the case would stand.
    private func isBlank(_ entry: JSONValue) -> Bool {
        guard let number = template.found.number else { return true }
        if number.count == 1, template.found.list.isEmpty { return entry.at(number).map { $0 == .null } ?? true }
        switch entry.at(Array(number.dropLast())) {
        case nil, .null?: return true
        case .object(let members)?: return members.values.allSatisfy { $0 == .null || $0 == .string("") }
        default: return false
        }
    }

    /// The case of an entry that is ours. A stage that is not in the template leaves the number usable.
    private func record(of entry: JSONValue) throws(DeliveryEnd) -> CaseRecord {
        var mapping = template.found
        for _ in 0..<2 {
            if case .record(let record, _) = template.answer.record(
                entry, by: mapping, platform: destination, zoneSeconds: template.terms.zoneSeconds, wantsStage: false)
            {
                return record
            }
            mapping.stage = nil
        }
        throw DeliveryEnd(.postponed(reason: "the case is there, but has no usable number yet"))
    }
}
