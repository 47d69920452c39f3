import ArgumentParser
import Foundation
import Ingest
import Inspection
import Telemetry

struct InspectCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, text }

    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show the metadata of a stream, decoded with names and units.",
        discussion: """
            Reads files: MPEG-TS (asynchronous and synchronous KLV), bare KLV, MP4, MOV and Matroska (subtitle tracks), DJI \
            subtitles (.SRT), MAVLink logs (.tlog) and bytes, ONVIF XML, JSON of analysers and of DJI's Cloud API, JPEG (EXIF \
            and XMP); - is standard input. Reads live addresses until it is interrupted: those of sources (udp://, rtsp://, \
            srt://, …), mavlink+udp://0.0.0.0:14550, mavlink+tcp://host:5760, mqtt://broker and mqtts://broker. \
            Ends with 65 when there is no metadata, with 69 when nothing came of a live address, with 2 when no such address \
            can be read.
            """)

    @Argument(help: "A file, - for standard input, or a live address.") var input: String
    @Option(help: "ndjson: one JSON value a packet; text: for people.") var format = Format.text
    @Flag(help: "Fail (65) when anything counted was damaged, cut, skipped, lost, implausible or not known.")
    var strict = false
    @Flag(help: "Of MAVLink: every message with its fields, instead of poses.") var messages = false
    @Flag(help: "Only what there is in all: counts, span, rates, gaps, trouble.") var summary = false
    @Option(help: "Of a live address: end after this many seconds.") var seconds: Double?
    @Option(help: "What the clock of subtitles is ahead of UTC, such as +08:00.") var utcOffset: String?
    @Option(help: "Of a broker: PEM file of the authority that vouches for it.") var caFile: String?

    func validate() throws {
        if input.isEmpty { throw ValidationError("Name a file, - for standard input, or a live address.") }
        if let seconds, !(seconds > 0 && seconds < 1e7) { throw ValidationError("--seconds must be more than 0.") }
        if let utcOffset, UTCOffset.seconds(utcOffset) == nil {
            throw ValidationError("--utc-offset must be an offset such as +08:00 or Z.")
        }
    }

    private var subtitles: DJISubtitleOptions { DJISubtitleOptions(utcOffset: utcOffset.flatMap(UTCOffset.seconds)) }

    func run() async throws {
        if input.contains("://"), !input.lowercased().hasPrefix("file://") { return try await inspectLive() }
        if seconds != nil { say("--seconds is left aside: it is of live addresses.") }
        if caFile != nil { say("--ca-file is left aside: it is of live addresses.") }
        let path = input.lowercased().hasPrefix("file://") ? String(input.dropFirst(7)) : input
        let handle = try Self.open(path)
        let header = try read(handle, FileInspector.probe)
        if header.isEmpty {
            throw Failure(.badInput, "\(input) gave nothing: check the program or the file that it comes from.")
        }
        if try inspectStill(handle, header) { return }
        let output = InspectOutput(format: format, isSummary: summary, isLive: false)
        if Self.isContainer(header) {
            if Self.isRegular(path) { return try inspectContainer(path, output) }
            let copy = try spool(handle, after: header)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            return try inspectContainer(copy, output)
        }
        var inspector = FileInspector(header: header, givesMessages: messages, subtitles: subtitles)
        inspector.read(header, emit: output.write)
        while true {
            let chunk = try read(handle, 1 << 18)
            if chunk.isEmpty { break }
            inspector.read(chunk, emit: output.write)
        }
        inspector.finish(emit: output.write)
        if !inspector.isMAVLink { leaveMessagesAside() }
        if inspector.lineCount > 0, let refusal = inspector.refusal { say("\(input): \(refusal)") }
        if let oddity = inspector.oddity { say("\(input): \(oddity)") }
        try end(output, inspector.counters)
        guard inspector.lineCount > 0 else {
            throw Failure(
                .badInput,
                inspector.isRecognised
                    ? "\(input): \(inspector.name) without metadata that could be decoded"
                        + (inspector.refusal.map { ": \($0)." } ?? ".")
                    : "\(input) is neither an MPEG transport stream nor bare KLV, nor any other input that is known.")
        }
    }

    /// Writes the rest, says what was counted, and fails on trouble when that is asked for.
    private func end(_ output: InspectOutput, _ counters: [String: Int64]) throws {
        output.finish(counters: counters)
        let counts = counters.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
            counted($0.value, counter: $0.key)
        }
        if !counts.isEmpty { say("\(Redaction()(input)): " + counts.joined(separator: ", ")) }
        let hasTrouble = counters.contains { $0.value > 0 && JourneyProgress.isTrouble($0.key) }
        if strict, hasTrouble { throw Failure(.badInput, "\(input) holds damaged, cut or unknown metadata.") }
    }

    private func leaveMessagesAside() {
        if messages { say("--messages is left aside: it is of MAVLink.") }
    }

    /// MP4 and MOV by their first box, Matroska by its EBML header.
    private static func isContainer(_ header: [UInt8]) -> Bool {
        if header.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return true }
        guard header.count >= 12 else { return false }
        return ["ftyp", "moov", "mdat", "wide", "free", "skip"].contains { header[4..<8].elementsEqual($0.utf8) }
    }

    private func inspectContainer(_ path: String, _ output: InspectOutput) throws {
        leaveMessagesAside()
        var options = SourceOptions()
        // Of the recording itself, not of what lies beside it.
        options.telemetryFiles = [path]
        options.wantsMetadataAlone = true
        var carried: [String: Int64] = [:]
        var inspector = PacketInspector(givesMessages: messages, subtitles: subtitles)
        guard let name = Name("inspect") else { return }
        do {
            let source = try makeSource(name: name, location: path, options: options, clock: SystemClock())
            defer { carried = Self.ofCarrier(source.counters) }
            try source.run { event in
                if case .packet(let packet) = event { inspector.read(packet, emit: output.write) }
            }
        } catch {
            // What a demultiplexer says of a recording without its index means nothing to people.
            if error.kind == .damaged {
                throw Failure(
                    .badInput, "\(input) is damaged, was cut, or holds nothing to play: check that it was copied whole."
                )
            }
            throw Failure(.badInput, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        try end(output, inspector.counters.merging(carried, uniquingKeysWith: +))
        if output.lines == 0 {
            throw Failure(.badInput, "\(input) is a recording without metadata that could be decoded.")
        }
    }

    /// Of what a source counts: what was wrong with what carries the metadata. Pictures are none of inspect's.
    static func ofCarrier(_ counters: [String: Int64]) -> [String: Int64] {
        counters.filter { name, value in value > 0 && JourneyProgress.isTrouble(name) && !name.hasSuffix("_frames") }
    }

    private func inspectLive() async throws {
        let scheme = input.prefix { $0 != ":" }.lowercased()
        guard SourceAddress.schemes.contains(scheme) || LiveInspection.schemes.contains(scheme) else {
            let known = (["file"] + LiveInspection.schemes + SourceAddress.schemes.filter { $0 != "file" })
                .map { $0 + "://" }.joined(separator: ", ")
            throw Failure(.usage, "Nothing reads \(scheme):// addresses: use a file's path, or one of \(known).")
        }
        if !scheme.hasPrefix("mavlink+") { leaveMessagesAside() }
        if caFile != nil, !["mqtts", "rtsps", "rtmps", "https"].contains(scheme) {
            say("--ca-file is left aside: \(scheme):// has no certificates.")
        }
        let output = InspectOutput(format: format, isSummary: summary, isLive: true)
        let live = LiveInspection(PacketInspector(givesMessages: messages, subtitles: subtitles), output)
        let start = ContinuousClock.now
        let trouble: SourceError?
        do {
            trouble = try await live.run(input, caFile: caFile, seconds: seconds)
        } catch let error as SourceError {
            throw Failure(.unavailable, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        try end(output, live.counters)
        guard output.lines == 0 else { return }
        let shown = Redaction(url: input)(input)
        guard live.isSilent else {
            throw Failure(.badInput, "\(shown) is a stream without metadata that could be decoded.")
        }
        let waited = counted(max(1, (ContinuousClock.now - start).components.seconds), "second")
        throw Failure(.unavailable, "\(shown): nothing came in \(waited): \(Self.advice(scheme, trouble)).")
    }

    /// What to look at when nothing comes of an address.
    private static func advice(_ scheme: String, _ trouble: SourceError?) -> String {
        if let trouble {
            return trouble.hint.isEmpty ? trouble.description : "\(trouble.description) (\(trouble.hint))"
        }
        return switch scheme {
        case "udp", "mavlink+udp", "mavlink+udpin":
            "check that it is sent to this machine and port, that no firewall is between, and by ss -lunp that no other "
                + "program has the port"
        case "mqtt", "mqtts": "the broker answers, and says nothing of these topics: check the topic, and who publishes"
        default: "check address, port and firewall, and that the sender sends"
        }
    }

    /// True when the input, which begins with `probe`, is a JPEG picture, whose EXIF and XMP are shown then.
    private func inspectStill(_ handle: FileHandle, _ probe: [UInt8]) throws -> Bool {
        guard StillMetadata(header: probe) != nil else { return false }
        let rest = try read(handle, StillMetadata.headerLimit - probe.count)
        guard let still = StillMetadata(header: probe + rest) else { return false }
        let line = StillLine(file: input, still)
        printLine(format == .ndjson ? line.ndjson : line.text)
        leaveMessagesAside()
        if still.isCut, strict || still.isEmpty {
            throw Failure(.badInput, "\(input) is a JPEG that was cut: check that it was copied whole.")
        }
        if still.isEmpty { throw Failure(.badInput, "\(input) is a JPEG without EXIF and XMP.") }
        try end(InspectOutput(format: format, isSummary: false, isLive: false), line.counters)
        return true
    }

    /// A recording that comes through a pipe, as a file: its index may stand at its end.
    private func spool(_ handle: FileHandle, after header: [UInt8]) throws -> String {
        let name = "flyonce-inspect-\(UUID().uuidString)"
        let copy = FileManager.default.temporaryDirectory.appending(path: name).path
        guard FileManager.default.createFile(atPath: copy, contents: nil, attributes: [.posixPermissions: 0o600]),
            let file = FileHandle(forWritingAtPath: copy)
        else { throw Failure(.unavailable, "\(copy) cannot be written: name the recording by its path.") }
        defer { try? file.close() }
        do {
            var chunk = header
            while !chunk.isEmpty {
                try file.write(contentsOf: chunk)
                chunk = try read(handle, 1 << 20)
            }
        } catch {
            try? FileManager.default.removeItem(atPath: copy)
            throw (error as? Failure)
                ?? Failure(.unavailable, "There is no room for \(input) in \(copy): name the recording by its path.")
        }
        return copy
    }

    /// Empty at the end of the input only.
    private func read(_ handle: FileHandle, _ count: Int) throws(Failure) -> [UInt8] {
        do {
            return [UInt8](try handle.read(upToCount: count) ?? Data())
        } catch {
            throw Failure(.badInput, "\(input) could not be read to its end: check its disk, and that it is a file.")
        }
    }

    static func isFolder(_ path: String) -> Bool {
        (try? FileManager.default.attributesOfItem(atPath: path + "/."))?[.type] as? FileAttributeType == .typeDirectory
    }

    /// Pipes and devices can be read once, from their beginning.
    private static func isRegular(_ path: String) -> Bool {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let kind = (try? FileManager.default.attributesOfItem(atPath: target))?[.type] as? FileAttributeType
        return path != "-" && kind == .typeRegular
    }

    static func open(_ path: String) throws(Failure) -> FileHandle {
        if path == "-" { return .standardInput }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            throw Failure(.badInput, "There is no file \(path).")
        }
        guard attributes[.type] as? FileAttributeType != .typeDirectory else {
            throw Failure(.badInput, "\(path) is a directory; name a file in it.")
        }
        if attributes[.type] as? FileAttributeType == .typeRegular, (attributes[.size] as? NSNumber)?.intValue == 0 {
            throw Failure(.badInput, "\(path) is empty: check that it was copied whole.")
        }
        if attributes[.type] as? FileAttributeType == .typeSymbolicLink, !FileManager.default.fileExists(atPath: path) {
            throw Failure(.badInput, "\(path) is a link to a file that is not there.")
        }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badInput, "\(path) cannot be read: check its permissions.")
        }
        return handle
    }
}
