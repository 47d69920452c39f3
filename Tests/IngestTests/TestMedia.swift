import Foundation
import GStreamer
import Inspection
import Synchronization

@testable import Ingest

struct SystemClock: Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { Int64(DispatchTime.now().uptimeNanoseconds) }
}

/// A folder that goes when the test does.
final class Scratch {
    let path: String

    init() {
        path = NSTemporaryDirectory() + "flyonce-ingest-" + UUID().uuidString
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }

    func write(_ bytes: [UInt8], _ name: String) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
        return file(name)
    }
}

enum TestMedia {
    static let name = Name("test") ?? Name("x")!

    /// 25 frames a second of a moving ball.
    static let picture: LaunchDescription =
        "videotestsrc num-buffers=100 pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=25/1"
    static let h264: LaunchDescription =
        "x264enc key-int-max=25 bframes=2 b-adapt=false speed-preset=ultrafast ! h264parse"
    static let h265: LaunchDescription = "x265enc key-int-max=25 speed-preset=ultrafast ! h265parse"
    static let toFile: LaunchDescription = "filesink name=file"

    /// Writes 100 frames (4 s) with a key frame each second.
    static func write(_ coding: LaunchDescription, _ muxer: LaunchDescription, to path: String) throws {
        let pipeline = try Pipeline("\(picture) ! \(coding) ! \(muxer) ! \(toFile)")
        try pipeline.element("file").set("location", path)
        try pipeline.play()
        try pipeline.awaitEndOfStream(timeout: 30)
    }

    /// A transport stream of ten KLV packets and no video.
    static func writeMetadataOnly(to path: String) throws {
        let pipeline = try Pipeline("appsrc name=klv ! mpegtsmux ! filesink name=file")
        try pipeline.element("file").set("location", path)
        let klv = try pipeline.appSource("klv")
        klv.setCaps(try Caps("meta/x-klv,parsed=true"))
        try pipeline.play()
        for index in 0..<UInt64(10) { try klv.push([6, 14, 43, 52, UInt8(index)], pts: index * 100_000_000) }
        try klv.endOfStream()
        try pipeline.awaitEndOfStream(timeout: 10)
    }

    static func sample(_ name: String) -> String? {
        let path = "../shared/samples/klv/" + name
        let roots = [
            "", FileManager.default.currentDirectoryPath + "/", #filePath.components(separatedBy: "/Tests/")[0] + "/",
        ]
        for root in roots where FileManager.default.fileExists(atPath: root + path) { return root + path }
        print("sample \(name) is absent: its test is passed over")
        return nil
    }

    static func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }
}

/// What a source delivered.
struct Heard: Sendable {
    var descriptions: [StreamDescription] = []
    var frames: [Frame] = []
    var packets: [MetadataPacket] = []
    var interruptions: [SourceError] = []
    /// Addresses at which a caller was waited for.
    var waits: [String] = []
    /// Callers turned away.
    var refusals = 0
    var ends = 0
    /// Of several files, each with its error.
    var fileEnds: [SourceError?] = []
    var failure: SourceError?

    mutating func add(_ event: SourceEvent) {
        switch event {
        case .began(let description): descriptions.append(description)
        case .frame(let frame): frames.append(frame)
        case .packet(let packet): packets.append(packet)
        case .interrupted(let error): interruptions.append(error)
        case .waiting(let address): waits.append(address)
        case .callersRefused(_, let count): refusals += count
        case .idle: break
        case .fileEnded(let error): fileEnds.append(error)
        case .ended: ends += 1
        }
    }
}

/// Runs a source on a thread of its own.
final class Listener: Sendable {
    let source: any VideoSource
    private let state = Mutex((heard: Heard(), isDone: false))
    private let done = DispatchSemaphore(value: 0)

    init(_ source: any VideoSource) {
        self.source = source
        Thread.detachNewThread { [self] in
            do throws(SourceError) {
                try source.run { event in self.state.withLock { $0.heard.add(event) } }
            } catch {
                state.withLock { $0.heard.failure = error }
            }
            state.withLock { $0.isDone = true }
            done.signal()
        }
    }

    var heard: Heard { state.withLock { $0.heard } }
    var isDone: Bool { state.withLock { $0.isDone } }

    /// Waits until `condition` holds; false after `seconds`.
    func wait(_ seconds: Double, until condition: (Heard) -> Bool) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while !condition(heard) {
            if Date() > limit { return false }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return true
    }

    func waitUntilDone(_ seconds: Double) -> Bool { wait(seconds) { _ in isDone } }
}

/// Reads a file source to its end on this thread.
func readAll(_ path: String, _ options: SourceOptions = SourceOptions()) throws -> (any VideoSource, Heard) {
    let source = try makeSource(name: TestMedia.name, location: path, options: options, clock: SystemClock())
    var heard = Heard()
    do throws(SourceError) {
        try source.run { heard.add($0) }
    } catch {
        heard.failure = error
    }
    return (source, heard)
}
