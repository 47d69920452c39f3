import Foundation
import Inspection
import Testing

@testable import Telemetry

/// Every recording beside this test, one message a line with its topic before it, gives the lines of `.expected.ndjson`.
@Suite struct DJICloudCaseTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
        .filter { $0.hasSuffix(".ndjson") && !$0.hasSuffix(".expected.ndjson") }.sorted()

    @Test func `there are recordings`() { #expect(!Self.names.isEmpty) }

    @Test(arguments: names)
    func `a recording gives what is expected`(_ name: String) throws {
        func lines(_ name: String) throws -> [Substring] {
            try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8).split(separator: "\n")
        }
        var options = DJICloudOptions()
        options.isRecorded = true
        var decoder = DJICloudDecoder(options: options)
        var printed: [String] = []
        for line in try lines(name) {
            guard let (topic, message) = DJICloudDecoder.split(line: Array(line.utf8)[...]) else { continue }
            let pose = decoder.pose(message, topic: topic, arrival: UTCTime(microseconds: 0)) { _ in }
            if let pose { printed.append(pose.line.ndjson) }
        }
        #expect(printed == (try lines(name.replacing(".ndjson", with: ".expected.ndjson"))).map(String.init))
    }
}
