import Inspection

extension Competence {
    /// The member `jurisdiction` of a case report: `docs/case-flow.md`.
    func write(to json: inout JSONText) {
        json.object { json in
            json.member("id", jurisdiction)
            json.member("version", version)
            json.member("title") { $0.object { title.members(&$0) } }
            json.member("track") { json in
                guard let track else { return json.null() }
                json.object { json in
                    json.member("id", track.id)
                    json.member("zh_2016", track.zh2016)
                    json.member("zh_2021", track.zh2021)
                    json.member("en", track.en)
                }
            }
            Self.list("departments", departments, &json) { department, json in
                json.member("id", department.id)
                department.title.members(&json)
            }
            Self.list("codes", codes, &json)
            Self.list("alternatives", alternatives, &json)
            json.member("law_day", lawDay)
            Self.list("law", law, &json) { basis, json in
                json.member("id", basis.law)
                basis.title.members(&json)
                Self.list("articles", basis.articles, &json)
                Self.list("penalty", basis.penalty, &json)
                if let from = basis.from { json.member("from", from) } else { json.null("from") }
                if let to = basis.to { json.member("to", to) } else { json.null("to") }
            }
            Self.list("limits", limits, &json) { limit, json in
                json.member("step", limit.step)
                limit.title?.members(&json)
                json.member("limit", limit.text)
                if let due = limit.due { json.member("due", due.rfc3339) } else { json.null("due") }
            }
            Self.list("unknown", unknown.map(\.rawValue), &json)
        }
    }

    private static func list(_ name: String, _ texts: [String], _ json: inout JSONText) {
        json.member(name) { json in json.array { json in for text in texts { json.value(text) } } }
    }

    private static func list<Element>(
        _ name: String, _ elements: [Element], _ json: inout JSONText, _ body: (Element, inout JSONText) -> Void
    ) {
        json.member(name) { json in
            json.array { json in for element in elements { json.object { body(element, &$0) } } }
        }
    }
}

extension BilingualText {
    fileprivate func members(_ json: inout JSONText) {
        json.member("zh", zh)
        json.member("en", en)
    }
}
