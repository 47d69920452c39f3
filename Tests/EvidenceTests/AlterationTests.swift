import Crypto
import Foundation
import Inspection
import Testing

@testable import Evidence

/// Every way to alter what was sealed, tried with seeds: each is found, and what was altered is named.
struct AlterationTests {
    enum Alteration: String, CaseIterable {
        case bitOfLine, lineRemoved, linesExchanged, chainCutAtLine, chainCutInLine, lineSignedByAnother
        case wholeChainSignedByAnother, head, headMissing, fileBit, fileMissing, filesSwapped, fileEmpty
        case rowBit, rowMissing, rowReplaced, publicKey, chainMissing
    }

    /// Numbers of a seed (SplitMix64).
    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }

    /// Seeds of each kind: 216 alterations in all.
    static let seeds = 12

    @Test(arguments: Alteration.allCases)
    func `each of 200 alterations is found and named, and none where there is none`(_ kind: Alteration) async throws {
        let gateway = try SealedGateway()
        for _ in 1...8 { try await gateway.find() }
        try await gateway.seal()
        let pin = gateway.sealer.status.fingerprint
        #expect(try gateway.verify(.init(pins: [pin])).faults.isEmpty)
        let original = gateway.place.path
        for seed in 0..<Self.seeds {
            let copy = original + "-\(seed)"
            try FileManager.default.copyItem(atPath: original, toPath: copy)
            defer { try? FileManager.default.removeItem(atPath: copy) }
            var random = Seeded(state: UInt64(seed))
            var rows = gateway.feed.newest
            let named = try alter(kind, gateway, in: copy, &rows, &random)
            let result = try SealedGateway.verify(copy, .init(pins: [pin]), rows: rows, epoch: gateway.feed.epoch)
            #expect(!result.faults.isEmpty, "\(kind) \(seed) was not found")
            #expect(
                result.faults.contains { fault in named(fault) },
                "\(kind) \(seed) was not named: \(result.faults.map(\.text))")
        }
        #expect(try gateway.verify(.init(pins: [pin])).faults.isEmpty)
    }

    /// Alters the copy, and answers what a fault that names the alteration looks like.
    private func alter(
        _ kind: Alteration, _ gateway: SealedGateway, in copy: String, _ rows: inout [StoredFeature],
        _ random: inout Seeded
    ) throws -> (ChainFault) -> Bool {
        let chain = copy + "/chain/00000001.ndjson"
        var lines = try gateway.lines(chain)
        let at = Int.random(in: 1..<lines.count, using: &random)
        func save() throws { try gateway.write(Array(lines.joined(separator: [10])) + [10], chain) }
        switch kind {
        case .bitOfLine:
            let byte = Int.random(in: 0..<lines[at].count, using: &random)
            lines[at][byte] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            try save()
            return { $0.line == Int64(at + 1) || $0.text.contains("cut off") || $0.line == Int64(at + 2) }
        case .lineRemoved:
            lines.remove(at: at)
            try save()
            return { $0.kind == .missingLines && $0.line == Int64(at + 1) }
        case .linesExchanged:
            lines.swapAt(at, at == 1 ? 2 : at - 1)
            try save()
            return { $0.kind == .missingLines || $0.kind == .link }
        case .chainCutAtLine:
            lines.removeLast(lines.count - at)
            try save()
            return { $0.kind == .missingLines && $0.line == Int64(at + 1) && $0.text.contains("cut off") }
        case .chainCutInLine:
            let bytes = try gateway.bytes(chain)
            try gateway.write(Array(bytes.prefix(Int.random(in: 1..<bytes.count, using: &random))), chain)
            return { $0.kind == .missingLines && $0.text.contains("cut off") }
        case .lineSignedByAnother:
            lines[at] = try Self.signedAgain(lines[at], by: SigningKey())
            try save()
            return { $0.kind == .key && $0.line == Int64(at + 1) }
        case .wholeChainSignedByAnother:
            try forge(lines, in: copy, chain, gateway)
            return { $0.kind == .key && $0.text.contains("pinned") }
        case .head, .headMissing: return try alterHead(kind, gateway, copy + "/chain/head", &random)
        case .fileBit, .fileMissing, .filesSwapped, .fileEmpty:
            return try alterFile(kind, gateway, copy, &random)
        case .rowBit, .rowMissing, .rowReplaced: return try alterRow(kind, &rows, &random)
        case .publicKey:
            let name = try #require(
                try FileManager.default.contentsOfDirectory(atPath: copy + "/keys").first { $0.hasSuffix(".pub.pem") })
            try gateway.write(Array(SigningKey().publicKey.pem.utf8), copy + "/keys/" + name)
            return { $0.file == "keys/" + name }
        case .chainMissing:
            try FileManager.default.removeItem(atPath: chain)
            return { $0.kind == .missingLines && $0.line == 1 }
        }
    }

    private func alterHead(
        _ kind: Alteration, _ gateway: SealedGateway, _ path: String, _ random: inout Seeded
    ) throws -> (ChainFault) -> Bool {
        if kind == .headMissing {
            try FileManager.default.removeItem(atPath: path)
        } else {
            var bytes = try gateway.bytes(path)
            bytes[Int.random(in: 0..<bytes.count - 1, using: &random)] ^= 2
            try gateway.write(bytes, path)
        }
        return { $0.file == "chain/head" }
    }

    private func alterFile(
        _ kind: Alteration, _ gateway: SealedGateway, _ copy: String, _ random: inout Seeded
    ) throws -> (ChainFault) -> Bool {
        let hashes = gateway.feed.newest.compactMap { SealedFeature($0.feature[...])?.evidence.first?.sha256 }
        let shelf = Shelf(path: copy + "/evidence")
        let sha256 = try #require(hashes.randomElement(using: &random))
        let path = try #require(shelf.file(of: sha256))
        switch kind {
        case .fileMissing:
            try FileManager.default.removeItem(atPath: path)
            return { $0.kind == .missingFile && $0.sha256 == sha256 && $0.finding != nil }
        case .fileEmpty: try gateway.write([], path)
        case .filesSwapped:
            let other = try #require(hashes.filter { $0 != sha256 }.randomElement(using: &random))
            try gateway.write(try gateway.bytes(try #require(shelf.file(of: other))), path)
            return { $0.kind == .alteredFile && $0.sha256 == sha256 && $0.text.contains(other) }
        default:
            var bytes = try gateway.bytes(path)
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1
            try gateway.write(bytes, path)
        }
        return { $0.kind == .alteredFile && $0.sha256 == sha256 && $0.finding != nil }
    }

    private func alterRow(
        _ kind: Alteration, _ rows: inout [StoredFeature], _ random: inout Seeded
    ) throws -> (ChainFault) -> Bool {
        let at = Int.random(in: 0..<rows.count, using: &random)
        let id = rows[at].id
        switch kind {
        case .rowMissing:
            rows.remove(at: at)
            return { $0.kind == .missingRow && $0.finding == id }
        case .rowReplaced: rows[at].feature = rows[(at + 1) % rows.count].feature
        default: rows[at].feature[Int.random(in: 0..<rows[at].feature.count, using: &random)] ^= 4
        }
        return { $0.kind == .alteredRow && $0.finding == id }
    }

    /// The line with its key's name and signature replaced.
    private static func signedAgain(_ line: [UInt8], by key: SigningKey, previous: String? = nil) throws -> [UInt8] {
        let parsed = try #require(ChainLine(line[...]))
        var text = String(decoding: line.dropLast(ChainLine.signatureBytes), as: UTF8.self)
        text = text.replacing(parsed.key, with: key.publicKey.id)
        if let previous { text = text.replacing(parsed.previous, with: previous) }
        if let named = parsed.namedKey {
            text = text.replacing(
                Data(named.raw).base64EncodedString(), with: Data(key.publicKey.raw).base64EncodedString())
            text = text.replacing(named.fingerprint, with: key.publicKey.fingerprint)
        }
        let bytes = Array(text.utf8)
        return bytes + ChainLine.signatureName + Data(try key.signature(of: bytes)).base64EncodedData() + [34, 125]
    }

    /// A whole chain of another key, with everything beside it: only a key that was seen elsewhere tells.
    private func forge(_ lines: [[UInt8]], in copy: String, _ chain: String, _ gateway: SealedGateway) throws {
        let key = SigningKey()
        var forged: [[UInt8]] = []
        for line in lines {
            forged.append(
                try Self.signedAgain(line, by: key, previous: forged.last.map { ChainLine.hash($0[...]) }))
        }
        try gateway.write(Array(forged.joined(separator: [10])) + [10], chain)
        try gateway.write(Array(key.publicKey.pem.utf8), copy + "/keys/\(key.publicKey.id).pub.pem")
        let last = try #require(forged.last)
        let head = try ChainHead.signed(
            number: Int64(forged.count), hash: ChainLine.hash(last[...]), at: FixedClock().utc, by: key,
            id: key.publicKey.id)
        try gateway.write(head, copy + "/chain/head")
        let unpinned = try SealedGateway.verify(copy, rows: nil)
        #expect(unpinned.faults.isEmpty && unpinned.summary.keys == [key.publicKey.fingerprint])
        #expect(!unpinned.summary.isPinned)
    }

    @Test func `a witness of a line finds a chain that was cut together with its head`() async throws {
        let gateway = try SealedGateway()
        for _ in 1...3 { try await gateway.find() }
        try await gateway.seal()
        let witness = (number: Int64(4), hash: gateway.sealer.status.head)
        #expect(try gateway.verify(.init(witnesses: [witness])).faults.isEmpty)
        let head = try gateway.bytes(gateway.place.path + "/chain/head")
        #expect(try gateway.verify(.init(witnesses: [(Int64(2), witness.hash)])).kinds == [.witness])
        #expect(try gateway.verify(.init(witnesses: [(Int64(9), witness.hash)])).kinds == [.witness])
        #expect(!head.isEmpty)
    }

    @Test func `bytes of any kind are read to their end`() throws {
        var random = Seeded(state: 1)
        let gateway = try SealedGateway()
        try FileManager.default.createDirectory(
            atPath: gateway.place.path + "/chain", withIntermediateDirectories: true)
        for length in [0, 1, 2, 200, 5000] {
            for _ in 0..<20 {
                let alphabet = Array(#"{}[]":,\n1a"#.utf8) + [10, 0, 255]
                let bytes = (0..<length).map { _ in alphabet.randomElement(using: &random) ?? 0 }
                try gateway.write(bytes, gateway.chain)
                try gateway.write(bytes, gateway.place.path + "/chain/head")
                try gateway.write(bytes, gateway.place.path + "/chain/000000000001.tsr")
                #expect(try !gateway.verify().summary.isUnaltered)
                _ = ChainTail(of: ChainFiles(folder: gateway.place.path))
                _ = JSONScan(bytes[...])
                _ = SealedFeature(bytes[...])
                _ = TimeStampRequest.imprint(in: bytes)
            }
        }
    }
}
