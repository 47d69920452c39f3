import Testing

@testable import TransportStream

private let key: [UInt8] = [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0, 0, 0]

@Suite struct `Programs` {
    @Test func `reads the maps that GStreamer wrote`() throws {
        let asynchronous = Self.bytes(
            "02B0270001C10000E041F0001BE041F00A050848444D56FF1B443F06E042F00605044B4C564188C5419F")
        let synchronous = Self.bytes(
            "02B0370001C10000E041F0001BE041F00A050848444D56FF1B443F15E042F01626090100FF4B4C5641000F2709C00100C00010C0000041C49F94"
        )
        #expect(CRC32.of(asynchronous) == 0)
        #expect(CRC32.of(synchronous) == 0)
        let first = try #require(ProgramMap(asynchronous, limit: 8))
        #expect(first.streams.map(\.kind) == [.h264, .klv(.asynchronous)])
        #expect(first.streams.map(\.registration) == ["HDMV", "KLVA"])
        #expect(first.streams.map(\.pid) == [0x41, 0x42])
        let second = try #require(ProgramMap(synchronous, limit: 8))
        #expect(second.streams.map(\.kind) == [.h264, .klv(.synchronous)])
        #expect(second.streams.last?.registration == "KLVA")
        for cut in 0..<synchronous.count { _ = ProgramMap(Array(synchronous[..<cut]), limit: 8) }
    }

    @Test func `ignores a section with a bad CRC`() {
        var builder = StreamBuilder.drone()
        builder.bytes[188 + 20] ^= 1
        builder.pes(0x101, key + [1, 1], pts: 0)
        let reading = Reading(builder.bytes)
        #expect(reading.events.isEmpty)
        #expect(reading.counters.badSections == 1)
    }

    @Test func `reports every program and reads the first with video`() {
        var builder = StreamBuilder()
        builder.association([(1, 0x1000), (2, 0x1001), (3, 0x1002)])
        builder.map(3, 0x1002, [(0x300, 0x24, [])])
        builder.map(1, 0x1000, [(0x101, 0x06, StreamBuilder.klva)])
        builder.map(2, 0x1001, [(0x200, 0x02, [])])
        builder.pes(0x300, [1], pts: 3)
        builder.pes(0x101, key + [1, 1], pts: 1)
        builder.pes(0x200, [2], pts: 2)
        let reading = Reading(builder.bytes)
        #expect(Set(reading.programs.map(\.number)) == [1, 2, 3])
        // Program 3 was the first whose map came with video, and is kept.
        #expect(reading.programs.last { $0.isSelected }?.number == 3)
        #expect(reading.units.map(\.kind) == [.h265])
    }

    @Test func `reads a program of metadata alone`() {
        var builder = StreamBuilder()
        builder.association([(1, 0x1000)])
        builder.map(1, 0x1000, [(0x101, 0x15, [])])
        builder.pes(0x101, [0, 0, 0xDF, 0, 18] + key + [1, 1], pts: 1)
        #expect(Reading(builder.bytes).units.map(\.bytes) == [key + [1, 1]])
    }

    @Test func `follows a map that changes in mid stream`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x100, [1, 2, 3], pts: 0, streamID: 0xE0, hasLength: false)
        builder.map(1, 0x1000, [(0x100, 0x1B, []), (0x102, 0x06, StreamBuilder.klva)], version: 1)
        builder.pes(0x101, key + [1, 1], pts: 1)
        builder.pes(0x102, key + [1, 2], pts: 2)
        builder.map(1, 0x1000, [(0x100, 0x24, [])], version: 2)
        builder.pes(0x100, [4, 5], pts: 3, streamID: 0xE0, hasLength: false)
        let reading = Reading(builder.bytes)
        #expect(reading.programs.map(\.version) == [0, 1, 2])
        #expect(reading.units.map(\.bytes) == [key + [1, 2], [1, 2, 3], [4, 5]])
        #expect(reading.units.map(\.kind) == [.klv(.asynchronous), .h264, .h265])
        #expect(reading.counters.faults.isEmpty)
    }

    @Test func `follows a program that moves to another map`() {
        var builder = StreamBuilder.drone()
        builder.association([(7, 0x1234)], version: 1)
        builder.map(7, 0x1234, [(0x111, 0x1B, [])])
        builder.pes(0x111, [9], pts: 0)
        let reading = Reading(builder.bytes)
        #expect(reading.programs.map(\.number) == [1, 7])
        #expect(reading.units.map(\.bytes) == [[9]])
    }

    @Test func `joins a map longer than a packet`() {
        var builder = StreamBuilder()
        builder.association([(1, 0x1000)])
        let many: [(pid: Int, type: UInt8, descriptors: [UInt8])] = (0..<40).map {
            (0x200 + $0, 0x0F, [5, 2, 0x41, 0x42])
        }
        builder.map(1, 0x1000, many + [(0x100, 0x1B, [])])
        builder.pes(0x100, [1], pts: 0)
        let reading = Reading(builder.bytes)
        #expect(reading.programs.first?.streams.count == 41)
        #expect(reading.units.count == 1)
    }

    @Test func `recognises KLV by its content where the map says nothing`() {
        var builder = StreamBuilder.drone(type: 0x06, descriptors: [])
        builder.pes(0x101, [1, 2, 3, 4, 5], pts: 0)
        builder.pes(0x101, key + [1, 7], pts: 1)
        builder.pes(0x101, [8, 8], pts: 2)
        let reading = Reading(builder.bytes)
        #expect(reading.units.map(\.bytes) == [key + [1, 7], [8, 8]])
        #expect(reading.programs.map { $0.metadata.count } == [0, 1])
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
