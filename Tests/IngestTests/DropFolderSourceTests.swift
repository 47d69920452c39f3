import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite struct `A watched folder` {
    static func folder(_ scratch: Scratch, _ name: String) throws {
        try FileManager.default.createDirectory(atPath: scratch.file(name), withIntermediateDirectories: true)
    }

    static func recording(_ scratch: Scratch, _ name: String) throws {
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file(name))
    }

    static func copy(_ scratch: Scratch, _ from: String, _ to: String) throws {
        try FileManager.default.copyItem(atPath: scratch.file(from), toPath: scratch.file(to))
    }

    @Test func `gives each file as a flight, once, in the order of names`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "DCIM/100MEDIA")
        try Self.recording(scratch, "b.ts")
        // Another content: the same, twice.
        let bytes = try TestMedia.bytes(scratch.file("b.ts"))
        _ = try scratch.write(bytes + bytes, "DCIM/100MEDIA/a.ts")
        _ = try scratch.write(bytes, "b.ts.part")
        _ = try scratch.write(bytes, "c.ts")
        _ = try scratch.write(Array("1".utf8), "b.SRT")
        let memory = Memory()
        let listener = try FolderListener(scratch.path, memory: memory)
        #expect(listener.wait { listener.files.count >= 2 && listener.source.counters["files_done_before"] == 1 })
        listener.stop()
        #expect(listener.files.map(\.path) == [scratch.file("DCIM/100MEDIA/a.ts"), scratch.file("b.ts")])
        #expect(listener.files.map(\.frames) == [200, 100])
        #expect(listener.files.allSatisfy { $0.error == nil })
        #expect(listener.files[1].sidecars == [scratch.file("b.SRT")])
        // c.ts is b.ts under another name.
        #expect(listener.source.counters["files_done"] == 2)
        #expect(listener.source.counters["frames"] == 300)
        let files = try #require(listener.source.files)
        #expect(files.done == 2 && files.waiting == 0 && files.growing == 0 && files.current == nil)

        let restarted = try FolderListener(scratch.path, memory: memory)
        #expect(restarted.wait { restarted.source.counters["files_done_before"] == 3 })
        restarted.stop()
        #expect(restarted.files.isEmpty)
    }

    @Test func `waits for a file that grows`() throws {
        let scratch = Scratch()
        try Self.recording(scratch, "whole.bin")
        let bytes = try TestMedia.bytes(scratch.file("whole.bin"))
        let listener = try FolderListener(scratch.path, memory: Memory(), settle: 0.6)
        let handle = try #require(
            { () -> FileHandle? in
                _ = FileManager.default.createFile(atPath: scratch.file("a.ts"), contents: nil)
                return FileHandle(forWritingAtPath: scratch.file("a.ts"))
            }())
        for step in 0..<8 {
            let part = bytes[(bytes.count * step / 8)..<(bytes.count * (step + 1) / 8)]
            try handle.write(contentsOf: Data(part))
            Thread.sleep(forTimeInterval: 0.2)
            #expect(listener.files.isEmpty)
            if step > 2 { #expect(listener.source.files?.growing == 1) }
        }
        try handle.close()
        #expect(listener.wait { listener.files.count == 1 })
        listener.stop()
        #expect(listener.files.first?.frames == 100)
    }

    @Test func `begins a file anew after a stop in its middle`() throws {
        let scratch = Scratch()
        try Self.recording(scratch, "a.ts")
        let memory = Memory()
        let first = try FolderListener(scratch.path, memory: memory) { source, count in
            if count == 30 { source.stop() }
        }
        #expect(first.waitForEnd())
        #expect(first.files.isEmpty && memory.all.isEmpty)
        let second = try FolderListener(scratch.path, memory: memory)
        #expect(second.wait { second.files.count == 1 })
        second.stop()
        #expect(second.files.first?.frames == 100)
    }

    @Test func `moves what was read, with its sidecars, and what cannot be read`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "card")
        try Self.recording(scratch, "card/a.ts")
        _ = try scratch.write([1], "card/a.klv")
        _ = try scratch.write(Array("no video at all".utf8), "card/bad.mp4")
        try Self.folder(scratch, "done/card")
        _ = try scratch.write([1], "done/card/a.ts")
        let listener = try FolderListener(scratch.path, memory: Memory(), after: .move)
        #expect(listener.wait { listener.files.count == 2 && listener.source.files?.growing == 0 })
        Thread.sleep(forTimeInterval: 0.3)
        listener.stop()
        let manager = FileManager.default
        // A name that is taken gets a number.
        #expect(manager.fileExists(atPath: scratch.file("done/card/a-2.ts")))
        #expect(manager.fileExists(atPath: scratch.file("done/card/a-2.klv")))
        #expect(manager.fileExists(atPath: scratch.file("failed/card/bad.mp4")))
        #expect(try manager.contentsOfDirectory(atPath: scratch.file("card")).isEmpty)
        #expect(listener.files.count == 2)
    }

    @Test func `moves nothing under a name that another's sidecar has`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "done")
        for name in ["done/a.klv", "a.ts", "a.klv"] { _ = try scratch.write([1], name) }
        #expect(FinishedFiles(root: scratch.path).move("a.ts", to: "done"))
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(left == ["done"])
        let moved = try FileManager.default.contentsOfDirectory(atPath: scratch.file("done"))
        #expect(moved.sorted() == ["a-2.klv", "a-2.ts", "a.klv"])
    }

    @Test func `moves sidecars with the recording, and not with a picture of its name`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "card")
        for name in ["card/A.JPG", "card/A.MP4", "card/A.SRT"] { _ = try scratch.write([1], name) }
        let finished = FinishedFiles(root: scratch.path)
        #expect(finished.move("card/A.JPG", to: "done"))
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.file("card"))
        #expect(left.sorted() == ["A.MP4", "A.SRT"])
        #expect(finished.move("card/A.MP4", to: "done"))
        let moved = try FileManager.default.contentsOfDirectory(atPath: scratch.file("done/card"))
        #expect(moved.sorted() == ["A.JPG", "A.MP4", "A.SRT"])
    }

    @Test func `counts the folders over the limit`() throws {
        let scratch = Scratch()
        for name in ["a", "b", "c"] {
            try Self.folder(scratch, name)
            _ = try scratch.write([1], name + "/1.ts")
        }
        var drop = DropFolder(settleSeconds: 0, limit: 100)
        var scan = FolderScan(root: scratch.path, options: FolderOptions(), limit: 2)
        for now in 0..<2 {
            try scan.look(&drop, now: Int64(now))
            #expect(scan.overLimit == 2 && drop.count == 1)
        }
    }

    @Test func `fails a file once, and tries it again when it changed`() throws {
        let scratch = Scratch()
        _ = try scratch.write(Array("no video at all".utf8), "a.mp4")
        let listener = try FolderListener(scratch.path, memory: Memory())
        #expect(listener.wait { listener.files.count == 1 })
        Thread.sleep(forTimeInterval: 1.5)
        #expect(listener.files.count == 1)
        let failure = try #require(listener.source.files?.failures.first)
        #expect(failure.file == "a.mp4" && !failure.reason.isEmpty)
        #expect(listener.source.counters["files_failed"] == 1)
        try Self.recording(scratch, "b.bin")
        try FileManager.default.removeItem(atPath: scratch.file("a.mp4"))
        try Self.copy(scratch, "b.bin", "a.mp4")
        #expect(listener.wait { listener.files.count == 2 })
        listener.stop()
        #expect(listener.files.last?.error == nil && listener.files.last?.frames == 100)
    }

    @Test func `outlives its own absence`() throws {
        let scratch = Scratch()
        let card = scratch.file("card")
        let listener = try FolderListener("folder://" + card, memory: Memory())
        #expect(listener.wait { listener.faults.count == 1 })
        try Self.folder(scratch, "card")
        try Self.recording(scratch, "card/a.ts")
        #expect(listener.wait { listener.files.count == 1 })
        try FileManager.default.moveItem(atPath: card, toPath: scratch.file("away"))
        #expect(listener.wait { listener.faults.count == 2 })
        Thread.sleep(forTimeInterval: 0.3)
        #expect(listener.faults.count == 2, "said once")
        try FileManager.default.moveItem(atPath: scratch.file("away"), toPath: card)
        #expect(listener.wait { listener.source.counters["files_done_before"] == 1 })
        listener.stop()
        #expect(listener.files.count == 1)
    }

    @Test func `a folder without permission is said and tried again`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "shut")
        try Self.recording(scratch, "a.ts")
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0], ofItemAtPath: scratch.file("shut"))
        defer { try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: scratch.file("shut")) }
        if (try? manager.contentsOfDirectory(atPath: scratch.file("shut"))) != nil {
            print("this user may look into every folder: the test of a folder without permission is passed over")
            return
        }
        let listener = try FolderListener(scratch.path, memory: Memory())
        #expect(listener.wait { listener.files.count == 1 && listener.source.counters["folders_unreadable"] == 1 })
        listener.stop()
    }

    @Test func `the pictures of one folder are one flight, and later ones another`() throws {
        let scratch = Scratch()
        try Self.folder(scratch, "100MEDIA")
        let jpeg = try StillPictures.jpeg()
        for index in 0..<6 {
            _ = try scratch.write(StillPictures.marked(jpeg, "T\(index * 2)"), "100MEDIA/\(9 - index).JPG")
        }
        _ = try scratch.write([1, 2, 3], "100MEDIA/bad.jpg")
        let memory = Memory()
        let listener = try FolderListener(scratch.path, memory: memory)
        #expect(listener.wait { listener.files.count == 2 })
        let flight = try #require(listener.files.last)
        #expect(flight.frames == 6 && flight.error == nil && flight.path == scratch.file("100MEDIA"))
        #expect(listener.files.first?.error?.contains("bad.jpg") == true)
        _ = try scratch.write(StillPictures.marked(jpeg, "T14"), "100MEDIA/later.JPG")
        #expect(listener.wait { listener.files.count == 3 })
        listener.stop()
        #expect(listener.files.last?.frames == 1)
        #expect(memory.all.count == 7)

        // Stopped in its middle, the flight is the same when more pictures have come.
        let again = Memory()
        let stopped = try FolderListener(scratch.path, memory: again) { source, count in if count == 3 { source.stop() }
        }
        #expect(stopped.waitForEnd() && again.all.isEmpty)
        let resumed = try FolderListener(scratch.path, memory: again, isWatched: false)
        #expect(resumed.waitForEnd())
        #expect(resumed.files.last?.content == flight.content)
        #expect(resumed.files.last?.frames == 7)
    }

    @Test func `with nothing in it that can be read is an error where it is not watched`() throws {
        let scratch = Scratch()
        _ = try scratch.write([1], "a.txt")
        var options = SourceOptions()
        options.folder.isWatched = false
        for path in [scratch.path, "folder://" + scratch.file("absent")] {
            let source = try makeSource(name: TestMedia.name, location: path, options: options, clock: SystemClock())
            #expect(throws: SourceError.self) { try source.run { _ in } }
        }
    }

    @Test func `takes a thousand files at once`() throws {
        let scratch = Scratch()
        let jpeg = try StillPictures.jpeg(width: 16, height: 16)
        for index in 0..<1000 {
            let picture = StillPictures.marked(jpeg, "T\(index % 50)")
            let isMade = FileManager.default.createFile(
                atPath: scratch.file("f\(100_000 + index).jpg"), contents: Data(picture))
            #expect(isMade)
        }
        var drop = DropFolder(settleSeconds: 0, limit: 100_000)
        var scan = FolderScan(root: scratch.path, options: FolderOptions())
        try scan.look(&drop, now: 0)
        #expect(drop.count == 1000 && drop.tally == (1000, 0))
        let listener = try FolderListener(scratch.path, memory: Memory(), isWatched: false)
        #expect(listener.waitForEnd(60))
        // Of pictures that are there twenty times, one counts.
        #expect(listener.files.map(\.frames) == [50])
        #expect(listener.source.counters["files_done"] == 1000)
    }
}
