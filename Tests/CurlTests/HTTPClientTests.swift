import Curl
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HTTPClientTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// Waits until the server has read a request, at most ten seconds.
    private func awaitRequest(at server: LocalServer) async throws {
        for _ in 0..<1000 where server.requests.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        try #require(!server.requests.isEmpty)
    }

    private func ok(_ body: String, _ fields: String = "") -> [UInt8] {
        bytes("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)")
    }

    @Test func `sends method, headers and body, and gives status, headers and body`() async throws {
        let server = try LocalServer { [answer = ok("héllo", "X-Thing: a\r\nX-THING: b\r\n")] _ in answer }
        var request = HTTPRequest(
            .post, "http://127.0.0.1:\(server.port)/a?b=c",
            fields: [HTTPField("X-Key", "v 1"), HTTPField("X-Empty", "")])
        request.body = .bytes(bytes("body"))
        let response = try await HTTPClient().send(request)
        #expect(response.status == 200)
        #expect(response.body == bytes("héllo"))
        #expect(response.fields.filter { $0.name.lowercased() == "x-thing" }.map(\.value) == ["a", "b"])
        #expect(response.field("x-thing") == "a")
        let seen = try #require(server.requests.first)
        #expect(seen.hasPrefix("POST /a?b=c HTTP/1.1\r\n"))
        #expect(seen.contains("\r\nX-Key: v 1\r\n"))
        #expect(seen.contains("\r\nX-Empty:\r\n"))
        #expect(seen.contains("\r\nContent-Length: 4\r\n"))
        #expect(!seen.lowercased().contains("expect:"))
        #expect(!seen.lowercased().contains("content-type:"))
        #expect(seen.hasSuffix("\r\n\r\nbody"))
    }

    @Test(arguments: HTTPRequest.Method.allCases) func `speaks every method`(method: HTTPRequest.Method) async throws {
        let server = try LocalServer { _ in Array("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n".utf8) }
        let response = try await HTTPClient().send(HTTPRequest(method, "http://127.0.0.1:\(server.port)/"))
        #expect(response.status == 204)
        #expect(response.body.isEmpty)
        #expect(server.requests.first?.hasPrefix("\(method.rawValue) / HTTP/1.1") == true)
    }

    @Test func `streams a file as the body`() async throws {
        let path = NSTemporaryDirectory() + "curl-\(UUID()).bin"
        let content = String(repeating: "0123456789", count: 30_000)
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let server = try LocalServer { _ in Array("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n".utf8) }
        let request = HTTPRequest(.put, "http://127.0.0.1:\(server.port)/x", body: .file(path: path))
        #expect(try await HTTPClient().send(request).status == 201)
        let seen = try #require(server.requests.first)
        #expect(seen.hasPrefix("PUT /x "))
        #expect(seen.contains("Content-Length: 300000\r\n"))
        #expect(seen.hasSuffix(content))
    }

    @Test func `keeps the connection for the next request`() async throws {
        let server = try LocalServer { _ in Array("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx".utf8) }
        let client = HTTPClient()
        for _ in 0..<5 {
            let response = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
            #expect(response.body == [120])
        }
        #expect(server.requests.count == 5)
    }

    @Test func `follows no redirect`() async throws {
        let server = try LocalServer { _ in
            Array("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".utf8)
        }
        let response = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        #expect(response.status == 302)
    }

    @Test(arguments: [9, 10]) func `takes a body up to the limit and no further`(limit: Int) async throws {
        let server = try LocalServer { _ in Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n0123456789".utf8) }
        var request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/")
        request.maximumResponseBytes = limit
        if limit == 10 {
            #expect(try await HTTPClient().send(request).body.count == 10)
        } else {
            await #expect { _ = try await HTTPClient().send(request) } throws: {
                ($0 as? CurlError)?.kind == .responseTooLarge
            }
        }
    }

    @Test func `refuses a flood of headers`() async throws {
        let flood = String(repeating: "X-A: \(String(repeating: "a", count: 1000))\r\n", count: 100)
        let server = try LocalServer { _ in Array("HTTP/1.1 200 OK\r\n\(flood)Content-Length: 0\r\n\r\n".utf8) }
        await #expect(throws: CurlError.self) {
            _ = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        }
    }

    @Test(arguments: [
        ("ftp://127.0.0.1/x", "GET"), ("file:///etc/passwd", "GET"), ("http://", "GET"), ("http:///path", "GET"),
        ("http://user:secret@127.0.0.1/", "GET"), ("http://127.0.0.1/a b", "GET"), ("http://127.0.0.1/\r\nX: y", "GET"),
        ("gopher://127.0.0.1", "GET"), ("", "GET"), ("http://127.0.0.1\\@evil/", "GET"),
        ("http://h/" + String(repeating: "a", count: 9000), "GET"),
    ]) func `refuses an address that is not plain http or https`(url: String, method: String) async {
        await #expect {
            _ = try await HTTPClient().send(HTTPRequest(.get, url))
        } throws: {
            guard let error = $0 as? CurlError else { return false }
            return error.kind == .invalidRequest && !error.isTransient && !error.description.contains("secret")
        }
    }

    @Test(arguments: [
        HTTPField("", "v"), HTTPField("a b", "v"), HTTPField("a:b", "v"), HTTPField("X", "a\r\nY: b"),
        HTTPField("X", "a\u{0}b"), HTTPField("X", String(repeating: "a", count: 20_000)),
    ]) func `refuses a header that could become another`(field: HTTPField) async {
        await #expect {
            _ = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:1/", fields: [field]))
        } throws: {
            ($0 as? CurlError)?.kind == .invalidRequest
        }
    }

    @Test func `names a refused connection, as transient, without the path`() async {
        await #expect {
            _ = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:1/hidden?token=hidden"))
        } throws: {
            guard let error = $0 as? CurlError else { return false }
            return error.kind == .connect && error.isTransient && !error.mayHaveActed && error.host == "127.0.0.1:1"
                && !error.description.contains("hidden")
        }
    }

    @Test func `names a missing body file`() async {
        await #expect {
            _ = try await HTTPClient().send(
                HTTPRequest(.put, "http://127.0.0.1:1/", body: .file(path: "/nowhere/at/all")))
        } throws: {
            ($0 as? CurlError)?.kind == .invalidRequest
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\nabc"])
    func `a connection closed early is no answer`(bytes: String) async throws {
        let server = try LocalServer(connections: 3) { _ in Array(bytes.utf8) }
        await #expect {
            _ = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:\(server.port)/"))
        } throws: {
            guard let error = $0 as? CurlError else { return false }
            return error.kind == .noAnswer && error.isTransient && error.mayHaveActed
        }
    }

    @Test func `gives up after the total time`() async throws {
        let server = try LocalServer { _ in nil }
        var request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/")
        request.timeouts.totalMilliseconds = 150
        let sent = request
        await #expect { _ = try await HTTPClient().send(sent) } throws: { ($0 as? CurlError)?.kind == .timeout }
    }

    @Test func `ends the transfer when the task is cancelled`() async throws {
        let server = try LocalServer { _ in nil }
        let port = server.port
        let client = HTTPClient()
        let task = Task { () -> CurlError.Kind? in
            do throws(CurlError) {
                _ = try await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/"))
                return nil
            } catch { return error.kind }
        }
        try await awaitRequest(at: server)
        let start = ContinuousClock.now
        task.cancel()
        #expect(await task.value == .cancelled)
        #expect(ContinuousClock.now - start < .seconds(3))
    }

    @Test func `a task cancelled before it sends sends nothing`() async {
        let task = Task { () -> CurlError.Kind? in
            while !Task.isCancelled { await Task.yield() }
            do throws(CurlError) {
                _ = try await HTTPClient().send(HTTPRequest(.get, "http://127.0.0.1:1/"))
                return nil
            } catch { return error.kind }
        }
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func `says busy beyond its limit, and takes requests again afterwards`() async throws {
        let server = try LocalServer { _ in nil }
        var options = HTTPClient.Options()
        options.maximumTransfers = 1
        let client = HTTPClient(options: options)
        let request = HTTPRequest(.get, "http://127.0.0.1:\(server.port)/")
        let first = Task { try? await client.send(request) }
        try await awaitRequest(at: server)
        await #expect { _ = try await client.send(request) } throws: { ($0 as? CurlError)?.kind == .busy }
        first.cancel()
        #expect(await first.value == nil)
        await #expect { _ = try await client.send(HTTPRequest(.get, "http://127.0.0.1:1/")) } throws: {
            ($0 as? CurlError)?.kind == .connect
        }
    }

    @Test func `runs many requests at once`() async throws {
        let server = try LocalServer(connections: 100) { _ in
            Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".utf8)
        }
        let client = HTTPClient()
        let port = server.port
        let good = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<60 {
                group.addTask { (try? await client.send(HTTPRequest(.get, "http://127.0.0.1:\(port)/")).status) == 200 }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(good == 60)
    }
}
