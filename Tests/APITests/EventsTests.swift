import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct EventsTests {
    private func ids(_ numbers: Range<Int>) -> [String] { numbers.map { Finding.numbered($0).id.description } }

    @Test func `a listener gets what is there, then what comes, in order, and the end`() async throws {
        let gateway = try TestGateway()
        for number in 0..<3 { _ = try await gateway.commit(number) }
        let expected = ids(0..<6)
        try await gateway.serving { port in
            try await LiveConnection.open(to: port) { phone in
                try await phone.ask("/v1/events")
                #expect(try await phone.hear { _ in phone.events.count == 3 })
                #expect(phone.heard.hasPrefix("HTTP/1.1 200 OK\r\n"))
                #expect(phone.heard.lowercased().contains("content-type: text/event-stream"))
                for number in 3..<6 {
                    _ = try await gateway.commit(number)
                    gateway.announcements.announce()
                    #expect(try await phone.hear { _ in phone.events.count == number + 1 })
                }
                #expect(phone.events == expected)
                gateway.announcements.finish()
                #expect(try await phone.hear { $0.hasSuffix("\r\n0\r\n\r\n") })
            }
        }
        #expect(gateway.announcements.listenerCount == 0)
    }

    @Test func `a listener that comes back goes on behind the last event it had`() async throws {
        let gateway = try TestGateway()
        for number in 0..<5 { _ = try await gateway.commit(number) }
        let expected = ids(0..<6)
        try await gateway.serving { port in
            try await LiveConnection.open(to: port) { phone in
                try await phone.ask("/v1/events")
                try await phone.hear { _ in phone.cursors.count == 5 }
                let cursor = phone.cursors[2]
                for (uri, header) in [
                    ("/v1/events", "Last-Event-ID: \(cursor)\r\n"), ("/v1/events?cursor=\(cursor)", ""),
                    ("/v1/events?cursor=\(phone.cursors[0])", "Last-Event-ID: \(cursor)\r\n"),
                ] {
                    try await LiveConnection.open(to: port) { again in
                        try await again.ask(uri, headers: header)
                        try await again.hear { _ in again.events.count == 2 }
                        #expect(again.events == Array(expected[3..<5]))
                    }
                }
                _ = try await gateway.commit(5)
                gateway.announcements.announce()
                #expect(try await phone.hear { _ in phone.events.count == 6 } && phone.events == expected)
            }
        }
    }

    @Test func `a thousand announcements are heard as what changed, each finding once`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            try await LiveConnection.open(to: port) { phone in
                try await phone.ask("/v1/events")
                try await phone.hear { $0.contains(": flyonce") }
                try await gateway.commit(0..<250)
                for _ in 0..<1000 { gateway.announcements.announce() }
                #expect(try await phone.hear { _ in phone.events.count >= 250 })
                #expect(Set(phone.events).count == 250 && phone.events.count == 250)
            }
        }
    }

    @Test func `a phone that goes away is let go at once`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            for _ in 0..<5 {
                try await LiveConnection.open(to: port) { phone in
                    try await phone.ask("/v1/events")
                    try await phone.hear { $0.contains(": flyonce") }
                    #expect(gateway.announcements.listenerCount == 1)
                }
                #expect(try await gateway.soon { gateway.announcements.listenerCount == 0 })
            }
        }
    }

    @Test func `a phone that reads nothing holds up nobody else`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            try await LiveConnection.open(to: port) { deaf in
                try await deaf.ask("/v1/events")
                #expect(try await gateway.soon { gateway.announcements.listenerCount == 1 })
                try await LiveConnection.open(to: port) { phone in
                    try await phone.ask("/v1/events")
                    try await gateway.commit(0..<100)
                    for _ in 0..<100 { gateway.announcements.announce() }
                    #expect(try await phone.hear { _ in phone.events.count == 100 })
                }
            }
            #expect(try await gateway.soon { gateway.announcements.listenerCount == 0 })
        }
    }

    @Test func `a token that is revoked ends its stream at the next event`() async throws {
        let gateway = try TestGateway()
        try await gateway.serving { port in
            try await LiveConnection.open(to: port) { phone in
                try await phone.ask("/v1/events")
                try await phone.hear { $0.contains(": flyonce") }
                gateway.tokens.revoke(TestGateway.reader)
                _ = try await gateway.commit(1)
                gateway.announcements.announce()
                #expect(try await phone.hear { $0.hasSuffix("\r\n0\r\n\r\n") })
                #expect(phone.events.isEmpty)
            }
        }
    }

    @Test func `a listener too many is told so, and room is found when one goes`() async throws {
        let gateway = try TestGateway()
        var held: [AsyncStream<Void>] = []
        for _ in 0..<Announcements.maximumListeners { held.append(try #require(gateway.announcements.listen())) }
        let answer = try await gateway.call(.get, "/v1/events")
        #expect(answer.status == 503 && answer.code == "too_many_listeners")
        held.removeLast()
        #expect(gateway.announcements.listenerCount == Announcements.maximumListeners - 1)
        #expect(try await gateway.call(.head, "/v1/events").status == 200)
    }

    @Test func `nobody is taken on once the gateway shuts down`() async throws {
        let gateway = try TestGateway()
        let stream = try #require(gateway.announcements.listen())
        gateway.announcements.finish()
        for await _ in stream { Issue.record("nothing was announced") }
        #expect(try await gateway.call(.get, "/v1/events").status == 503)
        gateway.announcements.announce()
        gateway.announcements.finish()
    }

    @Test func `a bad cursor is refused before the stream begins`() async throws {
        let gateway = try TestGateway()
        let answer = try await gateway.call(
            .get, "/v1/events", headers: [HTTPField.Name("Last-Event-ID")!: "elsewhere.5"])
        #expect(answer.status == 410 && gateway.announcements.listenerCount == 0)
        #expect(try await gateway.call(.get, "/v1/events?cursor=5").status == 400)
    }
}
