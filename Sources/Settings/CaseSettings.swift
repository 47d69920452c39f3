public import Inspection
import LocatedYAML

/// The limits within which cases go on, and who is told of those that do not.
public struct CaseSettings: Sendable, Hashable {
    public typealias Limits = [CaseClock.Step: String]

    /// A step of the ladder: 提醒, 督办, 约谈.
    public struct Rung: Sendable, Hashable {
        public var id: Name
        public var title: BilingualText
        public var role: String?
        /// `4wh` working hours, `2wd` working days after the limit ended.
        public var after: String
        public var destinations: [Name]
    }

    /// False: no time is counted.
    public var isEnabled = true
    /// Share of a limit that is left when it is due soon.
    public var soon = 0.25
    /// What 延期 adds; nil: the limit once more.
    public var extending: String?
    /// By scene type, family (`waste.*`) or `*`; before what the jurisdiction says, but for `*`.
    public var scenes: [String: Limits] = [:]
    /// Where nothing else says anything.
    public var severities: [Severity: Limits] = [:]
    public var ladder: [Rung] = []

    /// Steps of the ladder at most.
    static let maximumRungs = 8
    static let maximumRole = 100

    public init() {}

    /// True where something is said that cannot be counted without a calendar.
    public var needsCalendar: Bool { isEnabled && !(scenes.isEmpty && severities.isEmpty && ladder.isEmpty) }

    /// Complains of destinations that a ladder names and nobody has too, and of limits that no calendar counts.
    static func decode(
        _ mapping: YAMLMapping, destinations: [DestinationSettings], hasJurisdiction: Bool
    ) -> CaseSettings {
        var settings = CaseSettings()
        settings.isEnabled = mapping.bool("enabled", default: true)
        settings.soon = mapping.number("due_soon", default: settings.soon, in: 0...1)
        settings.extending = limit(mapping, "extension")
        settings.scenes = Dictionary(
            mapping.named("scene_types") { pattern, limits in
                if !ReleaseSettings.isPattern(pattern) {
                    limits.complain(
                        "is no scene type, no family and not *", hint: "such as waste.exposed, waste.* or *")
                }
                return self.limits(limits)
            }.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        for (name, value) in mapping.named("severities", { name, limits in (limits, self.limits(limits)) }) {
            if let severity = Severity(rawValue: name) {
                settings.severities[severity] = value.1
            } else {
                value.0.complain("is no severity", hint: "blue, yellow, orange or red")
            }
        }
        var last: Rung?
        settings.ladder = mapping.list("ladder") { entry -> Rung? in
            guard let rung = self.rung(entry) else { return nil }
            // What no calendar puts right is said at once.
            if let above = last, entry.optionalString("after") == rung.after,
                let fault = fault(of: rung, below: above, minutesADay: nil)
            {
                entry.complain("after", fault, hint: orderHint)
            }
            last = rung
            return rung
        }.compactMap(\.self)
        if settings.ladder.count > maximumRungs { mapping.complain("ladder", "has more than \(maximumRungs) steps") }
        if Set(settings.ladder.map(\.id)).count < settings.ladder.count {
            mapping.complain("ladder", "has two steps of one id")
        }
        if settings.needsCalendar, !hasJurisdiction {
            mapping.complain(
                "working time is counted by a jurisdiction's calendar, and none is named",
                hint: "set jurisdiction: cn, or a file of your own")
        }
        let known = Set(destinations.map(\.name))
        for name in settings.ladder.flatMap(\.destinations) where !known.contains(name) {
            mapping.complain("ladder", "there is no destination \(name)")
        }
        return settings
    }

    public static let orderHint = "the steps of a ladder come one after the other: 4wh, 1wd, 3wd"

    /// Steps of the ladder that may come before the one above them, by a calendar whose working days have so many minutes: their
    /// places, from 0, and what is wrong.
    public func misplacedRungs(minutesADay: Int) -> [(index: Int, fault: String)] {
        zip(ladder, ladder.dropFirst()).enumerated().compactMap { index, rungs in
            Self.fault(of: rungs.1, below: rungs.0, minutesADay: minutesADay).map { (index + 1, $0) }
        }
    }

    /// What is wrong with a step below another; nil where it never comes before it. Without `minutesADay`: by any calendar.
    private static func fault(of rung: Rung, below above: Rung, minutesADay: Int?) -> String? {
        guard let (before, isHours) = count(above.after), let (after, isAlsoHours) = count(rung.after) else {
            return nil
        }
        // Working days begin with the day after and end with their last hour: the rest of a day is added to them.
        let isMisplaced =
            switch (isHours, isAlsoHours) {
            case (true, true), (false, false): after < before
            case (true, false): before * 60 > after * (minutesADay ?? 1440)
            case (false, true): minutesADay.map { after * 60 < (before + 1) * $0 } ?? false
            }
        return isMisplaced ? "is \(rung.after), and may come before the step above it, which is \(above.after)" : nil
    }

    /// Of a limit as ``WorkingTime`` reads it.
    private static func count(_ limit: String) -> (Int, isHours: Bool)? {
        guard WorkingTime.isLimit(limit), let count = Int(limit.dropLast(2)) else { return nil }
        return (count, limit.hasSuffix("wh"))
    }

    private static func limits(_ mapping: YAMLMapping) -> Limits {
        var limits: Limits = [:]
        for step in CaseClock.Step.allCases { limits[step] = limit(mapping, step.rawValue) }
        return limits
    }

    private static func limit(_ mapping: YAMLMapping, _ key: String) -> String? {
        guard let text = mapping.optionalString(key) else { return nil }
        guard WorkingTime.isLimit(text) else {
            mapping.complain(key, "must be working hours or working days", hint: "such as 4wh or 2wd")
            return nil
        }
        return text
    }

    private static func rung(_ mapping: YAMLMapping) -> Rung? {
        let id = mapping.string("id")
        if Name(id) == nil, !id.isEmpty { mapping.complain("id", "must be 1 to 63 of a–z, 0–9 and hyphen") }
        let after = limit(mapping, "after")
        if after == nil, !mapping.has("after") { mapping.missing("after") }
        let role = mapping.optionalString("role")
        let title = BilingualText(zh: mapping.string("zh"), en: mapping.string("en"))
        for (key, text) in [("role", role ?? ""), ("zh", title.zh), ("en", title.en)]
        where text.unicodeScalars.count > maximumRole {
            mapping.complain(key, "is longer than \(maximumRole) characters")
        }
        let names = mapping.texts("to")
        if names.isEmpty { mapping.complain("to", "names no destination") }
        // What is wrong with the name was said.
        guard let id = Name(id) else { return nil }
        return Rung(
            id: id, title: title, role: role, after: after ?? "1wd",
            destinations: names.compactMap { Name($0.text) })
    }

}
