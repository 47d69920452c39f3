import Foundation
import GStreamer
import Inspection
import Synchronization

@testable import Ingest

/// Real JPEG pictures with a time in them.
enum StillPictures {
    /// A coded picture of this size, without metadata.
    static func jpeg(width: Int = 320, height: Int = 240, pattern: String = "smpte") throws -> [UInt8] {
        let pipeline = try Pipeline(
            """
            videotestsrc name=test num-buffers=1 ! video/x-raw,format=RGB ! videoconvert \
            ! video/x-raw,format=I420,colorimetry=1:4:0:0,width=\(width),height=\(height) ! jpegenc \
            ! appsink name=out sync=false wait-on-eos=false
            """)
        try pipeline.element("test").set("pattern", pattern)
        try pipeline.play()
        guard let sample = try pipeline.appSink("out").pull(timeout: 10) else { return [] }
        return sample.buffer.bytes
    }

    /// The same picture with a segment of its own right after SOI: `text` tells it from others.
    static func marked(_ jpeg: [UInt8], _ text: String) -> [UInt8] {
        let body = Array(text.utf8)
        let length = body.count + 2
        return Array(jpeg[..<2]) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body + jpeg[2...]
    }

    /// Reads `T<seconds>`, or `L<seconds>` for a clock without a zone, from that segment.
    static let facts: FileFacts = {
        var facts = FileFacts()
        facts.pictureTime = { header in
            guard header.count > 8, header[3] == 0xE1 else { return nil }
            let length = Int(header[4]) << 8 | Int(header[5])
            let text = String(decoding: header[6..<min(header.count, 4 + length)], as: UTF8.self)
            guard let seconds = Double(text.dropFirst().prefix { $0 != " " }), text.first == "T" || text.first == "L"
            else { return nil }
            return FileFacts.PictureTime(
                instant: UTCTime(microseconds: 1_750_000_000_000_000 + Int64(seconds * 1e6)), isUTC: text.first == "T")
        }
        return facts
    }()
}

/// What a store would remember.
final class Memory: Sendable {
    private let contents = Mutex<Set<String>>([])

    func add(_ content: [String]) { contents.withLock { $0.formUnion(content) } }
    var all: Set<String> { contents.withLock { $0 } }

    var facts: FileFacts {
        var facts = StillPictures.facts
        facts.isDone = { self.all.contains($0) }
        return facts
    }
}

/// A folder source on a thread of its own, and what it delivers: as the journey does, files are marked done at their end.
final class FolderListener: Sendable {
    struct File: Sendable, Hashable {
        var path: String
        var content: String
        var frames: Int
        var error: String?
        var sidecars: [String]
    }

    let source: any VideoSource
    let memory: Memory
    private let state = Mutex((files: [File](), open: StreamDescription?.none, frames: 0, faults: [SourceError]()))
    private let done = DispatchSemaphore(value: 0)

    init(
        _ path: String, memory: Memory, after: FolderOptions.AfterReading = .leave, isWatched: Bool = true,
        settle: Double = 0.2, onFrame: @escaping @Sendable (any VideoSource, Int) -> Void = { _, _ in }
    ) throws {
        var options = SourceOptions()
        options.folder.after = after
        options.folder.isWatched = isWatched
        options.folder.settleSeconds = settle
        options.folder.pollSeconds = 0.05
        options.folder.reviewSeconds = 1
        source = try makeSource(
            name: TestMedia.name, location: path, options: options, clock: SystemClock(), facts: memory.facts)
        self.memory = memory
        Thread.detachNewThread { [self] in
            try? source.run { take($0, onFrame) }
            done.signal()
        }
    }

    private func take(_ event: SourceEvent, _ onFrame: (any VideoSource, Int) -> Void) {
        switch event {
        case .began(let form):
            state.withLock { state in
                if state.open?.content != form.content { state.frames = 0 }
                state.open = form
            }
        case .frame:
            let count = state.withLock { state in
                state.frames += 1
                return state.frames
            }
            onFrame(source, count)
        case .fileEnded(let error):
            state.withLock { state in
                let form = state.open
                state.files.append(
                    File(
                        path: form?.path ?? "", content: form?.content ?? "", frames: state.frames,
                        error: error?.description, sidecars: form?.sidecars ?? []))
                if error == nil, let form {
                    memory.add(form.parts.isEmpty ? [form.content ?? ""] : form.parts)
                }
                state.open = nil
                state.frames = 0
            }
        case .interrupted(let error): state.withLock { $0.faults.append(error) }
        default: break
        }
    }

    var files: [File] { state.withLock { $0.files } }
    var faults: [SourceError] { state.withLock { $0.faults } }

    func wait(_ seconds: Double = 20, until condition: () -> Bool) -> Bool {
        let limit = Date().addingTimeInterval(seconds)
        while !condition() {
            if Date() > limit { return false }
            Thread.sleep(forTimeInterval: 0.01)
        }
        return true
    }

    func waitForEnd(_ seconds: Double = 20) -> Bool { done.wait(timeout: .now() + seconds) == .success }

    func stop() {
        source.stop()
        _ = waitForEnd()
    }
}
