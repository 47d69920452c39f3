import HTTPTypes
import Hummingbird
import Inspection

extension GatewayAPI {
    /// Of one answer at most.
    static let maximumCases = 1000

    func addCases(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/cases") { request, _ -> Response in try await listCases(request) }
    }

    private static let caseParameters = ["overdue", "scene_type", "finding", "limit"]

    /// Open cases by when they are due.
    private func listCases(_ request: Request) async throws -> Response {
        let query = request.uri.queryParameters
        for (name, _) in query where !name.isEmpty && !Self.caseParameters.contains(String(name)) {
            throw Problem(
                .badRequest, "unknown_parameter",
                "There is no parameter \(name.prefix(60)): there are \(Self.caseParameters.joined(separator: ", ")).")
        }
        let limit = try Self.limit(of: request, default: 200, maximum: Self.maximumCases)
        var wanted = CaseClockQuery(limit: limit)
        switch query.get("overdue") {
        case nil: break
        case "true": wanted.states = [.overdue]
        case "false": wanted.states.remove(.overdue)
        default: throw Problem(.badRequest, "bad_parameter", "overdue must be true or false.")
        }
        if let text = query.get("finding") {
            guard let id = FindingID(text) else {
                throw Problem(.badRequest, "bad_id", "finding must be a finding's id.")
            }
            wanted.finding = id
        }
        wanted.sceneType = query.get("scene_type")
        let now = clock.utc
        let clocks = try await cases?.store.caseClocks(wanted, now: now) ?? []
        var json = JSONText(capacity: 64 + 384 * clocks.count)
        json.object { json in
            json.member("at", now.rfc3339)
            json.member("cases") { json in
                json.array { json in
                    for one in clocks { json.object { one.write(to: &$0, used: cases?.used(one, now), now: now) } }
                }
            }
        }
        return .json(json)
    }
}

extension CaseClock {
    fileprivate func write(to json: inout JSONText, used: Int64?, now: UTCTime) {
        json.member("finding", finding.description)
        json.member("platform", platform.text)
        json.member("number", number)
        json.member("scene_type", sceneType)
        json.member("stage", stage.rawValue)
        json.member("step", step.rawValue)
        json.member("title") { json in
            json.object { json in
                json.member("zh", step.title.zh)
                json.member("en", step.title.en)
            }
        }
        json.member("state", state(at: now).rawValue)
        json.member("since", since.rfc3339)
        if let limit { json.member("limit", limit) }
        if let used { json.member("used_min", Int(clamping: used / 60_000_000)) }
        if let due { json.member("due", due.rfc3339) }
        if extensions > 0 { json.member("extensions", extensions) }
        if let suspendedSince { json.member("suspended_since", suspendedSince.rfc3339) }
    }
}
