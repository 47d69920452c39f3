import Foundation
import Testing

@testable import Curl

@Suite(.timeLimit(.minutes(1)))
struct EgressLimitTests {
    private func server(_ connections: Int = 4) throws -> LocalServer {
        try LocalServer(connections: connections) { _ in Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8) }
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("192.168.4.0/22", "192.168.7.255", true),
        ("192.168.4.0/22", "192.168.8.0", false), ("0.0.0.0/0", "8.8.8.8", true), ("8.8.8.8", "8.8.8.8", true),
        ("8.8.8.8", "8.8.8.9", false), ("2001:db8::/32", "2001:db8:1::1", true),
        ("2001:db8::/32", "2001:db9::1", false),
        ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("::/0", "10.0.0.1", false), ("10.0.0.0/9", "10.128.0.0", false),
    ]) func `a block holds the addresses of its prefix`(block: String, address: String, isIn: Bool) throws {
        let bytes = try #require(AddressBlock.bytes(of: address))
        #expect(try #require(AddressBlock(block)).contains(bytes) == isIn)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "host", "10.0.0.0/8/8",
        "10.0.0.0/99999999999999999999", "1.2.3.4\u{0}",
    ]) func `what is no block is none`(text: String) { #expect(AddressBlock(text) == nil) }

    @Test(arguments: [
        ("127.0.0.1", false), ("::1", false), ("::ffff:127.0.0.1", false), ("169.254.169.254", false),
        ("fe80::1", false), ("0.0.0.0", false), ("::", false), ("224.0.0.1", false), ("255.255.255.255", false),
        ("10.0.0.1", true), ("192.168.1.1", true), ("203.0.113.7", true), ("2001:db8::1", true),
    ]) func `without a list nobody's addresses are refused, and this machine's own`(address: String, goes: Bool) throws
    {
        #expect(AddressRules().permits(try #require(AddressBlock.bytes(of: address))) == goes)
    }

    @Test func `a list permits what it names and nothing else`() throws {
        let rules = AddressRules(allowed: [try #require(AddressBlock("10.1.0.0/16"))])
        #expect(rules.permits([10, 1, 9, 9]) && !rules.permits([10, 2, 0, 0]) && !rules.permits([127, 0, 0, 1]))
        #expect(AddressRules(allowed: rules.allowed, allowsLoopback: true).permits([127, 0, 0, 1]))
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
    func `a name that leads into this machine is not spoken to`(host: String) async throws {
        let server = try server()
        var request = HTTPRequest(.get, "http://\(host):\(server.port)/")
        request.addresses = AddressRules()
        await #expect { _ = try await HTTPClient().send(request) } throws: {
            guard let error = $0 as? CurlError else { return false }
            return error.kind == .forbidden && !error.isTransient && !error.mayHaveActed
                && error.description.contains("egress.allowed_addresses")
        }
        #expect(server.requests.isEmpty)
        request.addresses = AddressRules(allowsLoopback: true)
        if host != "[::ffff:127.0.0.1]" { #expect(try await HTTPClient().send(request).status == 200) }
    }

    @Test func `a bucket lets its rate through and no more`() {
        var bucket = TokenBucket(bytesPerSecond: 10_000, now: 0)
        #expect(bucket.capacity == 5000)
        var sent = 0
        for millisecond in 0..<10_000 as Range<Int64> {
            let now = millisecond * 1_000_000
            let room = bucket.allowance(now: now)
            if room > 0 {
                sent += room
                #expect(bucket.reserve(room, now: now) == 0)
            }
        }
        #expect((100_000...105_000).contains(sent))
    }

    @Test func `what goes whole waits its turn, and others wait until it is made up for`() {
        var bucket = TokenBucket(bytesPerSecond: 10_000, now: 0)
        #expect(bucket.reserve(5000, now: 0) == 0)
        #expect(bucket.reserve(10_000, now: 0) == 1_000_000_000)
        #expect(bucket.reserve(10_000, now: 0) == 2_000_000_000)
        #expect(bucket.allowance(now: 1_900_000_000) == 0)
        #expect(bucket.wait(for: 1000, now: 1_900_000_000) == 200_000_000)
        #expect(bucket.allowance(now: 2_100_000_000) == 1000)
        #expect(bucket.allowance(now: 1_000_000_000) == 1000, "a clock that goes back gives nothing twice")
        var slow = TokenBucket(bytesPerSecond: -1, now: .min)
        #expect(slow.reserve(.max, now: .max) > 0 && slow.allowance(now: .max) == 0)
    }

    @Test func `a part of a file is sent, and no other`() async throws {
        let path = NSTemporaryDirectory() + "curl-\(UUID()).bin"
        try Data("0123456789".utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try server()
        let url = "http://127.0.0.1:\(server.port)/"
        for body in [HTTPRequest.Body.part(path: path, offset: 3, count: 4), .part(path: path, offset: 10, count: 0)] {
            _ = try await HTTPClient().send(HTTPRequest(.put, url, body: body))
        }
        #expect(server.requests.count == 2)
        #expect(server.requests[0].hasSuffix("\r\n\r\n3456") && server.requests[1].hasSuffix("\r\n\r\n"))
        for body in [
            HTTPRequest.Body.part(path: path, offset: 8, count: 3), .part(path: path, offset: -1, count: 1),
            .part(path: path, offset: 0, count: -1), .part(path: path, offset: .max, count: .max),
        ] {
            await #expect { _ = try await HTTPClient().send(HTTPRequest(.put, url, body: body)) } throws: {
                ($0 as? CurlError)?.kind == .invalidRequest
            }
        }
    }

    @Test func `a limited upload takes its time, and what is in memory goes before it`() async throws {
        let path = NSTemporaryDirectory() + "curl-\(UUID()).bin"
        try Data(repeating: 65, count: 60_000).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let files = try server()
        let alerts = try server()
        let client = HTTPClient()
        let rate = SendRate(bytesPerSecond: 50_000)
        let start = ContinuousClock.now
        let upload = Task {
            var request = HTTPRequest(.put, "http://127.0.0.1:\(files.port)/", body: .file(path: path))
            request.rates = [rate]
            let status = try await client.send(request).status
            return (status, ContinuousClock.now - start)
        }
        try await Task.sleep(for: .milliseconds(100))
        var alert = HTTPRequest(
            .post, "http://127.0.0.1:\(alerts.port)/", body: .bytes([UInt8](repeating: 1, count: 2000)))
        alert.rates = [rate]
        #expect(try await client.send(alert).status == 200)
        let alerted = ContinuousClock.now - start
        let (status, took) = try await upload.value
        #expect(status == 200 && files.requests.first?.hasSuffix(String(repeating: "A", count: 60_000)) == true)
        // 62 kB at 50 kB/s with half a second's worth saved up.
        #expect(took > .milliseconds(600) && took < .seconds(20))
        #expect(alerted < took)
    }

    /// What a client offers is read in its first message of TLS, which is not encrypted.
    @Test(arguments: [true, false]) func `what is never repeated does not go by HTTP/2`(isNeverRepeated: Bool)
        async throws
    {
        let greeting = try FirstBytes()
        var request = HTTPRequest(.post, "https://127.0.0.1:\(greeting.port)/")
        request.isNeverRepeated = isNeverRepeated
        request.timeouts.totalMilliseconds = 3000
        _ = try? await HTTPClient().send(request)
        let text = String(decoding: greeting.bytes, as: UTF8.self)
        #expect(text.contains("\u{8}http/1.1"))
        #expect(text.contains("\u{2}h2") == !isNeverRepeated)
    }

    @Test func `many requests over reused handles stay apart`() async throws {
        let server = try server(100)
        let client = HTTPClient()
        let port = server.port
        for round in 0..<30 {
            var request = HTTPRequest(round % 2 == 0 ? .post : .get, "http://127.0.0.1:\(port)/\(round)")
            if round % 2 == 0 { request.body = .bytes(Array("body \(round)".utf8)) }
            if round % 3 == 0 { request.fields = [HTTPField("X-Round", "\(round)")] }
            #expect(try await client.send(request).status == 200)
        }
        for (round, request) in server.requests.enumerated() {
            #expect(request.hasPrefix("\(round % 2 == 0 ? "POST" : "GET") /\(round) HTTP/1.1"))
            #expect(request.hasSuffix(round % 2 == 0 ? "\r\n\r\nbody \(round)" : "\r\n\r\n"))
            #expect(request.contains("X-Round: \(round)\r\n") == (round % 3 == 0))
        }
    }

    @Test func `gzip makes what others can unpack`() throws {
        let plain = Array(String(repeating: "finding ", count: 1000).utf8)
        let packed = try #require(Gzip.compressed(plain))
        #expect(packed.count < plain.count / 10)
        let path = NSTemporaryDirectory() + "curl-\(UUID()).gz"
        try Data(packed).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        #expect(Array(pipe.fileHandleForReading.readDataToEndOfFile()) == plain)
        process.waitUntilExit()
        var random = SystemRandomNumberGenerator()
        #expect(Gzip.compressed((0..<1000).map { _ in UInt8.random(in: 0...255, using: &random) }) == nil)
        #expect(Gzip.compressed([]) == nil)
    }
}
