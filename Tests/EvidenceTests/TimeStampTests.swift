import Foundation
import Inspection
import Testing

@testable import Evidence

struct TimeStampTests {
    private func run(_ arguments: [String], in folder: String) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(filePath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// An authority of openssl's in a folder of its own.
    private func authority(in folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let settings = """
            [tsa]
            default_tsa = here
            [here]
            serial = serial
            signer_cert = tsa.pem
            signer_key = tsa.key
            signer_digest = sha256
            default_policy = 1.2.3.4.1
            digests = sha256
            accuracy = secs:1
            ordering = yes
            """
        try settings.write(toFile: folder + "/tsa.cnf", atomically: true, encoding: .utf8)
        try "01".write(toFile: folder + "/serial", atomically: true, encoding: .utf8)
        let made = try run(
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-days", "2", "-addext",
                "extendedKeyUsage=critical,timeStamping", "-keyout", "tsa.key", "-out", "tsa.pem",
            ], in: folder)
        try #require(made == 0)
    }

    private func answer(_ request: [UInt8], in folder: String) throws -> [UInt8] {
        try Data(request).write(to: URL(filePath: folder + "/query"))
        let status = try run(
            ["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"], in: folder)
        try #require(status == 0)
        return Array(try Data(contentsOf: URL(filePath: folder + "/reply")))
    }

    @Test func `a time stamp of an authority is of the chain's end, answers its request, and openssl believes it`()
        async throws
    {
        let gateway = try SealedGateway()
        let folder = gateway.place.path + "/authority"
        try authority(in: folder)
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let stamps = TimeStamps(in: gateway.place.path) { request in try answer(request, in: folder) }
        #expect(await stamps.stamp())
        #expect(await stamps.stamp())
        #expect(stamps.status.stamped == 1)
        try await gateway.find()
        try await gateway.seal()
        let result = try gateway.verify()
        #expect(result.faults.isEmpty, "\(result.faults)")
        let stamp = try #require(result.summary.stamps.first)
        #expect(stamp.line == 4)
        #expect(abs(stamp.time.microseconds - Int64(Date().timeIntervalSince1970 * 1e6)) < 600_000_000)
        let tsr = gateway.place.path + "/chain/000000000004.tsr"
        let line = try gateway.lines()[3]
        try gateway.write(line, folder + "/line")
        #expect(try run(["ts", "-verify", "-data", "line", "-in", tsr, "-CAfile", "tsa.pem"], in: folder) == 0)
        // Every byte of the parts that are looked at.
        let whole = try gateway.bytes(tsr)
        var found = 0
        for at in stride(from: 0, to: 220, by: 1) {
            var bytes = whole
            bytes[at] ^= 1
            try gateway.write(bytes, tsr)
            if try gateway.verify().kinds.contains(.timeStamp) { found += 1 }
        }
        #expect(found > 120)
        for length in stride(from: 0, to: whole.count, by: 53) {
            try gateway.write(Array(whole.prefix(length)), tsr)
            #expect(try gateway.verify().kinds == [.timeStamp])
        }
        try gateway.write(whole, tsr)
        try FileManager.default.removeItem(atPath: gateway.place.path + "/chain/000000000004.tsq")
        #expect(try gateway.verify().kinds == [.timeStamp])
    }

    @Test func `an authority that refuses, errs or answers something else is asked again later`() async throws {
        let gateway = try SealedGateway()
        try await gateway.find()
        try await gateway.seal()
        struct Offline: Error {}
        let refusal = DER.element(DER.sequence, DER.element(DER.sequence, DER.element(DER.integer, [2])))
        for answer in [nil, refusal, [], Array("<html>".utf8), [0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]?] {
            let stamps = TimeStamps(in: gateway.place.path) { _ in
                guard let answer else { throw Offline() }
                return answer
            }
            #expect(await !stamps.stamp())
            #expect(stamps.status.errors == 1)
            #expect(stamps.status.lastError != nil)
        }
        // What was never answered is asked once, of the newest line.
        try await gateway.find()
        try await gateway.seal()
        let stamps = TimeStamps(in: gateway.place.path) { _ in throw Offline() }
        #expect(await !stamps.stamp())
        #expect(ChainFiles(folder: gateway.place.path).stamped("tsq") == [3])
        #expect(try gateway.verify().faults.isEmpty)
    }

    @Test func `a request is what RFC 3161 says`() throws {
        let request = TimeStampRequest.bytes(hash: Array(repeating: 0xAB, count: 32), nonce: [0x80, 0x01])
        let expected =
            "303e020101" + "3031300d060960864801650304020105000420" + String(repeating: "ab", count: 32) + "0203008001"
            + "0101ff"
        #expect(Hexadecimal.text(request) == expected)
        #expect(
            TimeStampRequest.imprint(in: request)
                == TimeStampImprint(hash: Array(repeating: 0xAB, count: 32), nonce: [0x80, 0x01]))
        for length in 0..<request.count { #expect(TimeStampRequest.imprint(in: Array(request.prefix(length))) == nil) }
    }
}
