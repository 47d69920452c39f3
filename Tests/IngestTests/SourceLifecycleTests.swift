import Testing

@testable import Ingest

struct SourceLifecycleTests {
    enum Step: Sendable {
        case connect, data, video, silence, fail, end
    }

    /// Seconds since the start, what happened, and where that leads.
    static let table: [[(Double, Step, SourceLifecycle.State)]] = [
        [(0, .connect, .connecting), (1, .data, .connecting), (2, .video, .live), (7, .silence, .live)],
        [(0, .connect, .connecting), (5.5, .silence, .stalled), (6, .data, .connecting), (7, .video, .live)],
        [
            (0, .connect, .connecting), (1, .video, .live), (6.5, .silence, .stalled),
            (7, .fail, .backingOff(until: 8_000_000_000)), (8, .connect, .connecting),
        ],
        // After video came, data alone is no sign of life.
        [(0, .connect, .connecting), (1, .video, .live), (5, .data, .live), (6.1, .silence, .stalled)],
        // Before it, data is one.
        [(0, .connect, .connecting), (4, .data, .connecting), (8, .silence, .connecting), (9.1, .silence, .stalled)],
        // A late unit of the connection given up does not bring it back.
        [(1, .fail, .backingOff(until: 2_000_000_000)), (1.5, .video, .backingOff(until: 2_000_000_000))],
        [
            (1, .end, .ended), (2, .connect, .ended), (3, .video, .ended), (4, .fail, .ended), (99, .silence, .ended),
        ],
    ]

    @Test(arguments: table.indices)
    func `goes from state to state`(row: Int) {
        var cycle = SourceLifecycle(patience: 5, backoff: Backoff(first: 1, last: 30), now: 0)
        for (seconds, step, expected) in Self.table[row] {
            Self.take(step, &cycle, Int64(seconds * 1e9))
            #expect(cycle.state == expected, "after \(step) at \(seconds) s")
        }
    }

    private static func take(_ step: Step, _ cycle: inout SourceLifecycle, _ now: Int64) {
        switch step {
        case .connect: cycle.connect(now: now)
        case .data: cycle.hear(isVideo: false, now: now)
        case .video: cycle.hear(isVideo: true, now: now)
        case .silence: _ = cycle.silence(now: now)
        case .fail: _ = cycle.fail(fraction: 1, now: now)
        case .end: cycle.end()
        }
    }

    @Test func `a silence is said once, with what is missing`() {
        var cycle = SourceLifecycle(patience: 5, backoff: Backoff(), now: 0)
        cycle.connect(now: 0)
        #expect(cycle.silence(now: 5_000_000_000) == nil)
        #expect(cycle.silence(now: 6_000_000_000) == .init(seconds: 6, isOfVideo: false))
        #expect(cycle.silence(now: 7_000_000_000) == nil)
        cycle.hear(isVideo: true, now: 8_000_000_000)
        #expect(cycle.silence(now: 14_000_000_000) == .init(seconds: 6, isOfVideo: true))
    }

    @Test func `waits longer after each failure, and little after video`() {
        var cycle = SourceLifecycle(patience: 5, backoff: Backoff(first: 1, last: 30), now: 0)
        let waits = (0..<4).map { _ in
            cycle.connect(now: 0)
            cycle.hear(isVideo: false, now: 0)
            return cycle.fail(fraction: 1, now: 0)
        }
        #expect(waits == [1, 2, 4, 8])
        #expect(cycle.wait(now: 3_000_000_000) == 5)
        #expect(cycle.wait(now: 9_000_000_000) == 0)
        cycle.connect(now: 0)
        cycle.hear(isVideo: true, now: 0)
        #expect(cycle.fail(fraction: 1, now: 0) == 1)
    }
}

struct RepeatedBodyTests {
    private static func read(
        _ body: inout RepeatedBody, _ pieces: [[UInt8]]
    ) -> (bytes: [UInt8], isRepeated: Bool) {
        var bytes: [UInt8] = []
        body.begin()
        for verdict in pieces.map({ body.take($0) }) + [body.end()] {
            guard case .read(let more) = verdict else { return (bytes, true) }
            bytes += more
        }
        return (bytes, false)
    }

    @Test func `the same body is not read twice, another is read whole`() {
        var body = RepeatedBody(headBytes: 4)
        #expect(Self.read(&body, [[1, 2, 3], [4, 5, 6]]) == ([1, 2, 3, 4, 5, 6], false))
        #expect(Self.read(&body, [[1, 2, 3], [4, 9, 9]]) == ([], true))
        #expect(Self.read(&body, [[1, 2], [3, 9], [7]]) == ([1, 2, 3, 9, 7], false))
    }

    @Test func `a short body is compared at its end`() {
        var body = RepeatedBody(headBytes: 4)
        #expect(Self.read(&body, [[1, 2]]) == ([1, 2], false))
        #expect(Self.read(&body, [[1]]) == ([1], false))
        #expect(Self.read(&body, [[1]]) == ([], true))
    }

    @Test func `a body that broke off is not compared with`() {
        var body = RepeatedBody(headBytes: 4)
        body.begin()
        #expect(body.take([1, 2, 3, 4]) == .read([1, 2, 3, 4]))
        #expect(Self.read(&body, [[1, 2, 3, 4]]) == ([1, 2, 3, 4], false))
    }
}
