public import Inspection
import LocatedYAML

/// Who is competent for a scene type somewhere, under which code, by which law, within which time. Data, none of it required.
public struct Jurisdiction: Sendable, Hashable {
    /// One of a township's platforms, in the names of 2016 and of 2021.
    public struct Track: Sendable, Hashable {
        public var zh2016: String
        public var zh2021: String
        public var en: String
    }

    /// A law with the days on which it is in force, both included.
    public struct Law: Sendable, Hashable {
        public var title: BilingualText
        public var from: String?
        public var to: String?
    }

    /// Articles of one law.
    public struct Basis: Sendable, Hashable {
        public var law: String
        public var articles: [String]
        public var penalty: [String]
    }

    public struct Entry: Sendable, Hashable {
        public var track: String
        public var departments: [String]
        /// Five digits of the catalogue of matters, or `local:…`.
        public var codes: [String]
        public var alternatives: [String]
        public var law: [Basis]
        /// By step: `4wh` working hours, `2wd` working days.
        public var limits: [String: String]
        /// What is expressly not known: `law`, `limits`, `codes`.
        public var unknown: [String]
    }

    public var id: String
    public var version: String
    public var title: BilingualText
    public var tracks: [String: Track]
    public var departments: [String: BilingualText]
    public var laws: [String: Law]
    /// What the steps of limits are called.
    public var steps: [String: BilingualText] = [:]
    /// What limits are counted in. Days of law are its local days.
    public var calendar: WorkingCalendar
    /// For a destination whose settings say nothing else, where no entry of `release` fits.
    public var releaseOtherwise: Release
    /// By scene type (`waste.exposed`), family (`waste.*`) or `*`.
    public var release: [String: Release]
    public var entries: [String: Entry]

    /// The bases of `sceneType` in law that is in force at `time`.
    public func law(of sceneType: String, at time: UTCTime) -> [Basis] {
        let day = localDay(of: time)
        return (entries[sceneType]?.law ?? []).filter { basis in
            guard let law = laws[basis.law] else { return false }
            return (law.from ?? "") <= day && day <= (law.to ?? "9999-12-31")
        }
    }

    /// `2026-08-15` by the calendar's clock.
    func localDay(of time: UTCTime) -> String { time.localDay(utcOffsetSeconds: calendar.utcOffsetSeconds) }

    /// Whether findings of `sceneType` may go, by the longest pattern that fits.
    public func release(of sceneType: String) -> Release {
        if let named = release[sceneType] { return named }
        var stem = sceneType[...]
        while let dot = stem.lastIndex(of: ".") {
            stem = stem[..<dot]
            if let family = release[stem + ".*"] { return family }
        }
        return release["*"] ?? releaseOtherwise
    }

    /// When the step `name` of a matter that was first seen at `start` must be done; nil where no limit is known.
    public func end(of name: String, for sceneType: String, from start: UTCTime) -> UTCTime? {
        entries[sceneType]?.limits[name].flatMap { calendar.end(of: $0, from: start) }
    }
}
