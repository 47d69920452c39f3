import Geodesy
import Inspection

/// A finding that wants a look, under the names that people know it by.
struct WantedLook {
    let wish: ReflightWish
    let title: BilingualText
    /// That found it first.
    let source: Name

    // Rounded to the safe side: who keeps to what is written has looks that count.
    private var gsd: Double { Self.rounded(wish.gsd, .down, decimals: 4) }
    private var depression: Double { Self.rounded(wish.depression, .up, decimals: 1) }
    private var margin: Double { Self.rounded(wish.margin, .up, decimals: 1) }
    private var viewsApart: Double { Self.rounded(wish.viewsApart, .up, decimals: 1) }
    private var span: Double { Self.rounded(wish.span, .up, decimals: 1) }

    /// As the members of a GeoJSON Feature. Values stand side by side, since planners of flights read no deeper.
    func write(to json: inout JSONText) {
        let known = wish.known
        json.member("type", "Feature")
        json.member("id", known.id.description)
        json.member("geometry") { json in
            json.object { json in
                json.member("type", "Point")
                json.member("coordinates") { json in
                    json.array { json in
                        json.value(known.point.longitude, decimals: 8)
                        json.value(known.point.latitude, decimals: 8)
                        json.value(known.point.height, decimals: 2)
                    }
                }
            }
        }
        json.member("properties") { json in
            json.object { json in
                json.member("finding", known.id.description)
                json.member("scene_type", known.sceneType)
                json.member("title_zh", title.zh)
                json.member("title_en", title.en)
                json.member("severity", known.severity.rawValue)
                json.member("status", known.status.rawValue)
                json.member("source", source.text)
                json.member("reason", wish.reason.rawValue)
                json.member("age_s", wish.age, decimals: 0)
                json.member("first_seen", known.firstSeen.rfc3339)
                json.member("last_seen", known.lastSeen.rfc3339)
                if let look = wish.lastLook { json.member("last_look", look.rfc3339) }
                json.member("ce90_m", known.ellipse.ce90, decimals: 2)
                json.member("gsd_m", gsd, decimals: 4)
                json.member("depression_deg", depression, decimals: 1)
                json.member("margin_m", margin, decimals: 1)
                json.member("views", wish.views)
                json.member("views_apart_deg", viewsApart, decimals: 1)
                json.member("looks", wish.looks)
                json.member("span_s", span, decimals: 1)
            }
        }
    }

    /// As a placemark: in words, and as values by name.
    func write(to document: inout KMLDocument, _ language: ReflightRequest.Language) {
        let known = wish.known
        var values = [
            ("finding", known.id.description), ("scene_type", known.sceneType), ("title_zh", title.zh),
            ("title_en", title.en), ("severity", known.severity.rawValue), ("status", known.status.rawValue),
            ("source", source.text), ("reason", wish.reason.rawValue), ("age_s", Self.text(wish.age, decimals: 0)),
            ("first_seen", known.firstSeen.rfc3339), ("last_seen", known.lastSeen.rfc3339),
        ]
        if let look = wish.lastLook { values.append(("last_look", look.rfc3339)) }
        values += [
            ("ce90_m", Self.text(known.ellipse.ce90, decimals: 2)), ("gsd_m", Self.text(gsd, decimals: 4)),
            ("depression_deg", Self.text(depression, decimals: 1)),
            ("margin_m", Self.text(margin, decimals: 1)), ("views", String(wish.views)),
            ("views_apart_deg", Self.text(viewsApart, decimals: 1)), ("looks", String(wish.looks)),
            ("span_s", Self.text(span, decimals: 1)),
        ]
        document.add(
            name: language == .zh ? title.zh : title.en, description: words(in: language), at: known.point,
            values: values.map { (name: $0.0, value: $0.1) })
    }

    /// Why it wants a look, and what the look must be like.
    private func words(in language: ReflightRequest.Language) -> String {
        let days = Self.text(wish.age / 86_400, decimals: 1)
        let gsd = Self.text(Self.rounded(wish.gsd * 100, .down, decimals: 1), decimals: 1)
        let depression = Self.text(depression, decimals: 1)
        let margin = Self.text(margin, decimals: 1)
        let (apart, span) = (Self.text(viewsApart, decimals: 1), Self.text(span, decimals: 1))
        switch language {
        case .zh:
            let reason =
                switch wish.reason {
                case .verify: "办结 \(days) 天，尚未复核"
                case .overdue: "首次发现已 \(days) 天，仍未消除"
                case .stale: "已 \(days) 天未查看"
                }
            return
                "\(reason)。每像素不超过 \(gsd) 厘米，俯角不小于 \(depression)°，画面含周围 \(margin) 米，至少 \(wish.looks) 帧、首尾相隔 \(span) 秒，\(wish.views) 个机位、相差 \(apart)°。"
        case .en:
            let reason =
                switch wish.reason {
                case .verify: "Closed \(days) days ago, not verified yet"
                case .overdue: "First seen \(days) days ago, and still open"
                case .stale: "Not looked at for \(days) days"
                }
            return
                "\(reason). At most \(gsd) cm a pixel, sight line at least \(depression)° down, \(margin) m around in the picture, at least \(wish.looks) looks over \(span) s from \(wish.views) camera places \(apart)° apart."
        }
    }

    private static func rounded(
        _ number: Double, _ rule: FloatingPointRoundingRule, decimals: Int
    ) -> Double {
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        // What is a round number but for the last bits stays.
        let near = (number * scale).rounded()
        return abs(number * scale - near) < 1e-6 ? near / scale : (number * scale).rounded(rule) / scale
    }

    private static func text(_ number: Double, decimals: Int) -> String {
        var json = JSONText(capacity: 32)
        json.value(number, decimals: decimals)
        return json.string
    }
}
