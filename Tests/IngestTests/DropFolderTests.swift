import Testing

@testable import Ingest

@Suite struct `The files of a folder` {
    static let second: Int64 = 1_000_000_000

    static func entry(_ name: String, _ size: Int64 = 10, _ modified: Int64 = 1) -> DropFolder.Entry {
        DropFolder.Entry(name: name, size: size, modified: modified)
    }

    @Test(arguments: [
        ("a.mp4", DropFolder.Kind.recording), ("A.MOV", .recording), ("a.b.ts", .recording), ("DJI_0001.JPG", .picture),
        ("a.jpeg", .picture), ("a.mp4.part", .ignored), ("a.tmp", .ignored), (".a.mp4", .ignored), ("mp4", .ignored),
        (".mp4", .ignored), ("a.srt", .ignored), ("a.LRF", .ignored), ("a.", .ignored), ("", .ignored),
    ])
    func `are told apart by name`(name: String, kind: DropFolder.Kind) { #expect(DropFolder.kind(of: name) == kind) }

    @Test func `are taken once they did not change for long enough`() {
        var drop = DropFolder(settleSeconds: 5, limit: 100)
        drop.see([Self.entry("a.mp4", 10), Self.entry("empty.mp4", 0)], in: "", now: 0)
        #expect(drop.next() == nil)
        drop.see([Self.entry("a.mp4", 20), Self.entry("empty.mp4", 0)], in: "", now: 4 * Self.second)
        drop.see([Self.entry("a.mp4", 20, 2), Self.entry("empty.mp4", 0)], in: "", now: 6 * Self.second)
        drop.see([Self.entry("a.mp4", 20, 2), Self.entry("empty.mp4", 0)], in: "", now: 10 * Self.second)
        #expect(drop.next() == nil)
        #expect(drop.tally == (0, 2))
        drop.see([Self.entry("a.mp4", 20, 2), Self.entry("empty.mp4", 0)], in: "", now: 11 * Self.second)
        #expect(drop.next() == .recording("a.mp4"))
        #expect(drop.tally == (1, 1))
    }

    @Test func `are read although empty once they stayed so for long, and hold up no picture for ever`() {
        var drop = DropFolder(settleSeconds: 5, limit: 100)
        let entries = [Self.entry("a.jpg"), Self.entry("b.jpg", 0)]
        drop.see(entries, in: "", now: 0)
        drop.see(entries, in: "", now: 60 * Self.second - 1)
        #expect(drop.next() == nil)
        drop.see(entries, in: "", now: 60 * Self.second)
        #expect(drop.next() == .pictures(folder: "", ["a.jpg", "b.jpg"]))
        var once = DropFolder(settleSeconds: 0, limit: 100)
        once.see([Self.entry("b.jpg", 0)], in: "", now: 0)
        #expect(once.next() == .pictures(folder: "", ["b.jpg"]))
    }

    @Test func `are taken in the order of their paths, each once`() {
        var drop = DropFolder(settleSeconds: 0, limit: 100)
        drop.see([Self.entry("b.mp4"), Self.entry("c.ts")], in: "DCIM/100MEDIA", now: 0)
        drop.see([Self.entry("a.mkv"), Self.entry("z.mp4")], in: "", now: 0)
        var order: [DropFolder.Work] = []
        while let work = drop.next(), order.count < 10 {
            order.append(work)
            if case .recording(let path) = work { drop.settle([path], as: order.count == 2 ? .failed : .done) }
        }
        #expect(
            order == [
                .recording("DCIM/100MEDIA/b.mp4"), .recording("DCIM/100MEDIA/c.ts"), .recording("a.mkv"),
                .recording("z.mp4"),
            ])
        // A failed file is tried again when it changes, and not before.
        drop.see([Self.entry("b.mp4"), Self.entry("c.ts")], in: "DCIM/100MEDIA", now: 1)
        #expect(drop.next() == nil)
        drop.see([Self.entry("b.mp4"), Self.entry("c.ts", 11)], in: "DCIM/100MEDIA", now: 2)
        #expect(drop.next() == .recording("DCIM/100MEDIA/c.ts"))
    }

    @Test func `of pictures are one work once all of a folder are complete`() {
        var drop = DropFolder(settleSeconds: 5, limit: 100)
        drop.see([Self.entry("1.jpg"), Self.entry("2.jpg")], in: "a", now: 0)
        drop.see([Self.entry("1.jpg"), Self.entry("2.jpg"), Self.entry("3.jpg")], in: "a", now: 5 * Self.second)
        #expect(drop.next() == nil)
        #expect(drop.tally == (2, 1))
        drop.see([Self.entry("1.jpg"), Self.entry("2.jpg"), Self.entry("3.jpg")], in: "a", now: 10 * Self.second)
        #expect(drop.next() == .pictures(folder: "a", ["a/1.jpg", "a/2.jpg", "a/3.jpg"]))
        drop.settle(["a/1.jpg", "a/2.jpg", "a/3.jpg"], as: .done)
        #expect(drop.next() == nil)
    }

    @Test func `that are gone are forgotten, and taken again when they come back`() {
        var drop = DropFolder(settleSeconds: 0, limit: 100)
        drop.see([Self.entry("a.mp4")], in: "x", now: 0)
        drop.settle(["x/a.mp4"], as: .done)
        drop.keep { $0 != "x" }
        #expect(drop.count == 0)
        drop.see([Self.entry("a.mp4")], in: "x", now: 1)
        #expect(drop.next() == .recording("x/a.mp4"))
        drop.see([], in: "x", now: 2)
        #expect(drop.count == 0 && drop.next() == nil)
    }

    @Test func `that changed while they were read become complete anew`() {
        var drop = DropFolder(settleSeconds: 5, limit: 100)
        drop.see([Self.entry("a.mp4")], in: "", now: 0)
        drop.see([Self.entry("a.mp4")], in: "", now: 5 * Self.second)
        drop.reopen("a.mp4", now: 6 * Self.second)
        drop.see([Self.entry("a.mp4")], in: "", now: 7 * Self.second)
        #expect(drop.next() == nil && drop.isUnsettled(""))
        drop.see([Self.entry("a.mp4")], in: "", now: 11 * Self.second)
        #expect(drop.next() == .recording("a.mp4") && !drop.isUnsettled(""))
    }

    @Test func `are found one after the other without a look at all of them, twenty thousand of them`() {
        var drop = DropFolder(settleSeconds: 0, limit: 100_000)
        let names = (0..<10_000).map { "f\(100_000 + $0).mp4" }
        for folder in ["a", "b"] { drop.see(names.reversed().map { Self.entry($0) }, in: folder, now: 0) }
        let begin = ContinuousClock.now
        for (folder, name) in ["a", "b"].flatMap({ folder in names.map { (folder, $0) } }) {
            let path = folder + "/" + name
            guard drop.next() == .recording(path) else {
                Issue.record("\(path) is not the next")
                return
            }
            drop.settle([path], as: .done)
        }
        #expect(drop.next() == nil && drop.tally == (0, 0))
        #expect(ContinuousClock.now - begin < .seconds(5))
    }

    @Test func `that are done out of turn are passed over, and those that come back are in turn again`() {
        var drop = DropFolder(settleSeconds: 5, limit: 100)
        let entries = ["a.mp4", "b.mp4", "c.mp4", "d.jpg", "e.jpg"].map { Self.entry($0) }
        drop.see(entries, in: "", now: 0)
        drop.see(entries, in: "", now: 5 * Self.second)
        drop.settle(["b.mp4", "d.jpg"], as: .done)
        drop.reopen("a.mp4", now: 5 * Self.second)
        #expect(drop.next() == .recording("c.mp4") && drop.tally == (2, 1))
        drop.settle(["c.mp4"], as: .failed)
        #expect(drop.next() == .pictures(folder: "", ["e.jpg"]) && drop.tally == (1, 1))
        drop.see(entries, in: "", now: 10 * Self.second)
        #expect(drop.next() == .recording("a.mp4") && drop.tally == (2, 0))
        drop.reopen("e.jpg", now: 10 * Self.second)
        drop.settle(["a.mp4"], as: .done)
        #expect(drop.next() == nil && drop.tally == (0, 1))
    }

    @Test func `over the limit are counted and wait`() {
        var drop = DropFolder(settleSeconds: 0, limit: 1000)
        let names = (0..<10_000).map { "f\(100_000 + $0).mp4" }
        drop.see(names.map { Self.entry($0) }, in: "", now: 0)
        #expect(drop.count == 1000 && drop.overLimit == 9000)
        #expect(drop.next() == .recording("f100000.mp4"))
        drop.see(names[9500...].map { Self.entry($0) }, in: "", now: 1)
        #expect(drop.count == 500 && drop.overLimit == 0)
    }
}
