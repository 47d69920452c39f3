import Inspection

/// What an input holds, counted: how many lines of each kind, over what time, how often, and where they stopped for a while.
public struct InspectSummary: Sendable {
    private struct Series: Sendable {
        var lines: Int64 = 0
        var first: Int64?
        var last: Int64?
        var isUTC = false
        var withoutFix: Int64 = 0
        /// Steps between neighbours, microseconds, the last of them.
        var steps: [Int64] = []
        var next = 0
        var gaps: Int64 = 0
        var longestGap: Int64 = 0
        var backwards: Int64 = 0
    }

    private static let seriesLimit = 512
    /// Steps remembered: what a usual step is, is told by their median.
    private static let stepLimit = 101

    private var series: [String: Series] = [:]
    private var others: Int64 = 0

    public init() {}

    public mutating func add(_ line: InspectedLine) {
        let name = line.series
        guard series[name] != nil || series.count < Self.seriesLimit else {
            others += 1
            return
        }
        var entry = series[name] ?? Series()
        series[name] = nil
        entry.lines += 1
        if line.hasFix == false { entry.withoutFix += 1 }
        if let (time, isUTC) = line.time {
            if let last = entry.last, entry.isUTC == isUTC { Self.step(&entry, from: last, to: time) }
            if entry.first == nil || entry.isUTC != isUTC {
                entry.first = time
                entry.isUTC = isUTC
            }
            entry.last = time
        }
        series[name] = entry
    }

    /// A gap is three usual steps, and half a second, at least.
    private static func step(_ entry: inout Series, from last: Int64, to time: Int64) {
        let (step, overflow) = time.subtractingReportingOverflow(last)
        guard !overflow, step >= 0 else {
            entry.backwards += 1
            return
        }
        if entry.steps.count >= 3 {
            let usual = median(entry.steps)
            if step > max(usual &* 3, 500_000) {
                entry.gaps += 1
                entry.longestGap = max(entry.longestGap, step)
                return
            }
        }
        if entry.steps.count < stepLimit {
            entry.steps.append(step)
        } else {
            entry.steps[entry.next] = step
            entry.next = (entry.next + 1) % stepLimit
        }
    }

    private static func median(_ steps: [Int64]) -> Int64 { steps.sorted()[steps.count / 2] }

    /// One JSON object for each series, and one for `counters`, without the lines' ends.
    public func ndjson(counters: [String: Int64]) -> [String] {
        var lines = series.sorted { $0.key < $1.key }.map { name, entry in
            var json = JSONText(capacity: 256)
            json.object { json in
                json.member("kind", "summary")
                json.member("series", name)
                json.member("lines", entry.lines)
                if let first = entry.first, let last = entry.last {
                    if entry.isUTC {
                        json.member("first_utc", UTCTime(microseconds: first).rfc3339)
                        json.member("last_utc", UTCTime(microseconds: last).rfc3339)
                    } else {
                        json.member("first_pts_us", first)
                        json.member("last_pts_us", last)
                    }
                }
                if let rate = Self.rate(entry) { json.member("rate_hz", rate, decimals: 3) }
                if entry.withoutFix > 0 { json.member("without_fix", entry.withoutFix) }
                json.member("gaps", entry.gaps)
                if entry.gaps > 0 { json.member("longest_gap_s", Double(entry.longestGap) / 1e6, decimals: 3) }
                if entry.backwards > 0 { json.member("backwards", entry.backwards) }
            }
            return json.string
        }
        var json = JSONText(capacity: 256)
        json.object { json in
            json.member("kind", "counters")
            if others > 0 { json.member("other_lines", others) }
            for (name, value) in counters.sorted(by: { $0.key < $1.key }) where value != 0 { json.member(name, value) }
        }
        lines.append(json.string)
        return lines
    }

    /// For people, a line for each series.
    public var text: [String] {
        series.sorted { $0.key < $1.key }.map { name, entry in
            var parts = ["\(name): \(entry.lines)"]
            if let first = entry.first, let last = entry.last {
                // A clock that runs back may end before it began.
                let span = Double(max(last, first) &- min(last, first)) / 1e6
                parts.append(
                    entry.isUTC
                        ? "from \(UTCTime(microseconds: min(first, last)).rfc3339) over \(ItemMeaning.text(span, decimals: 3)) s"
                        : "over \(ItemMeaning.text(span, decimals: 3)) s")
            }
            if let rate = Self.rate(entry) { parts.append("\(ItemMeaning.text(rate, decimals: 2)) a second") }
            if entry.withoutFix > 0 { parts.append("\(entry.withoutFix) without a fix") }
            if entry.gaps > 0 {
                let longest = ItemMeaning.text(Double(entry.longestGap) / 1e6, decimals: 3)
                parts.append(entry.gaps == 1 ? "1 gap of \(longest) s" : "\(entry.gaps) gaps, the longest \(longest) s")
            }
            if entry.backwards > 0 {
                parts.append(entry.backwards == 1 ? "1 step back in time" : "\(entry.backwards) steps back in time")
            }
            return parts.joined(separator: ", ").shown
        }
    }

    private static func rate(_ entry: Series) -> Double? {
        guard entry.steps.count >= 2 else { return nil }
        let step = median(entry.steps)
        return step > 0 ? 1e6 / Double(step) : nil
    }
}
