import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

/// Reads that begin while the connections are being closed.
struct ClosingTests {
    let place = Workspace()

    private static func isRefusal(_ error: StoreError) -> Bool { error.kind == .io || error.kind == .locked }

    /// Every read is answered, with what is there or with a refusal: none traps, none hangs.
    @Test func `reads that meet a life being closed are answered`() async throws {
        let first = try place.open()
        _ = try await first.commit(observation(1))
        try await first.close()
        let counts = Tally()
        for round in 0..<12 {
            let life = try StoreLife.open(
                place.path + "/flyonce.db", .init(clock: place.clock, tally: Tally(), lastSealed: nil, tell: { _ in }))
            await withTaskGroup(of: Void.self) { group in
                for reader in 0..<6 {
                    group.addTask {
                        for _ in 0..<40 {
                            do throws(StoreError) {
                                let count: Int =
                                    if reader % 3 == 0 {
                                        try await life.readLong {
                                            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM findings")
                                        }
                                            ?? -1
                                    } else {
                                        try await life.read {
                                            try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM findings")
                                        }
                                            ?? -1
                                    }
                                #expect(count == 1)
                                counts.add(["answered": 1])
                            } catch {
                                #expect(Self.isRefusal(error), "\(error)")
                                counts.add(["refused": 1])
                            }
                        }
                    }
                }
                group.addTask {
                    try? await Task.sleep(for: .microseconds(200 * (round % 10)))
                    life.shut()
                }
            }
        }
        #expect(counts.all["refused"] ?? 0 > 0 && counts.all["answered"] ?? 0 > 0)
    }

    @Test func `a life that is shut turns reads away before its readers go`() async throws {
        try await place.open().close()
        let life = try StoreLife.open(
            place.path + "/flyonce.db", .init(clock: place.clock, tally: Tally(), lastSealed: nil, tell: { _ in }))
        #expect(try await life.read { try Int.fetchOne($0, sql: "SELECT 1") } == 1)
        life.gate.shut()
        // The pool is whole still, and no read begins.
        #expect(!life.gate.pass { Issue.record("a read began") })
        do throws(StoreError) {
            _ = try await life.read { try Int.fetchOne($0, sql: "SELECT 1") }
            Issue.record("a read was answered")
        } catch { #expect(error.kind == .io) }
        life.shut()
    }

    /// The same, as an error of the disk closes them, and the store goes on by itself.
    @Test func `reads beside an error of the disk are answered by the life that follows`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let isOver = Tally()
        await withTaskGroup(of: Void.self) { group in
            for reader in 0..<4 {
                group.addTask {
                    while isOver.all.isEmpty {
                        do throws(StoreError) {
                            let sql = "SELECT COUNT(*) FROM findings"
                            switch reader {
                            case 0: #expect(try store.readPlaces { try Int.fetchOne($0, sql: sql) } == 1)
                            case 1: #expect(try store.readAtOnce { try Int.fetchOne($0, sql: sql) } == 1)
                            default: #expect(try await store.finding(uuid(1)) != nil)
                            }
                        } catch {
                            #expect(Self.isRefusal(error), "\(error)")
                        }
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                for _ in 0..<4 {
                    do throws(StoreError) {
                        try await store.write { _ in throw StoreError(kind: .io, description: "the disk fails") }
                    } catch { #expect(error.kind == .io) }
                    try? await Task.sleep(for: .milliseconds(250))
                }
                isOver.add(["over": 1])
            }
        }
        #expect(try await store.finding(uuid(1)) != nil)
        #expect(store.counters["reopened"] ?? 0 > 0)
        try await store.close()
    }
}
