import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct PacketFaultsTests {
    private static let start: UInt64 = 1_717_207_200_000_000

    private static func packet(_ time: UInt64, _ others: [LocalSetItem] = []) throws -> [UInt8] {
        try ST0601.encode([LocalSetItem(2, .unsigned(time))] + others)
    }

    private static func place(_ latitude: Double, _ longitude: Double) -> [LocalSetItem] {
        [LocalSetItem(13, .real(latitude)), LocalSetItem(14, .real(longitude))]
    }

    private static func counters(_ bytes: [UInt8]) -> [String: Int64] {
        var inspector = MetadataInspector()
        inspector.read(bytes) { _ in }
        inspector.finish { _ in }
        var live = PacketInspector()
        live.read(
            MetadataPacket(
                dialect: .klv, bytes: bytes, time: nil, ptsMicroseconds: nil, pid: nil,
                arrival: UTCTime(microseconds: 0))
        ) { _ in }
        // A packet of a live stream counts as a file's, but for what only its end tells.
        #expect(inspector.counters.filter { $0.key != "packets" } == live.counters.filter { $0.key != "packets" })
        return inspector.counters.filter { $0.key != "packets" }
    }

    @Test(
        arguments: [
            (start, place(0, 0), ["poses_without_fix": 1]), (0, place(30, 120), ["implausible_times": 1]),
            (UInt64.max, place(30, 120), ["implausible_times": 1]), (start, place(30, 120), [:]), (start, [], [:]),
            (start, [LocalSetItem(13, .unknown), LocalSetItem(14, .unknown)], ["poses_without_fix": 1]),
            (
                start, place(30, 120) + [LocalSetItem(900, .raw([1])), LocalSetItem(901, .raw([1]))],
                ["items_unknown_tag": 2]
            ),
        ] as [(UInt64, [LocalSetItem], [String: Int64])])
    func `what a packet states and nobody believes is counted`(
        time: UInt64, items: [LocalSetItem], expected: [String: Int64]
    ) throws {
        #expect(Self.counters(try Self.packet(time, items)) == expected)
    }

    @Test func `a clock that is put back counts once`() throws {
        let place = Self.place(30, 120)
        let times = [Self.start, Self.start - 5_000_000, Self.start - 5_000_000, Self.start - 4_000_000]
        #expect(Self.counters(try times.flatMap { try Self.packet($0, place) }) == ["times_out_of_order": 1])
    }

    @Test func `a position holds until another is said`() throws {
        let bytes =
            try Self.packet(Self.start, Self.place(30, 120)) + Self.packet(Self.start + 1)
            + Self.packet(Self.start + 2, [LocalSetItem(13, .real(31))])
        #expect(Self.counters(bytes).isEmpty)
    }

    @Test func `items that break off inside a whole packet are counted`() throws {
        // Item 3 states more bytes than the set has.
        let value: [UInt8] = [2, 8, 0, 6, 0x19, 0xC8, 0xE5, 0x5F, 0x40, 0, 3, 60, 65, 66, 1, 2]
        let key: [UInt8] = [6, 14, 43, 52, 2, 11, 1, 1, 14, 1, 3, 1, 1, 0, 0, 0]
        let bytes = key + [UInt8(value.count + 2)] + value
        let sum = bytes.enumerated().reduce(UInt16(0)) {
            $0 &+ UInt16($1.element) << UInt16($1.offset % 2 == 0 ? 8 : 0)
        }
        #expect(Self.counters(bytes + [UInt8(sum >> 8), UInt8(sum & 255)])["packets_truncated"] == 1)
    }

    @Test func `a file of nothing but a cut packet is known for KLV`() throws {
        var inspector = MetadataInspector()
        inspector.read(Array(try Self.packet(Self.start, Self.place(30, 120)).dropLast(10))) { _ in }
        inspector.finish { _ in }
        #expect(inspector.isRecognised)
        #expect(inspector.counters["truncated_packets"] == 1)
    }
}
