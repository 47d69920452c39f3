/// What a report says of department, code, law and limits: the member `jurisdiction`. Every part may be missing.
struct ReportedCompetence: Codable, Sendable, Hashable {
    struct Track: Codable, Sendable, Hashable {
        var zh2016: String?
        var zh2021: String?
        var en: String?

        enum CodingKeys: String, CodingKey {
            case en
            case zh2016 = "zh_2016"
            case zh2021 = "zh_2021"
        }
    }

    struct Department: Codable, Sendable, Hashable {
        var id: String?
        var zh: String?
        var en: String?
    }

    struct Basis: Codable, Sendable, Hashable {
        var zh: String?
        var en: String?
        var articles: [String]?
        var penalty: [String]?
        var from: String?
    }

    struct Limit: Codable, Sendable, Hashable {
        var step: String?
        var zh: String?
        var en: String?
        var limit: String?
        var due: String?
    }

    var id: String?
    var track: Track?
    var departments: [Department]?
    var codes: [String]?
    var alternatives: [String]?
    var lawDay: String?
    var law: [Basis]?
    var limits: [Limit]?
    var unknown: [String]?

    enum CodingKeys: String, CodingKey {
        case id, track, departments, codes, alternatives, law, limits, unknown
        case lawDay = "law_day"
    }
}

/// Its paragraph on the page, a line each.
extension ReportedCompetence {
    /// Of each list, this many are shown.
    private static let shown = 16

    var html: String {
        let lines = [
            line("平台 track", [track.map { Self.names([$0.zh2016, $0.zh2021, $0.en]) } ?? ""]),
            line("部门 departments", (departments ?? []).map { Self.names([$0.zh, $0.en]) }),
            line(
                "事项 codes",
                [Self.list(codes)] + (alternatives?.isEmpty ?? true ? [] : ["或 or \(Self.list(alternatives))"])),
            line("依据 law (\(CasePage.escaped(lawDay ?? "?")))", (law ?? []).map(Self.text)),
            line("时限 due", (limits ?? []).map(Self.text)),
            line(
                "未知 unknown",
                (unknown ?? []).map { CasePage.escaped(Self.words[$0].map { "\($0) " } ?? "") + CasePage.escaped($0) }),
        ].compactMap(\.self)
        return lines.isEmpty ? "" : "<p>\(lines.joined(separator: "<br>\n"))</p>"
    }

    /// Nil when there is nothing to say. The texts are escaped.
    private func line(_ name: String, _ texts: [String]) -> String? {
        let texts = texts.filter { !$0.isEmpty }.prefix(Self.shown)
        return texts.isEmpty ? nil : "<span class=\"dim\">\(name)</span> \(texts.joined(separator: "; "))"
    }

    private static func names(_ names: [String?]) -> String {
        var kept: [String] = []
        for name in names.compactMap({ $0 }) where !name.isEmpty && !kept.contains(name) { kept.append(name) }
        return kept.map(CasePage.escaped).joined(separator: " · ")
    }

    private static func list(_ texts: [String]?) -> String {
        (texts ?? []).prefix(shown).map(CasePage.escaped).joined(separator: ", ")
    }

    private static func text(_ basis: Basis) -> String {
        var text = names([basis.zh, basis.en])
        if let articles = basis.articles, !articles.isEmpty { text += " 条 art. \(list(articles))" }
        if let penalty = basis.penalty, !penalty.isEmpty { text += " 罚则 penalty \(list(penalty))" }
        if let from = basis.from { text += " 自 from \(CasePage.escaped(from))" }
        return text
    }

    private static func text(_ limit: Limit) -> String {
        let name =
            limit.zh == nil && limit.en == nil ? CasePage.escaped(limit.step ?? "") : names([limit.zh, limit.en])
        return "\(name) \(CasePage.escaped(limit.limit ?? "")) → \(CasePage.escaped(limit.due ?? "?"))"
    }

    private static let words = [
        "track": "平台", "departments": "部门", "codes": "事项编码", "law": "依据", "law_from": "依据施行日期", "limits": "时限",
        "due": "到期时间",
        "days_off": "节假日",
    ]
}
