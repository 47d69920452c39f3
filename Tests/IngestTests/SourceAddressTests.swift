import Inspection
import Testing

@testable import Ingest

struct SourceAddressTests {
    @Test(arguments: [
        ("a b.ts", SourceAddress.file(path: "a b.ts")), ("file:///a%20b/%E6%9E%AA.ts", .file(path: "/a b/枪.ts")),
        ("udp://:5000", .udp(address: "0.0.0.0", port: 5000, interface: nil)),
        ("udp://@239.1.2.3:5000?iface=eth1", .udp(address: "239.1.2.3", port: 5000, interface: "eth1")),
        ("udp://[::1]:65535/", .udp(address: "::1", port: 65535, interface: nil)),
        ("rtsp://u:p@h/x", .rtsp(url: "rtsp://u:p@h/x")),
        ("folder:///media/card%201", .folder(path: "/media/card 1")),
    ])
    func `reads addresses`(text: String, expected: SourceAddress) throws {
        #expect(try SourceAddress(text) == expected)
    }

    @Test(arguments: [
        "rtsp://x:99999/y", "rtsp://x:0/y", "rtsp://x:/y", "rtsp://x:+5/y", "rtsp://u:pw77@x:65536/y", "rtsp://h/x y",
        "rtsp://h/x\ty", "rtsp:// h/x", "rtsp://", "rtsp:///x", "rtsp://u:pw77@/x", "rtsp://[::1/x", "rtsp://[::1]x/y",
        "rtsp://u:pw77/a@h/x", "rtsps://h:70000/x", "rtspt://h:x/y", "rtmp://h:99999/app/stream", "rtmp://h/app/a b",
        "http://h:99999/x", "https://h:x/y", "http://h/a b", "udp://0.0.0.0:5000?interfce=lo",
        "udp://0.0.0.0:5000?interface", "udp://0.0.0.0:5000?interface=lo&ttl=1", "udp://0.0.0 .0:5000",
        "udp://host:5000", "udp://1.2.3:5", "udp://1.2.3.256:5", "udp://[::g]:5", "srt://h:1?latency=200s",
        "srt://h:1?latency=ms",
    ])
    func `refuses what cannot be reached, and quotes no password`(text: String) {
        let error = #expect(throws: SourceError.self) { try SourceAddress(text) }
        #expect(error?.description.contains("pw77") == false)
    }

    @Test(arguments: [
        "rtsp://h", "rtsp://h:8554/a?b=c", "rtsp://[::1]:8554/x", "rtsp://[::1]/x", "rtsp://u:p:q@h:65535/x",
        "rtsp://u@ss@h/x", "rtsp://h/a%20b", "rtsp://摄像头.example/枪", "rtsps://h/x:99999", "http://h?x=1:2",
    ])
    func `takes what a library reads`(text: String) throws { #expect(try SourceAddress(text).isLive) }

    @Test(arguments: ["mavlink+udp://0.0.0.0:14550?interfce=lo", "mavlink+udp://:14550?interface="])
    func `a feed's address knows its parameters too`(text: String) {
        #expect(throws: SourceError.self) { try MAVLinkAddress(text) }
    }

    @Test(arguments: ["folder://relative", "folder://", "file://relative"])
    func `a folder or file under a scheme is an absolute path`(text: String) {
        #expect(throws: SourceError.self) { try SourceAddress(text) }
    }

    @Test(arguments: [("a.ts", false), ("folder:///a", false), ("udp://:5000", true), ("rtsp://h/x", true)])
    func `files are not live`(text: String, isLive: Bool) throws {
        #expect(try SourceAddress(text).isLive == isLive)
    }

    @Test(arguments: [
        ("rtsp://user:pw@host/a", "rtsp://user:***@host/a"), ("x rtsp://u:a@b@h y", "x rtsp://u:***@h y"),
        ("rtsp://host/a@b:c", "rtsp://host/a@b:c"), ("rtsp://user@host", "rtsp://user@host"), ("plain", "plain"),
        ("http://h/ then rtsp://u:p@h", "http://h/ then rtsp://u:***@h"),
    ])
    func `takes passwords out`(text: String, expected: String) {
        #expect(Redaction()(text) == expected)
    }

    @Test func `takes the password out wherever it stands`() {
        #expect(Redaction(url: "rtsp://u:hunter2@h/x")("login with hunter2 failed") == "login with *** failed")
        #expect(Redaction(url: "rtsp://u:@h/x")("all stays") == "all stays")
    }
}

struct RecordedFileTests {
    @Test func `hashes by FNV-1a`() {
        var hash = FNV1a()
        #expect(hash.hex == "cbf29ce484222325")
        hash.add(Array("a".utf8))
        #expect(hash.hex == "af63dc4c8601ec8c")
        hash.add(Array("foobar".utf8).dropFirst(0) + [])
        var whole = FNV1a()
        whole.add(Array("foobar".utf8))
        #expect(whole.hex == "85944171f73967e8")
    }

    @Test func `the identity survives a rename and tells contents apart`() throws {
        let scratch = Scratch()
        let bytes = [UInt8](repeating: 7, count: 3000)
        let one = try RecordedFile(path: scratch.write(bytes, "one.ts")).identity
        #expect(try RecordedFile(path: scratch.write(bytes, "two.ts")).identity == one)
        #expect(try RecordedFile(path: scratch.write(bytes.dropLast() + [8], "three.ts")).identity != one)
        #expect(one.hasPrefix("file:3000:"))
    }
}
