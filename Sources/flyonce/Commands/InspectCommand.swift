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
            srt://, …), mavlink+udp://0.0.0.0:14550, mavlink+tcp://host:5760, mqtt://broker and mqtts://broker.
            """)

    @Argument(help: "A file, - for standard input, or a live address.") var input: String
    @Option(help: "ndjson: one JSON value a packet; text: for people.") var format = Format.text
    @Flag(help: "Fail when anything was damaged or not understood.") var strict = false
    @Flag(help: "Of MAVLink: every message with its fields, instead of poses.") var messages = false
    @Flag(help: "Only what there is in all: counts, span, rates, gaps, trouble.") var summary = false
    @Option(help: "Of a live address: end after this many seconds.") var seconds: Double?
    @Option(help: "Of a broker: PEM file of the authority that vouches for it.") var caFile: String?

    func validate() throws {
        if let seconds, !(seconds > 0 && seconds < 1e7) { throw ValidationError("--seconds must be more than 0.") }
    }

    func run() async throws {
        if input.contains("://"), !input.lowercased().hasPrefix("file://") { return try await inspectLive() }
        let path = input.lowercased().hasPrefix("file://") ? String(input.dropFirst(7)) : input
        let handle = try Self.open(path)
        if try inspectStill(handle) { return }
        let output = InspectOutput(format: format, isSummary: summary, isLive: false)
        let header = try read(handle, FileInspector.probe)
        if path != "-", Self.isContainer(header) { return try inspectContainer(path, output) }
        var inspector = FileInspector(header: header, givesMessages: messages)
        inspector.read(header, emit: output.write)
        while true {
            let chunk = try read(handle, 1 << 18)
            if chunk.isEmpty { break }
            inspector.read(chunk, emit: output.write)
        }
        inspector.finish(emit: output.write)
        try end(output, inspector.counters)
        guard inspector.lineCount > 0 else {
            throw Failure(
                .badInput,
                inspector.isRecognised
                    ? "\(input): \(inspector.name) without metadata that could be decoded."
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
        if strict, hasTrouble { throw Failure(.badInput, "\(input) holds damaged or unknown metadata.") }
    }

    /// MP4 and MOV by their first box, Matroska by its EBML header.
    private static func isContainer(_ header: [UInt8]) -> Bool {
        if header.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) { return true }
        guard header.count >= 12 else { return false }
        return ["ftyp", "moov", "mdat", "wide", "free", "skip"].contains { header[4..<8].elementsEqual($0.utf8) }
    }

    private func inspectContainer(_ path: String, _ output: InspectOutput) throws {
        var options = SourceOptions()
        // Of the recording itself, not of what lies beside it.
        options.telemetryFiles = [path]
        var inspector = PacketInspector(givesMessages: messages)
        guard let name = Name("inspect") else { return }
        do {
            try makeSource(name: name, location: path, options: options, clock: SystemClock()).run { event in
                if case .packet(let packet) = event { inspector.read(packet, emit: output.write) }
            }
        } catch {
            throw Failure(.badInput, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        try end(output, inspector.counters)
        if output.lines == 0 {
            throw Failure(.badInput, "\(input) is a recording without metadata that could be decoded.")
        }
    }

    private func inspectLive() async throws {
        let output = InspectOutput(format: format, isSummary: summary, isLive: true)
        let live = LiveInspection(PacketInspector(givesMessages: messages), output)
        do {
            try await live.run(input, caFile: caFile, seconds: seconds)
        } catch let error as SourceError {
            throw Failure(.unavailable, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
        try end(output, live.counters)
    }

    /// True when the input is a JPEG picture, whose EXIF and XMP are shown then.
    private func inspectStill(_ handle: FileHandle) throws -> Bool {
        guard input != "-" else { return false }
        let header = try read(handle, StillMetadata.headerLimit)
        guard let still = StillMetadata(header: header) else {
            try? handle.seek(toOffset: 0)
            return false
        }
        let line = StillLine(file: input, still)
        printLine(format == .ndjson ? line.ndjson : line.text)
        if still.isEmpty { throw Failure(.badInput, "\(input) is a JPEG without EXIF and XMP.") }
        return true
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
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw Failure(.badInput, "\(path) cannot be read: check its permissions.")
        }
        return handle
    }
}
