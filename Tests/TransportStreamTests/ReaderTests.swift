import Testing

@testable import TransportStream

private let key: [UInt8] = [0x06, 0x0E, 0x2B, 0x34, 0x02, 0x0B, 0x01, 0x01, 0x0E, 0x01, 0x03, 0x01, 0x01, 0, 0, 0]

private func picture(_ count: Int, _ fill: UInt8 = 0xAB) -> [UInt8] {
    [0, 0, 0, 1, 0x65] + [UInt8](repeating: fill, count: count)
}

@Suite struct `Transport stream reader` {
    @Test func `reads video without length and metadata with length`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x100, picture(1000), pts: 90_000, dts: 87_000, streamID: 0xE0, hasLength: false, flags: 0x40)
        builder.pes(0x101, key + [3, 1, 2, 3], pts: 90_000)
        builder.pes(0x100, picture(20), pts: 93_000, streamID: 0xE0, hasLength: false)
        let reading = Reading(builder.bytes)
        #expect(reading.programs.count == 1)
        #expect(reading.programs.first?.streams.map(\.kind) == [.h264, .klv(.asynchronous)])
        #expect(reading.programs.first?.isSelected == true)
        #expect(
            reading.units == [
                ElementaryUnit(pid: 0x101, kind: .klv(.asynchronous), pts: 90_000, bytes: key + [3, 1, 2, 3]),
                ElementaryUnit(
                    pid: 0x100, kind: .h264, pts: 90_000, dts: 87_000, bytes: picture(1000), isRandomAccess: true),
                ElementaryUnit(pid: 0x100, kind: .h264, pts: 93_000, bytes: picture(20)),
            ])
        #expect(reading.counters.faults.isEmpty)
    }

    @Test(arguments: 1...12)
    func `gives the same events however the bytes are cut`(seed: Int) {
        var random = SeededGenerator(state: UInt64(seed))
        var builder = StreamBuilder.drone()
        for frame in 0..<20 {
            let size = Int.random(in: 1...3000, using: &random)
            builder.pes(0x100, picture(size), pts: Int64(frame) * 3000, streamID: 0xE0, hasLength: false)
            if Bool.random(using: &random) { builder.pes(0x101, key + [2, 1, UInt8(frame)], pts: Int64(frame) * 3000) }
            if frame == 9 { builder.bytes += (0..<50).map { _ in UInt8.random(in: 0...255, using: &random) } }
            if frame == 14 { builder.skipCounter(0x100) }
        }
        let whole = Reading(builder.bytes)
        #expect(whole.units.count > 20)
        let sizes = (0..<200).map { _ in Int.random(in: 1...700, using: &random) }
        let cut = Reading(builder.bytes, sizes: sizes)
        #expect(cut.events == whole.events)
        #expect(cut.counters == whole.counters)
        #expect(Reading(builder.bytes, sizes: [1]).events == whole.events)
    }

    @Test(arguments: [(4, 0), (0, 16)])
    func `reads packets of 192 and 204 bytes`(before: Int, behind: Int) {
        var builder = StreamBuilder.drone()
        for frame in 0..<10 { builder.pes(0x101, key + [1, UInt8(frame)], pts: Int64(frame)) }
        let plain = Reading(builder.bytes)
        var padded: [UInt8] = []
        for start in stride(from: 0, to: builder.bytes.count, by: 188) {
            padded += [UInt8](repeating: 0x11, count: before) + builder.bytes[start..<start + 188]
            padded += [UInt8](repeating: 0x22, count: behind)
        }
        #expect(plain.units.count == 10)
        #expect(Reading(padded).events == plain.events)
        #expect(Reading(padded, sizes: [7, 190]).events == plain.events)
    }

    @Test func `finds sync again after garbage and marks what was lost`() {
        var builder = StreamBuilder.drone()
        builder.bytes.insert(contentsOf: [0x47, 1, 2, 0x47], at: 0)
        builder.pes(0x100, picture(5000), pts: 0, streamID: 0xE0, hasLength: false)
        let cut = builder.bytes.count - 188 * 10
        builder.pes(0x100, picture(100), pts: 3000, streamID: 0xE0, hasLength: false)
        builder.pes(0x100, picture(100), pts: 6000, streamID: 0xE0, hasLength: false)
        builder.bytes.replaceSubrange(cut..<cut + 100, with: [UInt8](repeating: 0x33, count: 60))
        let reading = Reading(builder.bytes)
        #expect(reading.units.map(\.pts) == [0, 3000, 6000])
        #expect(reading.units.map(\.isDamaged) == [true, false, false])
        #expect(reading.counters.syncLosses == 1)
        #expect(reading.counters.skippedBytes == 4 + 148)
    }

    @Test func `marks a unit with a continuity gap and drops a repeated packet`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x101, key + [4, 1, 1, 1, 1], pts: 0)
        builder.bytes += builder.bytes.suffix(188)
        builder.pes(0x100, picture(400), pts: 0, streamID: 0xE0, hasLength: false)
        builder.bytes.removeLast(188)
        builder.pes(0x100, picture(10), pts: 3000, streamID: 0xE0, hasLength: false)
        let reading = Reading(builder.bytes)
        #expect(reading.counters.duplicatePackets == 1)
        #expect(reading.counters.continuityGaps == 1)
        #expect(reading.units(of: 0x101).count == 1)
        #expect(reading.units(of: 0x100).map(\.isDamaged) == [true, false])
        #expect(reading.counters.damagedUnits == 1)
    }

    @Test func `keeps a unit whose counter is the last one's by chance`() {
        // As where two recordings were joined: fifteen packets are missing, or none at all.
        var builder = StreamBuilder.drone()
        builder.pes(0x101, key + [1, 1], pts: 900)
        for _ in 0..<15 { builder.skipCounter(0x101) }
        builder.pes(0x101, key + [1, 2], pts: 1800)
        let reading = Reading(builder.bytes)
        #expect(reading.units(of: 0x101).count == 2)
        #expect(reading.counters.duplicatePackets == 0)
        #expect(reading.counters.continuityGaps == 1)
    }

    @Test func `accepts an announced discontinuity`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x101, key + [1, 1], pts: 900)
        builder.skipCounter(0x101)
        builder.pes(0x101, key + [1, 2], pts: 100, flags: 0x80)
        builder.pes(0x101, key + [1, 3], pts: 200)
        let reading = Reading(builder.bytes)
        #expect(reading.units.map(\.isDiscontinuous) == [false, true, false])
        #expect(reading.counters.continuityGaps == 0)
    }

    @Test func `counts scrambled, erroneous and malformed packets`() {
        var builder = StreamBuilder.drone()
        builder.packet(0x101, startsUnit: true, [1, 2, 3], control: 0x80)
        builder.packet(0x101, startsUnit: true, [1, 2, 3])
        builder.bytes[builder.bytes.count - 187] |= 0x80
        builder.packet(0x101, startsUnit: true, [1, 2, 3])
        builder.bytes[builder.bytes.count - 184] = 200
        let reading = Reading(builder.bytes)
        #expect(reading.counters.scrambledPackets == 1)
        #expect(reading.counters.errorPackets == 1)
        #expect(reading.counters.malformedPackets == 1)
        #expect(reading.units.isEmpty)
    }

    @Test func `ends a stream cut inside a packet`() {
        var builder = StreamBuilder.drone()
        builder.pes(0x100, picture(1000), pts: 0, streamID: 0xE0, hasLength: false)
        builder.pes(0x101, key + [200] + [UInt8](repeating: 1, count: 200), pts: 0)
        for cut in 0..<builder.bytes.count {
            let reading = Reading(Array(builder.bytes[..<cut]))
            #expect(reading.units.allSatisfy { $0.pid == 0x100 ? true : $0.isDamaged })
        }
        #expect(Reading(builder.bytes).units(of: 0x101).map(\.isDamaged) == [false])
    }

    @Test func `drops units over the limit`() {
        var limits = TransportLimits()
        limits.videoUnit = 1000
        limits.metadataUnit = 100
        var builder = StreamBuilder.drone()
        builder.pes(0x100, picture(3000), pts: 0, streamID: 0xE0, hasLength: false)
        builder.pes(0x101, [UInt8](repeating: 7, count: 101), pts: 0)
        builder.pes(0x100, picture(500), pts: 1, streamID: 0xE0, hasLength: false)
        builder.pes(0x101, [UInt8](repeating: 7, count: 100), pts: 1)
        let reading = Reading(builder.bytes, limits: limits)
        #expect(reading.counters.oversizedUnits == 2)
        #expect(reading.units.map(\.pts) == [1, 1])
    }

    @Test func `counts PES packets with impossible headers`() {
        var builder = StreamBuilder.drone()
        builder.packet(0x101, startsUnit: true, [0, 0, 2, 0xBD, 0, 10, 0x80, 0, 0, 1])
        builder.packet(0x101, startsUnit: true, [0, 0, 1, 0xBD, 0, 10, 0x40, 0, 0, 1])
        builder.packet(0x101, startsUnit: true, [0, 0, 1, 0xBD, 0, 4, 0x80, 0x80, 5, 0x21])
        builder.packet(0x101, startsUnit: true, [0, 0])
        builder.packet(0x101, startsUnit: true, [0, 0, 1, 0xBD, 0, 4, 0x80])
        let reading = Reading(builder.bytes)
        #expect(reading.counters.malformedPES == 5)
        #expect(reading.units.isEmpty)
    }

    @Test(arguments: 1...30)
    func `survives any bytes`(seed: Int) {
        var random = SeededGenerator(state: UInt64(seed) &* 7919)
        var builder = StreamBuilder.drone(type: seed % 2 == 0 ? 0x06 : 0x15)
        for frame in 0..<10 {
            builder.pes(0x100, picture(700), pts: Int64(frame) * 3000, streamID: 0xE0, hasLength: false)
            builder.pes(0x101, [0, 0, 0xDF, 0, 20] + key + [3, 1, 2, 3], pts: Int64(frame) * 3000)
        }
        for _ in 0..<(seed * 20) {
            let at = Int.random(in: 0..<builder.bytes.count, using: &random)
            builder.bytes[at] = UInt8.random(in: 0...255, using: &random)
        }
        let reading = Reading(builder.bytes, sizes: [Int.random(in: 1...4000, using: &random)])
        #expect(reading.counters.packets >= 0)
    }
}
