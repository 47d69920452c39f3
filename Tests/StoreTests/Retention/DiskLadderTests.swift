import Inspection
import Testing

@testable import Store

struct DiskLadderTests {
    static let second: Int64 = 1_000_000_000
    static let options: DiskLadder.Options = {
        var options = DiskLadder.Options()
        (options.clips, options.pictures, options.findings) = (1000, 500, 100)
        return options
    }()

    @Test(
        arguments: [
            (5000, DiskLadder.Level.normal), (1000, .normal), (999, .withoutClips), (500, .withoutClips),
            (499, .withoutPictures), (100, .withoutPictures), (99, .refusing), (0, .refusing),
        ] as [(Int64, DiskLadder.Level)])
    func `what is free says at once how far down it goes`(_ free: Int64, _ expected: DiskLadder.Level) {
        var ladder = DiskLadder(Self.options)
        let change = ladder.observe(free: free, at: 0)
        #expect(ladder.level == expected)
        #expect((change?.to ?? .normal) == expected)
    }

    @Test func `up it goes a step at a time, with more room than it took to come down, and rests between`() {
        var ladder = DiskLadder(Self.options)
        _ = ladder.observe(free: 0, at: 0)
        var levels: [DiskLadder.Level] = []
        for step in 0..<50 {
            _ = ladder.observe(free: 5000, at: Int64(step) * Self.second)
            if levels.last != ladder.level { levels.append(ladder.level) }
            if step < 10 { #expect(ladder.level == .refusing) }
        }
        #expect(levels == [.refusing, .withoutPictures, .withoutClips, .normal])
        // Just beyond a threshold is not enough.
        _ = ladder.observe(free: 499, at: 100 * Self.second)
        #expect(ladder.level == .withoutPictures)
        #expect(ladder.observe(free: 624, at: 200 * Self.second) == nil)
        #expect(ladder.observe(free: 625, at: 201 * Self.second)?.to == .withoutClips)
    }

    @Test func `a failed write leads down whatever the file system says, and only a trial that goes well leads up`() {
        var ladder = DiskLadder(Self.options)
        #expect(ladder.failed(.withoutPictures, at: 0)?.to == .withoutPictures)
        #expect(ladder.failed(.withoutClips, at: 0) == nil)
        for step in 1..<100 { #expect(ladder.observe(free: 1 << 40, at: Int64(step) * Self.second) == nil) }
        #expect(ladder.level == .withoutPictures && ladder.forced == .normal)
        // Measured from the last failure.
        _ = ladder.failed(.withoutClips, at: 100 * Self.second)
        #expect(!ladder.wantsTrial(free: 1 << 40, at: 102 * Self.second))
        #expect(ladder.wantsTrial(free: nil, at: 103 * Self.second))
        #expect(!ladder.wantsTrial(free: 500, at: 103 * Self.second))
        #expect(ladder.tried(false, free: nil, at: 103 * Self.second) == nil)
        #expect(!ladder.wantsTrial(free: nil, at: 105 * Self.second))
        #expect(ladder.tried(true, free: nil, at: 110 * Self.second)?.to == .withoutClips)
        #expect(ladder.tried(true, free: nil, at: 120 * Self.second)?.to == .normal)
        #expect(!ladder.wantsTrial(free: nil, at: 199 * Self.second))
        // Where the bytes are known, as far up as they allow.
        _ = ladder.failed(.refusing, at: 200 * Self.second)
        #expect(ladder.tried(true, free: 700, at: 203 * Self.second)?.to == .withoutClips)
        #expect(ladder.observe(free: 5000, at: 300 * Self.second)?.to == .normal)
    }

    @Test func `a small file system has smaller steps`() {
        let fitted = DiskLadder.Options().fitted(to: 100 << 20)
        #expect(fitted.clips == 10 << 20 && fitted.pictures == 5 << 20 && fitted.findings == 2 << 20)
        #expect(DiskLadder.Options().fitted(to: 1 << 40) == DiskLadder.Options())
        #expect(DiskLadder.Options().fitted(to: nil) == DiskLadder.Options())
    }

    @Test func `whatever it is told, it comes back when there is room for good`() {
        var random = Seeded(state: 7)
        for _ in 0..<200 {
            var ladder = DiskLadder(Self.options)
            var now: Int64 = 0
            for _ in 0..<200 {
                now += Int64.random(in: 0...4, using: &random) * Self.second
                let free = Int64.random(in: 0...2000, using: &random)
                switch Int.random(in: 0...3, using: &random) {
                case 0:
                    _ = ladder.failed(DiskLadder.Level.allCases.randomElement(using: &random) ?? .normal, at: now)
                case 1 where ladder.wantsTrial(free: free, at: now):
                    _ = ladder.tried(Bool.random(using: &random), free: free, at: now)
                default: _ = ladder.observe(free: free, at: now)
                }
            }
            // Room for good: all is well again in the end.
            for _ in 0..<100 {
                now += Self.second
                _ = ladder.observe(free: 1 << 40, at: now)
                if ladder.wantsTrial(free: 1 << 40, at: now) { _ = ladder.tried(true, free: 1 << 40, at: now) }
            }
            #expect(ladder.level == .normal)
        }
    }
}
