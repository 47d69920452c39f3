/// The line that a subtitle begins with: when it is shown.
struct SubtitleTimes: Sendable, Hashable {
    /// Nil where it cannot be read: the line is one of times all the same.
    var start: RunningTime?
    var end: RunningTime?

    /// Nil when `line` is no line of times.
    init?(_ line: [UInt8]) {
        guard let arrow = Self.arrow(line) else { return nil }
        start = Self.time(line[..<arrow])
        end = Self.time(line[(arrow + 3)...])
        if let start, let end, end < start { self.end = nil }
    }

    /// True when `line` begins like a date: four digits and a separator.
    static func isDate(_ line: [UInt8]) -> Bool {
        line.count > 8 && line[..<4].allSatisfy { $0 >= 48 && $0 <= 57 } && [45, 46, 47].contains(line[4])
    }

    private static func arrow(_ line: [UInt8]) -> Int? {
        guard line.count >= 3 else { return nil }
        return (0...line.count - 3).first { line[$0] == 45 && line[$0 + 1] == 45 && line[$0 + 2] == 62 }
    }

    /// `hh:mm:ss,mmm` or `mm:ss.mmm`, with any number of decimals or none, up to 999 hours; what stands behind is not looked
    /// at.
    private static func time(_ text: ArraySlice<UInt8>) -> RunningTime? {
        var parts: [Int64] = [0]
        var digits = 0
        var nanoseconds: Int64 = 0
        var scale: Int64?
        reading: for byte in text.drop(while: { $0 == 32 || $0 == 9 }) {
            switch byte {
            case 48...57:
                if let unit = scale {
                    nanoseconds += Int64(byte - 48) * unit
                    scale = unit / 10
                } else {
                    digits += 1
                    guard digits <= 3 else { return nil }
                    parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int64(byte - 48)
                }
            case 58 where scale == nil && digits > 0 && parts.count < 3:
                parts.append(0)
                digits = 0
            case 44 where scale == nil && digits > 0, 46 where scale == nil && digits > 0:
                scale = 100_000_000
            default: break reading
            }
        }
        guard digits > 0, parts.count >= 2, parts.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
        let seconds = parts.reduce(0) { $0 * 60 + $1 }
        return RunningTime(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
    }
}
