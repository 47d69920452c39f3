import Testing

@testable import TransportStream

private let key: [UInt8] = [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0, 0, 0]
private let metadataDescriptor: [UInt8] = [0x26, 9, 1, 0, 0xFF, 0x4B, 0x4C, 0x56, 0x41, 0, 0x0F]

private func cell(_ flags: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, flags, UInt8(bytes.count >> 8), UInt8(bytes.count & 255)] + bytes
}

@Suite struct `Metadata carriage` {
    @Test(arguments: [UInt8(0xDF), 0xCF])
    func `opens several cells in one PES`(flags: UInt8) {
        var builder = StreamBuilder.drone(type: 0x15, descriptors: metadataDescriptor)
        builder.pes(0x101, cell(flags, key + [1, 1]) + cell(flags, key + [1, 2]), pts: 5, streamID: 0xFC)
        let reading = Reading(builder.bytes)
        #expect(reading.units.map(\.bytes) == [key + [1, 1], key + [1, 2]])
        #expect(reading.units.map(\.pts) == [5, 5])
        #expect(reading.units.allSatisfy { $0.kind == .klv(.synchronous) })
    }

    @Test func `joins fragments over PES packets under the first one's time`() {
        var builder = StreamBuilder.drone(type: 0x15, descriptors: metadataDescriptor)
        builder.pes(0x101, cell(0x9F, key), pts: 5)
        builder.pes(0x101, cell(0x1F, [3, 1]), pts: 6)
        builder.pes(0x101, cell(0x5F, [2, 3]), pts: 7)
        let reading = Reading(builder.bytes)
        #expect(reading.units.map(\.bytes) == [key + [3, 1, 2, 3]])
        #expect(reading.units.map(\.pts) == [5])
    }

    @Test func `counts cells that overrun and fragments without their first`() {
        var builder = StreamBuilder.drone(type: 0x15, descriptors: metadataDescriptor)
        builder.pes(0x101, [0, 0, 0xDF, 0, 99] + key, pts: 1)
        builder.pes(0x101, cell(0x5F, [1]), pts: 2)
        builder.pes(0x101, cell(0x9F, key), pts: 3)
        builder.pes(0x101, cell(0xDF, key + [1, 4]), pts: 4)
        builder.pes(0x101, [0, 0, 0xDF], pts: 5)
        let reading = Reading(builder.bytes)
        #expect(reading.counters.malformedCells == 3)
        #expect(reading.units.map(\.pts) == [1, 4])
        #expect(reading.units.map(\.isDamaged) == [true, false])
    }

    @Test func `drops a fragmented unit over the limit`() {
        var limits = TransportLimits()
        limits.metadataUnit = 40
        var builder = StreamBuilder.drone(type: 0x15, descriptors: metadataDescriptor)
        builder.pes(0x101, cell(0x9F, key + [9]), pts: 1)
        builder.pes(0x101, cell(0x1F, key + [9]), pts: 1)
        builder.pes(0x101, cell(0x5F, key + [9]), pts: 1)
        #expect(Reading(builder.bytes, limits: limits).units.isEmpty)
    }

    @Test(arguments: [UInt8(0x06), 0x15])
    func `restores a key that lost five bytes, and takes KLV with or without cells`(type: UInt8) {
        var builder = StreamBuilder.drone(type: type, descriptors: type == 6 ? StreamBuilder.klva : metadataDescriptor)
        builder.pes(0x101, Array(key.dropFirst(5)) + [1, 1], pts: 1)
        builder.pes(0x101, key + [1, 2], pts: 2)
        builder.pes(0x101, cell(0xDF, key + [1, 3]), pts: 3)
        #expect(Reading(builder.bytes).units.map(\.bytes) == [key + [1, 1], key + [1, 2], key + [1, 3]])
    }

    @Test func `gives no time where the PES has none`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x101, key + [1, 1], pts: nil)
        #expect(Reading(builder.bytes).units.map(\.pts) == [nil])
    }

    @Test func `unwraps times over the 33-bit wrap, for all streams alike`() {
        let wrap: Int64 = 1 << 33
        var builder = StreamBuilder.drone()
        for step in Int64(-2)...2 {
            builder.pes(0x101, key + [1, 1], pts: (wrap + step * 3000) % wrap)
            builder.pes(0x100, [1], pts: (wrap + step * 3000 + 1000) % wrap)
        }
        let expected = (Int64(-2)...2).flatMap { [wrap + $0 * 3000, wrap + $0 * 3000 + 1000] }
        #expect(Reading(builder.bytes).units.map(\.pts) == expected)
    }

    @Test func `is not shifted by one false time`() {
        var unwrapper = PTSUnwrapper()
        #expect(unwrapper.unwrap(1000) == 1000)
        #expect(unwrapper.unwrap((1 << 32) - 5) == (1 << 32) - 5)
        #expect(unwrapper.unwrap(4000) == 4000)
        // A jump that goes on is followed.
        #expect(unwrapper.unwrap(800_000_000) == 800_000_000)
        #expect(unwrapper.unwrap(800_003_000) == 800_003_000)
    }

    @Test(arguments: [
        (Int64(0), Int64(0)), (9, 100), (1, 11), (5, 56), (-1, -11), (-5, -56), (324_000_000, 3_600_000_000),
    ])
    func `turns ticks to microseconds`(ticks: Int64, microseconds: Int64) {
        #expect(PTS.microseconds(ticks) == microseconds)
    }

    @Test func `saturates microseconds`() {
        #expect(PTS.microseconds(.max) == .max)
        #expect(PTS.microseconds(.min) == .min)
    }
}
