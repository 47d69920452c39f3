import Testing

@testable import TransportStream

/// Times that pictures carry within themselves (MISB ST 0604).
@Suite struct `Precision time stamps of pictures` {
    /// 2025-06-01T02:00:00Z.
    private static let moment: Int64 = 1_748_743_200_000_000
    private static let time = "1F0006FF3679FF013DFF4800"
    private static let h264 = "00000106051C4D4953506D6963726F73656374696D65" + time + "80"
    private static let h265 = "0000014E01051CA8687DD4D7593758A5CEF0338B6545F1" + time + "80"
    private static let mpeg2 = "000001B24D4953506D6963726F73656374696D65" + time

    @Test(arguments: [
        (StreamKind.h264, h264), (.h265, h265), (.mpeg2, mpeg2),
        // After a delimiter and parameter sets, among other messages, with a start code of four bytes.
        (.h264, "0000000109F0" + "0000000167640028" + "00" + h264 + "00000165AA"),
        (.h264, "00000106" + "0401AA" + "051C4D4953506D6963726F73656374696D65" + time + "80"),
        (.mpeg2, "000001B3112233" + mpeg2 + "00000101AA"),
    ])
    func `reads the message`(kind: StreamKind, hex: String) throws {
        let stamp = try #require(PrecisionTimeStamp(Self.bytes(hex), kind))
        #expect(stamp.microseconds == Self.moment)
        #expect(stamp.isLocked)
        #expect(!stamp.isDiscontinuous)
    }

    @Test func `reads nanoseconds and the state of the clock`() throws {
        // 1 748 743 200 000 000 123 ns.
        let nanoseconds = UInt64(Self.moment) * 1000 + 123
        var bytes = Self.bytes("0000014E01051CCF848278EE23306C9265E8FEF22FB8B8DF")
        for (index, shift) in stride(from: 56, through: 0, by: -8).enumerated() {
            bytes.append(UInt8(truncatingIfNeeded: nanoseconds >> UInt64(shift)))
            if index == 1 || index == 3 || index == 5 { bytes.append(0xFF) }
        }
        let stamp = try #require(PrecisionTimeStamp(bytes + [0x80], .h265))
        #expect(stamp.microseconds == Self.moment)
        #expect(!stamp.isLocked)
        #expect(stamp.isDiscontinuous)
    }

    @Test func `takes bytes of emulation prevention out`() throws {
        // A time whose bytes 0 and 1 are zero, so that 00 00 03 stands in the stream.
        let hex = "00000106051C4D4953506D6963726F73656374696D65" + "1F" + "000003" + "FF" + "3679FF013DFF4800" + "80"
        let stamp = try #require(PrecisionTimeStamp(Self.bytes(hex), .h264))
        #expect(stamp.microseconds == 0x3679_013D_4800)
    }

    @Test(arguments: [
        "", "000001", "00000106", "0000010605", "00000106051C", "00000106FFFFFFFFFF", "0000010605FF",
        // Another id, a broken pattern, a slice before it.
        "00000106051C4D4953506D6963726F73656374696D66" + time + "80",
        "00000106051C4D4953506D6963726F73656374696D651F0006FE3679FF013DFF480080",
        "00000165AA" + h264,
    ])
    func `finds none where there is none`(hex: String) {
        #expect(PrecisionTimeStamp(Self.bytes(hex), .h264) == nil)
        #expect(PrecisionTimeStamp(Self.bytes(hex), .h265) == nil)
        #expect(PrecisionTimeStamp(Self.bytes(hex), .mpeg2) == nil)
    }

    @Test func `survives truncation at every byte`() {
        for hex in [Self.h264, Self.h265, Self.mpeg2] {
            let bytes = Self.bytes(hex)
            for kind in [StreamKind.h264, .h265, .mpeg2] {
                let found = (0..<bytes.count - 1).compactMap { PrecisionTimeStamp(Array(bytes[..<$0]), kind) }
                #expect(found.isEmpty)
            }
        }
    }

    @Test func `reads every picture of a recording`() throws {
        guard let stream = SampleFiles.bytes("synth_st0604.h264") else { return }
        var times: [Int64] = []
        // Each message is a picture's own: cut before each.
        let marks = stream.indices.dropLast(8).filter { stream[$0..<$0 + 4].elementsEqual([0, 0, 1, 6]) }
        for mark in marks {
            if let stamp = PrecisionTimeStamp(Array(stream[mark..<min(mark + 64, stream.count)]), .h264) {
                times.append(stamp.microseconds)
            }
        }
        #expect(times.count > 20)
        #expect(zip(times, times.dropFirst()).allSatisfy { $1 > $0 })
        print("\(times.count) stamped pictures from \(times.first ?? 0)")
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8).map { Int($0 <= 57 ? $0 - 48 : $0 - 55) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }
}
