import Testing

@testable import Ingest

struct CaptureEntryTests {
    private static let code: [UInt8] = [0, 0, 0, 1]
    private static let recovery: [UInt8] = code + [0x06, 0x06, 0x01, 0xC4, 0x80]

    @Test(arguments: [
        (code + [0x65, 0x88], EntryPoint.refresh),
        (code + [0x09, 0xF0] + code + [0x67, 1] + code + [0x68, 1] + code + [0x65, 0x88], .refresh),
        (code + [0x41, 0x9A], .intra),
        (recovery + code + [0x41, 0x9A], .recoveryPoint),
        (recovery + code + [0x65, 0x9A], .refresh),
        // Some pictures later, not at once.
        (code + [0x06, 0x06, 0x01, 0x24, 0x80] + code + [0x41, 0x9A], .intra),
        // Behind another message.
        (code + [0x06, 0x01, 0x02, 0x11, 0x22, 0x06, 0x01, 0xC4, 0x80] + code + [0x41], .recoveryPoint),
        (code + [0x06, 0x05, 0xFF], .intra), (code + [0x06, 0x05, 0xFF, 0xFF, 0xFF], .intra), (code + [0x06], .intra),
        (code, .intra), ([], .intra), ([0, 0, 1], .intra), ([UInt8](repeating: 0xFF, count: 600), .intra),
    ])
    func `where decoding may begin in H.264`(_ unit: [UInt8], _ entry: EntryPoint) {
        #expect(EntryPoint.h264(unit) == entry)
    }

    /// Groups of four pictures: a key frame, one shown after it, one shown before it, one after.
    private func ring(_ entries: [EntryPoint]) -> PreRoll<Int> {
        var ring = PreRoll<Int>(seconds: 1000, bytes: 1 << 20)
        for (group, entry) in entries.enumerated() {
            for (index, offset) in [2, 5, 1, 4].enumerated() {
                ring.append(
                    .init(
                        time: Int64(group * 10 + offset), isKey: index == 0, byteCount: 1, form: 1,
                        payload: group * 4 + index, entry: entry))
            }
        }
        return ring
    }

    @Test(arguments: [
        // From the last refresh, however far back; a leading picture from the one of the group before.
        ([EntryPoint.refresh, .recoveryPoint, .recoveryPoint], 24, 0), ([.refresh, .refresh, .refresh], 24, 8),
        ([.refresh, .refresh, .refresh], 21, 4),
        ([.refresh, .intra, .refresh], 21, 0),
        // Without one, from one group earlier.
        ([.recoveryPoint, .recoveryPoint, .recoveryPoint], 24, 4),
        ([.recoveryPoint, .recoveryPoint, .recoveryPoint], 21, 0),
    ])
    func `a picture is decoded from where it comes out whole`(_ entries: [EntryPoint], _ time: Int64, _ first: Int) {
        let run = ring(entries).picture(at: time, tolerance: 0)
        #expect(run?.units.first?.payload == first)
        #expect(run?.units.last?.time == time)
    }

    @Test func `a picture that would come out damaged is not given`() {
        let ring = ring([.recoveryPoint, .recoveryPoint])
        for time: Int64 in [1, 2, 4, 5, 11] { #expect(ring.picture(at: time, tolerance: 0) == nil) }
        for time: Int64 in [12, 14, 15] { #expect(ring.picture(at: time, tolerance: 0) != nil) }
        #expect(ring.picture(at: .min, tolerance: 10) == nil && ring.picture(at: .max, tolerance: 10) == nil)
    }

    @Test func `a clip begins where what is shown is exact`() {
        let ring = ring([.refresh, .intra, .recoveryPoint, .intra])
        #expect(ring.clip(from: 14, to: 15)?.first?.payload == 0)
        #expect(ring.clip(from: 24, to: 25)?.first?.payload == 8)
        #expect(ring.clip(from: 34, to: 35)?.first?.payload == 8)
    }
}
