import Foundation
import Inspection
import Testing

@testable import Store

struct OutboxTests {
    let place = Workspace()
    let review: [Observation.Route] = [.init(destination: phones, release: .review)]
    let both: [Observation.Route] = [
        .init(destination: platform, release: .auto), .init(destination: phones, release: .review),
    ]

    @Test func `a lease hands out the bytes and the evidence, newest first`() async throws {
        let store = try place.open()
        let first = try #require(try await store.commit(observation(2, evidence: [item(1), item(2, kind: .clip)])))
        _ = try await store.commit(observation(1))
        let owed = try await store.leased(platform, place.clock)
        #expect(owed.map(\.finding) == [uuid(1), uuid(2)])
        #expect(owed[1].feature == first.feature())
        #expect(owed[1].evidence == [item(1), item(2, kind: .clip)])
        #expect(owed[1].attempts == 0)
        #expect(owed[0].lease != owed[1].lease)
        #expect(try await store.leased(platform, place.clock).isEmpty)
        #expect(try await store.leased(phones, place.clock).isEmpty)
        #expect(try await store.book(platform).leased == 2)
    }

    @Test func `limits of a lease hold`() async throws {
        let store = try place.open()
        for number in 1...3 { _ = try await store.commit(observation(UInt64(number))) }
        #expect(try await store.leased(platform, place.clock, limit: 0).isEmpty)
        #expect(try await store.leased(platform, place.clock, limit: -5).isEmpty)
        #expect(try await store.leased(platform, place.clock, limit: 2).count == 2)
        #expect(try await store.leased(platform, place.clock, limit: .max).count == 1)
    }

    @Test func `a newer revision supersedes an unsent older one`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, routes: both))
        _ = try await store.commit(observation(1, sightings: 2, routes: both))
        let auto = try await store.book(platform)
        #expect(auto.pending == 1 && auto.superseded == 1 && auto.produced == 2)
        let held = try await store.book(phones)
        #expect(held.held == 1 && held.superseded == 1 && held.produced == 2)
        #expect(try await store.leased(platform, place.clock).map(\.revision) == [2])
    }

    @Test func `a newer revision waits for the one in flight`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let older = try #require(try await store.leased(platform, place.clock).first)
        _ = try await store.commit(observation(1, sightings: 2))
        #expect(try await store.leased(platform, place.clock).isEmpty)
        #expect(try await store.nextDue(platform) == place.clock.utc.advanced(byMicroseconds: 60_000_000))
        #expect(try await store.settle(older, as: .delivered(nil), now: place.clock.utc))
        #expect(try await store.leased(platform, place.clock).map(\.revision) == [2])
        #expect(try await store.book(platform).delivered == 1)
    }

    @Test func `a retried older revision gives way to the newer`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let older = try #require(try await store.leased(platform, place.clock).first)
        _ = try await store.commit(observation(1, sightings: 2))
        let later = place.clock.utc.advanced(byMicroseconds: 1_000_000)
        #expect(try await store.settle(older, as: .retry(at: later, reason: "503"), now: place.clock.utc))
        #expect(try await store.book(platform).superseded == 1)
        #expect(try await store.leased(platform, place.clock).map(\.revision) == [2])
    }

    @Test func `a retry waits until it is due and counts its attempts`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let first = try #require(try await store.leased(platform, place.clock).first)
        let due = place.clock.utc.advanced(byMicroseconds: 30_000_000)
        #expect(try await store.settle(first, as: .retry(at: due, reason: "503"), now: place.clock.utc))
        #expect(try await store.nextDue(platform) == due)
        #expect(try await store.leased(platform, place.clock).isEmpty)
        place.clock.advance(seconds: 30)
        let second = try #require(try await store.leased(platform, place.clock).first)
        #expect(second.attempts == 1 && second.lease > first.lease)
    }

    @Test func `a clock that stepped back stalls nothing for longer than a day`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let first = try #require(try await store.leased(platform, place.clock).first)
        let far = place.clock.utc.advanced(byMicroseconds: .max)
        #expect(try await store.settle(first, as: .retry(at: far, reason: "503"), now: place.clock.utc))
        place.clock.advance(seconds: 86_400)
        #expect(try await store.leased(platform, place.clock).count == 1)
        place.clock.advance(seconds: -5 * 86_400)
        #expect(try await store.leased(platform, place.clock).count == 1)
    }

    @Test func `an expired lease falls back and its late answer is ignored`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let first = try #require(try await store.leased(platform, place.clock).first)
        place.clock.advance(seconds: 60)
        let record = CaseRecord(platform: platform, number: "9", stage: .reported)
        #expect(try await !store.settle(first, as: .delivered(record), now: place.clock.utc))
        let second = try #require(try await store.leased(platform, place.clock).first)
        #expect(second.revision == 1 && second.attempts == 1)
        #expect(try await !store.settle(first, as: .delivered(record), now: place.clock.utc))
        #expect(try await store.settle(second, as: .delivered(record), now: place.clock.utc))
        #expect(try await !store.settle(second, as: .dead(reason: "x"), now: place.clock.utc))
        #expect(try await store.book(platform).delivered == 1)
    }

    @Test func `leases of an earlier life are free at once`() async throws {
        var store = try place.open()
        _ = try await store.commit(observation(1))
        let first = try #require(try await store.leased(platform, place.clock).first)
        store = try await place.reopen(store)
        #expect(try await !store.settle(first, as: .delivered(nil), now: place.clock.utc))
        let second = try #require(try await store.leased(platform, place.clock).first)
        #expect(second.lease > first.lease)
    }

    @Test func `the case that came with the answer is stored in the same breath, and not owed back`() async throws {
        var store = try place.open()
        _ = try await store.commit(
            observation(
                1, routes: [.init(destination: platform, release: .auto), .init(destination: phones, release: .auto)]))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        let record = CaseRecord(platform: platform, number: "12", stage: .reported)
        #expect(try await store.settle(owed, as: .delivered(record), now: place.clock.utc))
        store = try await place.reopen(store)
        let stored = try #require(try await store.finding(uuid(1)))
        #expect(stored.caseRecord == record && stored.revision == 2)
        let own = try await store.book(platform)
        #expect(own.produced == 1 && own.delivered == 1)
        let other = try await store.book(phones)
        #expect(other.produced == 2 && other.superseded == 1 && other.pending == 1)
    }

    @Test func `held rows go when a person upholds, and later revisions go by themselves`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, routes: review))
        #expect(try await store.leased(phones, place.clock).isEmpty)
        #expect(try await store.nextDue(phones) == nil)
        _ = try await store.record(verdict(.handled), on: uuid(1))
        #expect(try await store.book(phones).held == 1)
        _ = try await store.record(verdict(.upheld), on: uuid(1))
        let owed = try #require(try await store.leased(phones, place.clock).first)
        #expect(try await store.settle(owed, as: .delivered(nil), now: place.clock.utc))
        _ = try await store.commit(observation(1, sightings: 2, routes: review))
        #expect(try await store.book(phones).pending == 1)
    }

    @Test func `a dismissal is told to those who have the finding and withdrawn from the rest`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1, routes: both))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        #expect(try await store.settle(owed, as: .delivered(nil), now: place.clock.utc))
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        let told = try await store.book(platform)
        #expect(told.pending == 1 && told.delivered == 1)
        let spared = try await store.book(phones)
        #expect(spared.superseded == 1 && spared.held == 0 && spared.produced == 1)
        _ = try await store.commit(observation(1, sightings: 2, routes: both))
        #expect(try await store.book(phones).produced == 1)
        let update = try #require(try await store.leased(platform, place.clock).first)
        #expect(String(decoding: update.feature, as: UTF8.self).contains(#""status":"dismissed""#))
    }

    @Test func `a dismissal while the first revision is in flight follows it only if it may have arrived`() async throws
    {
        let store = try place.open()
        for number: UInt64 in 1...2 { _ = try await store.commit(observation(number)) }
        let owed = try await store.leased(platform, place.clock)
        for number: UInt64 in 1...2 { _ = try await store.record(verdict(.dismissed), on: uuid(number)) }
        let later = place.clock.utc.advanced(byMicroseconds: 1_000_000)
        #expect(owed.map(\.finding) == [uuid(2), uuid(1)])
        #expect(try await store.settle(owed[1], as: .retry(at: later, reason: "refused"), now: place.clock.utc))
        place.clock.advance(seconds: 60)
        #expect(try await store.leased(platform, place.clock).map(\.finding) == [uuid(2)])
        #expect(try await store.book(platform).superseded == 3)
    }

    @Test func `a route that is never makes no row, and the most careful of two routes counts`() async throws {
        let store = try place.open()
        _ = try await store.commit(
            observation(
                1,
                routes: [
                    .init(destination: platform, release: .never), .init(destination: phones, release: .auto),
                    .init(destination: phones, release: .review),
                ]))
        #expect(try await store.books().map(\.destination) == [phones])
        #expect(try await store.book(phones).held == 1)
    }

    @Test func `a dead delivery is listed and can be sent again by hand`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        #expect(try await store.settle(owed, as: .dead(reason: "422 bad scene"), now: place.clock.utc))
        #expect(try await store.outboxEntries(platform, in: .dead, limit: 10).map(\.lastError) == ["422 bad scene"])
        #expect(try await store.nextDue(platform) == nil)
        #expect(try await store.revive(platform, finding: nil) == 1)
        #expect(try await store.book(platform).dead == 0)
        #expect(try await store.leased(platform, place.clock).count == 1)
    }

    @Test func `dead deliveries are revived a batch at a time, each once`() async throws {
        let store = try place.open()
        for number in 1...5 { _ = try await store.commit(observation(UInt64(number))) }
        for owed in try await store.leased(platform, place.clock) {
            #expect(try await store.settle(owed, as: .dead(reason: "422"), now: place.clock.utc))
        }
        var sizes: [Int] = []
        var next: Int64? = 0
        while let sequence = next {
            let batch = try await store.write { try $0.revive(platform, nil, after: sequence, limit: 2) }
            sizes.append(batch.revived)
            next = batch.last
        }
        #expect(sizes == [2, 2, 1])
        let book = try await store.book(platform)
        #expect(book.dead == 0 && book.pending == 5)
    }

    @Test func `a dead delivery that a newer revision replaced is not sent again`() async throws {
        let store = try place.open()
        _ = try await store.commit(observation(1))
        let owed = try #require(try await store.leased(platform, place.clock).first)
        #expect(try await store.settle(owed, as: .dead(reason: "422"), now: place.clock.utc))
        _ = try await store.commit(observation(1, sightings: 2))
        #expect(try await store.revive(platform, finding: uuid(1)) == 0)
        let book = try await store.book(platform)
        #expect(book.superseded == 1 && book.pending == 1 && book.dead == 0)
    }
}
