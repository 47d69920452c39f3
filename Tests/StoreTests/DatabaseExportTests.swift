import Foundation
import GRDB
import Inspection
import Synchronization
import Testing

@testable import Store

struct DatabaseExportTests {
    let place = Workspace()
    private var source: String { place.path + "/flyonce.db" }
    private var target: String { place.path + "/copy.db" }

    @Test func `a copy that is made while others write is whole, for the owner alone, and in one file`() async throws {
        let store = try place.open()
        for number: UInt64 in 1...200 { _ = try await store.commit(observation(number, evidence: [item(Int(number))])) }
        let writing = Task {
            var number: UInt64 = 1000
            while !Task.isCancelled {
                _ = try? await store.commit(observation(number))
                number += 1
            }
        }
        let shares = Mutex<[Double]>([])
        let summary = try DatabaseExport(of: source, to: target).write { share in shares.withLock { $0.append(share) } }
        writing.cancel()
        await writing.value
        #expect(summary.findings >= 200)
        #expect(shares.withLock { $0.last } == 1)
        #expect(shares.withLock { $0 == $0.sorted() })
        let facts = try FileManager.default.attributesOfItem(atPath: target)
        #expect(facts[.posixPermissions] as? Int == 0o600)
        #expect((facts[.size] as? NSNumber)?.int64Value == summary.bytes)
        let beside = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.hasPrefix("copy.db") }
        #expect(beside == ["copy.db"])
        try await store.close()
    }

    @Test func `a gateway that is started on a copy has everything of its moment, in a new epoch`() async throws {
        let store = try place.open()
        let routes: [Observation.Route] = [.init(destination: platform, release: .auto)]
        for number: UInt64 in 1...3 { _ = try await store.commit(observation(number, routes: routes)) }
        let first = try await store.leased(platform, place.clock, limit: 1)
        _ = try await store.settle(try #require(first.first), as: .delivered(nil), now: place.clock.utc)
        let summary = try DatabaseExport(of: source, to: target).write()
        let epoch = store.epoch
        try await store.close()

        let other = Workspace()
        try FileManager.default.createDirectory(atPath: other.path, withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: target, toPath: other.path + "/flyonce.db")
        var restored = try other.open()
        #expect(restored.epoch != epoch)
        #expect(Set(try await restored.changes(after: 0, limit: 9).map(\.id)) == Set([1, 2, 3].map(uuid)))
        #expect(try await restored.newestSequence() == summary.sequence)
        let book = try await restored.book(platform)
        #expect(book.delivered == 1 && book.pending == 2)
        // It may have been sent since: it goes under its own key, as after a lost answer.
        #expect(try await restored.leased(platform, other.clock).allSatisfy { $0.attempts >= 1 })
        let again = restored.epoch
        restored = try await other.reopen(restored)
        #expect(restored.epoch == again)
        #expect(restored.condition.check != .damaged)
        try await restored.close()
    }

    @Test func `nothing is written over, and nothing is left behind`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        try Data("mine".utf8).write(to: URL(fileURLWithPath: target))
        #expect { try DatabaseExport(of: source, to: target).write() } throws: { ($0 as? StoreError)?.kind == .invalid }
        #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == Data("mine".utf8))
        #expect { try DatabaseExport(of: source, to: place.path + "/none/copy.db").write() } throws: {
            ($0 as? StoreError)?.kind == .unreadable
        }
        #expect { try DatabaseExport(of: place.path + "/no.db", to: target + "2").write() } throws: {
            ($0 as? StoreError)?.kind == .notFound
        }
        let left = try FileManager.default.contentsOfDirectory(atPath: place.path).filter { $0.contains(".part") }
        #expect(left.isEmpty)
        try await store.close()
    }

    @Test func `a damaged database gives no copy`() async throws {
        let store = try place.open()
        for number: UInt64 in 1...300 { _ = try await store.commit(observation(number)) }
        try await store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: source))
        for page in stride(from: 20, to: 60, by: 3) {
            try file.seek(toOffset: UInt64(page * 4096))
            try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
        }
        try file.close()
        #expect(throws: StoreError.self) { try DatabaseExport(of: source, to: target).write() }
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
