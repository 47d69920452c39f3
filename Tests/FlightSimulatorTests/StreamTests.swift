import Foundation
import GStreamer
import Testing

@testable import FlightSimulator

@Suite struct StreamTests {
    @Test func `the tiny scenario becomes a transport stream with every picture and packet`() throws {
        guard StreamWriter.Encoder.allCases.contains(where: { Library.has($0.rawValue) }) else {
            print("skipped: no H.264 encoder is installed (gstreamer1.0-plugins-ugly)")
            return
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "flight-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: directory) }
        var last = 0.0
        let flight = SimulatedFlight(try Shipped.tiny())
        let summary = try flight.write(to: directory.path) { last = $0 }
        #expect(last == 1)
        #expect(summary.frames == 20 && summary.packets == 20 && summary.looks == 10)
        #expect(summary.matters == 3 && summary.mattersSeen == 3)
        #expect(try Array(Data(contentsOf: URL(fileURLWithPath: summary.truth))) == flight.truth().geoJSON())
        let json = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: summary.scenario)))
        #expect((json as? [String: Any])?["frames"] as? Int == 20)

        let stream = try Demuxed(summary.video)
        #expect(stream.pictures.count == 20)
        #expect(stream.packets.map(\.bytes) == (try (0..<20).map { try flight.metadata(ofFrame: $0) }))
        #expect(stream.packets.map(\.time) == stream.pictures)
    }

    @Test func `says which directory cannot be written`() throws {
        let error = try #require(throws: SimulatorError.self) {
            _ = try SimulatedFlight(try Shipped.tiny()).write(to: "/proc/none/here")
        }
        #expect(error.kind == .output)
        #expect(error.description.contains("/proc/none/here"))
    }
}
