import Foundation
import Glibc
import Inspection
import Testing

@testable import Ingest

/// Real processes: they need Python, and the model needs its onnx and onnxruntime packages.
@Suite(.serialized) struct AnalyserTests {
    let scratch = Scratch()

    private func plain(_ manner: String = "") -> [String] {
        ["python3", AnalyserScripts.plain, AnalyserScripts.recipe, manner, scratch.file("died-")]
    }

    /// The recipe with a model of its own where ONNX Runtime is there, else the stand-in.
    private func recipe() throws -> [String] {
        let model = scratch.file("red.onnx")
        guard AnalyserScripts.hasPython("onnxruntime", "numpy", "onnx"),
            AnalyserScripts.run(["python3", AnalyserScripts.model, model]) == 0
        else {
            print("not run: the ONNX model (pip install onnxruntime numpy onnx); a plain Python analyser stands in")
            return plain()
        }
        let labels = try scratch.write(Array("red\n".utf8), "labels.txt")
        return [
            "python3", AnalyserScripts.recipe + "/onnx_analyser.py", "--model", model, "--labels", labels,
            "--confidence",
            "0.7", "--threads", "1",
        ]
    }

    private var hasPython: Bool {
        let isThere = FileManager.default.fileExists(atPath: AnalyserScripts.recipe)
        if isThere, AnalyserScripts.hasPython("mmap") { return true }
        print("not run: analysers (python3 or deploy/analyser is missing)")
        return false
    }

    @Test func `what a model sees comes back with the frame it saw it in, through a kill and a hang`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-recipe", command: try recipe(), isLive: true) { $0.timeout = 0.8 }
        defer { drive.analyser.stop() }
        #expect(drive.wait(until: { drive.analyser.isReady }))
        var slowest = 0.0
        func show(_ range: Range<Int>) throws {
            for index in range {
                slowest = max(slowest, try drive.show(index))
                _ = drive.wait(0.2) { drive.answers[index] != nil || drive.lost.contains(index) }
            }
        }
        try show(0..<20)
        #expect(drive.answers.count >= 15)
        let first = try #require(drive.analyser.process)
        kill(first, SIGKILL)
        try show(20..<22)
        #expect(drive.wait(until: { drive.analyser.isReady && drive.analyser.process != first }))
        try show(22..<40)
        let afterKill = drive.answers.keys.count { $0 >= 22 }
        #expect(afterKill >= 13)
        let second = try #require(drive.analyser.process)
        kill(second, SIGSTOP)
        try show(40..<46)
        #expect(drive.wait(until: { drive.analyser.isReady && drive.analyser.process != second }))
        try show(46..<60)
        #expect(drive.answers.keys.count { $0 >= 46 } >= 10)
        #expect(drive.worstError <= 7, "the next frame's square would be 16 pixels away")
        #expect(drive.analyser.counters["analyser_restarts"] == 2)
        #expect(drive.analyser.counters["analyser_hangs"] == 1)
        #expect(drive.answers.count + drive.lost.count == 60, "every frame has one outcome")
        #expect(slowest < 0.25, "neither the decoder nor the journey waits for the analyser")
    }

    @Test func `a file loses no frame when its analyser dies over some of them`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-file", command: plain("dies"), isLive: false)
        defer { drive.analyser.stop() }
        for index in 0..<20 { try drive.show(index) }
        #expect(drive.wait(until: { drive.answers.count == 20 }))
        #expect(drive.lost.isEmpty)
        #expect(drive.worstError <= 7)
        #expect(drive.analyser.counters["analyser_restarts"] == 4)
    }

    @Test func `what never works says why, and a file goes on without it`() throws {
        let script = "echo loading; echo 'no model here' >&2; echo; exit 3"
        let drive = try AnalyserDrive("an-broken", command: ["sh", "-c", script], isLive: false)
        defer { drive.analyser.stop() }
        for index in 0..<4 { try drive.show(index) }
        #expect(drive.wait(until: { drive.lost.count == 4 }))
        var rests: [Double?] = []
        for case .ended(let status, let lastLine, let restartIn) in drive.said {
            #expect(status == 3 && lastLine == "no model here")
            rests.append(restartIn)
        }
        #expect(rests.prefix(3).map { $0 == nil } == [false, false, true])
        #expect(drive.analyser.counters["analyser_answers"] == 0)
        #expect(drive.analyser.counters["analyser_restarts", default: 0] >= 3)
    }

    @Test func `a frame that kills its analyser every time is given up`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-poison", command: plain("poisoned"), isLive: false) { $0.queue = 1 }
        defer { drive.analyser.stop() }
        for index in 0..<8 { try drive.show(index) }
        #expect(drive.wait(until: { drive.answers.count == 7 }))
        #expect(drive.lost == [3])
    }

    @Test func `of a live stream the newest frame goes first, and the others are counted`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-slow", command: plain("slow"), isLive: true) { $0.queue = 1 }
        defer { drive.analyser.stop() }
        #expect(drive.wait(until: { drive.analyser.isReady }))
        for index in 0..<12 { try drive.show(index) }
        #expect(drive.wait(until: { drive.answers[11] != nil }))
        #expect(drive.answers.count + drive.lost.count == 12)
        #expect(drive.analyser.counters["analyser_frames_dropped"] == Int64(drive.lost.count))
        #expect(drive.lost.count >= 8)
    }

    @Test func `noise is counted and passed on within bounds, and does no harm`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-noise", command: plain("noisy"), isLive: true)
        defer { drive.analyser.stop() }
        #expect(drive.wait(until: { drive.analyser.isReady }))
        try drive.show(0)
        #expect(drive.wait(until: { drive.answers[0] != nil }))
        #expect(drive.analyser.counters["analyser_bad_lines"] == 2, "no JSON, and a line too long")
        #expect(drive.analyser.counters["analyser_unasked_answers"] == 1)
        let printed = drive.said.count { if case .printed = $0 { true } else { false } }
        #expect(printed == AnalyserLoop.printedLines)
    }

    @Test func `an analyser that floods is killed`() throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-flood", command: plain("floods"), isLive: true)
        defer { drive.analyser.stop() }
        #expect(
            drive.wait(until: {
                drive.said.contains(.floods) && (drive.analyser.counters["analyser_restarts"] ?? 0) > 0
            }))
    }

    @Test(arguments: ["silent", "mute"])
    func `an analyser that says nothing is killed and started anew`(manner: String) throws {
        guard hasPython else { return }
        let drive = try AnalyserDrive("an-\(manner)", command: plain(manner), isLive: true) {
            $0.startTimeout = 0.6
            $0.timeout = 0.3
        }
        defer { drive.analyser.stop() }
        if manner == "mute" { #expect(drive.wait(until: { drive.analyser.isReady })) }
        var index = 0
        #expect(
            drive.wait {
                _ = try? drive.show(index)
                index += 1
                return (drive.analyser.counters["analyser_hangs"] ?? 0) >= 2
            })
        #expect(drive.answers.isEmpty)
        #expect(drive.wait(until: { drive.lost.count == index }))
    }

    @Test func `a program that is not there is said, and a file goes on without it`() throws {
        let drive = try AnalyserDrive("an-absent", command: ["/nowhere/analyser"], isLive: false)
        defer { drive.analyser.stop() }
        for index in 0..<5 { try drive.show(index) }
        #expect(drive.wait(until: { drive.lost.count == 5 }))
        let reasons = drive.said.compactMap { if case .cannotStart(let reason) = $0 { reason } else { nil } }
        #expect(reasons.first?.contains("/nowhere/analyser") == true)
    }

    @Test func `stopping leaves no process, no file and no descriptor`() throws {
        guard hasPython else { return }
        func descriptors() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
        func folders() -> [String] {
            ((try? FileManager.default.contentsOfDirectory(atPath: "/dev/shm")) ?? []).filter {
                $0.hasSuffix("-\(getpid())-an-stop")
            }
        }
        var counts: [Int] = []
        for _ in 0..<3 {
            let process = try { () -> Int32 in
                let drive = try AnalyserDrive("an-stop", command: plain(), isLive: true)
                defer { drive.analyser.stop() }
                #expect(drive.wait(until: { drive.analyser.isReady }))
                try drive.show(0)
                #expect(drive.wait(until: { drive.answers[0] != nil }))
                #expect(folders().count == 1)
                let process = try #require(drive.analyser.process)
                drive.analyser.stop()
                drive.analyser.stop()
                return process
            }()
            #expect(kill(process, 0) != 0, "reaped: not even a zombie is left")
            #expect(folders().isEmpty)
            counts.append(descriptors())
        }
        // A thread that has ended lets go of its own a moment later.
        for _ in 0..<100 where descriptors() > counts[0] { usleep(20_000) }
        #expect(descriptors() <= counts[0])
    }
}
