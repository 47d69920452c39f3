import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct FindingsRouteTests {
    /// Pages through the feed from `cursor` on until it says that there is no more.
    private func pull(_ gateway: TestGateway, limit: Int, from cursor: String? = nil) async throws -> [[String]] {
        var pages: [[String]] = []
        var cursor = cursor
        for _ in 0..<100 {
            let answer = try await gateway.call(
                .get, "/v1/findings?limit=\(limit)" + (cursor.map { "&cursor=\($0)" } ?? ""))
            #expect(answer.status == 200)
            pages.append(answer.ids)
            cursor = answer.object["cursor"] as? String
            if answer.object["more"] as? Bool == false { return pages }
        }
        Issue.record("the feed has no end")
        return pages
    }

    @Test(arguments: [
        (1000, [250]), (100, [100, 100, 50]), (125, [125, 125]), (249, [249, 1]), (250, [250]), (251, [250]),
    ])
    func `pages of 250 findings hold each once, and the last one says so`(limit: Int, sizes: [Int]) async throws {
        let gateway = try TestGateway()
        try await gateway.commit(0..<250)
        let pages = try await pull(gateway, limit: limit)
        #expect(pages.map(\.count) == sizes)
        #expect(Set(pages.joined()) == Set((0..<250).map { Finding.numbered($0).id.description }))
    }

    @Test func `a finding that changed comes again, once, after the cursor`() async throws {
        let gateway = try TestGateway()
        try await gateway.commit(0..<20)
        let first = try await gateway.call(.get, "/v1/findings")
        let cursor = try #require(first.object["cursor"] as? String)
        for sightings in [4, 5] { _ = try await gateway.commit(7) { $0.sightings = sightings } }
        let second = try await gateway.call(.get, "/v1/findings?cursor=\(cursor)")
        #expect(second.ids == [Finding.numbered(7).id.description])
        #expect(second.text.contains("\"sightings\":5") && second.text.contains("\"revision\":3"))
    }

    @Test func `a cursor survives the store being closed and opened again`() async throws {
        let folder = TestGateway.newFolder()
        var cursor = ""
        do {
            let gateway = try TestGateway(folder: folder, keepsFolder: true)
            try await gateway.commit(0..<12)
            cursor = try #require(try await gateway.call(.get, "/v1/findings?limit=7").object["cursor"] as? String)
            try await gateway.close()
        }
        let gateway = try TestGateway(folder: folder)
        _ = try await gateway.commit(12)
        let rest = try await pull(gateway, limit: 100, from: cursor)
        #expect(rest.map(\.count) == [6])
    }

    @Test func `an empty store gives an empty page and a cursor to go on from`() async throws {
        let gateway = try TestGateway()
        let empty = try await gateway.call(.get, "/v1/findings")
        #expect(empty.ids.isEmpty && empty.object["more"] as? Bool == false)
        _ = try await gateway.commit(1)
        let pages = try await pull(gateway, limit: 10, from: empty.object["cursor"] as? String)
        #expect(pages.map(\.count) == [1])
    }

    @Test(arguments: [
        "x", ".", "1", "abc.", "abc.-1", "abc.9223372036854775808", "abc.1e3", "%2E%2E%2F", "abc.%", "%00.1x",
    ])
    func `a cursor that no gateway gave is refused`(cursor: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings?cursor=\(cursor)")
        #expect(answer.status == 400 && answer.code == "bad_cursor")
    }

    @Test func `a cursor of another epoch is gone`() async throws {
        let (one, other) = (try TestGateway(), try TestGateway())
        let cursor = try #require(try await one.call(.get, "/v1/findings").object["cursor"] as? String)
        for uri in ["/v1/findings", "/v1/events"] {
            let answer = try await other.call(.get, "\(uri)?cursor=\(cursor)")
            #expect(answer.status == 410 && answer.code == "epoch_changed")
        }
    }

    @Test(arguments: [
        ("scene_type=waste.exposed", 8), ("scene_type=waste.exposed,worker.no_dust_mask", 16), ("scene_type=fire", 0),
        ("severity=red", 4), ("severity=red,blue", 8), ("severity=red&scene_type=waste.exposed", 0),
        ("severity=red&scene_type=worker.no_dust_mask", 4), ("status=open", 16), ("status=closed", 0),
        ("source=mast", 16),
        ("source=dock", 0), ("scene_type=waste%2Eexposed", 8), ("", 16), ("&&", 16),
    ])
    func `filters choose by what a finding says`(query: String, count: Int) async throws {
        let gateway = try TestGateway()
        try await gateway.commit(0..<16)
        let answer = try await gateway.call(.get, "/v1/findings?\(query)")
        #expect(answer.status == 200 && answer.ids.count == count)
        #expect(answer.object["more"] as? Bool == false)
    }

    @Test(arguments: [
        ("severity=purple", "severity", "blue, yellow, orange, red"), ("severity=RED", "severity", "blue"),
        ("severity=red,purple", "severity", "purple"), ("severity=", "severity", "blue"),
        ("severity=red,", "severity", "blue"),
        ("status=opened", "status", "tentative, open, cleared, closed, dismissed"),
        ("source=Mast%201", "source", "hyphen"), ("scene_type=", "scene_type", "waste.exposed"),
        ("scene_type=waste..exposed", "scene_type", "waste.exposed"),
        ("scene_type=%3Cb%3E", "scene_type", "waste.exposed"),
        ("status=open&severity=purple", "severity", "blue"),
    ])
    func `a value that no finding can have is refused with those it can have`(
        query: String, parameter: String, allowed: String
    ) async throws {
        let gateway = try TestGateway()
        let answer = try await gateway.call(.get, "/v1/findings?\(query)")
        #expect(answer.status == 400 && answer.code == "bad_parameter")
        let detail = try #require(answer.object["detail"] as? String)
        #expect(detail.hasPrefix("\(parameter) must be ") && detail.contains(allowed), "\(detail)")
    }

    @Test(arguments: ["bbox=1,2,3", "since=yesterday", "time=x"])
    func `a filter that there is none of is told those there are`(query: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings?\(query)")
        #expect(answer.status == 400 && answer.text.contains("severity") && answer.text.contains("scene_type"))
    }

    @Test func `a filtered page fills to its limit and goes on behind it`() async throws {
        let gateway = try TestGateway()
        try await gateway.commit(0..<40)
        let first = try await gateway.call(.get, "/v1/findings?severity=red&limit=6")
        #expect(first.ids.count == 6 && first.object["more"] as? Bool == true)
        let cursor = try #require(first.object["cursor"] as? String)
        let second = try await gateway.call(.get, "/v1/findings?severity=red&limit=6&cursor=\(cursor)")
        #expect(second.ids.count == 4 && Set(first.ids + second.ids).count == 10)
    }

    @Test(arguments: ["color=red", "sevérity=red", "scene%5Ftype=x", "limit=5&page=2", "%=1", "=x&q=1"])
    func `a parameter that nobody knows is refused, not ignored`(query: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings?\(query)")
        #expect(answer.status == 400 && answer.code == "unknown_parameter")
    }

    @Test(arguments: [
        ("0", 400), ("1", 200), ("1000", 200), ("1001", 400), ("-1", 400), ("", 400), ("ten", 400), ("1.5", 400),
        ("99999999999999999999", 400), ("%31", 200),
    ])
    func `limit is a whole number from 1 to 1000`(limit: String, status: Int) async throws {
        let gateway = try TestGateway()
        for uri in ["/v1/findings", "/v1/flights"] {
            let answer = try await gateway.call(.get, "\(uri)?limit=\(limit)")
            #expect(answer.status == status)
            if status == 400 { #expect(answer.code == "bad_limit") }
        }
    }

    @Test func `one finding by its id, in either case of letters`() async throws {
        let gateway = try TestGateway()
        let record = try await gateway.commit(3)
        let id = record.finding.id.description
        let answer = try await gateway.call(.get, "/v1/findings/\(id)")
        #expect(answer.status == 200 && answer.body == record.feature())
        #expect(answer.headers[.eTag] == "\"\(record.epoch).1\"")
        #expect(try await gateway.call(.get, "/v1/findings/\(id.uppercased())").body == record.feature())
    }

    @Test func `an id that no finding has is not found`() async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings/\(Finding.numbered(1).id)")
        #expect(answer.status == 404 && answer.code == "no_finding")
    }

    @Test(arguments: [
        "1", "x", "..", "%2e%2e", "018f0000-0000-4000-8000-000000000000", "'%20OR%201=1--", "%", "%ff%fe",
    ])
    func `what is no UUID of version 7 is refused`(id: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/findings/\(id)")
        #expect(answer.status == 400 && answer.code == "bad_id")
    }

    @Test func `a huge query is answered like any other`() async throws {
        let gateway = try TestGateway()
        try await gateway.commit(0..<2)
        let many = Array(repeating: "waste.exposed", count: 4000).joined(separator: ",")
        #expect(try await gateway.call(.get, "/v1/findings?scene_type=\(many)").ids.count == 1)
        let unknown = try await gateway.call(.get, "/v1/findings?" + String(repeating: "é%", count: 30_000))
        #expect(unknown.status == 400 && unknown.body.count < 1000)
    }

    @Test func `flights come newest first`() async throws {
        let gateway = try TestGateway()
        for number in [2, 0, 1] {
            let finding = Finding.numbered(number)
            try await gateway.store.save(
                Flight(
                    id: finding.flight, source: finding.source, firstFrame: finding.firstSeen,
                    lastFrame: finding.lastSeen, lastArrival: finding.lastSeen,
                    content: "file", ended: number == 1))
        }
        let answer = try await gateway.call(.get, "/v1/flights?limit=2")
        let flights = answer.object["flights"] as? [[String: Any]] ?? []
        #expect(flights.compactMap { $0["id"] as? String } == [2, 1].map { Finding.numbered($0).flight.description })
        #expect(flights.compactMap { $0["ended"] as? Bool } == [false, true])
    }
}
