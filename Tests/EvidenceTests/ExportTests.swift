import Foundation
import Inspection
import Testing

@testable import Evidence

struct ExportTests {
    private func export(
        _ gateway: SealedGateway, _ selection: EvidenceExport.Selection, to name: String
    ) throws -> (String, EvidenceExport.Summary) {
        let folder = gateway.place.path + "-" + name
        let summary = try EvidenceExport(
            from: gateway.place.path, to: folder, selection: selection, software: "flyonce 9", clock: FixedClock()
        ).write()
        return (folder, summary)
    }

    @Test(arguments: [false, true])
    func `an export proves itself without the gateway, whole or in part`(_ isWhole: Bool) async throws {
        let gateway = try SealedGateway()
        gateway.restart(segmentBytes: 4000)
        var records: [FindingRecord] = []
        for _ in 1...10 { records.append(try await gateway.find()) }
        try await gateway.seal()
        _ = try SealingKeys.rotate(in: gateway.place.path)
        gateway.restart(segmentBytes: 4000)
        for _ in 1...5 { records.append(try await gateway.find()) }
        try await gateway.seal()
        var selection = EvidenceExport.Selection()
        selection.findings = [records[3].finding.id, records[12].finding.id]
        selection.isWholeChain = isWhole
        let (folder, summary) = try export(gateway, selection, to: "part")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(summary.findings == 2)
        #expect(summary.files == 2)
        #expect(summary.isSigned)
        // Two keys, two findings, the last line.
        #expect(summary.lines == (isWhole ? 17 : 5))
        let result = try SealedGateway.verify(folder, rows: nil)
        #expect(result.faults.isEmpty, "\(result.faults)")
        #expect(result.summary.isUnaltered)
        #expect(throws: StoreError.self) { try export(gateway, selection, to: "part") }
        #expect(!FileManager.default.fileExists(atPath: folder + "/keys/current"))
    }

    @Test func `files that are damaged or gone are counted`() async throws {
        let gateway = try SealedGateway()
        var paths: [String] = []
        for _ in 1...3 {
            let hash = try await gateway.find().evidence[0].sha256
            paths.append(try #require(await gateway.evidence.path(of: hash)))
        }
        try await gateway.seal()
        try gateway.write(Array("picture ?".utf8), paths[0])
        try FileManager.default.removeItem(atPath: paths[1])
        let (folder, summary) = try export(gateway, .init(), to: "damaged")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(summary.damaged == 1 && summary.missing == 1 && summary.files == 2)
        #expect(try SealedGateway.verify(folder, rows: nil).faults.count == 2)
    }

    @Test(arguments: [false, true])
    func `an export of nothing that is known leaves no folder, and says of what`(_ isThere: Bool) async throws {
        let gateway = try SealedGateway()
        let known = try await gateway.find().finding.id
        try await gateway.seal()
        let folder = gateway.place.path + "-unknown"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        if isThere { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
        let stranger = FindingID(milliseconds: 1_755_000_000_000, randomness: (7, 7))
        var selection = EvidenceExport.Selection()
        selection.findings = [stranger]
        #expect {
            try export(gateway, selection, to: "unknown")
        } throws: {
            ($0 as? StoreError)?.kind == .notFound && "\($0)".contains(stranger.description)
        }
        selection.findings = []
        selection.since = UTCTime(microseconds: 1_955_000_000_000_000)
        #expect(throws: StoreError.self) { try export(gateway, selection, to: "unknown") }
        // What was there empty stays so.
        let left = try? FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(left == (isThere ? [] : nil))
        selection.since = nil
        selection.findings = [stranger, known]
        let summary = try export(gateway, selection, to: "unknown").1
        #expect(summary.findings == 1 && summary.unknown == [stranger])
    }

    @Test func `what is altered in an export is named`() async throws {
        let gateway = try SealedGateway()
        for _ in 1...6 { try await gateway.find() }
        try await gateway.seal()
        var selection = EvidenceExport.Selection()
        selection.until = UTCTime(microseconds: 1_755_000_000_000_004)
        let (folder, summary) = try export(gateway, selection, to: "altered")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(summary.findings == 3)
        #expect(try SealedGateway.verify(folder, rows: nil).faults.isEmpty)
        let chain = folder + "/chain/00000001.ndjson"
        let features = folder + "/findings.ndjson"
        let list = folder + "/export.json"
        let whole = (try gateway.bytes(chain), try gateway.bytes(features), try gateway.bytes(list))
        func altered(_ bytes: [UInt8], _ at: Int) -> [UInt8] {
            var bytes = bytes
            bytes[at] ^= 1
            return bytes
        }
        for (path, bytes) in [(chain, whole.0), (features, whole.1), (list, whole.2)] {
            for at in stride(from: 1, to: bytes.count - 1, by: 97) {
                try gateway.write(altered(bytes, at), path)
                #expect(try !SealedGateway.verify(folder, rows: nil).faults.isEmpty, "\(path) byte \(at)")
            }
            try gateway.write(bytes, path)
        }
        // A line that is left out proves itself no more, and the signed list says that it is missing.
        var lines = try gateway.lines(chain)
        lines.remove(at: 2)
        try gateway.write(Array(lines.joined(separator: [10])) + [10], chain)
        #expect(try SealedGateway.verify(folder, rows: nil).kinds.contains(.export))
        try gateway.write(whole.0, chain)
        try FileManager.default.removeItem(atPath: list)
        #expect(try !SealedGateway.verify(folder, rows: nil).faults.isEmpty)
    }
}
