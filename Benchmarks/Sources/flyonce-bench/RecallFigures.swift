import Findings
import Foundation
import Geodesy
import Inspection
import Store
import Synchronization

/// One detection against a million open findings in a file: what is known near its place, and whether it is one of them. The
/// store is asked as the journey asks it, from a thread of the source's own.
struct RecallFigures {
    /// On the disk to be measured; removed afterwards.
    var scratch: String
    var count: Int

    private static let rounds = 20_000
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 120)
    /// Metres between neighbours of the lattice that the findings lie on.
    private static let spacing = 30.0

    func report() async throws -> String {
        let folder = scratch + "/recall"
        try? FileManager.default.removeItem(atPath: folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let directory = try StateDirectory(path: folder)
        defer { directory.release() }
        let store = try FindingDatabase.open(in: directory, clock: RecallClock())
        guard let source = Name("bench") else { throw BenchError("names") }
        let began = ContinuousClock.now
        try await fill(store, source)
        let filled = (ContinuousClock.now - began) / .seconds(1)
        let side = Int(Double(count).squareRoot().rounded(.up))
        let times = try await withCheckedThrowingContinuation { answer in
            Thread.detachNewThread { [count] in
                answer.resume(
                    with: Result {
                        try [("first", 0), ("then", 1), ("then", 2)].flatMap { name, pass in
                            try Self.measure(store, count: count, side: side, source, name, pass)
                        }
                    })
            }
        }
        try await store.close()
        let size = try FileManager.default.attributesOfItem(atPath: store.path)[.size] as? Int ?? 0
        let line = times.map { "\($0.name) median \(Self.text($0.median)) µs, p99 \(Self.text($0.p99)) µs" }
        return "\(count) open findings, \(size >> 20) MiB, filled in \(Int(filled)) s; " + line.joined(separator: "; ")
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

    /// Where finding `number` lies.
    private static func place(_ number: Int, side: Int) -> GeodeticPoint {
        origin.moved(north: Double(number / side) * spacing, east: Double(number % side) * spacing)
    }

    private func fill(_ store: FindingDatabase, _ source: Name) async throws {
        let side = Int(Double(count).squareRoot().rounded(.up))
        let tasks = 64
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask { [count] in
                    for number in stride(from: task, to: count, by: tasks) {
                        var observation = SampleFinding.observation(
                            UInt64(number) + 1, source: source, destination: source)
                        observation.finding.location?.point = Self.place(number, side: side)
                        observation.evidence = []
                        observation.routes = []
                        _ = try await store.commit(observation)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Half of the detections are a step beside a finding, half in the middle between four.
    private static func measure(
        _ store: FindingDatabase, count: Int, side: Int, _ source: Name, _ name: String, _ pass: UInt64
    ) throws -> [Times] {
        let type = SceneType(
            id: "waste.exposed", title: BilingualText(zh: "暴露垃圾", en: "Exposed waste"), severity: .yellow,
            footing: .flat,
            labels: [])
        var options = FindingJoiner.Options()
        options.openAfterSightings = 1
        options.openAfterSeconds = 0
        var random: UInt64 = 7 + pass
        var all: [Double] = []
        var lookups: [Double] = []
        var recognized = 0
        for round in 0..<rounds {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let number = Int(random >> 33) % count
            let isNear = round % 2 == 0
            let point = place(number, side: side).moved(
                north: isNear ? 1 : spacing / 2, east: isNear ? -1 : spacing / 2)
            let detection = detection(round, at: point, type)
            let spent = Mutex(0.0)
            let flight = Flight(
                id: SampleFinding.id(UInt64(round) + 1 << 40), source: source, firstFrame: detection.utc,
                lastFrame: detection.utc, lastArrival: detection.utc, content: "bench-\(round)", ended: false)
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
        return [Times("\(name): look-up", lookups), Times("look-up and decision", all)]
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
