import Foundation
import GRDB
import Inspection
import Testing

@testable import Store

struct CommitTests {
    @Test func `a commit is there after a restart, exact to the last bit`() async throws {
        let place = Workspace()
        var store = try place.open()
        let written = try #require(try await store.commit(observation(1, evidence: [item(1)])))
        #expect(written.revision == 1 && written.sequence == 1)
        store = try await place.reopen(store)
        let read = try #require(try await store.finding(uuid(1)))
        #expect(read == written)
        #expect(read.finding == finding(1))
        #expect(read.epoch == store.epoch)
        #expect(try await store.changes(after: 0, limit: 10).map(\.feature) == [written.feature()])
    }

    @Test func `the same file read again changes nothing`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3, evidence: [item(1)]))
        #expect(try await store.commit(observation(1, sightings: 3, evidence: [item(1)])) == nil)
        #expect(try await store.commit(observation(1, sightings: 2)) == nil)
        #expect(try await store.book(platform).produced == 1)
    }

    @Test func `new evidence of an old sighting is attached and the finding stays`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, sightings: 3, evidence: [item(1)]))
        let record = try #require(
            try await store.commit(observation(1, sightings: 2, evidence: [item(1), item(2, kind: .clip)])))
        #expect(record.revision == 2)
        #expect(record.finding.sightings == 3)
        #expect(record.evidence == [item(1), item(2, kind: .clip)])
    }

    @Test func `a person's mark is added to what is stored, and outlives what is observed next`() async throws {
        let place = Workspace()
        let store = try place.open()
        let marks = (0..<20).map { Detection.Reason.mark(by: "Li", values: [.init(name: "note", value: "\($0)")]) }
        _ = try await store.commit(observation(1, sightings: 5, evidence: [item(1)]))
        let machine = finding(1).reasons
        var marked = observation(1, sightings: 3)
        marked.finding.reasons += [marks[0]]
        let record = try #require(try await store.commit(marked))
        #expect(record.revision == 2 && record.finding.sightings == 5)
        #expect(record.finding.reasons == machine + [marks[0]])
        #expect(try await store.commit(marked) == nil)
        // What is seen next knows nothing of it.
        let later = try #require(try await store.commit(observation(1, sightings: 9)))
        #expect(later.finding.sightings == 9 && later.finding.reasons == machine + [marks[0]])
        for mark in marks {
            marked.finding.reasons = machine + [mark]
            _ = try await store.commit(marked)
        }
        let kept = try #require(try await store.finding(uuid(1)))
        #expect(kept.finding.reasons == machine + marks.suffix(Detection.markLimit))
    }

    @Test func `attach ignores what is known and survives a restart`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1, evidence: [item(1)]))
        #expect(try await store.attach([item(1)], to: uuid(1)) == nil)
        #expect(try await store.attach([item(1), item(2), item(2)], to: uuid(1))?.evidence == [item(1), item(2)])
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1))?.evidence == [item(1), item(2)])
        #expect(try await store.findings(withEvidence: item(2).sha256) == [uuid(1)])
        #expect(try await store.findings(withEvidence: item(3).sha256) == [])
    }

    @Test func `one file of evidence serves several findings`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1, evidence: [item(1)]))
        _ = try await store.commit(observation(2, evidence: [item(1)]))
        #expect(Set(try await store.findings(withEvidence: item(1).sha256)) == [uuid(1), uuid(2)])
    }

    @Test func `changing a finding that is not there is said`() async throws {
        let place = Workspace()
        let store = try place.open()
        let record = CaseRecord(platform: platform, number: "1", stage: .reported)
        await #expect { _ = try await store.attach([item(1)], to: uuid(7)) } throws: { Self.kind($0) == .notFound }
        await #expect { _ = try await store.record(record, of: uuid(7)) } throws: { Self.kind($0) == .notFound }
        await #expect { _ = try await store.record(verdict(.upheld), on: uuid(7)) } throws: {
            Self.kind($0) == .notFound
        }
        #expect(try await store.finding(uuid(7)) == nil)
    }

    @Test func `a case record is a revision once, and leads back from its number`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1))
        let record = CaseRecord(platform: platform, number: "京-1", stage: .accepted)
        #expect(try await store.record(record, of: uuid(1))?.caseRecord == record)
        #expect(try await store.record(record, of: uuid(1)) == nil)
        store = try await place.reopen(store)
        #expect(try await store.finding(ofCase: "京-1", on: platform)?.caseRecord == record)
        #expect(try await store.finding(ofCase: "京-1", on: phones) == nil)
    }

    @Test func `verdicts are kept in order, once each`() async throws {
        let place = Workspace()
        var store = try place.open()
        _ = try await store.commit(observation(1, status: .tentative))
        #expect(try await store.record(verdict(.handled), on: uuid(1))?.finding.status == .tentative)
        #expect(try await store.record(verdict(.upheld), on: uuid(1))?.finding.status == .open)
        #expect(try await store.record(verdict(.upheld), on: uuid(1)) == nil)
        #expect(try await store.record(verdict(.dismissed), on: uuid(1))?.finding.status == .dismissed)
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1))?.verdicts.map(\.kind) == [.handled, .upheld, .dismissed])
    }

    @Test func `what was dismissed stays dismissed when it is seen again`() async throws {
        let place = Workspace()
        let store = try place.open()
        _ = try await store.commit(observation(1))
        _ = try await store.record(verdict(.dismissed), on: uuid(1))
        #expect(try await store.commit(observation(1, sightings: 9))?.finding.status == .dismissed)
        #expect(try await store.record(verdict(.upheld, at: 5), on: uuid(1))?.finding.status == .open)
    }

    @Test func `area and grid cell of a place survive, and a place without them has none`() async throws {
        let place = Workspace()
        var store = try place.open()
        var named = finding(1)
        named.location?.area = "常山 \"石矿\""
        named.location?.grid = "330822100001001"
        _ = try await store.commit(Observation(finding: named, evidence: [], routes: []))
        _ = try await store.commit(observation(2))
        store = try await place.reopen(store)
        #expect(try await store.finding(uuid(1))?.finding == named)
        let other = try #require(try await store.finding(uuid(2)))
        #expect(other.finding.location?.area == nil && other.finding.location?.grid == nil)
        #expect(!String(decoding: other.feature(), as: UTF8.self).contains("\"grid\""))
    }

    @Test func `a finding without a place and with numbers that are none survives`() async throws {
        let place = Workspace()
        var store = try place.open()
        var odd = finding(1)
        odd.location = nil
        odd.refusal = .aboveHorizon
        odd.confidence = .infinity
        odd.reasons = []
        _ = try await store.commit(Observation(finding: odd, evidence: [], routes: []))
        store = try await place.reopen(store)
        let read = try #require(try await store.finding(uuid(1))).finding
        #expect(read.location == nil && read.refusal == .aboveHorizon && read.confidence.isNaN)
    }

    @Test func `the feed gives the newest revision of each finding in order`() async throws {
        let place = Workspace()
        let store = try place.open()
        for number in 1...5 { _ = try await store.commit(observation(UInt64(number))) }
        _ = try await store.commit(observation(2, sightings: 2))
        let all = try await store.changes(after: 0, limit: 100)
        #expect(all.map(\.id) == [1, 3, 4, 5, 2].map { uuid($0) })
        #expect(all.map(\.sequence) == [1, 3, 4, 5, 6])
        #expect(all.last?.revision == 2)
        #expect(try await store.changes(after: 3, limit: 2).map(\.sequence) == [4, 5])
        #expect(try await store.changes(after: 6, limit: 2).isEmpty)
        #expect(try await store.changes(after: 0, limit: -1).isEmpty)
        #expect(
            String(decoding: all[4].feature, as: UTF8.self).contains(#""revision":2,"epoch":"\#(store.epoch)","seq":6"#)
        )
    }

    @Test func `flights and finished files survive`() async throws {
        let place = Workspace()
        var store = try place.open()
        var flight = Flight(
            id: uuid(9_000), source: camera, firstFrame: UTCTime(microseconds: 5), lastFrame: UTCTime(microseconds: 6),
            lastArrival: UTCTime(microseconds: 7),
            content: "abc", ended: false)
        try await store.save(flight)
        #expect(try await store.latestFlight(of: camera) == flight)
        #expect(try await !store.isDone(content: "abc", source: camera))
        flight.ended = true
        _ = try await store.commit(observation(1))
        try await store.markDone(content: "abc", source: camera, flight: flight)
        store = try await place.reopen(store)
        #expect(try await store.isDone(content: "abc", source: camera))
        #expect(try await !store.isDone(content: "abc", source: platform))
        #expect(try await store.flights(limit: 10) == [flight])
        #expect(try await store.latestFlight(of: platform) == nil)
        #expect(try await store.findings(of: uuid(9_000)).map(\.finding.id) == [uuid(1)])
        let earlier = Flight(
            id: uuid(9_001), source: camera, firstFrame: UTCTime(microseconds: 1),
            lastFrame: UTCTime(microseconds: 2), lastArrival: UTCTime(microseconds: 3), content: "def", ended: false)
        try await store.save(earlier)
        #expect(try await store.latestFlight(of: camera) == earlier)
    }

    @Test func `many files are done at once`() async throws {
        let place = Workspace()
        var store = try place.open()
        let flight = Flight(
            id: uuid(9_000), source: camera, firstFrame: UTCTime(microseconds: 5), lastFrame: UTCTime(microseconds: 6),
            lastArrival: UTCTime(microseconds: 7), content: "0", ended: true)
        let contents = (0..<2000).map { String($0) }
        try await store.markDone(contents: contents, source: camera, flight: flight)
        store = try await place.reopen(store)
        for content in ["0", "1", "999", "1999"] {
            #expect(try await store.isDone(content: content, source: camera))
            #expect(try await !store.isDone(content: content, source: platform))
        }
        #expect(try await !store.isDone(content: "2000", source: camera))
        #expect(try await store.flights(limit: 10) == [flight])
    }

    @Test func `only the newest revisions of a busy finding are kept`() async throws {
        let place = Workspace()
        let store = try place.open()
        for sightings in 1...80 { _ = try await store.commit(observation(1, sightings: sightings, routes: [])) }
        let kept = try await store.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM revisions") }
        #expect(kept == 64)
        #expect(try await store.changes(after: 0, limit: 10).map(\.revision) == [80])
    }

    @Test func `commits at the same time all arrive, each with its own sequence`() async throws {
        let place = Workspace()
        var store = try place.open()
        let sequences = try await withThrowingTaskGroup(of: Int64?.self) { [store] group in
            for number in 1...200 {
                group.addTask { try await store.commit(observation(UInt64(number)))?.sequence }
            }
            var all: [Int64] = []
            for try await sequence in group { if let sequence { all.append(sequence) } }
            return all
        }
        #expect(sequences.sorted() == Array(1...200))
        #expect(try #require(store.counters["transactions"]) < 200)
        store = try await place.reopen(store)
        #expect(try await store.changes(after: 0, limit: 1000).count == 200)
        #expect(try await store.book(platform).pending == 200)
    }

    @Test func `one refused write leaves the others of its group standing`() async throws {
        let place = Workspace()
        let store = try place.open()
        await withTaskGroup(of: Void.self) { group in
            for number in 1...50 {
                group.addTask { _ = try? await store.commit(observation(UInt64(number))) }
                group.addTask { _ = try? await store.attach([item(1)], to: uuid(UInt64(10_000 + number))) }
            }
        }
        #expect(try await store.changes(after: 0, limit: 1000).count == 50)
    }

    static func kind(_ error: any Error) -> StoreError.Kind? { (error as? StoreError)?.kind }
}
