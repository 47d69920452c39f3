import Testing

@testable import Ingest

struct TimeLineTests {
    private let second: Int64 = 90_000

    @Test func `lays 90 kHz ticks on nanoseconds exactly`() {
        var line = TimeLine()
        #expect(line.video(1_000_000) == 0)
        #expect(line.video(1_003_600) == 40_000_000)
        #expect(line.video(1_000_900) == 10_000_000)
        #expect(line.metadata(1_003_600) == 40_000_000)
        #expect(line.video(1_000_000 + 9 * second) == 9_000_000_000)
        #expect(line.jumps == 0)
    }

    @Test(arguments: [-20.0, -1.1, 10.1, 90_000])
    func `goes on after a jump`(seconds: Double) {
        var line = TimeLine()
        for index in 0..<10 { _ = line.video(5_000_000 + Int64(index) * 3_600) }
        let begin = 5_032_400 + Int64(seconds * 90_000)
        #expect(line.metadata(begin) == (abs(seconds) > 10 ? nil : line.newest + Int64(seconds * 1e9)))
        #expect(line.video(begin) == 400_000_000)
        #expect(line.video(begin + 3_600) == 440_000_000)
        #expect(line.metadata(begin + 3_600) == 440_000_000)
        #expect(line.jumps == 1)
    }

    @Test(arguments: [-0.9, 0, 9.9])
    func `takes a small step as it is`(seconds: Double) {
        var line = TimeLine()
        _ = line.video(9_000_000)
        #expect(line.video(9_000_000 + Int64(seconds * 90_000)) == Int64(seconds * 1e9))
        #expect(line.jumps == 0)
    }

    @Test func `returns from one corrupt time`() {
        var line = TimeLine()
        for index in 0..<5 { _ = line.video(Int64(index) * 3_600) }
        _ = line.video(40 * 3_600 * 90_000)
        #expect(line.video(5 * 3_600) == 200_000_000)
        #expect(line.metadata(5 * 3_600) == 200_000_000)
    }

    @Test func `late metadata of the part before a jump keeps its place`() {
        var line = TimeLine()
        for index in 0..<5 { _ = line.video(90_000_000 + Int64(index) * 3_600) }
        _ = line.video(0)
        #expect(line.metadata(90_000_000 + 3 * 3_600) == 120_000_000)
        #expect(line.metadata(0) == 200_000_000)
        for index in 1..<20 { _ = line.video(Int64(index) * 3_600) }
        #expect(line.metadata(90_000_000) == nil)
    }

    @Test func `begins at metadata until video says otherwise`() {
        var line = TimeLine(start: 7)
        #expect(line.metadata(900_000) == 7)
        #expect(line.video(1_800_001) == 7)
        #expect(line.jumps == 0)
        #expect(line.video(1_803_601) == 40_000_007)
    }

    @Test(arguments: [Int64.min, .max, 0, -1, 1 << 62])
    func `no tick count traps`(ticks: Int64) {
        var line = TimeLine()
        _ = line.metadata(ticks)
        _ = line.video(ticks)
        _ = line.video(0 &- ticks &- 1)
        _ = line.metadata(ticks)
        #expect(line.newest >= 0)
    }
}

struct DecodeTimesTests {
    @Test(arguments: [
        ([0, 40, 80], [0, 40, 80]), ([0, 120, 40, 80, 160], [-40, 0, 40, 80, 120]), ([], []), ([5], [5]),
        ([0, 0, 0], [-2, -1, 0]),
    ])
    func `are the shown times in order, moved back just enough`(shown: [Int64], expected: [Int64]) {
        let times = DecodeTimes.rebuilt(from: shown)
        #expect(times == expected)
        #expect(zip(times, shown).allSatisfy { $0 <= $1 })
    }
}
