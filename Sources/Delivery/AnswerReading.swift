import Curl
import Inspection

/// What a response or a missing one means, where every destination means the same.
enum AnswerReading {
    /// A transport error as an answer.
    static func answer(_ error: CurlError) -> DeliveryAnswer {
        switch error.kind {
        case .invalidRequest, .tls: .misconfigured(reason: error.description)
        case .responseTooLarge: .unusable(reason: error.description)
        case .cancelled: .postponed(reason: error.description)
        case .resolve, .connect, .timeout, .send, .receive, .noAnswer, .busy, .other:
            .unavailable(reason: error.description, retryAfter: nil)
        }
    }

    /// A status that is neither success nor the destination's own word.
    static func answer(status: Int, _ response: HTTPResponse, now: UTCTime) -> DeliveryAnswer {
        let reason = "HTTP \(status)" + (title(response).map { ": \($0)" } ?? "")
        switch status {
        case 409, 425: return .postponed(reason: reason)
        case 408, 429, 500...599:
            return .unavailable(reason: reason, retryAfter: retryAfter(response.field("Retry-After"), now: now))
        case 300...399: return .misconfigured(reason: reason + " (redirects are not followed)")
        case 400...499: return .misconfigured(reason: reason)
        default: return .unusable(reason: reason)
        }
    }

    /// Whole seconds, or an IMF-fixdate. Source: RFC 9110 section 10.2.3. Nil for anything else; the past is zero.
    static func retryAfter(_ text: String?, now: UTCTime) -> Duration? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        if text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int64(text) ?? .max, 10_000_000))
        }
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let date = UTCTime(rfc3339: "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
        else { return nil }
        return .microseconds(max(date.microseconds(since: now), 0))
    }

    static func isJSON(_ response: HTTPResponse) -> Bool {
        guard let type = response.field("Content-Type")?.lowercased().split(separator: ";").first else { return false }
        let plain = type.filter { $0 != " " }
        return plain == "application/json" || plain == "application/problem+json"
    }

    /// The title of a problem (RFC 9457), made safe for a log line.
    static func title(_ response: HTTPResponse) -> String? {
        guard isJSON(response), let problem = JSONValue(response.body) else { return nil }
        return (problem["detail"]?.string ?? problem["title"]?.string).map(printable)
    }

    /// At most 200 characters, no control characters.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(200).map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
