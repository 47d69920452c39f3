import Foundation
import Inspection
import Rules

extension Jurisdiction {
    /// What matters of a scene type that are first seen on `day` (local, `2026-08-15`; nil: today) get, in one line.
    func line(of sceneType: String, on day: String?) throws(Failure) -> String {
        var firstSeen = SystemClock().utc
        if let day {
            guard day.utf8.count == 10, let midnight = UTCTime(rfc3339: day + "T00:00:00Z") else {
                throw Failure(.usage, "\(day) is no day: write it as 2026-08-15.")
            }
            firstSeen = midnight.advanced(byMicroseconds: -Int64(calendar.utcOffsetSeconds) * 1_000_000)
        }
        let competence = competence(for: sceneType, firstSeen: firstSeen)
        var parts: [String] = []
        if let track = competence.track {
            parts.append("track " + (track.zh2016 == track.zh2021 ? track.zh2016 : "\(track.zh2016)/\(track.zh2021)"))
        }
        func add(_ label: String, _ texts: [String]) {
            if !texts.isEmpty { parts.append("\(label) " + texts.joined(separator: ", ")) }
        }
        add("departments", competence.departments.map(\.title.zh))
        add("codes", competence.codes)
        for basis in competence.law {
            let penalty = basis.penalty.isEmpty ? "" : ", penalty \(basis.penalty.joined(separator: ", "))"
            let until = basis.to.map { ", to \($0)" } ?? ""
            parts.append(
                "law \(basis.title.zh) (from \(basis.from ?? "unknown")\(until)) \(basis.articles.joined(separator: ", "))"
                    + penalty)
        }
        add("limits", competence.limits.map { "\($0.title?.zh ?? $0.step) \($0.text)" })
        if !competence.unknown.isEmpty {
            parts.append("unknown: " + competence.unknown.map(\.rawValue).joined(separator: ", "))
        }
        parts.append("release \(release(of: sceneType).rawValue)")
        return "\(sceneType)  " + parts.joined(separator: "; ")
    }
}
