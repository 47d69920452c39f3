import Evidence
import Foundation
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct EvidenceRouteTests {
    static let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    private func kept(_ gateway: TestGateway, _ mediaType: String = "image/jpeg") async throws -> String {
        try await gateway.evidence.keep(
            Self.bytes, kind: .picture, mediaType: mediaType, capturedAt: gateway.clock.utc
        ).sha256
    }

    @Test(arguments: [
        "image/jpeg", "image/png", "video/mp4", "video/mp2t", "video/x-matroska", "application/json",
        "application/x-ndjson", "application/octet-stream",
    ])
    func `a file comes byte for byte, as what it is`(mediaType: String) async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway, mediaType)
        let answer = try await gateway.call(.get, "/v1/evidence/\(hash)")
        #expect(answer.status == 200 && answer.body == Self.bytes && answer.headers[.contentType] == mediaType)
        #expect(answer.headers[.contentLength] == "1000" && answer.headers[.acceptRanges] == "bytes")
        #expect(answer.headers[.eTag] == "\"\(hash)\"")
        #expect(answer.headers[.cacheControl]?.contains("private") == true)
    }

    @Test func `a damaged file is said to be damaged, and comes again when it is put back`() async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        let path = try #require(await gateway.evidence.path(of: hash))
        try Data(Self.bytes.dropLast()).write(to: URL(filePath: path))
        for _ in 0..<2 {
            let answer = try await gateway.call(.get, "/v1/evidence/\(hash)")
            #expect(answer.status == 410 && answer.code == "evidence_damaged")
            #expect(answer.headers[.cacheControl] == "no-store")
        }
        try Data(Self.bytes).write(to: URL(filePath: path))
        #expect(try await gateway.call(.get, "/v1/evidence/\(hash)").status == 200)
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let unread = try await gateway.call(.get, "/v1/evidence/\(hash)")
        #expect(unread.status == 503 && unread.code == "evidence_unreadable" && unread.headers[.retryAfter] != nil)
        try FileManager.default.removeItem(atPath: path)
        #expect(try await gateway.call(.get, "/v1/evidence/\(hash)").code == "no_evidence")
    }

    @Test(arguments: [
        ("bytes=0-0", 0..<1), ("bytes=0-99", 0..<100), ("bytes=10-19", 10..<20), ("bytes=990-", 990..<1000),
        ("bytes=990-5000", 990..<1000), ("bytes=-1", 999..<1000), ("bytes=-100", 900..<1000),
        ("bytes=-5000", 0..<1000), ("bytes=0-", 0..<1000), ("Bytes=5-6", 5..<7),
        ("bytes=0-99999999999999999999", 0..<1000),
    ])
    func `a range is that part of the file`(header: String, expected: Range<Int>) async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        let answer = try await gateway.call(.get, "/v1/evidence/\(hash)", headers: [.range: header])
        #expect(answer.status == 206 && answer.body == Array(Self.bytes[expected]))
        #expect(answer.headers[.contentRange] == "bytes \(expected.lowerBound)-\(expected.upperBound - 1)/1000")
        #expect(answer.headers[.contentLength] == "\(expected.count)")
    }

    @Test(arguments: ["bytes=1000-", "bytes=1000-1001", "bytes=-0", "bytes=99999999999999999999-"])
    func `a range outside the file is not satisfiable`(header: String) async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        let answer = try await gateway.call(.get, "/v1/evidence/\(hash)", headers: [.range: header])
        #expect(answer.status == 416 && answer.code == "bad_range")
        #expect(answer.headers[.contentRange] == "bytes */1000")
    }

    @Test(arguments: [
        "bytes", "bytes=", "bytes=-", "bytes=5-1", "bytes=a-b", "bytes=+1-5", "bytes=0-1,5-6", "lines=0-1",
        "bytes=1-2-3",
        "bytes=0x1-5", "bytes= 0-1",
    ])
    func `what is not one range gives the whole file`(header: String) async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        let answer = try await gateway.call(.get, "/v1/evidence/\(hash)", headers: [.range: header])
        #expect(answer.status == 200 && answer.body.count == 1000)
    }

    @Test(arguments: [("0-0", 0), ("-5", 0), ("0-", 0)])
    func `an empty file has no ranges`(text: String, size: Int) {
        #expect(ByteRange("bytes=\(text)", of: size).map { $0.bytes == nil } == true)
    }

    @Test func `If-Range gives the part only of the file it names`() async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        for (tag, status) in [("\"\(hash)\"", 206), ("\"other\"", 200)] {
            let answer = try await gateway.call(
                .get, "/v1/evidence/\(hash)", headers: [.range: "bytes=0-9", .ifRange: tag])
            #expect(answer.status == status)
        }
    }

    @Test func `HEAD says all that GET says, without the file`() async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        let answer = try await gateway.call(.head, "/v1/evidence/\(hash)", headers: [.range: "bytes=0-9"])
        #expect(answer.status == 200 && answer.body.isEmpty && answer.headers[.contentLength] == "1000")
        #expect(answer.headers[.eTag] == "\"\(hash)\"")
        #expect(try await gateway.call(.head, "/v1/evidence/\(String(repeating: "0", count: 64))").status == 404)
    }

    @Test func `a file that the asker has is not sent again`() async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        for (known, status) in [
            ("\"\(hash)\"", 304), ("W/\"\(hash)\"", 304), ("\"x\", \"\(hash)\"", 304), ("*", 304), ("\"x\"", 200),
        ] {
            let answer = try await gateway.call(.get, "/v1/evidence/\(hash)", headers: [.ifNoneMatch: known])
            #expect(answer.status == status && answer.body.isEmpty == (status == 304))
        }
    }

    @Test(arguments: [
        "x", "0", String(repeating: "g", count: 64), String(repeating: "A", count: 64),
        String(repeating: "0", count: 63),
        String(repeating: "0", count: 65), "..", "%2e%2e%2f%2e%2e%2fflyonce.db", "..%2F..%2Fetc%2Fpasswd",
        "%252e%252e%252f", String(repeating: "%30", count: 64), "%", "%00", "%zz", "flyonce.db", "..;", "~root", "*",
    ])
    func `what is no hash is refused`(hash: String) async throws {
        let answer = try await TestGateway().call(.get, "/v1/evidence/\(hash)")
        #expect(answer.status == 400 && answer.code == "bad_hash")
    }

    @Test(arguments: [
        "/v1/evidence/../../lock", "/v1/evidence/../../../../../../etc/passwd", "//etc/passwd", "/..", "/v1/evidence",
        "/leaflet/../page.css", "/leaflet/..%2f..%2fapache2", "/leaflet/leaflet.js.map", "/flyonce.db", "/page.css/..",
    ])
    func `no path leads out of the routes`(uri: String) async throws {
        let answer = try await TestGateway().call(.get, uri)
        #expect(answer.status == 404 && answer.type == "application/problem+json" && answer.body.count < 400)
    }

    @Test func `every look is logged with the name, never with the token`() async throws {
        let gateway = try TestGateway()
        let hash = try await kept(gateway)
        _ = try await gateway.call(.get, "/v1/evidence/\(hash)")
        _ = try await gateway.call(
            .get, "/v1/evidence/\(hash)", token: nil, headers: [.cookie: "flyonce_session=\(TestGateway.officer)"])
        let looks = gateway.log.all.filter { $0.contains("evidence looked at") && $0.contains(hash) }
        #expect(looks.count == 2)
        #expect(looks.contains { $0.contains("reader") } && looks.contains { $0.contains("officer") })
        #expect(!gateway.log.all.contains { $0.contains(TestGateway.reader) || $0.contains(TestGateway.officer) })
        #expect(looks.allSatisfy { $0.hasPrefix("info ") }, "a look is nothing that an operator must act on")
    }

    @Test func `a clip played in many ranges is one line a minute, and every look is counted`() async throws {
        let gateway = try TestGateway()
        let (first, second) = (try await kept(gateway), String(repeating: "0", count: 64))
        func lines() -> Int { gateway.log.all.count { $0.contains("evidence looked at") } }
        for part in 0..<20 {
            _ = try await gateway.call(
                .get, "/v1/evidence/\(first)", headers: [.range: "bytes=\(part * 10)-\(part * 10 + 9)"])
        }
        #expect(lines() == 1)
        // What is not there is not looked at.
        #expect(try await gateway.call(.get, "/v1/evidence/\(second)").status == 404)
        #expect(lines() == 1)
        _ = try await gateway.call(.get, "/v1/evidence/\(first)", token: TestGateway.officer)
        #expect(lines() == 2)
        gateway.clock.advance(seconds: 61)
        _ = try await gateway.call(.get, "/v1/evidence/\(first)")
        #expect(lines() == 3)
        let status = try await gateway.call(.get, "/v1/status")
        #expect((status.object["counters"] as? [String: Int])?["evidence_looks"] == 22)
    }

    @Test func `the looks remembered are bounded, and forgetting hides none`() {
        let looks = EvidenceLooks()
        let count = EvidenceLooks.remembered + 10
        for number in 0..<count { #expect(looks.add(sha256: "\(number)", by: "a", isOriginal: true, at: 0)) }
        #expect(looks.add(sha256: "0", by: "a", isOriginal: true, at: 1) && looks.count == Int64(count + 1))
    }

    @Test func `a look at an original is told from one at what may be shown`() async throws {
        let gateway = try TestGateway()
        let original = try await gateway.evidence.keep(
            Self.bytes, kind: .picture, mediaType: "image/jpeg", capturedAt: gateway.clock.utc)
        var redacted = try await gateway.evidence.keep(
            [1, 2, 3], kind: .picture, mediaType: "image/jpeg", capturedAt: gateway.clock.utc)
        (redacted.redacted, redacted.original) = (true, original.sha256)
        let unlisted = try await gateway.evidence.keep(
            [4, 5, 6], kind: .picture, mediaType: "image/jpeg", capturedAt: gateway.clock.utc)
        _ = try await gateway.commit(1)
        _ = try await gateway.store.attach([original, redacted], to: Finding.numbered(1).id)
        func look(_ item: EvidenceItem) async throws -> (line: String, cache: String) {
            let answer = try await gateway.call(.get, "/v1/evidence/\(item.sha256)")
            let line = gateway.log.all.last { $0.contains("evidence looked at") && $0.contains(item.sha256) }
            return (line ?? "", answer.headers[.cacheControl] ?? "")
        }
        let (first, second, third) = (try await look(original), try await look(redacted), try await look(unlisted))
        #expect(
            first.line.contains("\"original\": yes") && first.line.contains("\"finding\": \(Finding.numbered(1).id)"))
        #expect(second.line.contains("\"original\": no") && second.line.contains("\"kind\": picture"))
        // Nobody vouches for it.
        #expect(third.line.contains("\"original\": yes"))
        // The browser keeps what may be shown, and asks again for the others.
        #expect(first.cache == "private, no-cache" && second.cache.contains("immutable"))
        let status = try await gateway.call(.get, "/v1/status")
        let counters = status.object["counters"] as? [String: Int]
        #expect(counters?["evidence_looks"] == 3 && counters?["original_looks"] == 2)
        let feature = try await gateway.call(.get, "/v1/findings/\(Finding.numbered(1).id)")
        #expect(feature.text.contains("\"redacted\":true,\"original_sha256\":\"\(original.sha256)\""))
    }
}
