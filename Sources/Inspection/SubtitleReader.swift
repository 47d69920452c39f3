/// Reads SubRip files (`.srt`) piece by piece: any bytes in, subtitles out. Pure and bounded.
///
/// There is no standard. A subtitle begins at its line of times (`00:00:01,000 --> 00:00:02,000`), with or without a number
/// before it, and goes on to the next one: empty lines do not end it, since DJI writes some into its own. Files without lines
/// of times, of numbers and wall clocks alone, are taken to begin with their video. UTF-8 with and without a mark, UTF-16 and
/// codings that have ASCII in them are read.
public struct SubtitleReader: Sendable {
    /// Bytes of one subtitle; what is beyond them is left out and counted.
    public static let textLimit = 64 << 10
    /// Bytes of a file's beginning within which its first subtitle has to stand.
    public static let headerLimit = 4096

    private var text = PlainText()
    private var line: [UInt8] = []
    private var wasReturn = false
    private var current: Subtitle?
    private var isCut = false
    private var number: Int?
    /// The wall clock of the first subtitle, in a file without lines of times.
    private var firstClock: LocalTime?
    /// `subtitles`, `subtitles_oversized`, `subtitles_without_time`.
    public private(set) var counters: [String: Int64] = [:]

    public init() {}

    /// True when the bytes that a file begins with are of subtitles.
    public static func recognises(_ header: [UInt8]) -> Bool {
        var reader = SubtitleReader()
        var isFound = false
        reader.read(Array(header.prefix(headerLimit))) { _ in isFound = true }
        return isFound || reader.current != nil
    }

    public mutating func read(_ bytes: [UInt8], emit: (Subtitle) -> Void) {
        for byte in text.read(bytes) { take(byte, emit) }
    }

    /// The file is at its end.
    public mutating func finish(emit: (Subtitle) -> Void) {
        for byte in text.finish() { take(byte, emit) }
        endLine(emit)
        endSubtitle(emit)
    }

    private mutating func take(_ byte: UInt8, _ emit: (Subtitle) -> Void) {
        let isReturn = byte == 13
        if isReturn || byte == 10 {
            if isReturn || !wasReturn { endLine(emit) }
        } else if line.count < Self.textLimit {
            line.append(byte)
        } else {
            isCut = true
        }
        wasReturn = isReturn
    }

    private mutating func endLine(_ emit: (Subtitle) -> Void) {
        let blank = { (byte: UInt8) in byte == 32 || byte == 9 || byte == 0 }
        let content = line.drop(while: blank)
        let end = content.lastIndex { !blank($0) }.map { $0 + 1 } ?? content.startIndex
        let trimmed = Array(content[..<end])
        line.removeAll(keepingCapacity: true)
        guard !trimmed.isEmpty else { return }
        if let times = SubtitleTimes(trimmed) {
            endSubtitle(emit)
            current = Subtitle(start: times.start, end: times.end, number: number, text: [])
            number = nil
        } else if let count = Self.count(trimmed) {
            number = count
        } else {
            if number != nil, SubtitleTimes.isDate(trimmed), let clock = LocalTime(in: trimmed) {
                endSubtitle(emit)
                begin(at: clock)
            }
            number = nil
            append(trimmed)
        }
    }

    /// Of a file without lines of times.
    private mutating func begin(at clock: LocalTime) {
        let first = firstClock ?? clock
        firstClock = first
        let (step, _) = clock.microseconds.subtractingReportingOverflow(first.microseconds)
        current = Subtitle(start: nil, number: number, text: [])
        if (0..<86_400_000_000).contains(step) { current?.start = RunningTime(nanoseconds: step * 1000) }
    }

    private mutating func append(_ line: [UInt8]) {
        guard let held = current?.text.count else { return }
        if held + line.count + 1 > Self.textLimit {
            isCut = true
            return
        }
        if held > 0 { current?.text.append(10) }
        current?.text += line
    }

    private mutating func endSubtitle(_ emit: (Subtitle) -> Void) {
        guard let subtitle = current else { return }
        current = nil
        counters["subtitles", default: 0] += 1
        if isCut { counters["subtitles_oversized", default: 0] += 1 }
        if subtitle.start == nil { counters["subtitles_without_time", default: 0] += 1 }
        isCut = false
        emit(subtitle)
    }

    /// A line of digits only.
    private static func count(_ line: [UInt8]) -> Int? {
        guard line.count <= 12, line.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        return line.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
}
