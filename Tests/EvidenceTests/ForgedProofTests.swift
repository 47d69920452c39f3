import Crypto
import Foundation
import Inspection
import Testing

@testable import Evidence

/// What somebody without the key makes look like a proof.
struct ForgedProofTests {
    private func lists(_ folder: String, _ gateway: SealedGateway, by key: SigningKey?, isWhole: Bool = false) throws {
        let chain = folder + "/chain/00000001.ndjson"
        let contents = ExportList.Contents(
            gateway: "hill-1", software: "flyonce 9", at: FixedClock().utc, isWhole: isWhole,
            lines: Int64(try gateway.lines(chain).count), findings: 0,
            featuresHash: Hexadecimal.text(SHA256.hash(data: [])),
            chainHash: isWhole ? "" : try Shelf.hash(ofFile: chain))
        try gateway.write([], folder + "/findings.ndjson")
        try gateway.write(try ExportList.text(contents, by: key), folder + "/export.json")
    }

    @Test(arguments: [false, true])
    func `a pinned key vouches for no line of a signer before it that its own do not follow from`(_ isSigned: Bool)
        async throws
    {
        let attacker = try SealedGateway()
        try await attacker.find()
        try await attacker.seal()
        let victim = try SealedGateway()
        for _ in 1...6 { try await victim.find() }
        try await victim.seal()
        let pin = victim.sealer.status.fingerprint
        let genuine = try #require(try victim.lines().last)
        let named = try #require(ChainLine(try victim.lines()[0][...])?.namedKey)
        // The attacker's key names the gateway's, and one line of the gateway's stands behind it.
        let signer = try SealingKeys(in: attacker.place.path, given: nil, former: nil).current
        let forged = try attacker.lines()
        let handover = try ChainLine.signed(
            ChainLine.Head(
                number: 3, previous: ChainLine.hash(forged[1][...]), at: FixedClock().utc, kind: .key,
                gateway: "hill-1", sealed: nil, missions: 0), by: signer, id: signer.publicKey.id
        ) { json in
            json.member("public_key", Data(named.raw).base64EncodedString())
            json.member("fingerprint", named.fingerprint)
        }
        let folder = attacker.place.path + "-forged"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for part in ["chain", "keys"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + part, withIntermediateDirectories: true)
        }
        for key in [signer.publicKey, named] {
            try attacker.write(Array(key.pem.utf8), folder + "/keys/\(key.id).pub.pem")
        }
        let lines = forged + [handover, genuine]
        try attacker.write(Array(lines.joined(separator: [10])) + [10], folder + "/chain/00000001.ndjson")
        try attacker.write(try attacker.bytes(victim.place.path + "/chain/head"), folder + "/chain/head")
        try lists(folder, attacker, by: isSigned ? signer : nil)
        #expect(try SealedGateway.verify(folder, rows: nil).summary.keys.contains(pin))
        let result = try SealedGateway.verify(folder, .init(pins: [pin]), rows: nil)
        #expect(result.faults.contains { $0.kind == .key && $0.line == 1 }, "\(result.faults)")
        #expect(result.kinds.contains(.export))
    }

    @Test func `over a change of keys each key vouches for the chain, whole or listed`() async throws {
        let gateway = try SealedGateway()
        var records: [FindingRecord] = []
        for _ in 1...5 { records.append(try await gateway.find()) }
        try await gateway.seal()
        let first = gateway.sealer.status.fingerprint
        _ = try SealingKeys.rotate(in: gateway.place.path)
        gateway.restart()
        for _ in 1...3 { records.append(try await gateway.find()) }
        try await gateway.seal()
        let second = gateway.sealer.status.fingerprint
        for pin in [first, second] {
            #expect(try gateway.verify(.init(pins: [pin])).faults.isEmpty)
            for isWhole in [false, true] {
                var selection = EvidenceExport.Selection()
                selection.findings = [records[1].finding.id]
                selection.isWholeChain = isWhole
                let folder = gateway.place.path + "-\(pin.prefix(4))-\(isWhole)"
                defer { try? FileManager.default.removeItem(atPath: folder) }
                _ = try EvidenceExport(
                    from: gateway.place.path, to: folder, selection: selection, software: "flyonce 9",
                    clock: FixedClock()
                ).write()
                let result = try SealedGateway.verify(folder, .init(pins: [pin]), rows: nil)
                #expect(result.faults.isEmpty, "\(result.faults)")
                #expect(result.summary.scope == (isWhole ? "export, whole" : "export, part"))
                try lists(folder, gateway, by: nil, isWhole: isWhole)
                #expect(try SealedGateway.verify(folder, .init(pins: [pin]), rows: nil).kinds.contains(.export))
            }
        }
    }

    @Test(arguments: ["flyonce.db", "lock", nil])
    func `a list dropped into a state directory makes no export of it`(_ name: String?) async throws {
        let gateway = try SealedGateway()
        for _ in 1...4 { try await gateway.find() }
        try await gateway.seal()
        let folder = gateway.place.path
        if let name {
            try gateway.write([], folder + "/" + name)
            // Only the named file tells.
            for file in try FileManager.default.contentsOfDirectory(atPath: folder + "/keys")
            where !file.hasSuffix(".pub.pem") { try FileManager.default.removeItem(atPath: folder + "/keys/" + file) }
        }
        var lines = try gateway.lines()
        lines.remove(at: 2)
        try gateway.write(lines: lines)
        try lists(folder, gateway, by: nil)
        let result = try SealedGateway.verify(folder, rows: nil)
        #expect(result.kinds.contains(.missingLines))
        #expect(result.summary.scope == "state directory")
    }

    @Test func `a head that a key beside the chain signed is none`() async throws {
        let gateway = try SealedGateway()
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let lines = Array(try gateway.lines().dropLast())
        try gateway.write(lines: lines)
        let key = SigningKey()
        try gateway.write(Array(key.publicKey.pem.utf8), gateway.place.path + "/keys/\(key.publicKey.id).pub.pem")
        let last = try #require(lines.last)
        let head = try ChainHead.signed(
            number: Int64(lines.count), hash: ChainLine.hash(last[...]), at: FixedClock().utc, by: key,
            id: key.publicKey.id)
        try gateway.write(head, gateway.place.path + "/chain/head")
        #expect(try SealedGateway.verify(gateway.place.path, rows: nil).kinds == [.head])
    }

    @Test func `a row that the sealing has passed is altered, also while the gateway writes`() async throws {
        let gateway = try SealedGateway()
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        var options = ChainVerifier.Options()
        options.isLive = true
        var rows = gateway.feed.newest
        let text = String(decoding: rows[0].feature, as: UTF8.self)
        let forged = text.replacing(#""revision":1"#, with: #""revision":2"#).replacing("Exposed", with: "No")
        #expect(forged != text)
        rows[0] = StoredFeature(
            id: rows[0].id, revision: 2, sequence: rows[0].sequence, feature: Array(forged.utf8))
        #expect(try gateway.verify(options, rows: rows).kinds == [.alteredRow])
        // One that the chain never heard of.
        var stranger = gateway.record(99)
        stranger.epoch = gateway.feed.epoch
        stranger.sequence = 2
        let row = StoredFeature(
            id: stranger.finding.id, revision: 1, sequence: 2, feature: stranger.feature())
        #expect(try gateway.verify(options, rows: gateway.feed.newest + [row]).kinds == [.alteredRow])
        // What is newer than the chain is being sealed.
        try await gateway.find()
        #expect(try gateway.verify(options).faults.isEmpty)
        #expect(try gateway.verify().kinds == [.unsealed])
    }

    @Test
    func `a database of an epoch that the chain does not know hides nothing, one begun anew and sealed fails not`()
        async throws
    {
        let gateway = try SealedGateway()
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let old = gateway.feed.newest
        let other = try SealedGateway.verify(gateway.place.path, rows: [old[0]], epoch: "epoch-2")
        #expect(other.kinds == [.missingRow])
        // The epoch, and both findings that are gone.
        #expect(other.faults.count == 3 && other.faults.count { $0.finding != nil } == 2)
        gateway.feed.begin(epoch: "epoch-2")
        gateway.feed.add(gateway.record(1, revision: 2))
        gateway.restart()
        try await gateway.seal()
        let anew = try gateway.verify()
        #expect(anew.faults.isEmpty, "\(anew.faults)")
        #expect(anew.summary.notes.contains { $0.hasPrefix("2 findings were sealed in a database before") })
    }

    @Test func `a record that says another thing is altered, but for software of a former form`() async throws {
        let gateway = try SealedGateway()
        try await gateway.find()
        try await gateway.seal()
        func verify(_ options: ChainVerifier.Options) throws -> Set<ChainFault.Kind> {
            try SealedGateway.verify(
                gateway.place.path, options, rows: gateway.feed.newest, epoch: gateway.feed.epoch, record: .differs
            ).kinds
        }
        var options = ChainVerifier.Options()
        #expect(try verify(options) == [.alteredRow])
        options.formerSoftware = [SealedGateway.software]
        #expect(try verify(options).isEmpty)
    }

    @Test(arguments: [
        #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"a":1,"b":2,"a":1}"#,
    ])
    func `no member stands twice`(_ text: String) {
        #expect(JSONScan(Array(text.utf8)[...]) == nil)
        #expect(JSONScan(Array(#"{"a":1,"b":{"a":2}}"#.utf8)[...]) != nil)
    }

    @Test func `every member but the passing ones is proved, by its quoted name`() {
        func proved(_ top: String, _ own: String) -> [UInt8]? {
            let head = #"{"type":"Feature","id":"0198a9a0-0000-7000-8000-000000000001","geometry":null,"#
            let properties = #""properties":{"epoch":"e","seq":1,"revision":1,"evidence":[]"#
            return SealedFeature(Array((head + top + properties + own + "}}").utf8)[...])?.proved
        }
        let plain = proved("", "")
        #expect(plain != nil)
        #expect(proved(#""x":1,"#, "") != plain)
        #expect(proved(#""x":1,"#, "") != proved(#""x":2,"#, ""))
        #expect(proved("", #","x":1"#) != proved(#""x":1,"#, ""))
        #expect(proved("", #","sightings":4"#) == plain)
    }

    @Test func `nothing that a file says moves the cursor`() {
        let fault = ChainFault(.key, file: "a\u{1B}[2J", "signed by \u{1B}]0;x\u{7}\u{202E}\u{9B} 某")
        #expect(fault.file == "a\u{FFFD}[2J")
        #expect(fault.text == "signed by \u{FFFD}]0;x\u{FFFD}\u{FFFD}\u{FFFD} 某")
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["link", "pipe"])
    func `what is no file of the export is not waited for`(_ kind: String) async throws {
        let gateway = try SealedGateway()
        try await gateway.find()
        try await gateway.seal()
        let folder = gateway.place.path + "-" + kind
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try EvidenceExport(
            from: gateway.place.path, to: folder, selection: .init(), software: "flyonce 9", clock: FixedClock()
        ).write()
        let sha256 = try #require(SealedFeature(gateway.feed.newest[0].feature[...])?.evidence.first?.sha256)
        let path = try #require(Shelf(path: folder + "/evidence").file(of: sha256))
        let original = try #require(Shelf(path: gateway.place.path + "/evidence").file(of: sha256))
        for path in [path, folder + "/findings.ndjson"] {
            try FileManager.default.removeItem(atPath: path)
            if kind == "pipe" {
                try Process.run(URL(filePath: "/usr/bin/mkfifo"), arguments: [path]).waitUntilExit()
            } else {
                try FileManager.default.createSymbolicLink(
                    atPath: path, withDestinationPath: path.hasSuffix("ndjson") ? "/dev/zero" : original)
            }
        }
        #expect(try SealedGateway.verify(folder, rows: nil).kinds == [.alteredFile, .export])
    }

    @Test(arguments: [
        Array("\r\n\r\n\r\n\r\n\r\n\r\n\r\nZ".utf8), Array("2026082003040\r\nZ".utf8), Array("20260820030405.Z".utf8),
        Array("20260820030405é.1Z".utf8), [0x30, 0xCC, 0x81] + Array("2608200304051Z".utf8),
        Array("20260820030405".utf8),
    ])
    func `bytes that are no time are none`(_ bytes: [UInt8]) {
        #expect(TimeStampAnswer.time(bytes[...]) == nil)
        #expect(
            TimeStampAnswer.time(Array("20260820030405.125Z".utf8)[...])
                == UTCTime(rfc3339: "2026-08-20T03:04:05.125Z"))
    }

    @Test func `every sealed line tells how far which epoch was sealed, whatever its kind and its Feature's epoch`()
        throws
    {
        let key = SigningKey()
        let bytes = try ChainLine.signed(
            ChainLine.Head(
                number: 2, previous: ChainLine.beginning, at: FixedClock().utc, kind: .removed, gateway: "hill-1",
                sealed: LastSealed(epoch: "epoch-2", sequence: 9), missions: 0), by: key, id: key.publicKey.id
        ) { $0.member("sha256", ChainLine.beginning) }
        var index = SealedIndex(formerSoftware: [])
        #expect(index.isBehind(epoch: "epoch-2", sequence: 9))
        #expect(index.take(try #require(ChainLine(bytes[...]))))
        #expect(!index.isBehind(epoch: "epoch-2", sequence: 9))
        #expect(index.isBehind(epoch: "epoch-2", sequence: 10))
    }
}
