import Foundation
import Testing

@testable import flyonce

/// The lines of figures, without a flight behind them.
@Suite struct SummaryTests {
    private func summary(_ source: [String: Int64], _ journey: [String: Int64]) -> String {
        var progress = JourneyProgress.Snapshot()
        progress.counters = journey
        return ReplayCommand.summary("a.ts", source, progress)
    }

    @Test(
        arguments: [
            ([:], ""), (["pictures_missed": 1], "; without 1 picture that could not be taken"),
            (["clips_missed": 2], "; without 2 clips that could not be taken"),
            (
                ["pictures_missed": 3, "clips_missed": 1],
                "; without 3 pictures and 1 clip that could not be taken"
            ),
        ] as [([String: Int64], String)])
    func `the summary of a replay says what evidence is missing`(missed: [String: Int64], words: String) {
        let counters = missed.merging(["findings_opened": 1]) { $1 }
        let text = summary(["frames": 1, "packets": 2], counters)
        #expect(text == "a.ts: 1 frame, 2 metadata packets, 0 objects, 0 detections, 1 finding" + words)
    }

    @Test func `what else went wrong stands behind it`() {
        let text = summary(["dropped_frames": 4], ["clips_missed": 1])
        #expect(text.hasSuffix("; without 1 clip that could not be taken; dropped_frames 4"))
    }

    @Test(arguments: [
        (["/p/a.jpg"], "/p/a.jpg"), (["/p/a.jpg", "/p/b.jpg"], "2 pictures of /p"),
        (["/p/a.jpg", "/q/b.jpg"], "2 pictures"),
    ])
    func `a row of pictures is named by its folder`(row: [String], name: String) {
        #expect(ReplayCommand.name(ofRow: row) == name)
    }

    @Test(arguments: [
        (["/v/DJI_0001.MP4", "/v/b.ts"], ["dji-0001", "b-2"]), (["/v/a.ts", "/w/a.ts"], ["a", "a-2"]),
        (["/v/a-2.ts", "/v/a.ts"], ["a-2", "a-2-"]),
    ])
    func `every input of a replay has a name of its own`(paths: [String], names: [String]) {
        #expect(ReplayCommand.sourceNames(paths) == names)
    }

    @Test func `a demo misses no matter that no frame showed`() throws {
        func feature(_ id: String, frames: Int) -> String {
            """
            {"type":"Feature","geometry":{"type":"Point","coordinates":[118.5,28.9,100]},
             "properties":{"id":"\(id)","scene_type":"waste.exposed","frames_visible":\(frames)}}
            """
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "flyonce-truth-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let features = [feature("seen", frames: 3), feature("hidden", frames: 0)].joined(separator: ",")
        try Data("{\"type\":\"FeatureCollection\",\"features\":[\(features)]}".utf8).write(to: file)
        let truth = try #require(DemoTruth(path: file.path))
        #expect(truth.matters.map(\.id) == ["seen"])
    }

    @Test func `why a destination fails is told once, and its end`() {
        var troubles = DeliveryTroubles()
        #expect(troubles.news(of: "county", nil) == nil)
        #expect(troubles.news(of: "county", "HTTP 401") == .failing(reason: "HTTP 401"))
        #expect(troubles.news(of: "county", "HTTP 401") == nil)
        #expect(troubles.news(of: "duty-room", "HTTP 401") == .failing(reason: "HTTP 401"))
        #expect(troubles.news(of: "county", "HTTP 500") == .failing(reason: "HTTP 500"))
        #expect(troubles.news(of: "county", nil) == .over)
        #expect(troubles.news(of: "county", nil) == nil)
    }

    @Test(arguments: [
        ("findings_opened", 1, "1 finding opened"), ("findings_opened", 0, "0 findings opened"),
        ("packets", 1, "1 packet"), ("bad_checksums", 1, "1 bad checksum"), ("garbage_bytes", 2, "2 garbage bytes"),
        ("sync_losses", 1, "1 sync loss"), ("malformed_pes", 1, "1 malformed pes"),
        ("undecoded_items", 1, "1 undecoded item"),
    ])
    func `a counter of one is singular`(name: String, count: Int, words: String) {
        #expect(counted(count, counter: name) == words)
    }
}
