import Inspection

/// Reads what analysers say, of any dialect: each packet holds one message, or several (a line each, one after another, or as
/// the elements of one array). Bounded: a message of at most 1 MiB, 32 levels deep.
public struct AnalysisReader: Sendable {
    /// Of one message.
    static let objectLimit = 1024

    private let options: AnalysisOptions
    /// What the last message was of, when that is told by its members.
    private var last: AnalysisDialect?
    private var declared: DeclaredLabels
    /// By which the messages come that are being read.
    private var channel: String?
    /// Why the newest message that was refused was, and what is odd of the newest `hello` that has something odd; for people.
    public private(set) var refusal: String?
    public private(set) var remark: String?

    /// Of the last message; nil before the first that was understood.
    public var dialect: AnalysisDialect? { options.dialect == .auto ? last : options.dialect }

    public init(options: AnalysisOptions = AnalysisOptions()) {
        self.options = options
        declared = DeclaredLabels(stated: options.declares ?? [])
    }

    /// `tally` adds to a counter by name: `messages`, `bad_messages` and with each of them its reason (`bad_json`,
    /// `bad_depth`, `messages_of_other_dialects`, `messages_too_long`), `bad_objects`, `objects_over_limit`, … A `hello` counts
    /// for what comes by its `channel` after it.
    public mutating func read(
        _ bytes: [UInt8], from channel: String? = nil, tally: (String) -> Void
    ) -> [MetadataReading] {
        self.channel = channel
        if let whole = whole(bytes, tally) { return whole }
        var messages = JSONMessages()
        var readings: [MetadataReading] = []
        messages.read(bytes) { message in
            if let reading = reading(message, tally) { readings.append(reading) }
        }
        messages.finish { message in
            if let reading = reading(message, tally) { readings.append(reading) }
        }
        for _ in 0..<messages.tooLong {
            tally("bad_messages")
            tally("messages_too_long")
        }
        return readings
    }

    /// Of bytes that are one message in one line, as most packets are. Nil when they are not.
    private mutating func whole(_ bytes: [UInt8], _ tally: (String) -> Void) -> [MetadataReading]? {
        guard bytes.first == 123, bytes.count <= JSONMessages.longest, !Self.hasLineEnd(bytes) else {
            return nil
        }
        var names: [String] = []
        var found: MetadataReading?
        do throws(AnalysisFault) {
            found = try told(bytes[...]) { names.append($0) }
        } catch {
            // Several in one line, it may be.
            guard error.reason != .json else { return nil }
            refusal = error.description
            names += Self.refusal(error)
        }
        tally("messages")
        for name in names { tally(name) }
        return found.map { [$0] } ?? []
    }

    /// Looks at every byte, which with many at once takes less time than to stop at the first.
    private static func hasLineEnd(_ bytes: [UInt8]) -> Bool { bytes.reduce(.max) { min($0, $1 ^ 10) } == 0 }

    /// Of one message. Nil where it is none, or says nothing of a frame; counted.
    public mutating func reading(_ message: ArraySlice<UInt8>, _ tally: (String) -> Void) -> MetadataReading? {
        tally("messages")
        do throws(AnalysisFault) {
            return try told(message, tally)
        } catch {
            refusal = error.description
            for name in Self.refusal(error) { tally(name) }
            return nil
        }
    }

    /// Why a message cannot be read; nil when it can, though it may say nothing.
    public mutating func fault(of message: ArraySlice<UInt8>) -> AnalysisFault? {
        do throws(AnalysisFault) {
            _ = try told(message) { _ in }
            return nil
        } catch {
            return error
        }
    }

    private static func refusal(_ fault: AnalysisFault) -> [String] { ["bad_messages", fault.reason.rawValue] }

    /// Read as the dialect that it is told to be of.
    private mutating func told(
        _ message: ArraySlice<UInt8>, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        guard options.dialect == .auto else { return try read(message, as: options.dialect, tally) }
        if let last {
            do throws(AnalysisFault) {
                return try read(message, as: last, tally)
            } catch  where error.reason == .otherDialect {
                // Of another than the last: told anew below.
            }
        }
        let members = try AnalysisDialect.members(of: message)
        if AnalysisDialect.isCloud(members) { throw AnalysisDialect.ofCloud }
        guard let dialect = AnalysisDialect(members: members) else {
            throw AnalysisFault(
                "its members are of no dialect that can be told (flyonce has pts_us, utc or frame)", .otherDialect)
        }
        last = dialect
        return try read(message, as: dialect, tally)
    }

    private mutating func read(
        _ message: ArraySlice<UInt8>, as dialect: AnalysisDialect, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        var reading: MetadataReading?
        switch dialect {
        case .flyonce, .auto: reading = try own(message, tally)
        case .gvametaconvert: reading = try GVAMetaMessage.read(message, options, tally)
        case .nvmsgconv: reading = try NvMsgConvMessage.read(message, options, tally)
        case .frigate: reading = try FrigateMessage.read(message, options, tally)
        }
        // A person who marks one thing did not look for others.
        if !options.areMarks, reading?.reportsObjects ?? false { reading?.declared = declared.labels(of: channel) }
        return reading
    }

    private mutating func own(
        _ message: ArraySlice<UInt8>, _ tally: (String) -> Void
    ) throws(AnalysisFault) -> MetadataReading? {
        let answer: AnalysisLine.Answer
        switch try AnalysisLine(message) {
        case .hello(_, _, let labels):
            tally("hellos")
            remark = AnalysisHello.remark(on: message, needsLabels: options.declares == nil) ?? remark
            declared.note(labels, from: channel)
            return nil
        case .answer(let read): answer = read
        }
        for _ in 0..<answer.refused { tally("bad_objects") }
        for _ in 0..<answer.overLimit { tally("objects_over_limit") }
        var reading = MetadataReading()
        if let utc = answer.utc { reading.utc = AnalysisTime.plausible(utc, tally) }
        reading.ptsMicroseconds = answer.ptsMicroseconds
        reading.reportsObjects = true
        reading.boxUnit = .shares
        reading.objects = answer.objects
        if options.areMarks {
            for index in reading.objects.indices { reading.objects[index].kind = .mark }
        }
        return reading
    }

    /// A name that tells apart cameras behind one feed.
    static func stream(_ name: String?) -> String {
        guard let name, name.utf8.count <= AnalysisLine.textLimit else { return "" }
        return name
    }
}
