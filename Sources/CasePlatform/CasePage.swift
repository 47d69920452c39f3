/// The plain page at `/`: the newest cases, on a phone or a desk, without a script or anything from elsewhere.
enum CasePage {
    static let policy =
        "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    static let shownTypes: Set<String> = ["image/jpeg", "image/png", "image/webp"]

    private static let style = """
        body{font:16px/1.45 system-ui,sans-serif;margin:0 auto;max-width:44rem;padding:.75rem;background:#f4f5f7;color:#1a1c20}
        h1{font-size:1.25rem}article{background:#fff;border-radius:.6rem;padding:.75rem;margin:.75rem 0;border-left:.4rem solid #888}
        .red{border-color:#c62828}.orange{border-color:#ef6c00}.yellow{border-color:#f9a825}.blue{border-color:#1565c0}
        h2{font-size:1.05rem;margin:0}p{margin:.3rem 0}img{max-width:100%;border-radius:.4rem}
        .stage{float:right;background:#e3e8ef;border-radius:1rem;padding:.1rem .7rem}
        .dim{color:#5f6672;font-size:.875rem;overflow-wrap:anywhere}
        @media (prefers-color-scheme:dark){body{background:#15171b;color:#e8eaed}article{background:#22262c}.stage{background:#39404a}.dim{color:#a4acb8}}
        """

    static func text(_ cases: [CaseRegister.Case]) -> String {
        """
        <!doctype html><html lang="zh"><head><meta charset="utf-8"><meta http-equiv="refresh" content="3">
        <meta name="viewport" content="width=device-width,initial-scale=1"><title>四平台案卷 · Cases</title>
        <style>\(style)</style></head><body>
        <h1>四平台案卷 · Cases of the reference platform (\(cases.count))</h1>
        \(cases.isEmpty ? "<p>还没有案卷 · No cases yet</p>" : cases.map(article).joined(separator: "\n"))
        </body></html>
        """
    }

    private static func article(_ entry: CaseRegister.Case) -> String {
        let properties = entry.finding.properties
        let severities = ["red", "orange", "yellow", "blue"]
        let severity = severities.first { $0 == properties.severity } ?? ""
        let titles = [properties.title?.zh, properties.title?.en].compactMap { $0 }.map(escaped).joined(
            separator: " · ")
        return """
            <article class="\(severity)"><span class="stage">\(entry.flags.map { $0.zh + " " }.joined())\(entry.stage.zh) · \(escaped(entry.stage.rawValue))</span>
            <h2>\(escaped(entry.number))</h2><p><strong>\(titles)</strong></p>\(picture(entry))
            <p>\(place(entry.finding))</p>\(entry.jurisdiction?.html ?? "")\(reasons(properties.rule))
            <p class="dim">\(escaped(entry.sceneType)) · 版本 revision \(entry.revision) · \(escaped(entry.externalID))<br>
            发现 first seen \(escaped(properties.firstSeen ?? "?")) · 上报 reported \(escaped(CaseText.time(entry.reportedAt)))</p>
            </article>
            """
    }

    /// Pictures come in the order they were taken, each a better view than the one before.
    private static func picture(_ entry: CaseRegister.Case) -> String {
        let kinds = ["picture", "thumbnail"]
        let shown = entry.attachments.filter { shownTypes.contains($0.mediaType) && CaseReport.isHash($0.sha256) }
        guard let best = kinds.lazy.compactMap({ kind in shown.last { $0.kind == kind } }).first ?? shown.first else {
            return ""
        }
        return "<img src=\"/attachments/\(best.sha256)\" alt=\"现场图片 picture\" loading=\"lazy\">"
    }

    private static func place(_ finding: ReportedFinding) -> String {
        guard let coordinates = finding.geometry?.coordinates, coordinates.count >= 2, let longitude = coordinates[0],
            let latitude = coordinates[1]
        else { return "位置未定 · No position" }
        let error = finding.properties.location?.ce90.map { "，误差 CE90 \(rounded($0, 1)) m" } ?? "，误差未知 error unknown"
        return "位置 place (WGS 84)：\(rounded(latitude, 6)), \(rounded(longitude, 6))\(error)"
    }

    private static func reasons(_ rule: ReportedFinding.Rule?) -> String {
        guard let reasons = rule?.reasons, !reasons.isEmpty else { return "" }
        let items = reasons.prefix(16).map { reason in
            let values = (reason.values ?? [:]).sorted { $0.key < $1.key }.prefix(16)
                .map { "\(escaped($0.key)) = \(escaped($0.value))" }.joined(separator: ", ")
            return "<li>\(escaped(reason.condition ?? ""))<br><span class=\"dim\">\(values)</span></li>"
        }
        return "<p>理由 reasons (\(escaped(rule?.id ?? ""))):</p><ul>\(items.joined())</ul>"
    }

    /// At most 1,000 characters, safe between tags and inside quoted attributes.
    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text.unicodeScalars.prefix(1000) {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(character.value < 32 ? " " : character)
            }
        }
        return out
    }

    private static func rounded(_ value: Double, _ places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return String((value * scale).rounded() / scale)
    }
}
