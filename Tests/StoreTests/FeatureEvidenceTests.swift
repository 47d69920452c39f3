import Inspection
import Testing

@testable import Store

@Suite struct FeatureEvidenceTests {
    private static let plain = EvidenceItem(
        sha256: String(repeating: "a1", count: 32), kind: .picture, mediaType: "image/jpeg", bytes: 400_000,
        capturedAt: UTCTime(microseconds: 1_755_000_000_123_456), redacted: false)

    private static func changed(_ change: (inout EvidenceItem) -> Void) -> EvidenceItem {
        var item = plain
        change(&item)
        return item
    }

    @Test(arguments: [
        [], [plain], [plain, changed { ($0.sha256, $0.kind) = (String(repeating: "b2", count: 32), .clip) }],
        [changed { $0.bytes = 0 }, changed { $0.bytes = 1 << 40 }],
        [changed { $0.mediaType = "a\"b\\c],{\n暴露" }, plain],
        [
            plain,
            changed {
                $0.redacted = true
                $0.original = plain.sha256
                $0.box = FrameObject.Box(left: 0.25, top: 0.5, right: 0.75, bottom: 1)
            },
        ],
    ]) func `lists what the Feature says`(items: [EvidenceItem]) {
        var observed = observation(1)
        observed.finding.title.en = "said \"evidence\":[ and ]"
        let record = FindingRecord(
            finding: observed.finding, revision: 1, epoch: "e", sequence: 7, evidence: items, caseRecord: nil,
            verdicts: [])
        #expect(FeatureEvidence.items(in: record.feature()) == items)
    }

    @Test func `lists nothing where the list is cut or of another form`() {
        let text = "{\"evidence\":[{\"sha256\":\"ab\",\"kind\":\"picture\",\"media_type\":\"image/jpeg\",\"bytes\":12"
        for end in 0...text.utf8.count {
            #expect(FeatureEvidence.items(in: Array(text.utf8.prefix(end))).isEmpty)
        }
        for rest in [".5", "999999999999999999999", "-1", "\"", "e9", "]"] {
            #expect(FeatureEvidence.items(in: Array((text + rest + ",\"captured_at\":\"x\"}]}").utf8)).isEmpty)
        }
    }
}
