import Crypto
import Foundation
import Inspection
import Testing

@testable import Evidence

struct ChainTests {
    let gateway: SealedGateway

    init() throws { gateway = try SealedGateway() }

    private func json(_ line: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
    }

    @Test func `a sealed directory is unaltered`() async throws {
        for _ in 1...20 { try await gateway.find() }
        try await gateway.seal()
        let result = try gateway.verify()
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.isUnaltered)
        #expect(result.summary.lines == 21)
        #expect(result.summary.files == 20)
        #expect(result.summary.rows == 20)
        #expect(result.summary.head?.number == 21)
        #expect(result.summary.keys == [gateway.sealer.status.fingerprint])
    }

    @Test func `a chain that begins with its store says nothing of it`() async throws {
        try await gateway.seal()
        try await gateway.find()
        try await gateway.seal()
        #expect(try json(try gateway.lines()[0])["store_seq"] == nil)
        gateway.restart()
        try await gateway.seal()
        let status = gateway.sealer.status
        #expect(status.lines == 2 && status.beginning == nil && status.beganWith == nil)
        #expect(try gateway.verify().summary.notes.isEmpty)
    }

    @Test(arguments: [[], ["chain"], ["keys"], ["chain", "keys"]] as [[String]])
    func `a copy without its chain begins anew and says so, ever after`(_ missing: [String]) async throws {
        try await gateway.seal()
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let key = gateway.sealer.status.fingerprint
        for name in missing { try FileManager.default.removeItem(atPath: gateway.place.path + "/" + name) }
        gateway.restart()
        guard missing != ["keys"] else {
            // The chain is there: nobody but its key may go on.
            await #expect { try await gateway.seal() } throws: { "\($0)".contains("not at hand") }
            #expect(gateway.sealer.status.lastError?.contains("put keys/ back") == true)
            return
        }
        try await gateway.seal()
        let status = gateway.sealer.status
        let isAnew = missing.contains("chain")
        #expect(status.beginning == (isAnew ? ChainBeginning(at: FixedClock().utc, sequence: 3) : nil))
        #expect(status.beganWith == (!isAnew ? nil : missing.contains("keys") ? .newKey : .keyAtHand))
        #expect((status.fingerprint == key) != missing.contains("keys"))
        #expect(try json(try gateway.lines()[0])["store_seq"] as? Int == (isAnew ? 3 : nil))
        let result = try gateway.verify()
        #expect(result.faults.isEmpty && result.summary.notes.count == (isAnew ? 1 : 0))
        gateway.restart()
        try await gateway.find()
        try await gateway.seal()
        #expect(gateway.sealer.status.beginning == status.beginning && gateway.sealer.status.beganWith == nil)
    }

    @Test func `a manifest says what, where, when, by which clock, and what is not known`() async throws {
        try await gateway.find()
        try await gateway.seal()
        let manifest = try json(try gateway.lines()[1])
        #expect(manifest["software"] as? String == "flyonce 9")
        #expect(manifest["gateway"] as? String == "hill-1")
        let finding = try #require(manifest["finding"] as? [String: Any])
        let properties = try #require(finding["properties"] as? [String: Any])
        #expect(properties["revision"] as? Int == 1)
        #expect((manifest["clock"] as? [String: Any])?["source"] as? String == "precision_time_stamp")
        #expect(
            manifest["unknown"] as? [String] == [
                "aircraft_registration", "aircraft_serial", "pilot", "pilot_licence", "tasking", "airspace_approval",
                "clock_offset", "place", "reviewer",
            ])
    }

    @Test func `a live flight's clock offset is said, a recording's is not guessed`() async throws {
        var flight = Flight(
            id: SealedGateway.flight, source: Name("uav-1")!, firstFrame: UTCTime(microseconds: 1_755_000_000_000_000),
            lastFrame: UTCTime(microseconds: 1_755_000_010_000_000),
            lastArrival: UTCTime(microseconds: 1_755_000_011_250_000), content: "live/uav-1/1", ended: false)
        gateway.feed.add(flight)
        try await gateway.find()
        try await gateway.seal()
        let live = try json(try gateway.lines()[1])["clock"] as? [String: Any]
        #expect(live?["offset_s"] as? Double == 1.25)
        flight.content = "sha256:1"
        gateway.feed.add(flight)
        try await gateway.find()
        try await gateway.seal()
        let recorded = try json(try gateway.lines()[2])["clock"] as? [String: Any]
        #expect(recorded?["offset_s"] == nil)
    }

    @Test func `what was sealed is not sealed twice, and what proves nothing new makes no line`() async throws {
        let record = try await gateway.find()
        try await gateway.seal()
        gateway.restart()
        try await gateway.seal()
        #expect(try gateway.lines().count == 2)
        var again = record
        again.revision = 2
        gateway.feed.add(again)
        try await gateway.seal()
        again.revision = 3
        again.finding.sightings = 9
        gateway.feed.add(again)
        try await gateway.seal()
        // The restart forgot what was proved: one more line, not two.
        #expect(try gateway.lines().count == 3)
        #expect(gateway.sealer.status.unchanged == 1)
        again.revision = 4
        again.verdicts = [Verdict(kind: .upheld, by: "li", at: record.finding.firstSeen, why: "")]
        gateway.feed.add(again)
        try await gateway.seal()
        let manifest = try json(try gateway.lines()[3])
        #expect((manifest["reviewer"] as? [String: Any])?["by"] as? String == "li")
        #expect(try gateway.verify().faults.isEmpty)
    }

    @Test func `a mission that comes later seals the flight's findings anew, once`() async throws {
        for _ in 1...10 { try await gateway.find() }
        try await gateway.seal()
        let mission = Mission(
            flight: SealedGateway.flight, values: [.pilot: "王 \"五\"", .tasking: "T-7"], statedBy: "desk",
            statedAt: FixedClock().utc)
        _ = try await gateway.feed.save(mission)
        try await gateway.seal()
        gateway.restart()
        try await gateway.seal()
        let lines = try gateway.lines()
        #expect(lines.count == 11 + 11)
        let manifest = try json(lines[12])
        #expect((manifest["mission"] as? [String: Any])?["pilot"] as? String == "王 \"五\"")
        #expect((manifest["unknown"] as? [String])?.contains("pilot") == false)
        #expect(try json(lines[21])["kind"] as? String == "mission")
        try await gateway.find()
        try await gateway.seal()
        #expect((try json(try gateway.lines()[22])["mission"] as? [String: Any])?["tasking"] as? String == "T-7")
        #expect(try gateway.verify().faults.isEmpty)
    }

    @Test func `segments are bounded, and follow one another`() async throws {
        gateway.restart(segmentBytes: 4000)
        for _ in 1...40 { try await gateway.find() }
        try await gateway.seal()
        let files = ChainFiles(folder: gateway.place.path)
        #expect(files.segments.count > 3)
        #expect(files.segments == Array(1...files.segments.count))
        gateway.restart(segmentBytes: 4000)
        try await gateway.find()
        try await gateway.seal()
        let result = try gateway.verify()
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.lines == 42)
        try FileManager.default.removeItem(atPath: files.segment(2))
        let fault = try #require(try gateway.verify().faults.first)
        #expect(fault.kind == .missingLines)
        #expect(fault.file == "chain/00000002.ndjson")
    }

    @Test func `a line that a kill left half written is cut off and counted`() async throws {
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let whole = try gateway.bytes(gateway.chain)
        try gateway.write(whole + Array(#"{"format":1,"n":5,"prev"#.utf8), gateway.chain)
        #expect(try gateway.verify().faults.isEmpty)
        #expect(try gateway.verify().summary.notes.contains { $0.contains("never finished") })
        try await gateway.find()
        gateway.restart()
        try await gateway.seal()
        #expect(gateway.sealer.status.tornBytes == 23)
        #expect(try gateway.verify().faults.isEmpty)
        #expect(try gateway.lines().count == 5)
    }

    @Test func `lines that were never promised are believed as far as they follow`() async throws {
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let head = try gateway.bytes(gateway.place.path + "/chain/head")
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        try gateway.write(head, gateway.place.path + "/chain/head")
        var lines = try gateway.lines()
        lines[5][40] ^= 1
        try gateway.write(lines: lines)
        gateway.restart()
        try await gateway.seal()
        #expect(gateway.sealer.status.tornBytes > 0)
        let result = try gateway.verify()
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.lines == 7)
    }

    @Test func `what was promised and is gone stays to be seen after more was sealed`() async throws {
        for _ in 1...5 { try await gateway.find() }
        try await gateway.seal()
        try gateway.write(lines: try gateway.lines().dropLast(2))
        gateway.restart()
        try await gateway.find()
        try await gateway.seal()
        #expect(gateway.sealer.status.lostLines == 2)
        let faults = try gateway.verify().faults
        #expect(faults.map(\.kind) == [.missingLines])
        #expect(faults.first?.text == "lines 5 to 6 are missing")
    }

    @Test func `a store that lost its end or began anew is sealed anew`() async throws {
        for _ in 1...4 { try await gateway.find() }
        try await gateway.seal()
        gateway.feed.lose(2)
        #expect(try gateway.verify().faults.contains { $0.kind == .missingRow })
        gateway.restart()
        try await gateway.seal()
        try await gateway.find()
        try await gateway.seal()
        #expect(try gateway.lines().count == 6)
        #expect(SealedChain.last(in: gateway.place.path) == LastSealed(epoch: "epoch-1", sequence: 3))
        gateway.feed.begin(epoch: "epoch-2")
        try await gateway.find()
        try await gateway.seal()
        #expect(SealedChain.last(in: gateway.place.path) == LastSealed(epoch: "epoch-2", sequence: 1))
    }

    @Test func `what retention took away is no fault, and is said`() async throws {
        let record = try await gateway.find()
        try await gateway.find()
        try await gateway.seal()
        let item = try #require(record.evidence.first)
        try await gateway.sealer.record(removed: [
            RemovedEvidence(sha256: item.sha256, kind: item.kind, bytes: Int64(item.bytes), reason: "quota")
        ])
        #expect(try await gateway.evidence.remove(item.sha256) == Int64(item.bytes))
        #expect(try await gateway.evidence.remove(item.sha256) == nil)
        let result = try gateway.verify()
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.removed == 1)
        var left: [StoredFile] = []
        for part in 0..<gateway.evidence.parts { left += await gateway.evidence.files(inPart: part).files }
        #expect(left.count == 1 && left.allSatisfy { $0.kind == .picture && $0.sha256 != item.sha256 })
        #expect(gateway.evidence.netBytes[.picture] == left.first?.bytes)
    }

    @Test func `another key is named by the one before it, and the chain holds over both`() async throws {
        try await gateway.find()
        try await gateway.seal()
        let first = gateway.sealer.status.fingerprint
        let second = try SealingKeys.rotate(in: gateway.place.path).fingerprint
        gateway.restart()
        try await gateway.seal()
        #expect(SealedChain.head(in: gateway.place.path)?.key == String(second.prefix(16)))
        try await gateway.find()
        try await gateway.seal()
        #expect(gateway.sealer.status.fingerprint == second)
        #expect(!FileManager.default.fileExists(atPath: gateway.place.path + "/keys/\(first.prefix(16)).pem"))
        for pin in [first, second] {
            let result = try gateway.verify(.init(pins: [pin]))
            #expect(result.faults.isEmpty, "\(result.faults)")
            #expect(result.summary.keys == [first, second])
            #expect(result.summary.isPinned)
        }
        // A key from outside, then another from outside, which the first must be there to name.
        let third = SigningKey()
        gateway.restart(given: third.pem)
        try await gateway.seal()
        let fourth = SigningKey()
        gateway.restart(given: fourth.pem)
        await #expect(throws: StoreError.self) { try await gateway.seal() }
        #expect(gateway.sealer.status.errors == 1)
        gateway.restart(given: fourth.pem, former: third.pem)
        try await gateway.find()
        try await gateway.seal()
        let result = try gateway.verify(.init(pins: [first]))
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.keys.count == 4)
    }

    @Test func `keys are read as openssl writes them, and lie for the owner alone`() async throws {
        try await gateway.find()
        try await gateway.seal()
        let keys = gateway.place.path + "/keys"
        let id = try String(contentsOfFile: keys + "/current", encoding: .utf8).trimmingCharacters(in: .newlines)
        let mode = try FileManager.default.attributesOfItem(atPath: keys + "/\(id).pem")[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        // Source: RFC 8410 section 10.3, the first private key and the public key of section 10.1.
        let key = try SigningKey(
            pem:
                "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----"
        )
        #expect(
            key.publicKey.pem
                == "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n"
        )
        for text in ["", "x", key.publicKey.pem, key.pem.replacing("MC4", with: "MC5"), String(key.pem.dropLast(40))] {
            #expect(throws: StoreError.self) { try SigningKey(pem: text) }
        }
        try FileManager.default.removeItem(atPath: keys + "/\(id).pem")
        gateway.restart()
        await #expect(throws: StoreError.self) { try await gateway.seal() }
    }
}
