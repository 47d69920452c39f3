import Curl
import Inspection

/// What a response or a missing one means, where every destination means the same.
enum AnswerReading {
    /// A transport error as an answer.
    static func answer(_ error: CurlError) -> DeliveryAnswer {
        switch error.kind {
        case .invalidRequest, .forbidden, .tls: .misconfigured(reason: error.description)
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
            return .unavailable(reason: reason, retryAfter: retryAfter(of: response, now: now))
        case 300...399: return .misconfigured(reason: reason + " (redirects are not followed)")
        case 400...499: return .misconfigured(reason: reason)
        default: return .unusable(reason: reason)
        }
    }

    /// What `Retry-After` asks. A date is measured from the answer's own `Date`, whatever this machine's clock says.
    static func retryAfter(of response: HTTPResponse, now: UTCTime) -> Duration? {
        retryAfter(response.field("Retry-After"), now: response.field("Date").flatMap(date) ?? now)
    }

    /// Whole seconds, or an IMF-fixdate. Source: RFC 9110 section 10.2.3. Nil for anything else; the past is zero.
    static func retryAfter(_ text: String?, now: UTCTime) -> Duration? {
        guard let text, (1...64).contains(text.utf8.count) else { return nil }
        if text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(min(Int64(text) ?? .max, 10_000_000))
        }
        return date(text).map { .microseconds(max($0.microseconds(since: now), 0)) }
    }

    /// An IMF-fixdate, such as `Sun, 06 Nov 1994 08:49:37 GMT`. Source: RFC 9110 section 5.6.7.
    static func date(_ text: String) -> UTCTime? {
        guard text.utf8.count <= 64 else { return nil }
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])),
            let date = UTCTime(rfc3339: "\(parts[3])-\(month < 9 ? "0" : "")\(month + 1)-\(parts[1])T\(parts[4])Z")
        else { return nil }
        return date
    }

    static func isJSON(_ response: HTTPResponse) -> Bool {
        guard let type = response.field("Content-Type")?.lowercased().split(separator: ";").first else { return false }
        let plain = type.filter { $0 != " " }
        return plain == "application/json" || plain == "application/problem+json"
    }

    /// The title of a problem (RFC 9457), made safe for a log line.
    static func title(_ response: HTTPResponse) -> String? {
        guard isJSON(response), let problem = JSONValue(response.body) else { return nil }
        return (problem["detail"]?.string ?? problem["title"]?.string).map { printable($0) }
    }

    /// At most `limit` characters, none that steers a terminal or turns the direction of writing.
    static func printable(_ text: String, limit: Int = 200) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(limit).map { scalar in
                    switch scalar.properties.generalCategory {
                    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator:
                        " "
                    default: scalar
                    }
                }))
    }
}
