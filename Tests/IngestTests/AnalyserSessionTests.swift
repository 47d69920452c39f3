import Inspection
import Testing

@testable import Ingest

@Suite struct AnalyserSessionTests {
    private static let second: Int64 = 1_000_000_000

    private func session(keepsAll: Bool = false, queue: Int = 2) -> AnalyserSession {
        var options = AnalyserOptions(command: ["x"])
        options.queue = queue
        options.timeout = 3
        options.startTimeout = 10
        options.backoff = Backoff(first: 1, last: 8)
        return AnalyserSession(options: options, keepsAll: keepsAll, now: 0)
    }

    private func ready(keepsAll: Bool = false, queue: Int = 2) -> AnalyserSession {
        var session = session(keepsAll: keepsAll, queue: queue)
        _ = session.tick(now: 0)
        _ = session.hello(now: 0)
        return session
    }

    @Test func `it is started, and frames go to it once it said hello`() {
        var session = session(keepsAll: true)
        #expect(session.tick(now: 0) == [.start])
        #expect(session.tick(now: 1) == [])
        #expect(session.submit(0, now: 1) == [])
        #expect(session.hello(now: 2) == [.send(0)])
        #expect(session.hello(now: 3) == [], "once")
        #expect(session.answered(0, now: 4) == [.accept(0)])
        #expect(session.answered(0, now: 5) == [.unasked])
    }

    @Test func `of a live stream nothing waits for a start, and the newest waits for a turn`() {
        var starting = session()
        _ = starting.tick(now: 0)
        #expect(starting.submit(0, now: 0) == [.lost(0)])
        var session = ready()
        #expect(session.submit(1, now: 0) == [.send(1)])
        #expect(session.submit(2, now: 0) == [.send(2)])
        #expect(session.submit(3, now: 0) == [])
        #expect(session.submit(4, now: 0) == [.lost(3)])
        #expect(session.answered(2, now: 1) == [.accept(2), .send(4)], "answers may come in any order")
    }

    @Test func `silence with frames is a hang, and without frames it is not`() {
        var session = ready()
        #expect(session.tick(now: 100 * Self.second) == [])
        #expect(session.wait(now: 100 * Self.second) == nil)
        _ = session.submit(1, now: 100 * Self.second)
        #expect(session.tick(now: 103 * Self.second) == [])
        #expect(session.tick(now: 103 * Self.second + 1) == [.hung(seconds: 3), .kill])
        #expect(session.submit(2, now: 104 * Self.second) == [.lost(2)])
        #expect(session.tick(now: 106 * Self.second) == [.kill], "killed again while its end is not seen")
        #expect(session.exited(fraction: 1, now: 107 * Self.second) == [.lost(1), .restsFor(seconds: 1)])
        #expect(session.tick(now: 108 * Self.second - 1) == [])
        #expect(session.tick(now: 108 * Self.second) == [.start])
    }

    @Test func `each answer is a sign of life`() {
        var session = ready(queue: 4)
        for id in 0..<4 { _ = session.submit(id, now: 0) }
        for id in 0..<4 {
            let now = Int64(id + 1) * 2 * Self.second
            #expect(session.tick(now: now) == [])
            _ = session.answered(id, now: now)
        }
        #expect(session.isReady)
    }

    @Test func `rests grow until it answered`() {
        var session = session()
        var now: Int64 = 0
        var rests: [Double] = []
        for round in 0..<6 {
            #expect(session.tick(now: now) == [.start])
            if round == 4 {
                _ = session.hello(now: now)
                _ = session.submit(9, now: now)
                _ = session.answered(9, now: now)
            }
            for case .restsFor(let seconds) in session.exited(fraction: 1, now: now) {
                rests.append(seconds)
                now += Int64(seconds * 1e9)
            }
        }
        #expect(rests == [1, 2, 4, 8, 1, 2])
    }

    @Test func `a frame of a file is tried twice, and keeps its turn`() {
        var session = ready(keepsAll: true, queue: 1)
        _ = session.submit(1, now: 0)
        _ = session.submit(2, now: 0)
        #expect(session.exited(fraction: 0, now: 0) == [.restsFor(seconds: 0.5)])
        _ = session.tick(now: Self.second)
        #expect(session.hello(now: Self.second) == [.send(1)])
        #expect(session.exited(fraction: 0, now: Self.second) == [.lost(1), .restsFor(seconds: 1)])
        _ = session.tick(now: 3 * Self.second)
        #expect(session.hello(now: 3 * Self.second) == [.send(2)])
    }

    @Test func `a file does not wait for what never says hello`() {
        var session = session(keepsAll: true)
        _ = session.submit(1, now: 0)
        var now: Int64 = 0
        for round in 0..<AnalyserSession.hopelessStarts {
            #expect(session.tick(now: now) == [.start])
            let actions = session.exited(fraction: 0, now: now)
            #expect(actions.contains(.lost(1)) == (round == AnalyserSession.hopelessStarts - 1))
            now += 100 * Self.second
        }
        #expect(session.submit(2, now: now) == [.lost(2)])
        _ = session.tick(now: now)
        _ = session.hello(now: now)
        #expect(session.submit(3, now: now) == [.send(3)], "it came after all")
    }

    @Test func `a start that takes too long is a hang`() {
        var session = session()
        _ = session.tick(now: 0)
        #expect(session.tick(now: 10 * Self.second) == [])
        #expect(session.tick(now: 10 * Self.second + 1) == [.hung(seconds: 10), .kill])
        #expect(session.brokeOff(now: 11 * Self.second) == [], "it is dying already")
    }

    @Test func `stopping is polite first, then not`() {
        var session = ready()
        _ = session.submit(1, now: 0)
        #expect(session.stop(now: 0) == [.lost(1), .end])
        #expect(session.stop(now: 1) == [])
        #expect(session.submit(2, now: 1) == [.lost(2)])
        #expect(session.tick(now: 2 * Self.second) == [])
        #expect(session.tick(now: 2 * Self.second + 1) == [.kill])
        #expect(session.exited(fraction: 0, now: 3 * Self.second) == [])
        #expect(session.phase == .stopped)
        #expect(session.tick(now: 100 * Self.second) == [], "never again")
    }

    @Test func `every frame has one outcome, whatever happens`() {
        var random: UInt64 = 7
        func next(_ limit: UInt64) -> UInt64 {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (random >> 33) % limit
        }
        for keepsAll in [true, false] {
            var session = session(keepsAll: keepsAll)
            var outcomes: [Int: Int] = [:]
            var sent: [Int] = []
            var now: Int64 = 0
            var submitted = 0
            func note(_ actions: [AnalyserSession.Action]) {
                for action in actions {
                    switch action {
                    case .send(let id): sent.append(id)
                    case .accept(let id), .lost(let id): outcomes[id, default: 0] += 1
                    default: break
                    }
                }
            }
            for _ in 0..<5000 {
                now += Int64(next(400)) * 1_000_000
                switch next(8) {
                case 0, 1:
                    note(session.submit(submitted, now: now))
                    submitted += 1
                case 2: note(session.hello(now: now))
                case 3, 4: if let id = sent.popLast() { note(session.answered(id, now: now)) }
                case 5: if next(10) == 0 { note(session.brokeOff(now: now)) }
                case 6:
                    switch session.phase {
                    case .starting, .ready, .dying: if next(4) == 0 { note(session.exited(fraction: 0.5, now: now)) }
                    default: break
                    }
                default: note(session.tick(now: now))
                }
            }
            note(session.stop(now: now))
            #expect(outcomes.count == submitted)
            #expect(outcomes.values.allSatisfy { $0 == 1 })
        }
    }
}

@Suite struct AnalyserLinesTests {
    private func split(_ pieces: [String], limit: Int = 10) -> (lines: [String], tooLong: Int) {
        var lines = AnalyserLines(limit: limit)
        var found: [String] = []
        for piece in pieces { lines.append(Array(piece.utf8)) { found.append(String(decoding: $0, as: UTF8.self)) } }
        lines.finish { found.append(String(decoding: $0, as: UTF8.self)) }
        return (found, lines.tooLong)
    }

    @Test(arguments: [["ab\ncd\r\n\nef"], ["a", "b\nc", "d\r", "\n\n", "e", "f"], ["ab\n", "cd\n", "ef\n"]])
    func `lines come whole, however they arrive`(pieces: [String]) {
        #expect(split(pieces).lines == ["ab", "cd", "ef"])
    }

    @Test(arguments: [
        ["ok\n" + String(repeating: "x", count: 11) + "\nok\n"],
        ["ok\nxxxxxxxx", "xxxxxxxx", "xxxxxxxxxx\nok\n"], ["ok\nxxxxxxxxxxx", "\nok\n"],
    ])
    func `a line too long is skipped and counted once`(pieces: [String]) {
        let (lines, tooLong) = split(pieces)
        #expect(lines == ["ok", "ok"] && tooLong == 1)
    }

    @Test func `a line of the very limit is taken`() {
        #expect(split(["0123456789\n"]).lines == ["0123456789"])
    }

    @Test func `what is printed is passed on in bounds`() {
        var printing = AnalyserPrinting(lines: 2, seconds: 10)
        #expect((0..<5).map { printing.admit(now: Int64($0)).isPassed } == [true, true, false, false, false])
        let (isPassed, leftOut) = printing.admit(now: 10_000_000_000)
        #expect(isPassed && leftOut == 3)
    }

    @Test(arguments: [
        (1920, 1080, 640, 640, 360), (1080, 1920, 640, 360, 640), (320, 240, 640, 320, 240), (1366, 768, 640, 640, 360),
        (1000, 3, 64, 64, 1), (3, 1000, 64, 4, 64),
    ])
    func `pictures keep their shape and get rows without gaps`(
        width: Int, height: Int, side: Int, columns: Int, rows: Int
    ) throws {
        let size = try #require(AnalyserPixels.size(width: width, height: height, side: side))
        #expect(size == (columns, rows))
        #expect(size.width % 4 == 0)
    }

    @Test(arguments: [(0, 10), (10, 0), (-5, 5), (40_000, 10)])
    func `a picture without a sensible size is refused`(width: Int, height: Int) {
        #expect(AnalyserPixels.size(width: width, height: height, side: 640) == nil)
    }
}
