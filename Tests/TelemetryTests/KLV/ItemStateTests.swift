import Inspection
import KLV
import Testing

@testable import Telemetry

/// The state of a report-on-change stream against the plainest that could be written, and by its own rules.
@Suite struct `Items that are reported on change` {
    /// By a dictionary and the list of items.
    private struct Plain {
        var values: [Int: (value: Double, seen: Double)] = [:]

        mutating func update(_ items: [LocalSetItem], at time: Double, staleLimit: Double) {
            for item in items {
                if let number = item.value.number {
                    values[item.tag] = (number, time)
                } else if item.value == .unknown {
                    values[item.tag] = nil
                } else if case .special = item.value {
                    values[item.tag] = nil
                }
            }
            values = values.filter { time - $0.value.seen <= staleLimit }
        }
    }

    private func packet(_ items: [LocalSetItem]) throws -> KLVPacket {
        try #require(KLVPacket(try ST0601.encode([LocalSetItem(2, .unsigned(1_748_743_200_000_000))] + items)))
    }

    @Test func `is what the list of items would leave, over time`() throws {
        var random = SystemSeed(state: 7)
        var plain = Plain()
        var state = ItemState()
        var full = PacketDecoder()
        var quick = PacketDecoder()
        let tags = [5, 6, 13, 14, 15, 19, 23, 90, 104, 136]
        var time = 100.0
        for _ in 0..<3000 {
            let items = (0..<Int(random.next() % 6)).map { _ -> LocalSetItem in
                let tag = tags[Int(random.next() % UInt64(tags.count))]
                let pick = random.next() % 6
                if pick == 0 { return LocalSetItem(tag, .unknown) }
                if pick == 1, tag == 6 { return LocalSetItem(tag, .special(.outOfRange)) }
                return LocalSetItem(tag, .real(Double(random.next() % 80)))
            }
            // Forwards, a long break now and then, and back.
            time += random.next() % 40 == 0 ? 20 : random.next() % 50 == 0 ? -15 : 0.5
            let packet = try packet(items)
            plain.update(full.decode(packet).items, at: time, staleLimit: 10)
            _ = quick.read(packet) { state.note($0) }
            state.commit(at: time, staleLimit: 10)
            for tag in 0..<144 { #expect(state[tag] == plain.values[tag]?.value) }
        }
    }

    @Test func `clears by zero length and by a special value, and forgets`() throws {
        var state = ItemState()
        var decoder = PacketDecoder()
        func take(_ items: [LocalSetItem], _ time: Double) throws {
            _ = decoder.read(try packet(items)) { state.note($0) }
            state.commit(at: time, staleLimit: 30)
        }
        try take([LocalSetItem(5, .real(90)), LocalSetItem(6, .real(1)), LocalSetItem(15, .real(300))], 0)
        try take([LocalSetItem(5, .unknown), LocalSetItem(6, .special(.outOfRange))], 1)
        #expect(state[5] == nil)
        #expect(state[6] == nil)
        #expect(state[15] != nil)
        #expect(state.first(of: 104, 15) == state[15])
        try take([], 31)
        #expect(state[15] == nil)
        #expect(state[-1] == nil)
        #expect(state[144] == nil)
    }
}

/// The same numbers each run.
struct SystemSeed {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 33
    }
}
