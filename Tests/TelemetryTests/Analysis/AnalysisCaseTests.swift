import Foundation
import Inspection
import Testing

@testable import Telemetry

/// Golden cases: a file of each dialect, and what `flyonce inspect` has to print of it.
@Suite struct AnalysisCaseTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")

    static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    @Test func `there is a case of every dialect`() {
        let dialects = AnalysisDialect.allCases.filter { $0 != .auto }.map(\.rawValue)
        for dialect in dialects { #expect(Self.names.contains { $0.hasPrefix(dialect) }) }
    }

    @Test(arguments: names, [1, 7, 4096, 1 << 20])
    func `a file says what its case says, however it is cut`(_ name: String, _ size: Int) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".json")))
        let expected = try String(contentsOf: Self.folder.appending(path: name + ".expected.ndjson"), encoding: .utf8)
        #expect(AnalysisDialect(head: Array(bytes.prefix(4096))) != nil)
        var options = AnalysisOptions()
        options.isRecorded = true
        var reader = AnalysisReader(options: options)
        var messages = JSONMessages()
        var lines: [String] = []
        func take(_ message: ArraySlice<UInt8>) {
            guard let reading = reader.reading(message, { _ in }) else { return }
            let time = reading.ptsMicroseconds ?? reading.time.map { $0.nanoseconds / 1000 }
            let line = ObjectsLine(dialect: reader.dialect?.rawValue ?? "", reading, ptsMicroseconds: time)
            lines += line.map { [$0.ndjson] } ?? []
        }
        for start in stride(from: 0, to: bytes.count, by: size) {
            messages.read(bytes[start..<min(start + size, bytes.count)], take)
        }
        messages.finish(take)
        #expect(lines == expected.split(separator: "\n").map(String.init))
    }

    @Test(arguments: names)
    func `every part of a file, and every damaged one, is read without harm`(_ name: String) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.folder.appending(path: name + ".json")))
        var reader = AnalysisReader()
        for end in stride(from: 0, to: bytes.count, by: 3) {
            _ = reader.read(Array(bytes[..<end])) { _ in }
            var damaged = bytes
            damaged[end] ^= UInt8(truncatingIfNeeded: end) | 1
            var counts: [String: Int] = [:]
            for reading in reader.read(damaged, tally: { counts[$0, default: 0] += 1 }) {
                for object in reading.objects {
                    if let box = object.box { #expect(box.right > box.left && box.bottom > box.top) }
                    if let confidence = object.confidence { #expect((0...1).contains(confidence)) }
                }
            }
            #expect(counts["messages", default: 0] > 0)
        }
    }
}
