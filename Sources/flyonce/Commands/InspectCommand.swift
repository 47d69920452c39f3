import ArgumentParser
import Foundation
import Telemetry

struct InspectCommand: ParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, text }

    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show the metadata of a stream, decoded with names and units.",
        discussion:
            "Reads MPEG-TS (asynchronous and synchronous KLV) and bare KLV, from a file or from standard input (-), and EXIF and XMP of a JPEG file."
    )

    @Argument(help: "A file, or - for standard input.") var input: String
    @Option(help: "ndjson: one JSON value a packet; text: for people.") var format = Format.text
    @Flag(help: "Fail when anything was damaged or not understood.") var strict = false

    func run() throws {
        let handle = try Self.open(input)
        if try inspectStill(handle) { return }
        var inspector = MetadataInspector()
        var output = Data()
        let format = format
        func write(_ line: InspectLine) {
            output.append(contentsOf: (format == .ndjson ? line.ndjson : line.text).utf8)
            output.append(10)
            if output.count > 1 << 16 {
                FileHandle.standardOutput.write(output)
                output.removeAll(keepingCapacity: true)
            }
        }
        while let chunk = try? handle.read(upToCount: 1 << 18), !chunk.isEmpty {
            inspector.read(Array(chunk), emit: write)
        }
        inspector.finish(emit: write)
        FileHandle.standardOutput.write(output)
        let counters = inspector.counters
        let troubles = counters.filter { $0.value > 0 && JourneyProgress.isTrouble($0.key) }
        let counts = counters.filter { $0.value > 0 }.sorted { $0.key < $1.key }
            .map { counted($0.value, counter: $0.key) }
        if !counts.isEmpty { say("\(input): " + counts.joined(separator: ", ")) }
        guard counters["packets"] ?? 0 > 0 else {
            throw Failure(
                .badInput,
                inspector.isRecognised
                    ? "\(input) is a transport stream without metadata that could be decoded."
                    : "\(input) is neither an MPEG transport stream nor bare KLV.")
        }
        if strict, !troubles.isEmpty { throw Failure(.badInput, "\(input) holds damaged or unknown metadata.") }
    }

    /// True when the input is a JPEG picture, whose EXIF and XMP are shown then.
    private func inspectStill(_ handle: FileHandle) throws -> Bool {
        guard input != "-" else { return false }
        let header = [UInt8]((try? handle.read(upToCount: StillMetadata.headerLimit)) ?? Data())
        guard let still = StillMetadata(header: header) else {
            try? handle.seek(toOffset: 0)
            return false
        }
        let line = StillLine(file: input, still)
        printLine(format == .ndjson ? line.ndjson : line.text)
        if still.isEmpty { throw Failure(.badInput, "\(input) is a JPEG without EXIF and XMP.") }
        return true
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
