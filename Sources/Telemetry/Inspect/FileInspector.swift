import Inspection

/// Decodes a file of metadata, or a transport stream that carries some, for `flyonce inspect`. Which it is, its first bytes
/// tell.
public struct FileInspector: Sendable {
    private enum Form: Sendable {
        case stream(MetadataInspector)
        case mavlink(MAVLinkInspector)
        case subtitles(DJISubtitleInspector)
        case scene(ONVIFInspector)
        case messages(JSONMessages, PacketInspector)
        case pictures(PictureTimeInspector)
    }

    /// Bytes that the form is told by.
    public static let probe = 4096

    /// When the messages of a file came is not known.
    private static let nowhen = UTCTime(microseconds: 0)

    private var form: Form
    private var lines: Int64 = 0
    private var refusals = LineRefusals()

    /// `header`: the bytes that the file begins with, ``probe`` of them or all.
    public init(
        header: [UInt8], givesMessages: Bool = false, subtitles: DJISubtitleOptions = DJISubtitleOptions()
    ) {
        if let inspector = MAVLinkInspector(header: header, givesMessages: givesMessages) {
            form = .mavlink(inspector)
        } else if let inspector = DJISubtitleInspector(header: header, options: subtitles) {
            form = .subtitles(inspector)
        } else if ONVIFInspector.isScene(header) {
            form = .scene(ONVIFInspector())
        } else if TelemetryForm.isJSON(header) {
            form = .messages(JSONMessages(), PacketInspector(isRecorded: true))
        } else if PictureTimeInspector.isCoded(header) {
            form = .pictures(PictureTimeInspector())
        } else {
            form = .stream(MetadataInspector())
        }
    }

    /// What it was taken for, for people.
    public var name: String {
        switch form {
        case .stream: "MPEG transport stream or bare KLV"
        case .mavlink: "MAVLink"
        case .subtitles: "subtitles"
        case .scene: "XML of an ONVIF stream"
        case .messages: "JSON messages"
        case .pictures: "coded pictures with their times"
        }
    }

    /// What was read and what was wrong with it. `lines` is the number of lines given.
    public var counters: [String: Int64] {
        var all =
            switch form {
            case .stream(let inspector): inspector.counters
            case .mavlink(let inspector): inspector.counters
            case .subtitles(let inspector): inspector.counters
            case .scene(let inspector): inspector.counters
            case .pictures(let inspector): inspector.counters
            case .messages(let messages, let inspector):
                inspector.counters.merging(["messages_too_long": Int64(messages.tooLong)], uniquingKeysWith: +)
            }
        if case .stream = form { return all }
        all["lines"] = lines
        return all
    }

    /// The first line of XML or JSON that was refused, for people; nil while none was.
    public var refusal: String? {
        if let first = refusals.first { return first }
        guard lines == 0, case .messages(_, let inspector) = form, inspector.counters["hellos"] ?? 0 > 0 else {
            return nil
        }
        return "it holds a hello, and no answer about a frame"
    }

    /// The first line of JSON that was read and is odd all the same, for people; nil while none was.
    public var oddity: String? { refusals.oddity }

    /// True for what has messages to show one by one.
    public var isMAVLink: Bool { if case .mavlink = form { true } else { false } }

    /// Lines given so far.
    public var lineCount: Int64 { lines }

    /// False where nothing told what it is: neither its first bytes, nor a packet of a transport stream or of KLV.
    public var isRecognised: Bool {
        if case .stream(let inspector) = form { return inspector.isRecognised }
        return true
    }

    public mutating func read(_ bytes: [UInt8], emit: (InspectedLine) -> Void) {
        var count: Int64 = 0
        func give(_ line: InspectedLine) {
            count += 1
            emit(line)
        }
        switch form {
        case .stream(var inspector):
            inspector.read(bytes) { give(.klv($0)) }
            form = .stream(inspector)
        case .mavlink(var inspector):
            inspector.read(bytes) { PacketInspector.give($0, give) }
            form = .mavlink(inspector)
        case .subtitles(var inspector):
            inspector.read(bytes) { give(.pose($0)) }
            form = .subtitles(inspector)
        case .scene(var inspector):
            refusals.lines(bytes) { line in
                inspector.read(Array(line)) { give(.objects($0)) }
                return (inspector.counters, nil, nil)
            }
            form = .scene(inspector)
        case .messages(var messages, var inspector):
            refusals.lines(bytes) { line in
                messages.read(line) {
                    inspector.read(TelemetryForm.packet(ofMessage: $0, arrival: Self.nowhen), emit: give)
                }
                return (inspector.counters, inspector.saying.refusal, inspector.saying.remark)
            }
            form = .messages(messages, inspector)
        case .pictures(var inspector):
            inspector.read(bytes) { give(.pose($0)) }
            form = .pictures(inspector)
        }
        lines += count
    }

    public mutating func finish(emit: (InspectedLine) -> Void) {
        var count: Int64 = 0
        func give(_ line: InspectedLine) {
            count += 1
            emit(line)
        }
        switch form {
        case .stream(var inspector):
            inspector.finish { give(.klv($0)) }
            form = .stream(inspector)
        case .mavlink(var inspector):
            inspector.finish { PacketInspector.give($0, give) }
            form = .mavlink(inspector)
        case .subtitles(var inspector):
            inspector.finish { give(.pose($0)) }
            form = .subtitles(inspector)
        case .scene(var inspector):
            inspector.finish { give(.objects($0)) }
            refusals.note((inspector.counters, nil, nil))
            form = .scene(inspector)
        case .messages(var messages, var inspector):
            messages.finish { inspector.read(TelemetryForm.packet(ofMessage: $0, arrival: Self.nowhen), emit: give) }
            refusals.note((inspector.counters, inspector.saying.refusal, inspector.saying.remark))
            form = .messages(messages, inspector)
        case .pictures(var inspector):
            inspector.finish { give(.pose($0)) }
            form = .pictures(inspector)
        }
        lines += count
    }
}
