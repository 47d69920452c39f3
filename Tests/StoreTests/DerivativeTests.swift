import Inspection
import Testing

@testable import Store

/// Redacted pictures in what is stored and what is owed.
@Suite struct DerivativeTests {
    private static func redacted(_ number: Int, of original: EvidenceItem) -> EvidenceItem {
        var made = item(number)
        (made.redacted, made.original) = (true, original.sha256)
        made.box = .init(left: 0.25, top: 0.5, right: 0.75, bottom: 1)
        return made
    }

    @Test func `a redacted picture is stored with what it was made of, and comes back so`() async throws {
        let workspace = Workspace()
        let store = try workspace.open()
        let (original, made) = (item(1), Self.redacted(2, of: item(1)))
        _ = try await store.commit(observation(1, evidence: [original, made]))
        let again = try await workspace.reopen(store)
        let record = try #require(try await again.finding(uuid(1)))
        #expect(record.evidence == [original, made])
        let owed = try #require(try await again.leased(platform, workspace.clock).first)
        #expect(owed.evidence == [original, made])
        #expect(try await again.findings(withEvidence: made.sha256) == [uuid(1)])
        let later = Self.redacted(4, of: item(3))
        _ = try await again.attach([item(3), later], to: uuid(1))
        #expect(try await again.finding(uuid(1))?.evidence == [original, made, item(3), later])
        try await again.close()
    }

    @Test func `a row from before there were redacted pictures is read`() async throws {
        let workspace = Workspace()
        let store = try workspace.open()
        _ = try await store.commit(observation(1, evidence: [item(1)]))
        let record = try #require(try await store.finding(uuid(1)))
        let text = String(
            decoding: RecordBody(record: record, routes: []).encoded(), as: UTF8.self)
        #expect(!text.contains("original"))
        #expect(record.evidence.first?.original == nil)
        try await store.close()
    }
}
