import Foundation
import Inspection
import Testing

@testable import Telemetry

/// Holds every value of every message against pymavlink's, when `python3` (or `FLYONCE_PYTHON`) has it.
@Suite struct MAVLinkPeerTests {
    struct Sums: Equatable {
        var count = 0
        var plain = 0.0
        var weighted = 0.0
    }

    static let package = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What the script prints; nil when it cannot run.
    static func peer(_ arguments: String...) throws -> [Substring]? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let python = ProcessInfo.processInfo.environment["FLYONCE_PYTHON"] ?? "python3"
        process.arguments = [python, package.appendingPathComponent("Tests/Proofs/mavlink.py").path] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        // 127: there is no python3.
        guard process.terminationStatus != 3, process.terminationStatus != 127 else {
            print("left out: MAVLink against pymavlink (pip install pymavlink)")
            return nil
        }
        try #require(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n")
    }

    static func sums(_ bytes: [UInt8]) -> [String: Sums] {
        var framer = MAVLinkFramer(form: .log)
        var all: [String: Sums] = [:]
        func add(_ frame: MAVLinkFrame) {
            guard let definition = frame.definition else { return }
            // Sums of a name go on from message to message in one order, as the script's do.
            var total = all[definition.name] ?? Sums()
            total.count += 1
            for (place, field) in definition.fields.enumerated() where frame.isSent(field) {
                for (index, number) in numbers(frame, field).enumerated() where number.isFinite {
                    total.plain += number
                    total.weighted += number * Double((place * 31 + index) % 97 + 1)
                }
            }
            all[definition.name] = total
        }
        framer.read(bytes, frame: add)
        framer.finish(frame: add)
        return all
    }

    static func numbers(_ frame: MAVLinkFrame, _ field: MAVLinkDefinition.Field) -> [Double] {
        if field.kind == .character { return frame.text(field).utf8.map(Double.init) }
        return (0..<field.count).map { index in
            switch frame.value(field, index) {
            case .signed(let value): Double(value)
            case .unsigned(let value): Double(value)
            case .real(let value): value
            }
        }
    }

    static func compare(_ bytes: [UInt8], _ path: String) throws {
        guard let lines = try peer("sums", path) else { return }
        let began = ContinuousClock.now
        let ours = sums(bytes)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        var theirs: [String: Sums] = [:]
        for line in lines where line.first != "#" {
            let words = line.split(separator: " ")
            theirs[String(words[0])] = Sums(
                count: try #require(Int(words[1])), plain: try #require(Double(words[2])),
                weighted: try #require(Double(words[3])))
        }
        #expect(Set(ours.keys) == Set(theirs.keys))
        for (name, sums) in theirs { #expect(ours[name] == sums, "\(name)") }
        let count = ours.values.reduce(0) { $0 + $1.count }
        let rate = lines.first { $0.first == "#" }?.split(separator: " ").last.flatMap { Double($0) } ?? 0
        print("MAVLink: \(count) messages, \(Int(Double(count) / seconds)) a second; pymavlink \(Int(rate))")
    }

    @Test func `every value of the recorded flight is pymavlink's`() throws {
        let file = Self.package.deletingLastPathComponent().appendingPathComponent(
            "shared/samples/mavlink/flight.tlog")
        guard FileManager.default.isReadableFile(atPath: file.path) else {
            print("left out: there is no ../shared/samples/mavlink/flight.tlog")
            return
        }
        try Self.compare([UInt8](Data(contentsOf: file)), file.path)
    }

    @Test func `every value of every message is pymavlink's, in both versions and signed`() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mavlink-\(UUID().uuidString).tlog")
        defer { try? FileManager.default.removeItem(at: file) }
        guard try Self.peer("make", file.path, "3") != nil else { return }
        let bytes = [UInt8](try Data(contentsOf: file))
        var framer = MAVLinkFramer(form: .log)
        var kinds: [String: Int] = [:]
        framer.read(bytes) { kinds["\($0.version) \($0.isSigned)", default: 0] += 1 }
        #expect(framer.faults.isEmpty)
        let long = MAVLinkDialect.shared.all.count
        let short = MAVLinkDialect.shared.all.count { $0.id < 256 }
        #expect(kinds == ["1 false": 3 * short, "2 false": 3 * long, "2 true": 3 * long])
        try Self.compare(bytes, file.path)
    }

    @Test func `the recorded flight gives a pose for each of its positions`() throws {
        let file = Self.package.deletingLastPathComponent().appendingPathComponent(
            "shared/samples/mavlink/flight.tlog")
        guard let data = try? Data(contentsOf: file) else {
            print("left out: there is no ../shared/samples/mavlink/flight.tlog")
            return
        }
        var inspector = try #require(MAVLinkInspector(header: [UInt8](data.prefix(4096))))
        var lines: [TelemetryLine] = []
        inspector.read([UInt8](data)) { if case .pose(let line) = $0 { lines.append(line) } }
        inspector.finish { if case .pose(let line) = $0 { lines.append(line) } }
        #expect(lines.count == 2833)
        #expect(inspector.counters["messages"] == 75_477)
        #expect(inspector.counters["bad_checksums"] == 1314 && inspector.counters["frames_truncated"] == 1)
        #expect(inspector.counters["garbage_bytes"] == nil)
        #expect(lines.first?.sample.hasFix == false && lines.first?.sample.latitude == nil)
        // Every one that has a fix is on the field it was flown over.
        for sample in lines.map(\.sample) where sample.hasFix {
            #expect(abs((sample.latitude ?? 0) + 35.3625) < 0.005 && abs((sample.longitude ?? 0) - 149.166) < 0.005)
        }
        #expect(lines.count { $0.sample.hasFix } > 2600)
    }
}
