import Foundation
import Inspection
import Testing

@testable import Store

@Suite struct MetadataLogTests {
    static func folder(_ body: (String) throws -> Void) rethrows {
        let path = FileManager.default.temporaryDirectory.appending(path: "metadata-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    static func header(_ flight: UInt64) throws -> MetadataLogHeader {
        MetadataLogHeader(
            gateway: try #require(Name("gateway-01")), source: try #require(Name("uav-1")),
            flight: FlightID(milliseconds: 1_787_194_800_000 + flight, randomness: (flight, 0)), content: "live",
            writtenAt: UTCTime(microseconds: 1_787_194_800_000_000))
    }

    /// Some 1,000 bytes each.
    static func frame(_ index: Int) -> FrameMetadata {
        let frame = Frame(
            index: index, time: .seconds(Double(index)), ptsMicroseconds: nil, width: 640, height: 480, isKey: true,
            arrival: UTCTime(microseconds: 0))
        return FrameMetadata(
            frame: frame, utc: UTCTime(microseconds: 0), provenance: .arrival, telemetry: nil, poseAge: nil,
            objects: [
                FrameObject(
                    label: "\(index)" + String(repeating: "x", count: 1000), confidence: nil, box: nil)
            ])
    }

    static func frames(_ path: String) throws -> [Int] {
        var decoder = MetadataLogDecoder()
        decoder.add(Array(try Data(contentsOf: URL(filePath: path))))
        var indices: [Int] = []
        while let entry = decoder.next() { if case .frame(let frame) = entry { indices.append(frame.frame.index) } }
        #expect(decoder.fault == nil && decoder.waitingBytes == 0 && decoder.damagedRecords == 0)
        return indices
    }

    @Test func `a flight that goes on loses a torn end and no record before it`() throws {
        try Self.folder { path in
            let folder = try MetadataFolder(path: path, limits: .init(bytesPerFlight: 1 << 20, bytes: 1 << 20))
            let header = try Self.header(1)
            let log = folder.path(of: header.flight)
            var file = try MetadataLogFile(header, goesOn: true, in: folder)
            for index in 0..<10 { try file.append(Self.frame(index)) }
            try file.finish()
            #expect(try Self.frames(log) == Array(0..<10))
            let whole = try Data(contentsOf: URL(filePath: log))
            for torn in [whole.dropLast(3), whole + Data(repeating: 0, count: 700)] {
                try torn.write(to: URL(filePath: log))
                var again = try MetadataLogFile(header, goesOn: true, in: folder)
                try again.append(Self.frame(20))
                try again.finish()
                #expect(try Self.frames(log) == Array(0..<(torn.count < whole.count ? 9 : 10)) + [20])
            }
            var anew = try MetadataLogFile(header, goesOn: false, in: folder)
            try anew.append(Self.frame(0))
            try anew.finish()
            #expect(try Self.frames(log) == [0])
        }
    }

    @Test func `a flight has no more bytes than its bound, and what is beyond is counted`() throws {
        try Self.folder { path in
            let folder = try MetadataFolder(path: path, limits: .init(bytesPerFlight: 20_000, bytes: 1 << 20))
            let header = try Self.header(1)
            var file = try MetadataLogFile(header, goesOn: false, in: folder)
            for index in 0..<100 { try file.append(Self.frame(index)) }
            try file.finish()
            let kept = try Self.frames(folder.path(of: header.flight))
            #expect(kept == Array(0..<kept.count) && kept.count >= 18)
            #expect(file.dropped == Int64(100 - kept.count))
            let size = try Data(contentsOf: URL(filePath: folder.path(of: header.flight))).count
            #expect(size <= 20_000 && folder.bytes == size)
        }
    }

    @Test func `the oldest flights go first, never one that is being written`() throws {
        try Self.folder { path in
            let limits = MetadataFolder.Limits(bytesPerFlight: 1 << 20, bytes: 30_000)
            var folder = try MetadataFolder(path: path, limits: limits)
            var held = try MetadataLogFile(try Self.header(0), goesOn: false, in: folder)
            try held.append(Self.frame(0))
            try held.flush()
            for flight in UInt64(1)...6 {
                var file = try MetadataLogFile(try Self.header(flight), goesOn: false, in: folder)
                for index in 0..<7 { try file.append(Self.frame(index)) }
                try file.finish()
                #expect(folder.bytes <= 30_000)
            }
            func left() throws -> [UInt64] {
                try (UInt64(0)...6).filter {
                    FileManager.default.fileExists(atPath: folder.path(of: try Self.header($0).flight))
                }
            }
            #expect(try left() == [0, 4, 5, 6])
            #expect(folder.removed == 3)
            try held.finish()
            // A smaller bound counts at the next start.
            for (flight, age) in [(4, 30.0), (5, 20), (6, 10), (0, 5)] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -age)],
                    ofItemAtPath: folder.path(of: try Self.header(UInt64(flight)).flight))
            }
            try Data("kept".utf8).write(to: URL(filePath: path + "/notes.txt"))
            folder = try MetadataFolder(path: path, limits: .init(bytesPerFlight: 1 << 20, bytes: 10_000))
            #expect(try left() == [0, 6])
            #expect(FileManager.default.fileExists(atPath: path + "/notes.txt"))
        }
    }

    @Test func `a flight that alone fills the folder ends its log`() throws {
        try Self.folder { path in
            let folder = try MetadataFolder(path: path, limits: .init(bytesPerFlight: 1 << 20, bytes: 100_000))
            var file = try MetadataLogFile(try Self.header(1), goesOn: false, in: folder)
            for index in 0..<300 { try file.append(Self.frame(index)) }
            try file.finish()
            let kept = try Self.frames(folder.path(of: try Self.header(1).flight))
            #expect(!kept.isEmpty && kept.count < 100 && file.dropped == Int64(300 - kept.count))
            #expect(folder.bytes <= 100_000)
        }
    }

    @Test func `a log of a later version is left alone, what is none is begun anew`() throws {
        try Self.folder { path in
            let folder = try MetadataFolder(path: path, limits: .init(bytesPerFlight: 1 << 20, bytes: 1 << 20))
            let header = try Self.header(1)
            let log = URL(filePath: folder.path(of: header.flight))
            try Data("FLYMETA".utf8 + [9, 1, 2, 3]).write(to: log)
            #expect(throws: StoreError.self) { try MetadataLogFile(header, goesOn: true, in: folder) }
            #expect(try Data(contentsOf: log).count == 11)
            try Data("something else".utf8).write(to: log)
            var file = try MetadataLogFile(header, goesOn: true, in: folder)
            try file.append(Self.frame(3))
            try file.finish()
            #expect(try Self.frames(log.path) == [3])
        }
    }
}
