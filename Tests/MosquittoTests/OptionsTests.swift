import Testing

@testable import Mosquitto

@Suite struct OptionsTests {
    @Test(arguments: [
        ("thing/product/X/osd", "thing/product/X/osd", true), ("thing/product/+/osd", "thing/product/X/osd", true),
        ("thing/product/+/osd", "thing/product/X/Y/osd", false), ("thing/product/+/osd", "thing/product//osd", true),
        ("#", "a/b", true), ("#", "$SYS/a", false), ("+/a", "$SYS/a", false), ("$SYS/#", "$SYS/a", true),
        ("a/#", "a", true), ("a/#", "a/b/c", true), ("a/#", "ab", false), ("a/b", "a", false), ("a", "a/b", false),
        ("+", "a", true), ("+", "/a", false), ("/+", "/a", true), ("a/+/#", "a", false),
    ])
    func `a filter meets the topics that the standard says`(_ filter: String, _ topic: String, _ meets: Bool) throws {
        #expect(try #require(TopicFilter(filter)).matches(topic) == meets)
    }

    @Test(arguments: ["", "a+", "a/+b", "a/#/b", "#a", "a\u{0}", "a\n", String(repeating: "a", count: 1025)])
    func `refuses what is no filter`(_ text: String) { #expect(TopicFilter(text) == nil) }

    @Test(arguments: [
        "thing/product/X/services", "sys/product/X/status", "/thing/x", "THING/x", "$SYS/x", "", "a/+", "#", "thing",
    ])
    func `refuses a will to aircraft and docks`(_ topic: String) {
        var options = MQTTOptions(host: "h", port: 1883)
        options.will = MQTTOptions.Will(topic: topic, payload: [])
        #expect(throws: MosquittoError.self) { try MQTTConnection(options) { 0 } }
    }

    @Test func `takes a will to a topic of its own`() throws {
        var options = MQTTOptions(host: "h", port: 1883)
        options.will = MQTTOptions.Will(topic: "gateways/north/status", payload: Array("offline".utf8))
        try options.check()
    }

    static let bad: [(String, @Sendable (inout MQTTOptions) -> Void)] = [
        ("host", { $0.host = "" }), ("host", { $0.host = "a b" }), ("port", { $0.port = 0 }),
        ("port", { $0.port = 65_536 }), ("keep", { $0.keepAlive = 4 }), ("limit", { $0.messageLimit = 0 }),
        ("times", { $0.connectSeconds = 0 }),
        (
            "times",
            {
                $0.firstRetry = 2; $0.lastRetry = 1
            }
        ),
        ("times", { $0.firstRetry = .nan }), ("user name", { $0.password = "x" }),
        (
            "key",
            {
                var tls = MQTTOptions.TLS()
                tls.certificateFile = "c"
                $0.tls = tls
            }
        ),
        ("NUL", { $0.username = "a\u{0}b" }),
    ]

    @Test func `refuses options that cannot be meant, and names them`() {
        for (word, change) in Self.bad {
            var options = MQTTOptions(host: "h", port: 1883)
            change(&options)
            let error = #expect(throws: MosquittoError.self) { try options.check() }
            #expect(error?.kind == .invalid)
            #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
        }
    }

    @Test func `waits double and apart, and longest where no retry can mend it`() {
        var delay = RetryDelay(first: 1, last: 30)
        let waits = (0..<7).map { _ in delay.next(fraction: 1, isTransient: true) }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30])
        delay.reset()
        #expect(delay.next(fraction: 0, isTransient: true) == 0.5)
        delay.reset()
        #expect(delay.next(fraction: 1, isTransient: false) == 30)
    }

    @Test func `a queue is bounded by number and by bytes`() {
        func message(_ bytes: Int) -> MQTTMessage {
            MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: bytes), isRetained: false, received: 0)
        }
        var queue = MessageQueue(limit: 3, byteLimit: 100)
        for size in 1...5 { queue.put(message(size)) }
        #expect(queue.count == 3)
        #expect(queue.dropped == 2)
        #expect(queue.take()?.payload.count == 3)
        queue.put(message(95))
        #expect(queue.count == 2)
        #expect(queue.take()?.payload.count == 5)
        // One that is longer than all the room is kept alone.
        queue.put(message(200))
        #expect(queue.count == 1)
        #expect(queue.take()?.payload.count == 200)
        #expect(queue.take() == nil)
        for round in 0..<50 {
            queue.put(message(round % 7))
            queue.put(message(1))
            #expect(queue.take()?.payload.count == round % 7)
            #expect(queue.take()?.payload.count == 1)
        }
        #expect(queue.count == 0)
    }
}
