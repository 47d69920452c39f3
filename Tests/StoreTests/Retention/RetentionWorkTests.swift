import Foundation
import GRDB
import Inspection
import Synchronization
import Testing

@testable import Store

/// Files of evidence in memory, and what the chain was told of them.
final class Shelf: EvidenceRemoval, RemovalRecord {
    struct State {
        var files: [String: StoredFile] = [:]
        var net: [String: [EvidenceItem.Kind: Int64]] = [:]
        var sealed: Set<String> = []
        var said: [RemovedEvidence] = []
        var busy: Set<String> = []
        /// Removals that go well before the process is killed; nil for all.
        var lives: Int?
    }

    let state = Mutex(State())
    var parts: Int { 256 }
    var netBytes: [EvidenceItem.Kind: Int64] {
        state.withLock { $0.net.values.reduce(into: [:]) { $0.merge($1, uniquingKeysWith: +) } }
    }
    var files: Set<String> { Set(state.withLock { $0.files.keys }) }
    var said: [RemovedEvidence] { state.withLock { $0.said } }

    func put(_ item: EvidenceItem, at time: UTCTime = UTCTime(microseconds: 1_755_000_000_000_000)) {
        state.withLock {
            $0.files[item.sha256] = StoredFile(
                sha256: item.sha256, kind: item.kind, bytes: Int64(item.bytes), written: time)
            $0.net[String(item.sha256.prefix(2)), default: [:]][item.kind, default: 0] += Int64(item.bytes)
        }
    }

    func files(inPart part: Int) async -> StoredFiles {
        let digits = String(part, radix: 16)
        let prefix = digits.count < 2 ? "0" + digits : digits
        return state.withLock { state in
            var found = StoredFiles()
            found.files = state.files.values.filter { $0.sha256.hasPrefix(prefix) }
            found.netBytes = state.net[prefix] ?? [:]
            return found
        }
    }

    func remove(_ sha256: String) async throws(StoreError) -> Int64? {
        let result: Result<Int64?, StoreError> = state.withLock { state in
            if state.busy.contains(sha256) { return .failure(StoreError(kind: .locked, description: "kept again")) }
            if let lives = state.lives {
                guard lives > 0 else { return .failure(StoreError(kind: .io, description: "killed")) }
                state.lives = lives - 1
            }
            guard let file = state.files.removeValue(forKey: sha256) else { return .success(nil) }
            state.net[String(sha256.prefix(2)), default: [:]][file.kind, default: 0] -= file.bytes
            return .success(file.bytes)
        }
        return try result.get()
    }

    func sealed(among hashes: Set<String>) async -> Set<String>? { state.withLock { $0.sealed.intersection(hashes) } }

    func record(removed files: [RemovedEvidence]) async throws(StoreError) { state.withLock { $0.said += files } }
}

struct RetentionWorkTests {
    let place = Workspace()
    let shelf = Shelf()

    private func work(
        _ store: FindingDatabase, free: Int64? = nil, _ change: (inout RetentionWork.Options) -> Void = { _ in }
    ) -> RetentionWork {
        var options = RetentionWork.Options()
        change(&options)
        return RetentionWork(
            store, files: shelf, chain: shelf, clock: place.clock, options: options, free: { free })
    }

    /// A finding with these files, on the shelf too.
    private func keep(
        _ number: UInt64, _ items: [EvidenceItem], in store: FindingDatabase,
        routes: [Observation.Route] = [.init(destination: platform, release: .auto)]
    ) async throws {
        for item in items { shelf.put(item) }
        _ = try await store.commit(observation(number, evidence: items, routes: routes))
    }

    private func deliver(_ store: FindingDatabase) async throws {
        while true {
            let owed = try await store.leased(platform, place.clock)
            if owed.isEmpty { return }
            for delivery in owed { _ = try await store.settle(delivery, as: .delivered(nil), now: place.clock.utc) }
        }
    }

    private func runAll(_ work: RetentionWork) async throws {
        for _ in 0..<5000 { if try await work.step() == .idle { return } }
        Issue.record("there is no end to it")
    }

    /// Whether a file comes before its part is looked at or after, and whether the look is over.
    @Test func `what comes while the folder is looked through counts once`() async throws {
        let store = try place.open()
        for number: UInt64 in 1...4 { try await keep(number, [item(Int(number), kind: .clip)], in: store) }
        let work = work(store)
        var number: UInt64 = 5
        while try await work.step() == .more {
            guard number < 40 else { continue }
            try await keep(number, [item(Int(number), kind: number % 3 == 0 ? .picture : .clip)], in: store)
            number += 1
        }
        func lies(_ kind: EvidenceItem.Kind) -> Int64 {
            shelf.state.withLock { $0.files.values.filter { $0.kind == kind }.reduce(0) { $0 + $1.bytes } }
        }
        #expect(number == 40)
        #expect(await work.status.bytes == [.clips: lies(.clip), .pictures: lies(.picture), .metadata: 0])
        try await keep(99, [item(99, kind: .clip)], in: store)
        #expect(await work.status.bytes?[.clips] == lies(.clip))
        try await store.close()
    }

    @Test func `under a full disk clips go, pictures that are owed stay, and the chain is told before`() async throws {
        let store = try place.open()
        try await keep(1, [item(1), item(2, kind: .clip)], in: store)
        try await deliver(store)
        try await keep(2, [item(3), item(4, kind: .clip)], in: store)
        let work = work(store, free: 0) { $0.policy.room = 1 << 40 }
        try await runAll(work)
        #expect(shelf.files == [item(3).sha256])
        #expect(shelf.said.map(\.sha256) == [2, 4, 1].map { item($0).sha256 })
        #expect(shelf.said.allSatisfy { $0.reason == "space" })
        #expect(await work.status.missing > 0)
        #expect(try await store.removal(of: item(2).sha256)?.reason == "space")
        #expect(try await store.removal(of: item(3).sha256) == nil)
        #expect(store.counters["evidence_removed_clip"] == 2)
        // The finding says what there was, and is delivered without it.
        #expect(try await store.finding(uuid(2))?.evidence.count == 2)
        #expect(try await store.leased(platform, place.clock).count == 1)
        try await store.close()
    }

    @Test(arguments: ["pending", "held", "leased", "dead"])
    func `whatever state something is owed in, its picture stays`(_ state: String) async throws {
        let store = try place.open()
        let release: Release = state == "held" ? .review : .auto
        try await keep(1, [item(1)], in: store, routes: [.init(destination: platform, release: release)])
        if state == "leased" || state == "dead" {
            let owed = try await store.leased(platform, place.clock)
            if state == "dead", let first = owed.first {
                _ = try await store.settle(first, as: .dead(reason: "no"), now: place.clock.utc)
            }
        }
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files == [item(1).sha256])
        try await store.close()
    }

    @Test func `a picture of two findings stays while one of them is owed it`() async throws {
        let store = try place.open()
        try await keep(1, [item(1)], in: store)
        try await deliver(store)
        try await keep(2, [item(1)], in: store)
        let work = work(store, free: 0) { $0.policy.room = 1 << 40 }
        try await runAll(work)
        #expect(shelf.files == [item(1).sha256])
        try await deliver(store)
        place.clock.advance(seconds: 61)
        try await runAll(work)
        #expect(shelf.files.isEmpty)
        try await store.close()
    }

    @Test func `what is under a legal hold stays until a person releases it`() async throws {
        var store = try place.open()
        try await keep(1, [item(1), item(2, kind: .clip)], in: store, routes: [])
        let hold = LegalHold(by: "judge", at: place.clock.utc, why: "case 7")
        #expect(try await store.set(hold, on: uuid(1))?.hold == hold)
        #expect(try await store.set(hold, on: uuid(1)) == nil)
        #expect(try await store.held(after: nil, limit: 10).map(\.finding.id) == [uuid(1)])
        store = try await place.reopen(store)
        let feature = try #require(try await store.changes(after: 0, limit: 9).first)
        #expect(String(decoding: feature.feature, as: UTF8.self).contains(#""hold":{"by":"judge""#))
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files.count == 2)
        let released = try await store.release(uuid(1), .init(by: "clerk", at: place.clock.utc))
        #expect(released?.hold?.isInForce == false && released?.hold?.released?.by == "clerk")
        #expect(try await store.release(uuid(1), .init(by: "clerk", at: place.clock.utc)) == nil)
        #expect(try await store.holdCount() == 0)
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files.isEmpty)
        await #expect(throws: StoreError.self) { try await store.set(hold, on: uuid(99)) }
        try await store.close()
    }

    @Test func `a hold survives damage to the row that it is looked up by`() async throws {
        var store = try place.open()
        try await keep(1, [item(1)], in: store, routes: [])
        _ = try await store.set(LegalHold(by: "judge", at: place.clock.utc, why: "case"), on: uuid(1))
        try await store.close()
        try place.tamper("UPDATE holds SET at = at + 1")
        store = try place.open()
        try await store.settled()
        #expect(try await store.holdCount() == 1)
        #expect(store.counters["quarantined"] == 1)
        try await store.close()
    }

    @Test func `quotas count what lies in the folder`() async throws {
        let store = try place.open()
        for number in 1...10 {
            let items = [item(number * 2), item(number * 2 + 1, kind: .clip)]
            try await keep(UInt64(number), items, in: store, routes: [])
        }
        let work = work(store) { $0.policy.limits = [.clips: .init(bytes: 3 * 1100)] }
        try await runAll(work)
        let clips = shelf.state.withLock { $0.files.values.filter { $0.kind == .clip } }
        #expect(clips.reduce(0) { $0 + $1.bytes } <= 3300 && clips.count >= 3)
        #expect(shelf.files.count == 10 + clips.count)
        #expect(await work.status.missing == 0)
        try await store.close()
    }

    @Test func `a kill at any removal leaves nothing that the chain was not told of, and the next life goes on`()
        async throws
    {
        var store = try place.open()
        for number in 1...6 {
            try await keep(UInt64(number), [item(number, kind: .clip)], in: store, routes: [])
        }
        for lives in [0, 2, 1] {
            shelf.state.withLock { $0.lives = lives }
            let killed = work(store, free: 0) { ($0.policy.room, $0.batch) = (1 << 40, 3) }
            await #expect(throws: StoreError.self) { try await runAll(killed) }
            let gone = Set((1...6).map { item($0).sha256 }).subtracting(shelf.files)
            #expect(gone.isSubset(of: shelf.said.map(\.sha256)))
            store = try await place.reopen(store)
        }
        shelf.state.withLock { $0.lives = nil }
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files.isEmpty)
        #expect(try await store.unfinishedRemovals(limit: 10).isEmpty)
        #expect(try await store.removal(of: item(6).sha256) != nil)
        try await store.close()
    }

    @Test func `a hold that comes between the decision and the deed keeps the file`() async throws {
        let store = try place.open()
        try await keep(1, [item(1, kind: .clip)], in: store, routes: [])
        let page = try await store.keptFiles(.clip, after: nil, limit: 10)
        #expect(page.files.map(\.standing) == [.settled] && page.next == nil)
        let going = try await store.beginRemoving(page.files.map { Removal($0, .quota) })
        #expect(going.count == 1)
        _ = try await store.set(LegalHold(by: "judge", at: place.clock.utc, why: "case"), on: uuid(1))
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files.count == 1)
        // And one that came before the decision was written down.
        #expect(try await store.beginRemoving(page.files.map { Removal($0, .quota) }).isEmpty)
        try await store.close()
    }

    @Test func `what was kept again a moment ago stays`() async throws {
        let store = try place.open()
        try await keep(1, [item(1, kind: .clip)], in: store, routes: [])
        shelf.state.withLock { _ = $0.busy.insert(item(1).sha256) }
        try await runAll(work(store, free: 0) { $0.policy.room = 1 << 40 })
        #expect(shelf.files.count == 1)
        #expect(try await store.unfinishedRemovals(limit: 10).isEmpty)
        try await store.close()
    }

    @Test func `what was made of a picture goes with it`() async throws {
        let store = try place.open()
        var made = item(2)
        (made.redacted, made.original) = (true, item(1).sha256)
        try await keep(1, [item(1), made, item(3, kind: .thumbnail)], in: store, routes: [])
        let page = try await store.keptFiles(.picture, after: nil, limit: 1)
        #expect(page.files.map(\.sha256) == [item(1).sha256] && page.next != nil)
        let going = try await store.beginRemoving([Removal(page.files[0], .quota)])
        #expect(going.map(\.sha256) == [item(2).sha256, item(1).sha256])
        #expect(going.map(\.reason) == ["original", "quota"])
        try await store.close()
    }

    @Test func `files that neither a row nor the chain names go after their grace`() async throws {
        let store = try place.open()
        try await keep(1, [item(1)], in: store, routes: [])
        let old = place.clock.utc.advanced(byMicroseconds: -2 * 86_400_000_000)
        for number in 10...12 { shelf.put(item(number), at: old) }
        shelf.put(item(20), at: place.clock.utc)
        shelf.state.withLock { _ = $0.sealed.insert(item(11).sha256) }
        let work = work(store)
        try await runAll(work)
        #expect(shelf.files == Set([1, 11, 20].map { item($0).sha256 }))
        #expect(shelf.said.map(\.reason) == ["orphan", "orphan"])
        #expect(await work.status.orphans == 2)
        try await store.close()
    }

    @Test func `rows whose file is not there are counted`() async throws {
        let store = try place.open()
        try await keep(1, [item(1), item(2)], in: store, routes: [])
        shelf.state.withLock { _ = $0.files.removeValue(forKey: item(2).sha256) }
        let work = work(store)
        try await runAll(work)
        #expect(await work.status.lost == 1)
        #expect(shelf.files == [item(1).sha256])
        try await store.close()
    }

    @Test func `an error is told, and the next step tries again`() async throws {
        let store = try place.open()
        try await keep(1, [item(1, kind: .clip)], in: store, routes: [])
        shelf.state.withLock { $0.lives = 0 }
        let work = work(store, free: 0) { $0.policy.room = 1 << 40 }
        await #expect(throws: StoreError.self) { try await runAll(work) }
        #expect(await work.status.lastError != nil)
        shelf.state.withLock { $0.lives = nil }
        try await runAll(work)
        #expect(await work.status.lastError == nil)
        try await store.close()
    }
}
