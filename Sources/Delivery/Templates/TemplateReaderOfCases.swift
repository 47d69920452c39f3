internal import Curl
import Inspection
import LocatedYAML

/// Reads a template out of its YAML, and complains of what cannot be meant at its place.
struct TemplateReaderOfCases {
    let mapping: YAMLMapping
    private static let sections = ["report", "update", "find", "upload"]

    init(mapping: YAMLMapping) { self.mapping = mapping }

    func template() -> CaseTemplate {
        if mapping.optionalInt("format", in: 1...1) == nil, !mapping.has("format") { mapping.missing("format") }
        var template = CaseTemplate(report: Self.nothing)
        template.name = mapping.string("name")
        _ = mapping.optionalString("about")
        template.settings = mapping.strings("settings")
        template.datum = mapping.enumeration("datum", default: .wgs84)
        template.terms = terms()
        template.attachments = mapping.mapping("attachments", attachments)
        let tables = Set(template.terms.tables.keys)
        let schema = TemplateSchema.delivery(settings: template.settings)
        mapping.mapping("requests") { requests in
            func request(_ name: String, _ schema: TemplateSchema) -> RequestTemplate? {
                requests.optionalMapping(name) { RequestReader(schema: schema, tables: tables).request($0) }
            }
            if !requests.has("report") { requests.missing("report") }
            template.report = request("report", schema) ?? Self.nothing
            template.update = request("update", schema)
            template.find = request("find", schema)
            template.isIdempotent = requests.bool("idempotent", default: false)
            template.upload = request("upload", TemplateSchema.upload(settings: template.settings))
        }
        template.answer = mapping.mapping("answer", answer)
        template.answer.stages = stages()
        var absent: Set<Int> = []
        template.found =
            mapping.optionalMapping("found") { found in
                absent = statuses(found, "absent")
                return entry(found)
            } ?? template.answer.entry
        template.absent = absent
        let polled = TemplateSchema.poll(settings: template.settings)
        template.poll = mapping.optionalMapping("poll") { poll($0, RequestReader(schema: polled, tables: tables)) }
        template.callback = mapping.optionalMapping("callback", entry)
        review(template)
        return template
    }

    private func review(_ template: CaseTemplate) {
        if template.attachments.sending == .upload, template.upload == nil {
            mapping.complain("requests", "attachments are to be uploaded, but there is no request upload")
        }
        if let callback = template.callback, callback.externalID == nil, callback.number == nil {
            mapping.complain("callback", "says neither where our id stands nor where the number does")
        }
        if template.find != nil, template.found.number == nil {
            mapping.complain(
                "requests", "asks by find, but says nowhere where the number stands", hint: "add found: {number: …}")
        }
        let knowsRepetitions =
            template.answer.entry.number != nil
            && (template.answer.codes.values.contains(.known) || template.answer.statuses.values.contains(.known))
        if template.find == nil, !template.isIdempotent, !knowsRepetitions {
            mapping.complain(
                "requests", "a report whose answer is lost would be made twice",
                hint: "add find, or idempotent: true where the gateway makes one case of a finding whatever it gets")
        }
        let stages = [template.answer.entry, template.found, template.callback, template.poll?.entry]
        if template.answer.stages.isEmpty, stages.contains(where: { $0?.stage != nil }) {
            mapping.complain("stages", "is missing, though stages are read", hint: "add stages: {受理: accepted, …}")
        }
    }

    private func statuses(_ mapping: YAMLMapping, _ key: String) -> Set<Int> {
        var statuses: Set<Int> = []
        for text in mapping.texts(key) {
            guard let status = Int(text.text), (400...499).contains(status) else {
                mapping.complaints.add(text, "is no HTTP status that may mean: not there")
                continue
            }
            statuses.insert(status)
        }
        return statuses
    }

    private static let nothing = RequestTemplate(
        method: .post, path: TemplateText(reference: []), query: [], fields: [], body: .none)

    private func terms() -> TemplateTerms {
        var terms = TemplateTerms()
        if let text = mapping.optionalString("zone") {
            if let seconds = TemplateDate.zone(text) {
                terms.zoneSeconds = seconds
            } else {
                mapping.complain("zone", "must be an offset such as +08:00 or Z")
            }
        }
        mapping.mapping("tables") { tables in
            for key in tables.keys {
                var table = TemplateTable()
                for (name, text) in tables.namedTexts(key) { table.entries[name] = text.text }
                terms.tables[key] = table
            }
        }
        return terms
    }

    private func attachments(_ mapping: YAMLMapping) -> CaseTemplate.Attachments {
        var attachments = CaseTemplate.Attachments()
        attachments.sending = mapping.enumeration("send", default: .none)
        var kinds: Set<EvidenceItem.Kind> = []
        for text in mapping.texts("kinds") {
            guard let kind = EvidenceItem.Kind(rawValue: text.text) else {
                mapping.complaints.add(
                    text, "is no kind of evidence",
                    hint: NearestName.hint(for: text.text, among: EvidenceItem.Kind.allCases.map(\.rawValue)))
                continue
            }
            kinds.insert(kind)
        }
        if !kinds.isEmpty { attachments.kinds = kinds }
        attachments.limit = mapping.int("limit", default: 9, in: 1...64)
        attachments.maximumBytes = mapping.bytes("bytes", default: 10 << 20, in: 1...(64 << 20))
        attachments.idPath = path(mapping, "id") ?? []
        return attachments
    }

    private func answer(_ mapping: YAMLMapping) -> AnswerMapping {
        var answer = AnswerMapping()
        answer.code = path(mapping, "code")
        answer.message = path(mapping, "message")
        for meaning in AnswerMapping.Meaning.allCases {
            for code in mapping.texts(meaning.rawValue) {
                if answer.codes[code.text] != nil { mapping.complaints.add(code, "stands twice") }
                answer.codes[code.text] = meaning
            }
        }
        answer.otherwise = mapping.enumeration("otherwise", default: .retry)
        for (name, meaning) in mapping.namedWords("statuses", as: AnswerMapping.Meaning.self) {
            guard let status = Int(name), (200...599).contains(status) else {
                mapping.complain("statuses", "\(name) is no HTTP status")
                continue
            }
            answer.statuses[status] = meaning
        }
        answer.entry = fields(mapping)
        answer.entry.message = nil
        if answer.code != nil, !answer.codes.values.contains(.success) {
            mapping.complain("success", "is missing: no code would ever be a success", hint: "add success: [\"0\"]")
        }
        return answer
    }

    private func entry(_ mapping: YAMLMapping) -> CaseEntryMapping { fields(mapping) }

    private func fields(_ mapping: YAMLMapping) -> CaseEntryMapping {
        var entry = CaseEntryMapping()
        entry.list = path(mapping, "list") ?? []
        entry.externalID = path(mapping, "external_id")
        entry.number = path(mapping, "number")
        entry.stage = path(mapping, "stage")
        entry.message = path(mapping, "message")
        entry.at = path(mapping, "at")
        entry.extendedUntil = path(mapping, "extended_until")
        entry.extendedBy = path(mapping, "extended_by")
        if let unit = mapping.optionalString("extended_unit") {
            let units: [String: CaseExtension.Unit] = [
                "working_hours": .workingHours, "working_days": .workingDays, "days": .days,
            ]
            if let known = units[unit] {
                entry.extendedUnit = known
            } else {
                mapping.complain("extended_unit", "must be working_hours, working_days or days")
            }
            if entry.extendedBy == nil {
                mapping.complain("extended_unit", "says of what, and nothing says how many", hint: "add extended_by")
            }
        }
        if let text = mapping.optionalString("at_format") {
            entry.atForm = TemplateDate(text)
            if entry.atForm == nil {
                mapping.complain(
                    "at_format", "is no pattern of a time", hint: "such as yyyy-MM-dd HH:mm:ss, unix or unix_ms")
            }
        }
        return entry
    }

    private func poll(_ mapping: YAMLMapping, _ reader: RequestReader) -> PollMapping {
        if !mapping.has("request") { mapping.missing("request") }
        var poll = PollMapping(request: mapping.optionalMapping("request") { reader.request($0) } ?? Self.nothing)
        poll.way = mapping.enumeration("by", default: .cursor)
        poll.entry = fields(mapping)
        poll.cursor = path(mapping, "cursor") ?? []
        poll.more = path(mapping, "more")
        if poll.way == .cursor, poll.cursor.isEmpty { mapping.missing("cursor") }
        if poll.entry.stage == nil { mapping.missing("stage") }
        if poll.way == .cursor, poll.entry.externalID == nil, poll.entry.number == nil {
            mapping.missing("external_id")
        }
        return poll
    }

    private func stages() -> [String: AnswerMapping.Stage] {
        var stages: [String: AnswerMapping.Stage] = [:]
        mapping.mapping("stages") { words in
            for entry in words.allEntries() {
                if entry.value.scalar != nil {
                    guard let stage: CaseRecord.Stage = words.optionalEnumeration(entry.key) else { continue }
                    stages[entry.key] = AnswerMapping.Stage(stage: stage)
                    continue
                }
                words.mapping(entry.key) { word in
                    var stage = AnswerMapping.Stage(stage: word.enumeration("stage", placeholder: .reported))
                    for text in word.texts("flags") {
                        guard let flag = CaseRecord.Flag(rawValue: text.text) else {
                            word.complaints.add(
                                text, "is no flag of a case",
                                hint: NearestName.hint(for: text.text, among: CaseRecord.Flag.allCases.map(\.rawValue)))
                            continue
                        }
                        stage.flags.insert(flag)
                    }
                    stages[entry.key] = stage
                }
            }
        }
        return stages
    }

    private func path(_ mapping: YAMLMapping, _ key: String) -> [String]? {
        guard let text = mapping.optionalString(key) else { return nil }
        let path = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard !path.contains(""), path.count <= 16 else {
            mapping.complain(key, "must be a path such as data.caseNo")
            return nil
        }
        return path
    }
}
