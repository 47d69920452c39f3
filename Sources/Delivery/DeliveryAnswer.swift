public import Inspection

/// What one attempt came to, before any decision about when to try again.
public enum DeliveryAnswer: Sendable, Hashable {
    /// Accepted. The case record comes from a case flow.
    case delivered(CaseRecord?)
    /// The destination cannot be reached or cannot serve now. `retryAfter` is what it asked for.
    case unavailable(reason: String, retryAfter: Duration?)
    /// Part of what belongs to it has arrived, and the rest goes on from there.
    case progressed(reason: String)
    /// Only this finding must wait.
    case postponed(reason: String)
    /// The destination answers but not with what its contract says: counted, never stored, tried again.
    case unusable(reason: String)
    /// Someone must change an address, a token or a certificate. Tried again slowly.
    case misconfigured(reason: String)
    /// Refused for good.
    case refused(reason: String)

    /// Nil when delivered.
    public var reason: String? {
        switch self {
        case .delivered: nil
        case .unavailable(let reason, _), .progressed(let reason), .postponed(let reason), .unusable(let reason),
            .misconfigured(let reason), .refused(let reason):
            reason
        }
    }
}

/// An attempt's answer and what it cost.
public struct DeliveryAttempt: Sendable, Hashable {
    public var answer: DeliveryAnswer
    /// Body bytes handed to the network, retries inside the attempt included.
    public var bytesSent: Int
    public var attachmentsSent: Int
    /// Evidence that the finding went out without: not on disk, or refused by the destination.
    public var attachmentsOmitted: Int
    /// Evidence that stays at the gateway because the destination is entitled to nothing but redacted pictures.
    public var attachmentsWithheld = 0

    public init(_ answer: DeliveryAnswer, bytesSent: Int = 0, attachmentsSent: Int = 0, attachmentsOmitted: Int = 0) {
        self.answer = answer
        self.bytesSent = bytesSent
        self.attachmentsSent = attachmentsSent
        self.attachmentsOmitted = attachmentsOmitted
    }
}
