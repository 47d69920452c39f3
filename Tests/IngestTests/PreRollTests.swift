import Testing

@testable import Ingest

struct PreRollTests {
    private let ms: Int64 = 1_000_000

    /// Units as `K0 p120 b40 b80`: kind, then time in milliseconds; each 10 bytes.
    private func ring(_ text: String, seconds: Double = 100, bytes: Int = 100_000) -> PreRoll<String> {
        var ring = PreRoll<String>(seconds: seconds, bytes: bytes)
        for word in text.split(separator: " ") {
            let time = Int64(word.dropFirst()) ?? 0
            ring.append(
                PreRoll.Unit(time: time * ms, isKey: word.first == "K", byteCount: 10, form: 0, payload: String(word)))
        }
        return ring
    }

    private func names(_ units: [PreRoll<String>.Unit]?) -> String? { units?.map(\.payload).joined(separator: " ") }

    @Test func `begins with a key frame`() {
        #expect(names(ring("p0 b40 K80 p120").units) == "K80 p120")
        #expect(ring("p0").span == nil)
    }

    @Test func `drops whole groups from the front when they are old`() {
        #expect(names(ring("K0 p40 K1000 p1040 K2000", seconds: 1).units) == "K1000 p1040 K2000")
        #expect(names(ring("K0 p40 K900 p940", seconds: 1).units) == "K0 p40 K900 p940")
    }

    @Test func `never holds more bytes than allowed, of which each unit costs some`() {
        let unit = 10 + PreRoll<String>.overhead
        #expect(names(ring("K0 p40 K80 p120 p160", bytes: 3 * unit).units) == "K80 p120 p160")
        let full = ring("K0 p40 p80 p120 p160 K200", bytes: 3 * unit)
        #expect(names(full.units) == "K200")
        #expect(full.bytes == unit)
        #expect(ring("K0", bytes: 0).span == nil)
        #expect(ring("K0 p40", bytes: 30).span == nil)
    }

    @Test(arguments: [
        (0, "K0"), (41, "K0 p120 b40"), (119, "K0 p120"), (1000, "K1000"), (985, "K0 p120 b40 K1000 b960"),
        (-400, "K0"),
    ])
    func `a picture comes with all it refers to`(time: Int64, run: String) {
        let ring = ring("K0 p120 b40 K1000 b960 p1040")
        // 985 is nearer to 1000 than to 960.
        let expected = time == 985 ? "K1000" : run
        #expect(names(ring.picture(at: time * ms, tolerance: 500 * ms)?.units) == expected)
    }

    @Test func `a leading picture is decoded from the group before`() {
        let ring = ring("K0 p120 b40 K1000 b960 p1040")
        #expect(names(ring.picture(at: 961 * ms, tolerance: 500 * ms)?.units) == "K0 p120 b40 K1000 b960")
    }

    @Test func `a leading picture without its group gives way to its neighbour`() {
        let ring = ring("K1000 b960 p1040")
        #expect(names(ring.picture(at: 961 * ms, tolerance: 500 * ms)?.units) == "K1000")
        #expect(ring.picture(at: 400 * ms, tolerance: 500 * ms) == nil)
    }

    @Test(arguments: [
        (0, 50, "K0 p120 b40"), (10, 1000, "K0 p120 b40 K1000 b960"), (1000, 1040, "K1000 p1040"), (-100, 0, "K0"),
        (1020, 9000, "K1000 p1040"),
    ])
    func `a clip begins at a key frame and ends decodable`(start: Int64, end: Int64, expected: String) {
        #expect(names(ring("K0 p120 b40 K1000 b960 p1040").clip(from: start * ms, to: end * ms)) == expected)
    }

    @Test(arguments: [(2000, 3000), (-20, -10), (50, 10)])
    func `a clip outside is not held`(start: Int64, end: Int64) {
        #expect(ring("K0 p120 b40").clip(from: start * ms, to: end * ms) == nil)
    }

    @Test func `a clip does not cross a change of form`() {
        var ring = ring("K0 p40")
        ring.append(PreRoll.Unit(time: 80 * ms, isKey: true, byteCount: 10, form: 1, payload: "K80"))
        #expect(names(ring.clip(from: 0, to: 100 * ms)) == "K0 p40")
    }
}
