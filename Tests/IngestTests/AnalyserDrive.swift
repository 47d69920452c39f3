import Foundation
import GStreamer
import Inspection
import Synchronization

@testable import Ingest

/// A made stream: a red square that moves 16 pixels to the right from frame to frame, and an analyser that looks at it.
final class AnalyserDrive {
    static let width = 640
    static let height = 360

    let analyser: Analyser
    private(set) var events: [AnalyserEvent] = []
    private let pipeline: Pipeline
    private let entry: AppSource
    private let exit: AppSink

    /// `command` is what follows the analyser's path to the recipe.
    init(
        _ name: String, command: [String], isLive: Bool, _ change: (inout AnalyserOptions) -> Void = { _ in }
    ) throws {
        var options = AnalyserOptions(command: command)
        options.timeout = 1
        options.backoff = Backoff(first: 0.05, last: 0.2)
        change(&options)
        let seen = Seen()
        analyser = Analyser(
            name: Name(name) ?? TestMedia.name, options: options, isLive: isLive, clock: SystemClock(),
            interpret: AnalyserDrive.read, notice: { notice in seen.list.withLock { $0.append(notice) } })
        self.seen = seen
        pipeline = try Pipeline("appsrc name=in ! appsink name=out sync=false")
        entry = try pipeline.appSource("in")
        exit = try pipeline.appSink("out")
        entry.setCaps(try Caps("video/x-raw,format=RGB,width=640,height=360,framerate=10/1"))
        try pipeline.play()
        analyser.start()
    }

    private final class Seen: Sendable { let list = Mutex<[AnalyserNotice]>([]) }
    private let seen: Seen

    var said: [AnalyserNotice] { seen.list.withLock { $0 } }

    static func left(_ index: Int) -> Int { 20 + 16 * (index % 34) }

    /// Waits until the condition holds; false when it does not in time.
    func wait(_ seconds: Double = 20, until condition: () -> Bool) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            events += analyser.take()
            if condition() { return true }
            analyser.wait(atMost: 0.02)
        }
        return condition()
    }

    /// One frame through the seam. Seconds that the decoder's and the journey's thread spent in it.
    @discardableResult
    func show(_ index: Int) throws -> Double {
        var pixels = [UInt8](repeating: 0, count: Self.width * Self.height * 3)
        for row in 100..<164 {
            for column in Self.left(index)..<Self.left(index) + 64 { pixels[(row * Self.width + column) * 3] = 255 }
        }
        let time = UInt64(index) * 100_000_000
        try entry.push(pixels, pts: time)
        guard let sample = exit.pull(timeout: 5) else { throw CocoaError(.fileReadUnknown) }
        let stamp = RunningTime(nanoseconds: Int64(time))
        var frame = Frame(
            index: index, time: stamp, ptsMicroseconds: nil, width: 1280, height: 720, isKey: true,
            arrival: UTCTime(microseconds: 0))
        frame.index = index
        let metadata = FrameMetadata(
            frame: frame, utc: UTCTime(microseconds: 1_000_000), provenance: .arrival, telemetry: nil, poseAge: nil,
            objects: [])
        let began = Date()
        analyser.look(at: DecodedPicture(sample: sample, time: stamp))
        analyser.hand(metadata, id: index)
        return Date().timeIntervalSince(began)
    }

    var answers: [Int: [FrameObject]] {
        events.reduce(into: [:]) { if case .answered(let id, let objects) = $1 { $0[id] = objects } }
    }

    var lost: Set<Int> {
        events.reduce(into: []) { if case .lost(let id) = $1 { $0.insert(id) } }
    }

    /// Pixels between where the square of each answered frame was and where it was said to be.
    var worstError: Double {
        answers.map { id, objects in
            guard objects.count == 1, let box = objects[0].box else { return 1e9 }
            let across = abs((box.left + box.right) / 2 * Double(Self.width) - Double(Self.left(id) + 32))
            let down = abs((box.top + box.bottom) / 2 * Double(Self.height) - 132)
            return max(across, down)
        }.max() ?? 1e9
    }

    /// The dialect, by Foundation: the gateway's own reader is another stage's.
    @Sendable static func read(_ line: ArraySlice<UInt8>) -> AnalyserReply? {
        guard let value = try? JSONSerialization.jsonObject(with: Data(line)) as? [String: Any] else { return nil }
        if let hello = value["hello"] as? [String: Any] {
            return .hello(
                AnalyserHello(
                    name: hello["name"] as? String ?? "", version: hello["version"] as? String ?? "",
                    labels: hello["labels"] as? [String] ?? []))
        }
        guard let frame = value["frame"] as? Int, let objects = value["objects"] as? [[String: Any]] else { return nil }
        return .answer(
            frame: frame,
            objects: objects.map { object in
                let size = value["size"] as? [Double] ?? [1, 1]
                let inPixels = object["box_px"] as? [Double]
                let box =
                    inPixels.map { [$0[0] / size[0], $0[1] / size[1], $0[2] / size[0], $0[3] / size[1]] }
                    ?? object["box"] as? [Double] ?? [0, 0, 0, 0]
                return FrameObject(
                    label: object["label"] as? String ?? "", confidence: object["confidence"] as? Double,
                    box: FrameObject.Box(left: box[0], top: box[1], right: box[2], bottom: box[3]))
            })
    }
}
