import Testing

/// What lies beside a recording, or is named with it.
@Suite struct SidecarTests {
    /// Two seconds, with the pictures reordered as x264 does by itself; nil without ffmpeg.
    private func video(in scratch: Scratch, _ name: String = "c.mp4") async throws -> String? {
        guard let ffmpeg = Program(installed: "ffmpeg") else {
            print("left out: ffmpeg is not installed")
            return nil
        }
        let made = try await ffmpeg(
            "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2",
            "-c:v", "libx264", scratch.file(name))
        guard made.code == 0 else {
            print("left out: ffmpeg has no libx264")
            return nil
        }
        return scratch.file(name)
    }

    private func replay(_ words: String...) async throws -> Outcome {
        try await Program.flyonce.run(["replay", "--no-evidence"] + words)
    }

    @Test func `subtitles are named, and a file of none is warned of and counted`() async throws {
        let scratch = try Scratch()
        guard let video = try await video(in: scratch) else { return }
        let path = try scratch.write(String(repeating: "\u{1}\u{2}garbage", count: 500), "c.SRT")
        let bad = try await replay(video)
        #expect(bad.code == 0, "\(bad.description)")
        for words in [path, "flyonce inspect", "damaged_sidecars 1"] { #expect(bad.complaint.contains(words)) }
        try scratch.write("1\n00:00:00,000 --> 00:00:01,000\n[latitude: 28.9] [longitude: 118.5]\n\n", "c.SRT")
        let good = try await replay(video)
        #expect(good.code == 0 && good.complaint.contains("\(path): 1 subtitle"), "\(good.description)")
        #expect(!good.complaint.contains("damaged_sidecars"))
    }

    @Test(arguments: ["bad.ts", "bad.srt", "bad.tlog"])
    func `a broken file that was named is bad input, after the rest is done`(name: String) async throws {
        let scratch = try Scratch()
        guard let video = try await video(in: scratch) else { return }
        let path = try scratch.write(String(repeating: "\u{1}\u{2}garbage", count: 500), name)
        let outcome = try await replay(video, "--telemetry", path)
        BadInputTests.expect(outcome, code: 65, says: ["c.mp4: 50 frames", path, "flyonce inspect"])
    }

    @Test(arguments: ["c.mp4", "c.mkv"])
    func `objects join the frames of a container by its presentation time`(name: String) async throws {
        let scratch = try Scratch()
        guard let video = try await video(in: scratch, name) else { return }
        let lines = (0..<50).map {
            #"{"pts_us":\#($0 * 40_000),"objects":[{"label":"heap","box":[0.1,0.1,0.2,0.2]}]}"#
        }
        try scratch.write(lines.joined(separator: "\n"), "c.ndjson")
        let outcome = try await replay(video)
        #expect(outcome.code == 0 && outcome.complaint.contains(", 50 objects,"), "\(outcome.description)")
        #expect(!outcome.complaint.contains("packets_without_time"), "\(outcome.description)")
        #expect(!outcome.complaint.contains("objects_unaligned"), "\(outcome.description)")
    }

    @Test(
        arguments: [
            (
                [0, 40_000, 80_000, 120_000, 86_400_000_000],
                "from message 5 on its times lie 86400.0 s after those of the video: 1 of 5 messages joins no frame"
            ),
            ([90_000_000, 90_000_040], "warning: its times lie 90.0 s after those of the video"),
            ([0, 40_000], nil),
        ] as [([Int], String?)])
    func `times that are not the video's are told of as many messages as have them`(
        times: [Int], says: String?
    ) async throws {
        let scratch = try Scratch()
        guard let video = try await video(in: scratch) else { return }
        let lines = times.map { #"{"pts_us":\#($0),"objects":[{"label":"heap","box":[0.1,0.1,0.2,0.2]}]}"# }
        try scratch.write(lines.joined(separator: "\n"), "c.ndjson")
        let outcome = try await replay(video)
        #expect(outcome.code == 0, "\(outcome.description)")
        let said = outcome.complaint.contains("its times lie")
        #expect(said == (says != nil), "\(outcome.description)")
        if let says = says?.replacing("warning: ", with: "") {
            #expect(outcome.complaint.contains(says), "\(outcome.description)")
        }
    }
}
