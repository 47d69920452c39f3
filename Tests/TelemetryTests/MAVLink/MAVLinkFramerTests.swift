import Inspection
import Testing

@testable import Telemetry

@Suite struct MAVLinkFramerTests {
    static let samples: [(String, UInt32, [String: Double])] = [
        ("fd090000000101000000000000000203510403e71e", 0, ["type": 2, "autopilot": 3, "base_mode": 81]),
        ("fe09000101000000000002035104037ddd", 0, ["system_status": 4, "mavlink_version": 3]),
        (
            "fd0b00000101010200 0000483d017936060040e2011a28", 2,
            ["time_unix_usec": 1_748_743_200_000_000, "time_boot_ms": 123_456]
        ),
        (
            "fd1c00000201011e000040e2010035fa8e3c35fa0ebddb0f493f6f12833a6f1203bba69b443b9cf7", 30,
            ["roll": Double(Float(0.0174532925)), "yaw": Double(Float(0.7853981634))]
        ),
        (
            "fd1c000003010121000040e2010040ca391140aaa146f4e30400bad501009600b0fff6ff9411b2bd", 33,
            ["lat": 289_000_000, "alt": 320_500, "relative_alt": 120_250, "vy": -80, "hdg": 4500]
        ),
        (
            "fe1c0301012140e2010040ca391140aaa146f4e30400bad501009600b0fff6ff94115f06", 33,
            ["lon": 1_185_000_000, "vz": -10]
        ),
        (
            "fd1e000004010118000000483d017936060040ca391140aaa146f4e3040050007800aa009411031253c3", 24,
            ["fix_type": 3, "satellites_visible": 18, "alt_ellipsoid": 0, "yaw": 0]
        ),
        (
            "fd25000005019a1d010040e2010073825a3f34f6153ee604b5bee604b53e000000000000000000000000000000002c97b0", 285,
            ["flags": 44, "delta_yaw": 0, "gimbal_device_id": 0]
        ),
        (
            "fd3400000601640f010040e2010040ca391140aaa146f4e3040050f1391150d1a146400d0300cdcc4c3f00000000"
                + "9a9919bf00000000cdcc7e4200001a42c70f", 271, ["hfov": Double(Float(63.7)), "vfov": 38.5]
        ),
        (
            "fd1c0000070101f2000040ca391140aaa1463a0e03000000000000000000000000000000803fa5f0", 242,
            ["altitude": 200_250, "approach_x": 0]
        ),
        (
            "fd14000008019a09010040e2010000000000000070c20000a04000004842cc3e", 265,
            ["pitch": -60, "yaw": 5, "yaw_absolute": 50]
        ),
        (
            "fd1c010009010121000040e2010040ca391140aaa146f4e30400bad501009600b0fff6ff9411577403"
                + "00182dcf9618652373fc6ac1", 33, ["lat": 289_000_000]
        ),
    ]

    static func bytes(_ index: Int) -> [UInt8] { unhex(samples[index].0.filter { $0 != " " }) }

    static func frames(_ bytes: [UInt8], _ form: MAVLinkFramer.Form = .stream) -> ([MAVLinkFrame], [String: Int64]) {
        var framer = MAVLinkFramer(form: form)
        var all: [MAVLinkFrame] = []
        framer.read(bytes) { all.append($0) }
        framer.finish { all.append($0) }
        return (all, framer.faults)
    }

    @Test func `the checksum of the digits is 0x6F91`() {
        var checksum = MAVLinkChecksum()
        checksum.add(Array("123456789".utf8)[...])
        #expect(checksum.value == 0x6F91)
    }

    @Test(arguments: samples.indices) func `reads frames that another implementation made`(index: Int) throws {
        let (frames, faults) = Self.frames(Self.bytes(index))
        let frame = try #require(frames.first)
        #expect(frames.count == 1 && faults.isEmpty)
        #expect(frame.id == Self.samples[index].1)
        for (name, value) in Self.samples[index].2 { #expect(frame.number(name) == value, "\(name)") }
        #expect(frame.isSigned == (index == 11))
    }

    @Test func `reads frames whatever pieces they come in, and counts nothing as wrong`() {
        let all = Self.samples.indices.flatMap(Self.bytes)
        for size in [1, 2, 7, 13, 50, 1000] {
            var framer = MAVLinkFramer()
            var ids: [UInt32] = []
            for start in stride(from: 0, to: all.count, by: size) {
                framer.read(Array(all[start..<min(start + size, all.count)])) { ids.append($0.id) }
            }
            #expect(ids == Self.samples.map(\.1), "pieces of \(size)")
            #expect(framer.faults.isEmpty)
        }
    }

    @Test func `any flipped bit after the magic fails, and the next frame is read`() {
        let frame = Self.bytes(4)
        for bit in 8..<frame.count * 8 {
            var damaged = frame
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            let (frames, faults) = Self.frames(damaged + frame + frame)
            // A flag or a length may make the frame seem longer: it is found damaged all the same.
            #expect(frames.filter { $0.id == 33 }.count == 2, "bit \(bit)")
            let wrong = (faults["bad_checksums"] ?? 0) + (faults["garbage_bytes"] ?? 0)
            #expect(wrong > 0 || frames.contains { $0.definition == nil }, "bit \(bit)")
        }
    }

    @Test func `a frame with a flag that is not known is dropped whole`() throws {
        var builder = MAVLinkBuilder()
        builder.flags = 2
        let strange = try builder.position(boot: 1)
        let (frames, faults) = Self.frames(strange + Self.bytes(0))
        #expect(frames.map(\.id) == [0])
        #expect(faults == ["frames_incompatible": 1])
    }

    @Test func `a frame that is cut off waits for more, and is counted when none comes`() {
        let frame = Self.bytes(4)
        for count in 1..<frame.count {
            var framer = MAVLinkFramer()
            var found = 0
            framer.read(Array(frame[..<count])) { _ in found += 1 }
            #expect(found == 0)
            var rest = framer
            rest.read(Array(frame[count...])) { _ in found += 1 }
            #expect(found == 1, "after \(count) bytes")
            framer.finish { _ in found += 1 }
            #expect(found == 1 && framer.faults == ["frames_truncated": 1])
        }
    }

    @Test func `zeros left away at the end are zeros, and one byte always stays`() throws {
        var builder = MAVLinkBuilder()
        let (short, _) = Self.frames(try builder.frame(33, [:]))
        #expect(short.first?.payload.count == 1)
        #expect(short.first?.number("hdg") == 0)
        builder.keepsZeros = true
        let (long, faults) = Self.frames(try builder.frame(33, [:]))
        #expect(long.first?.payload.count == 28 && faults.isEmpty)
    }

    @Test func `a payload longer than what is known is read as far as it is known`() throws {
        var builder = MAVLinkBuilder()
        builder.keepsZeros = true
        let payload = [UInt8](Self.bytes(4)[10..<38]) + [0, 0, 0, 0]
        let (frames, faults) = Self.frames(builder.frame(33, payload: payload, crcExtra: 104))
        #expect(frames.first?.number("hdg") == 4500 && faults.isEmpty)
    }

    @Test func `a message that is not known keeps its place, where a frame is due`() {
        var builder = MAVLinkBuilder()
        let unknown = builder.frame(54_321, payload: [1, 2, 3], crcExtra: 7)
        let (frames, faults) = Self.frames(Self.bytes(0) + unknown + Self.bytes(4) + unknown)
        #expect(frames.map(\.id) == [0, 54_321, 33, 54_321])
        #expect(frames[1].definition == nil && faults.isEmpty)
        let (after, _) = Self.frames([0xFD, 1, 0, 0, 9, 9, 9, 9, 9, 9, 1, 2, 3, 7, 7] + Self.bytes(4))
        #expect(after.map(\.id) == [33])
    }

    @Test func `finds frames in garbage that holds magics`() {
        var random = SeededGenerator(state: 7)
        for _ in 0..<200 {
            let garbage = (0..<Int.random(in: 1...300, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? UInt8.random(in: 0xFD...0xFE, using: &random) : UInt8.random(in: 0...255, using: &random)
            }
            let (frames, faults) = Self.frames(garbage + Self.bytes(4) + Self.bytes(5) + Self.bytes(11))
            #expect(frames.suffix(3).map(\.id) == [33, 33, 33])
            #expect(faults["garbage_bytes"] ?? 0 > 0 || frames.count > 3)
        }
    }

    @Test func `reads a log with the time of each record, and goes on after damage`() {
        let time: Int64 = 1_748_743_200_000_000
        var log = record(Self.bytes(0), at: time) + record(Self.bytes(4), at: time + 1)
        log += [1, 2, 3, 0xFE, 9] + record(Self.bytes(5), at: time + 2) + record(Self.bytes(11), at: 12)
        let (frames, faults) = Self.frames(log, .log)
        #expect(frames.map(\.id) == [0, 33, 33, 33])
        #expect(frames.map { $0.recorded?.microseconds } == [time, time + 1, time + 2, nil])
        #expect(faults == ["garbage_bytes": 5])
        let (cut, counts) = Self.frames(Array(log.dropLast()), .log)
        #expect(cut.count == 3 && counts["frames_truncated"] == 1)
    }

    @Test func `tells a log from bare frames, and both from anything else`() {
        let time: Int64 = 1_748_743_200_000_000
        let log = record(Self.bytes(4), at: time) + record(Self.bytes(0), at: time)
        #expect(MAVLinkFramer.form(of: log) == .log)
        #expect(MAVLinkFramer.form(of: Array(log.dropFirst(3))) == .log)
        #expect(MAVLinkFramer.form(of: Self.bytes(4) + Self.bytes(0)) == .stream)
        #expect(MAVLinkFramer.form(of: []) == nil)
        #expect(MAVLinkFramer.form(of: Array(repeating: 0xFE, count: 4096)) == nil)
        #expect(MAVLinkFramer.form(of: Array(repeating: 0x47, count: 4096)) == nil)
    }

    @Test func `random bytes and damaged logs are read to their end`() {
        var random = SeededGenerator(state: 99)
        let good = (0..<40).flatMap { record(Self.bytes($0 % 12), at: 1_748_743_200_000_000 + Int64($0) * 50_000) }
        for round in 0..<300 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...60, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            let form: MAVLinkFramer.Form = round % 3 == 0 ? .stream : .log
            let whole = Self.frames(bytes, form)
            var pieces = MAVLinkFramer(form: form)
            var ids: [UInt32] = []
            for start in stride(from: 0, to: bytes.count, by: 31) {
                pieces.read(Array(bytes[start..<min(start + 31, bytes.count)])) { ids.append($0.id) }
            }
            pieces.finish { ids.append($0.id) }
            #expect(ids == whole.0.map(\.id) && pieces.faults == whole.1)
            var inspector = MAVLinkInspector(form: form, givesMessages: round % 2 == 0)
            var lines = 0
            for start in stride(from: 0, to: bytes.count, by: 97) {
                inspector.read(Array(bytes[start..<min(start + 97, bytes.count)])) { lines += $0.ndjson == nil ? 0 : 1 }
            }
            inspector.finish { lines += $0.ndjson == nil ? 0 : 1 }
            #expect(lines <= 60)
        }
    }
}
