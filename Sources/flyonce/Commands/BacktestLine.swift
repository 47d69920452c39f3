import Inspection
import Rules

/// One thing gained, lost or changed.
struct BacktestLine {
    var change: Backtest.Change
    var what: String
    var flight: FlightID?
    /// Of a detection.
    var frame: Int?
    var time: UTCTime
    var rule: String
    var sceneType: String
    var severity: Severity
    /// By the old rules, where it changed.
    var former: Severity?
    var label: String?
    var place: Result<Geotag, PlacementRefusal>?

    init(_ change: Backtest.Change, _ detection: Detection, former: Severity?, _ header: MetadataLogHeader?) {
        self.change = change
        self.former = former
        what = "detection"
        flight = header?.flight
        frame = detection.frame.index
        time = detection.utc
        rule = detection.rule
        sceneType = detection.sceneType.id
        severity = detection.severity
        label = detection.object?.label
        place = detection.geotag.map { .success($0) } ?? detection.refusal.map { .failure($0) }
    }

    init(_ change: Backtest.Change, _ finding: Finding, former: Severity?) {
        self.change = change
        self.former = former
        what = "finding"
        flight = finding.flight
        time = finding.firstSeen
        rule = finding.rule
        sceneType = finding.sceneType
        severity = finding.severity
        place = finding.location.map { .success($0) } ?? finding.refusal.map { .failure($0) }
    }

    var text: String {
        "\(change.rawValue)  \(what)  \(frame.map { "frame \($0)  " } ?? "")\(time.rfc3339)  \(rule)  "
            + "\(former.map { "\($0.rawValue) → " } ?? "")\(severity.rawValue)  " + (label.map { "\"\($0)\"  " } ?? "")
            + placeText(place)
    }

    var json: JSONText {
        var json = JSONText()
        json.object { json in
            json.member("change", change.rawValue)
            json.member("what", what)
            if let flight { json.member("flight", flight.description) }
            if let frame { json.member("frame", frame) }
            json.member("time", time.rfc3339)
            json.member("rule", rule)
            json.member("scene_type", sceneType)
            json.member("severity", severity.rawValue)
            if let former { json.member("former_severity", former.rawValue) }
            if let label { json.member("label", label) }
            json.place(place)
        }
        return json
    }
}
