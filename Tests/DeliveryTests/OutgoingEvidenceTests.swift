import Inspection
import Testing

@testable import Delivery

@Suite struct OutgoingEvidenceTests {
    private static func hash(_ digit: Character) -> String { String(repeating: digit, count: 64) }

    private static func item(
        _ digit: Character, _ kind: EvidenceItem.Kind, of original: Character? = nil
    ) -> EvidenceItem {
        EvidenceItem(
            sha256: hash(digit), kind: kind, mediaType: "image/jpeg", bytes: 1,
            capturedAt: UTCTime(microseconds: 0), redacted: original != nil, original: original.map(hash))
    }

    private static let evidence = [
        item("a", .picture), item("b", .thumbnail), item("c", .picture, of: "a"), item("d", .thumbnail, of: "a"),
        item("e", .clip), item("f", .metadata), item("1", .picture),
    ]

    private func chosen(
        _ kinds: Set<EvidenceItem.Kind>, isEntitled: Bool, _ evidence: [EvidenceItem] = evidence
    ) -> (String, Int) {
        let outgoing = OutgoingEvidence(evidence, kinds: kinds, entitledToOriginals: isEntitled)
        return (outgoing.items.compactMap { $0.sha256.first.map(String.init) }.joined(), outgoing.withheld)
    }

    @Test func `redacted pictures leave, and what has none is withheld and counted`() {
        #expect(chosen([.picture, .clip], isEntitled: false) == ("c", 2))
        #expect(chosen([.picture], isEntitled: false) == ("c", 1))
        #expect(chosen(Set(EvidenceItem.Kind.allCases), isEntitled: false) == ("cd", 3))
    }

    @Test func `who is entitled to originals gets these and no others`() {
        #expect(chosen([.picture, .clip], isEntitled: true) == ("ae1", 0))
        #expect(chosen(Set(EvidenceItem.Kind.allCases), isEntitled: true) == ("abefd1".filter { $0 != "d" }, 0))
    }

    @Test func `a redacted picture whose original is not listed goes to all`() {
        let alone = [Self.item("c", .picture, of: "a")]
        #expect(chosen([.picture], isEntitled: true, alone) == ("c", 0))
        #expect(chosen([.picture], isEntitled: false, alone) == ("c", 0))
    }

    @Test func `what is listed twice goes once, and what is no hash stays`() {
        var odd = Self.item("a", .picture)
        odd.sha256 = "../../etc/passwd"
        let twice = [Self.item("a", .picture), Self.item("a", .picture), odd]
        #expect(chosen([.picture], isEntitled: true, twice) == ("a", 0))
        #expect(chosen([.picture], isEntitled: false, twice) == ("", 1))
    }
}
