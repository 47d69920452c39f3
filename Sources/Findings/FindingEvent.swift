public import Inspection

/// What the joining says. `best` is the detection to take the picture of; its frame carries the time.
public enum FindingEvent: Sendable {
    /// Seen often and long enough to be believed.
    case opened(Finding, best: Detection)
    /// About to open, and a finding that another flight saw already: it has that one's id and status.
    case recognized(Finding, best: Detection)
    /// A much better view came: at most ``FindingJoiner/Options/maximumImprovements`` times a finding.
    case improved(Finding, best: Detection)
    /// A person marked it at this detection, which is not always the best view: its frame is the proof.
    case marked(Finding, best: Detection)
    /// Lost from view, ended with the flight, or risen in severity: never once a frame.
    case updated(Finding, best: Detection)
    /// Its place was wrong by what the source's metadata are late, which is known now.
    case corrected(Finding, best: Detection)

    public var finding: Finding {
        switch self {
        case .opened(let finding, _), .recognized(let finding, _), .improved(let finding, _), .marked(let finding, _),
            .updated(let finding, _), .corrected(let finding, _):
            finding
        }
    }

    public var best: Detection {
        switch self {
        case .opened(_, let best), .recognized(_, let best), .improved(_, let best), .marked(_, let best),
            .updated(_, let best), .corrected(_, let best):
            best
        }
    }
}
