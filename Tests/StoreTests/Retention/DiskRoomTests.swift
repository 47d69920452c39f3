import Foundation
import Inspection
import Synchronization
import Testing

@testable import Store

struct DiskRoomTests {
    let place = Workspace()

    private func room(_ change: (inout DiskLadder.Options) -> Void = { _ in }, reserve: Int64 = 1 << 16) throws
        -> DiskRoom
    {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        var options = DiskLadder.Options()
        (options.clips, options.pictures, options.findings) = (0, 0, 0)
        change(&options)
        return DiskRoom(folder: place.path, options: options, reserve: reserve, clock: place.clock)
    }

    private var reserve: Int? {
        (try? FileManager.default.attributesOfItem(atPath: place.path + "/reserve")[.size] as? NSNumber)?.intValue
    }

    @Test func `while all is well something is kept back, and given free when findings are refused`() throws {
        let room = try room()
        room.look()
        #expect(reserve == 1 << 16 && room.figures.reserve == 1 << 16)
        room.failed(.clip, .full("x"))
        #expect(!room.takes(.clip) && room.takes(.picture) && room.takes(.finding))
        #expect(reserve != nil)
        room.failed(.finding, .full("x"))
        #expect(!room.takes(.finding) && reserve == nil)
        #expect(!room.isShort(of: .clip))
        // A trial goes well after a rest.
        room.look()
        #expect(room.level == .refusing)
        place.clock.advance(seconds: 3)
        room.look()
        #expect(room.level == .normal && room.takes(.clip))
        #expect(reserve == 1 << 16)
        #expect(!FileManager.default.fileExists(atPath: place.path + "/trial"))
    }

    @Test func `only a full disk counts as one`() throws {
        let room = try room()
        for kind in [StoreError.Kind.io, .damaged, .locked, .invalid] {
            room.failed(.finding, StoreError(kind: kind, description: "x"))
        }
        #expect(room.level == .normal)
    }

    @Test func `each change is told once`() throws {
        let told = Mutex<[DiskLadder.Change]>([])
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        let room = DiskRoom(folder: place.path, reserve: 0, clock: place.clock) { change in
            told.withLock { $0.append(change) }
        }
        room.failed(.picture, .full("x"))
        room.failed(.picture, .full("x"))
        room.failed(.clip, .full("x"))
        #expect(told.withLock { $0.map(\.to) } == [.withoutPictures])
    }

    /// A file system that is full is full for everybody, but for root's share of it: a small one in memory.
    @Test(.enabled(if: Workspace.mayMount, "mounting wants root"))
    func `a file system that fills up leads down, and up again when it is emptied`() throws {
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        try Workspace.run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", place.path)
        defer { try? Workspace.run("umount", "-l", place.path) }
        let room = DiskRoom(folder: place.path, reserve: 16 << 20, clock: place.clock)
        room.look()
        #expect(room.level == .normal && room.figures.reserve == 64 << 20 / 100)
        var levels: [DiskLadder.Level] = []
        for number in 0..<70 where room.level != .refusing {
            _ = FileManager.default.createFile(
                atPath: place.path + "/fill-\(number)", contents: Data(repeating: 1, count: 1 << 20))
            room.look()
            if levels.last != room.level { levels.append(room.level) }
        }
        #expect(levels == [.normal, .withoutClips, .withoutPictures, .refusing])
        for name in try FileManager.default.contentsOfDirectory(atPath: place.path) where name.hasPrefix("fill") {
            try FileManager.default.removeItem(atPath: place.path + "/" + name)
        }
        for _ in 0..<3 {
            place.clock.advance(seconds: 10)
            room.look()
        }
        #expect(room.level == .normal && room.figures.reserve > 0)
    }
}

extension Workspace {
    static var mayMount: Bool {
        let folder = FileManager.default.temporaryDirectory.path + "/mount-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard (try? run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)) != nil else { return false }
        try? run("umount", "-l", folder)
        return true
    }

    private struct Failed: Error {}

    static func run(_ words: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed() }
    }
}
