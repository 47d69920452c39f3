public import Inspection
import Synchronization

extension Jurisdiction {
    /// What is said of a matter of `sceneType`. A scene type without an entry is unknown in everything.
    public func competence(for sceneType: String, firstSeen: UTCTime) -> Competence {
        let entry = entries[sceneType]
        let law = law(of: sceneType, at: firstSeen).compactMap { basis in
            laws[basis.law].map {
                Competence.Basis(
                    law: basis.law, title: $0.title, articles: basis.articles, penalty: basis.penalty, from: $0.from,
                    to: $0.to)
            }
        }
        let limits = limits(of: entry, from: firstSeen)
        let departments = (entry?.departments ?? []).compactMap { id in
            self.departments[id].map { Competence.Department(id: id, title: $0) }
        }
        let track = entry.flatMap { entry in
            tracks[entry.track].map {
                Competence.Track(id: entry.track, zh2016: $0.zh2016, zh2021: $0.zh2021, en: $0.en)
            }
        }
        let codes = entry?.codes ?? []
        let unknown = Competence.Part.allCases.filter { part in
            if entry?.unknown.contains(part.rawValue) == true { return true }
            return switch part {
            case .track: track == nil
            case .departments: departments.isEmpty
            case .codes: codes.isEmpty
            case .law: law.isEmpty
            case .lawFrom: law.contains { $0.from == nil }
            case .limits: limits.isEmpty
            case .due: limits.contains { $0.due == nil }
            case .daysOff: !knowsDaysOff(from: firstSeen, to: limits.compactMap(\.due).max())
            }
        }
        return Competence(
            jurisdiction: id, version: version, title: title, track: track, departments: departments, codes: codes,
            alternatives: entry?.alternatives ?? [], lawDay: localDay(of: firstSeen), law: law, limits: limits,
            unknown: unknown)
    }

    private func limits(of entry: Entry?, from start: UTCTime) -> [Competence.Limit] {
        let limits = (entry?.limits ?? [:]).map { step, text in
            Competence.Limit(step: step, title: steps[step], text: text, due: calendar.end(of: text, from: start))
        }
        return limits.sorted { a, b in
            let (first, second) = (a.due ?? start, b.due ?? start)
            return first == second ? a.step < b.step : first < second
        }
    }

    /// True when the calendar names a day off, or one worked instead, in every year from `start` to `end`.
    private func knowsDaysOff(from start: UTCTime, to end: UTCTime?) -> Bool {
        guard let end, let first = Int(localDay(of: start).prefix(4)), let last = Int(localDay(of: end).prefix(4)),
            first <= last
        else { return true }
        let known = Set((calendar.holidays.union(calendar.workdays)).compactMap { Int($0.prefix(4)) })
        return (first...last).allSatisfy(known.contains)
    }
}

/// The jurisdiction that is in use, taken over whole while others read it; none is in use where there is none.
public final class HeldJurisdiction: JurisdictionInUse {
    private let held: Mutex<Jurisdiction?>

    public init(_ jurisdiction: Jurisdiction?) { held = Mutex(jurisdiction) }

    public var current: Jurisdiction? { held.withLock { $0 } }

    public func replace(_ jurisdiction: Jurisdiction?) { held.withLock { $0 = jurisdiction } }

    public func competence(for sceneType: String, firstSeen: UTCTime) -> Competence? {
        current?.competence(for: sceneType, firstSeen: firstSeen)
    }

    public func release(of sceneType: String) -> Release? { current?.release(of: sceneType) }
}
