import HTTPTypes

/// Why a file of evidence that lies there is not handed out.
public enum EvidenceTrouble: Sendable, Hashable {
    /// Its bytes are no longer what was captured.
    case damaged
    /// The system does not give its bytes.
    case unreadable

    var problem: Problem {
        switch self {
        case .damaged:
            // Asking again does not help.
            Problem(
                .gone, "evidence_damaged",
                "The file with this hash is damaged: its bytes are no longer what was captured, and it is not handed out."
            )
        case .unreadable:
            Problem(
                .serviceUnavailable, "evidence_unreadable", "The file with this hash cannot be read: try again later.",
                headers: [.retryAfter: "60"])
        }
    }
}
