import Inspection
import KLV
import Testing

@testable import Telemetry

/// Files that hold metadata without what usually carries it: a VMTI set without its key, coded pictures without a container.
struct BareFileTests {
    private func lines(_ bytes: [UInt8], pieces: Int = 512) -> [InspectedLine] {
        var inspector = FileInspector(header: Array(bytes.prefix(FileInspector.probe)))
        var lines: [InspectedLine] = []
        var position = 0
        while position < bytes.count {
            let end = min(position + pieces, bytes.count)
            inspector.read(Array(bytes[position..<end])) { lines.append($0) }
            position = end
        }
        inspector.finish { lines.append($0) }
        return lines
    }

    private let set: [UInt8] = [0x02, 8, 0, 3, 0x82, 0x44, 0x30, 0xF6, 0xCE, 0x40, 0x04, 1, 5, 0x06, 1, 2]

    @Test func `a VMTI set without its key is read as one`() throws {
        let lines = lines(set)
        try #require(lines.count == 1)
        guard case .klv(let line) = lines[0] else { throw TestFailure() }
        #expect(line.decoded.set == .st0903)
        #expect(line.decoded.checksum == .none)
        #expect(line.decoded.items.map(\.tag) == [2, 4, 6])
    }

    @Test(arguments: [1, 5, 9, 15])
    func `a set that breaks off is none`(count: Int) {
        #expect(lines(Array(set.prefix(count))).isEmpty)
    }

    @Test func `items of no VMTI set are none`() { #expect(lines([0x3F, 1, 5]).isEmpty) }

    /// Two pictures: a message with a time each, then a slice.
    private func pictures(_ times: [Int64]) -> [UInt8] {
        times.flatMap { time -> [UInt8] in
            let t = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * Int64($0))) }
            let data =
                Array("MISPmicrosectime".utf8) + [
                    0x1F, t[0], t[1], 0xFF, t[2], t[3], 0xFF, t[4], t[5], 0xFF, t[6], t[7],
                ]
            var escaped: [UInt8] = []
            for byte in data {
                if byte <= 3, escaped.suffix(2) == [0, 0] { escaped.append(3) }
                escaped.append(byte)
            }
            return [0, 0, 0, 1, 0x09, 0x10, 0, 0, 0, 1, 0x06, 5, 28] + escaped + [0x80, 0, 0, 1, 0x65, 1, 2, 3]
        }
    }

    @Test(arguments: [1, 3, 512])
    func `coded pictures give their times, however they arrive`(pieces: Int) {
        let times: [Int64] = [1_748_743_200_000_000, 1_748_743_200_040_000, 0x0006_0000_0100_0002]
        let found = lines(pictures(times), pieces: pieces).compactMap { line -> Int64? in
            guard case .pose(let pose) = line, pose.dialect == "st0604" else { return nil }
            return pose.sample.utc?.microseconds
        }
        #expect(found == times)
    }

    @Test func `every picture of a real stream has its time`() throws {
        guard let bytes = SampleFiles.bytes("synth_st0604.h264") else { return }
        let found = lines(bytes, pieces: 4096).compactMap { line -> Int64? in
            guard case .pose(let pose) = line else { return nil }
            #expect(line.hasFix == nil && !line.ndjson.contains("fix") && !line.text.contains("fix"))
            return pose.sample.utc?.microseconds
        }
        #expect(found == (0..<250).map { 1_748_743_200_000_000 + $0 * 40_000 })
    }

    private struct TestFailure: Error {}
}
