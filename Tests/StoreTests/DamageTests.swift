import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

/// A database as a gateway has it after a while, once: what is in it, and the bytes of its files.
struct FilledDatabase: Sendable {
    static let findings = 24
    var bytes: [UInt8]
    var epoch: String
    var records: [FindingID: FindingRecord] = [:]
    var books: [Book]
    /// Finding and revision.
    var delivered: Set<String>

    static let shared = Task { try await FilledDatabase() }

    private init() async throws {
        let place = Workspace()
        let store = try place.open()
        delivered = []
        for number in 1...UInt64(Self.findings) {
            try await store.save(
                Flight(
                    id: uuid(9_000 + number), source: camera, firstFrame: UTCTime(microseconds: Int64(number)),
                    lastFrame: UTCTime(microseconds: 9), lastArrival: UTCTime(microseconds: 9), content: "abc",
                    ended: true))
            _ = try await store.commit(
                observation(
                    number, evidence: [item(Int(number))],
                    routes: [
                        .init(destination: platform, release: .auto), .init(destination: phones, release: .review),
                    ]))
        }
        for delivery in try await store.leased(platform, place.clock, limit: 9) {
            let number = delivery.finding.description.suffix(4)
            let record = CaseRecord(platform: platform, number: "case-\(number)", stage: .accepted)
            _ = try await store.settle(delivery, as: .delivered(record), now: place.clock.utc)
            delivered.insert("\(delivery.finding) \(delivery.revision)")
        }
        for delivery in try await store.leased(platform, place.clock, limit: 3) {
            _ = try await store.settle(delivery, as: .dead(reason: "no"), now: place.clock.utc)
        }
        for number: UInt64 in [3, 7, 20] { _ = try await store.record(verdict(.upheld), on: uuid(number)) }
        _ = try await store.record(verdict(.dismissed), on: uuid(11))
        epoch = store.epoch
        for number in 1...UInt64(Self.findings) { records[uuid(number)] = try await store.finding(uuid(number)) }
        books = try await store.books()
        try await store.close()
        bytes = Array(try Data(contentsOf: URL(fileURLWithPath: store.path)))
    }

    /// Numbers, from 1, of pages of one kind.
    func pages(_ kinds: Set<UInt8>) -> [Int] {
        (2...(bytes.count / 4096)).filter { kinds.contains(bytes[($0 - 1) * 4096]) }
    }
}

extension Workspace {
    func put(_ bytes: [UInt8], _ name: String = "flyonce.db") throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}

extension FindingDatabase {
    /// Waits until everything is taken over and looked through.
    func settled() async throws {
        for _ in 0..<2000 {
            let now = condition
            if now.waitingSalvages.isEmpty, [.sound, .notNeeded].contains(now.check) {
                try await Task.sleep(for: .milliseconds(2))
                if condition == now { return }
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        Issue.record("the store did not settle: \(condition)")
    }

    var complaints: Int64 {
        let told = [
            "quarantined", "salvage_damaged_rows", "rows_missing", "databases_set_aside", "reindexed",
            "books_corrected",
            "salvage_unreadable_pages", "log_frames_unread", "acknowledged_rows_lost", "dead",
        ]
        return told.reduce(0) { $0 + (counters[$1] ?? 0) }
    }
}

struct DamageTests {
    let place = Workspace()

    /// Whatever is served is as it was; what is not is counted. Answers how many findings there still are.
    @discardableResult
    static func check(_ store: FindingDatabase, _ whole: FilledDatabase, _ what: String = "") async throws -> Int {
        try await store.settled()
        var kept = 0
        for (id, was) in whole.records {
            guard let now = try await store.finding(id) else { continue }
            kept += 1
            #expect(
                now.finding == was.finding && now.evidence == was.evidence && now.verdicts == was.verdicts
                    && now.caseRecord == was.caseRecord, "\(what): \(id) is served changed")
        }
        let changes = try await store.changes(after: 0, limit: 1000)
        #expect(Set(changes.map(\.id)).isSubset(of: Set(whole.records.keys)), "\(what)")
        #expect(changes.map(\.sequence) == changes.map(\.sequence).sorted(), "\(what)")
        let books = try await store.books()
        #expect(books.allSatisfy { $0.balances }, "\(what): \(books)")
        let clock = ManualClock()
        let owed = try await store.leased(platform, clock, limit: 1000).map { "\($0.finding) \($0.revision)" }
        #expect(whole.delivered.isDisjoint(with: owed), "\(what): sent twice")
        if kept < whole.records.count || changes.count < whole.records.count || books != whole.books {
            #expect(store.complaints > 0, "\(what): \(kept) of \(whole.records.count) kept, and nothing is said")
        }
        return kept
    }

    @Test(arguments: [
        Array("this is a text file, and a rather long one, so that it has a whole header of bytes to look at....".utf8),
        Array("short".utf8), [UInt8](repeating: 0, count: 4096), [UInt8](repeating: 0xFF, count: 100_000),
    ])
    func `a file that is no database is set aside whole, and a new one begins`(_ bytes: [UInt8]) async throws {
        try place.put(bytes)
        let store = try place.open()
        #expect(try await store.commit(observation(1)) != nil)
        try await store.settled()
        let folders = try FileManager.default.contentsOfDirectory(atPath: place.path + "/quarantine")
        let folder = try #require(folders.first)
        let kept = try Data(contentsOf: URL(fileURLWithPath: place.path + "/quarantine/\(folder)/flyonce.db"))
        #expect(Array(kept) == bytes)
        #expect(store.counters["databases_set_aside"] == 1)
        #expect(store.condition.notices.contains { $0.severity == .error })
        let epoch = store.epoch
        let again = try await place.reopen(store)
        #expect(again.epoch == epoch && again.counters["databases_set_aside"] == nil)
        #expect(try await again.changes(after: 0, limit: 9).count == 1)
    }

    enum Place: String, CaseIterable, Sendable {
        case magic, pageSize, schema, everyInner, everyRoot, oneLeaf, oneIndexPage, application, format, reserved
    }

    @Test(arguments: Place.allCases)
    func `whatever part is damaged, what is sound is served on and what is owed keeps its state`(
        _ part: Place
    ) async throws {
        let whole = try await FilledDatabase.shared.value
        var bytes = whole.bytes
        func wipe(_ page: Int) { for at in (page - 1) * 4096..<page * 4096 { bytes[at] = 0xA5 } }
        var loss = 0
        switch part {
        case .magic: bytes[3] ^= 0x40
        case .pageSize: bytes[16] ^= 0x20
        case .reserved: bytes[20] = 77
        case .schema: for at in 120..<4096 { bytes[at] = 0x5A }
        case .everyInner: whole.pages([5]).forEach(wipe)
        case .everyRoot: for page in 2...12 where [2, 5].contains(bytes[(page - 1) * 4096]) { wipe(page) }
        case .oneLeaf:
            wipe(try #require(whole.pages([13]).last))
            loss = 8
        case .oneIndexPage:
            wipe(try #require(whole.pages([10]).last))
            loss = FilledDatabase.findings
        case .application: bytes[70] ^= 0x10
        case .format: bytes[63] ^= 0x40
        }
        try place.put(bytes)
        let began = ContinuousClock.now
        let store = try place.open()
        #expect(ContinuousClock.now - began < .seconds(5))
        // The first query that meets the damage may fail; none after it.
        _ = try? await store.changes(after: 0, limit: 1000)
        _ = try? await store.leased(phones, place.clock, limit: 1)
        let kept = try await Self.check(store, whole, part.rawValue)
        #expect(kept >= FilledDatabase.findings - loss)
        if loss == 0, store.counters["databases_set_aside"] == 1 {
            #expect(store.epoch != whole.epoch)
            let now = try await store.book(platform)
            let was = try #require(whole.books.first { $0.destination == platform })
            #expect(now.delivered == was.delivered && now.dead == was.dead && now.produced == was.produced)
            #expect(now.pending + now.leased == was.pending + was.leased)
        }
        let verdicts = try await store.finding(uuid(3))?.verdicts.count
        #expect(verdicts == 1 || loss > 0)
        #expect(try await store.commit(observation(999)) != nil)
    }

    @Test func `a truncated file gives what is left of it`() async throws {
        let whole = try await FilledDatabase.shared.value
        for tenth in [3, 6, 9] {
            let place = Workspace()
            try place.put(Array(whole.bytes.prefix(whole.bytes.count * tenth / 10)))
            let store = try place.open()
            try await Self.check(store, whole, "\(tenth)/10")
            #expect(store.counters["databases_set_aside"] == 1)
        }
    }

    @Test(arguments: 0..<8)
    func `seeded flips are harmless or counted, and none is served`(_ group: UInt64) async throws {
        let whole = try await FilledDatabase.shared.value
        for seed in (group * 25)..<(group * 25 + 25) {
            var random = SeededNumbers(seed)
            var bytes = whole.bytes
            for _ in 0..<(1 + Int(seed % 3)) {
                let at = Int(random.next() % UInt64(bytes.count))
                bytes[at] ^= 1 << UInt8(random.next() % 8)
            }
            let place = Workspace()
            try place.put(bytes)
            let store = try place.open()
            try await Self.check(store, whole, "seed \(seed)")
            try await store.close()
        }
    }

    @Test func `a damaged index is built anew and the epoch stays`() async throws {
        let whole = try await FilledDatabase.shared.value
        try place.put(whole.bytes)
        var root = 0
        do {
            let queue = try DatabaseQueue(path: place.path + "/flyonce.db")
            root =
                try await queue.read { db in
                    try Int.fetchOne(
                        db, sql: "SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_findings_1'")
                } ?? 0
            try queue.close()
        }
        var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: place.path + "/flyonce.db")))
        for at in (root - 1) * 4096..<(root - 1) * 4096 + 8 { bytes[at] = 0xEE }
        try place.put(bytes)
        let store = try place.open()
        try await store.settled()
        #expect(store.counters["reindexed"] == 1 && store.counters["databases_set_aside"] == nil)
        #expect(store.epoch == whole.epoch)
        #expect(try await Self.check(store, whole) == FilledDatabase.findings)
    }
}

/// SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}
