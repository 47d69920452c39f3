import Inspection

/// How a scheme writes the time of a request.
public enum SigningTime: String, Sendable, Hashable, CaseIterable {
    case seconds, milliseconds
    /// `20260820110405` at the zone of the scheme.
    case compact

    func text(_ now: UTCTime, zoneSeconds: Int) -> String {
        switch self {
        case .seconds: return String(now.microseconds / 1_000_000)
        case .milliseconds: return String(now.microseconds / 1000)
        case .compact:
            let local = now.advanced(byMicroseconds: Int64(zoneSeconds) * 1_000_000).rfc3339
            return String(local.prefix(19).filter(\.isNumber))
        }
    }

    /// Microseconds since 1970 of a time so written; nil for anything else.
    func read(_ text: String, zoneSeconds: Int) -> UTCTime? {
        guard (1...19).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let number = Int64(text)
        else { return nil }
        switch self {
        case .seconds: return number <= 253_402_300_799 ? UTCTime(microseconds: number * 1_000_000) : nil
        case .milliseconds: return number <= 253_402_300_799_999 ? UTCTime(microseconds: number * 1000) : nil
        case .compact:
            guard text.utf8.count == 14 else { return nil }
            var parts = text[...]
            func take(_ count: Int) -> Substring {
                defer { parts = parts.dropFirst(count) }
                return parts.prefix(count)
            }
            let stamp = "\(take(4))-\(take(2))-\(take(2))T\(take(2)):\(take(2)):\(take(2))Z"
            return UTCTime(rfc3339: stamp)?.advanced(byMicroseconds: Int64(-zoneSeconds) * 1_000_000)
        }
    }
}
