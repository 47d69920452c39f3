import Findings
import Foundation
import Geodesy
import Inspection
import Store
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// One detection against a million open findings in a file: what is known near its place, and whether it is one of them. The
/// store is asked as the journey asks it, from a thread of the source's own.
///
/// Asked in turn: at random places with nothing of the file in memory; at random places again, with all of it in the system's
/// memory and nothing in SQLite's own; and along a flight over the lattice, where a finding is written after every tenth
/// question, so that no reader can trust what pages it holds.
struct RecallFigures {
    /// On the disk to be measured; removed afterwards.
    var scratch: String
    var count: Int
    /// Leaves the filled database behind, and takes the one that is there.
    var keeps = false

    private static let rounds = 20_000
    /// Each reads its pages from the disk.
    private static let coldRounds = 2000
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 120)
    /// Metres between neighbours of the lattice that the findings lie on.
    private static let spacing = 30.0

    func report() async throws -> String {
        let folder = scratch + "/recall"
        let isFilled = keeps && FileManager.default.fileExists(atPath: folder + "/flyonce.db")
        if !isFilled { try? FileManager.default.removeItem(atPath: folder) }
        defer { if !keeps { try? FileManager.default.removeItem(atPath: folder) } }
        let directory = try StateDirectory(path: folder)
        defer { directory.release() }
        guard let source = Name("bench") else { throw BenchError("names") }
        let began = ContinuousClock.now
        var store = try FindingDatabase.open(in: directory, clock: RecallClock())
        let opened = (ContinuousClock.now - began) / .seconds(1)
        if !isFilled { try await fill(store, source) }
        let filled = (ContinuousClock.now - began) / .seconds(1)
        // The log is folded into the file, which is then forgotten.
        try await store.close()
        try Self.forget(store.path)
        store = try FindingDatabase.open(in: directory, clock: RecallClock())
        var times = try await measure(store, source, "from the disk", .random(7), rounds: Self.coldRounds)
        try await store.close()
        try Self.remember(store.path)
        store = try FindingDatabase.open(in: directory, clock: RecallClock())
        times += try await measure(store, source, "from memory", .random(8), rounds: Self.rounds)
        times += try await fly(store, source)
        let plans = try await plan(store)
        try await store.close()
        let size = try FileManager.default.attributesOfItem(atPath: store.path)[.size] as? Int ?? 0
        let lines = times.map { "\n  \($0.name) median \(Self.text($0.median)) µs, p99 \(Self.text($0.p99)) µs" }
        return "\(count) open findings, \(size >> 20) MiB, opened in \(Self.text(opened)) s, filled in \(Int(filled)) s"
            + lines.joined() + "\n  the 200 that most want a look, of all: \(plans)"
    }

    /// Drops a file's pages from the system's cache.
    private static func forget(_ path: String) throws {
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.synchronize()
        #if canImport(Glibc)
        guard posix_fadvise(file.fileDescriptor, 0, 0, POSIX_FADV_DONTNEED) == 0 else {
            throw BenchError("the system keeps \(path) in memory")
        }
        #endif
        try file.close()
    }

    /// Has the system read a file.
    private static func remember(_ path: String) throws {
        let file = try FileHandle(forReadingFrom: URL(filePath: path))
        while let read = try file.read(upToCount: 1 << 22), !read.isEmpty {}
        try file.close()
    }

    /// Milliseconds that the next flight's plan takes, by how many of the findings want a look: all, and none.
    private func plan(_ store: FindingDatabase) async throws -> String {
        var texts: [String] = []
        for (name, days) in [("all", 60.0), ("none", 1.0)] {
            let now = SamplePacket.start.advanced(byMicroseconds: Int64(days * 86_400e6))
            var options = ReflightPlan.Options()
            options.maximum = 201
            let plan = Plan(ReflightPlan(now: now, options: options))
            let began = ContinuousClock.now
            try await store.eachKnown(in: [.open, .closed], within: nil, where: { plan.mayWant($0) }) {
                plan.add($0, $1)
            }
            texts.append("\(name) want one: \(Int((ContinuousClock.now - began) / .milliseconds(1))) ms")
            try BenchError.check(plan.count == (name == "all" ? 201 : 0), "\(plan.count) in the plan")
        }
        return texts.joined(separator: ", ")
    }

    private final class Plan: Sendable {
        private let plan: Mutex<ReflightPlan>

        init(_ plan: ReflightPlan) { self.plan = Mutex(plan) }

        var count: Int { plan.withLock { $0.wishes.count } }
        func mayWant(_ glance: KnownFinding.Glance) -> Bool {
            plan.withLock { $0.mayWant(glance, terms: ReflightTerms()) }
        }
        func add(_ known: KnownFinding, _ look: UTCTime?) {
            plan.withLock { $0.add(known, lastLook: look, terms: ReflightTerms()) }
        }
    }

    private struct Times: Sendable {
        var name: String
        var median: Double
        var p99: Double

        init(_ name: String, _ all: [Double]) {
            let sorted = all.sorted()
            self.name = name
            median = sorted[sorted.count / 2]
            p99 = sorted[sorted.count * 99 / 100]
        }
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }

    private var side: Int { Int(Double(count).squareRoot().rounded(.up)) }

    /// Where finding `number` lies.
    private func place(_ number: Int) -> GeodeticPoint {
        let (origin, spacing) = (Self.origin, Self.spacing)
        return origin.moved(north: Double(number / side) * spacing, east: Double(number % side) * spacing)
    }

    private func fill(_ store: FindingDatabase, _ source: Name) async throws {
        let tasks = 64
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask { [count] in
                    for number in stride(from: task, to: count, by: tasks) {
                        var observation = SampleFinding.observation(
                            UInt64(number) + 1, source: source, destination: source)
                        observation.finding.location?.point = place(number)
                        observation.evidence = []
                        observation.routes = []
                        _ = try await store.commit(observation)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private enum Way: Sendable {
        /// By this seed.
        case random(UInt64)
        /// Along a row of the lattice and back along the next, from this finding on.
        case flight(Int)

        func number(_ round: Int, _ random: inout UInt64, side: Int, count: Int) -> Int {
            switch self {
            case .random:
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int(random >> 33) % count
            case .flight(let first):
                let (row, step) = ((first + round) / side, (first + round) % side)
                return (row * side + (row % 2 == 0 ? step : side - 1 - step)) % count
            }
        }
    }

    /// A flight whose new findings are written while it goes on: that makes every reader look at its pages again.
    private func fly(_ store: FindingDatabase, _ source: Name) async throws -> [Times] {
        var all: [[Double]] = [[], []]
        let legs = 200
        for leg in 0..<legs {
            let seen = try await spent(
                store, source, .flight(count / 3 + leg * 10), pass: UInt64(leg + 10), rounds: 10)
            for index in all.indices { all[index] += seen[index] }
            var observation = SampleFinding.observation(
                UInt64(count) * 2 + UInt64(leg), source: source, destination: source)
            // Where nobody asks.
            observation.finding.location?.point = place(leg).moved(north: -5000, east: 0)
            observation.evidence = []
            observation.routes = []
            _ = try await store.commit(observation)
        }
        return Self.times("a flight that writes", all)
    }

    private func measure(
        _ store: FindingDatabase, _ source: Name, _ name: String, _ way: Way, rounds: Int
    ) async throws -> [Times] {
        var pass: UInt64 = 0
        if case .random(let seed) = way { pass = seed }
        return Self.times(name, try await spent(store, source, way, pass: pass, rounds: rounds))
    }

    private static func times(_ name: String, _ all: [[Double]]) -> [Times] {
        [Times("\(name): look-up", all[0]), Times("\(name): look-up and decision", all[1])]
    }

    private func spent(
        _ store: FindingDatabase, _ source: Name, _ way: Way, pass: UInt64, rounds: Int
    ) async throws -> [[Double]] {
        try await withCheckedThrowingContinuation { answer in
            Thread.detachNewThread {
                answer.resume(
                    with: Result { try ask(store, source, way, pass: pass, rounds: rounds) })
            }
        }
    }

    /// Microseconds of each look-up, and of each with its decision. Half of the detections are a step beside a finding, half
    /// in the middle between four.
    private func ask(
        _ store: FindingDatabase, _ source: Name, _ way: Way, pass: UInt64, rounds: Int
    ) throws -> [[Double]] {
        let type = SceneType(
            id: "waste.exposed", title: BilingualText(zh: "暴露垃圾", en: "Exposed waste"), severity: .yellow,
            footing: .flat,
            labels: [])
        var options = FindingJoiner.Options()
        options.openAfterSightings = 1
        options.openAfterSeconds = 0
        var random = pass
        var all: [Double] = []
        var lookups: [Double] = []
        var recognized = 0
        for round in 0..<rounds {
            let number = way.number(round, &random, side: side, count: count)
            let isNear = round % 2 == 0
            let point = place(number).moved(
                north: isNear ? 1 : Self.spacing / 2, east: isNear ? -1 : Self.spacing / 2)
            let detection = Self.detection(round, at: point, type)
            let spent = Mutex(0.0)
            let flight = Flight(
                id: SampleFinding.id(UInt64(round) + pass << 32 + 1 << 40), source: source, firstFrame: detection.utc,
                lastFrame: detection.utc, lastArrival: detection.utc, content: "bench-\(pass)-\(round)", ended: false)
            let began = ContinuousClock.now
            var joiner = FindingJoiner(flight: flight, gateway: source, ids: BenchIDs(), options: options) { query in
                let asked = ContinuousClock.now
                let answer = (try? store.known(query)) ?? KnownFindings()
                spent.withLock { $0 = (ContinuousClock.now - asked) / .microseconds(1) }
                return answer
            }
            let events = joiner.observe([detection], at: detection.frame.time, utc: detection.utc)
            all.append((ContinuousClock.now - began) / .microseconds(1))
            lookups.append(spent.withLock { $0 })
            guard events.count == 1 else { throw BenchError("a detection told \(events.count) events") }
            if case .recognized = events[0] { recognized += 1 }
        }
        try BenchError.check(recognized == rounds / 2, "\(recognized) of \(rounds / 2) were recognized")
        return [lookups, all]
    }

    private static func detection(_ round: Int, at point: GeodeticPoint, _ type: SceneType) -> Detection {
        let utc = SamplePacket.start.advanced(byMicroseconds: 604_800_000_000 + Int64(round))
        var geotag = SampleFinding.geotag
        geotag.point = point
        let object = FrameObject(
            label: "garbage", confidence: 0.8, box: .init(left: 900, top: 500, right: 1000, bottom: 600))
        let frame = Frame(
            index: round, time: .seconds(1), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: false, arrival: utc
        )
        return Detection(
            rule: "waste-exposed", ruleVersion: "1.0", sceneType: type, severity: .yellow, confidence: 0.8, reasons: [],
            object: object, geotag: geotag, refusal: nil, frame: frame, utc: utc, provenance: .precisionTimeStamp)
    }
}

private struct RecallClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { 0 }
}

/// FNV-1a: what an id is made of costs nothing here.
private struct BenchIDs: IDs {
    func uuid(at firstSeen: UTCTime, of parts: [String]) -> UUIDv7 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts { for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
        return UUIDv7(milliseconds: UInt64(max(firstSeen.microseconds, 0) / 1000), randomness: (hash, ~hash))
    }
}
