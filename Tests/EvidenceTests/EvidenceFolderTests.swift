import Foundation
import Inspection
import Synchronization
import Testing

@testable import Evidence

/// A directory of its own for each test, removed afterwards.
final class Workspace {
    let path = FileManager.default.temporaryDirectory.path + "/evidence-test-\(UUID().uuidString)"
    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct EvidenceFolderTests {
    let place: Workspace
    let folder: EvidenceFolder
    let time = UTCTime(microseconds: 1_755_000_000_000_000)
    /// Source: FIPS 180-4 example, SHA-256 of "abc".
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    init() throws {
        place = try Workspace()
        folder = try EvidenceFolder(in: place.path)
    }

    private func keepABC() async throws -> EvidenceItem {
        try await folder.keep(Array("abc".utf8), kind: .picture, mediaType: "image/jpeg", capturedAt: time)
    }

    @Test func `a file lies under its hash`() async throws {
        let item = try await keepABC()
        #expect(
            item
                == EvidenceItem(
                    sha256: abc, kind: .picture, mediaType: "image/jpeg", bytes: 3, capturedAt: time, redacted: false))
        let path = try #require(await folder.path(of: abc))
        #expect(path == place.path + "/evidence/ba/78/\(abc).jpg")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("abc".utf8))
        #expect(await folder.path(of: abc.uppercased()) == path)
        #expect(try await folder.verify(abc))
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/evidence/incoming").isEmpty)
    }

    @Test func `the same bytes are written once, whatever they are called`() async throws {
        _ = try await keepABC()
        let path = try #require(await folder.path(of: abc))
        let before = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        _ = try await keepABC()
        _ = try await folder.keep(Array("abc".utf8), kind: .metadata, mediaType: "application/json", capturedAt: time)
        let after = try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? NSNumber
        #expect(before == after)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/evidence/ba/78").count == 1)
    }

    @Test(arguments: ["", "abd", "abcd"])
    func `a file whose bytes changed is found out, and replaced by the true ones`(_ damage: String) async throws {
        _ = try await keepABC()
        let path = try #require(await folder.path(of: abc))
        try Data(damage.utf8).write(to: URL(fileURLWithPath: path))
        #expect(try await !folder.verify(abc))
        #expect(await folder.path(of: abc) == nil)
        #expect(folder.damagedFiles == 1)
        _ = try await keepABC()
        #expect(try await folder.verify(abc))
        #expect(await folder.path(of: abc) == path)
    }

    @Test func `a damaged file is told of once, and again when it was well in between`() async throws {
        let told = Mutex<[EvidenceFault]>([])
        let folder = try EvidenceFolder(in: place.path) { fault in told.withLock { $0.append(fault) } }
        let item = try await folder.keep(
            Array("abc".utf8), kind: .picture, mediaType: "image/jpeg", capturedAt: time)
        let path = try #require(await folder.path(of: item.sha256))
        #expect(await folder.fault(of: abc) == nil && told.withLock { $0.isEmpty })
        let fault = EvidenceFault(sha256: abc, path: path, kind: .damaged)
        for round in 1...2 {
            for damage in ["abd", "abcd"] {
                try Data(damage.utf8).write(to: URL(fileURLWithPath: path))
                for _ in 0..<3 {
                    #expect(await folder.path(of: abc) == nil)
                    #expect(await folder.fault(of: abc) == fault)
                }
            }
            #expect(told.withLock { $0 } == Array(repeating: fault, count: round) && folder.damagedFiles == round)
            try Data("abc".utf8).write(to: URL(fileURLWithPath: path))
            #expect(await folder.path(of: abc) == path)
            #expect(await folder.fault(of: abc) == nil)
        }
        _ = try await folder.remove(abc, sparesRecent: false)
        #expect(await folder.fault(of: abc) == nil)
        #expect(told.withLock { $0.count } == 2)
    }

    @Test func `a file that cannot be read is told of with the reason, and is not called damaged`() async throws {
        let told = Mutex<[EvidenceFault]>([])
        let folder = try EvidenceFolder(in: place.path) { fault in told.withLock { $0.append(fault) } }
        _ = try await keepABC()
        let path = place.path + "/evidence/ba/78/\(abc).jpg"
        // A folder of that name cannot be read by anybody.
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for _ in 0..<2 { #expect(await folder.path(of: abc) == nil) }
        let faults = told.withLock { $0 }
        #expect(faults.count == 1 && folder.damagedFiles == 0)
        guard case .unreadable(let reason)? = faults.first?.kind else {
            Issue.record("\(faults)")
            return
        }
        #expect(!reason.isEmpty)
        #expect(await folder.fault(of: abc) == faults.first)
        #expect(await folder.fault(of: "none") == nil)
    }

    @Test(arguments: [
        "", "abc", "../../../../etc/passwd", String(repeating: "g", count: 64), String(repeating: "a", count: 63),
        String(repeating: "a", count: 65), String(repeating: "/", count: 64), String(repeating: "é", count: 32),
    ])
    func `what is not a hash has no path`(_ text: String) async throws {
        #expect(await folder.path(of: text) == nil)
        await #expect { _ = try await folder.verify(text) } throws: { ($0 as? StoreError)?.kind == .invalid }
    }

    @Test func `an unknown hash has no file`() async throws {
        let unknown = String(repeating: "0", count: 64)
        #expect(await folder.path(of: unknown) == nil)
        await #expect { _ = try await folder.verify(unknown) } throws: { ($0 as? StoreError)?.kind == .notFound }
    }

    @Test func `what a crash left half-written is removed at the start, and nothing else`() async throws {
        _ = try await keepABC()
        let incoming = place.path + "/evidence/incoming/"
        try Data("half".utf8).write(to: URL(fileURLWithPath: incoming + "1-\(abc)"))
        try Data().write(to: URL(fileURLWithPath: incoming + ".dat.nosync1234"))
        let again = try EvidenceFolder(in: place.path)
        #expect(again.leftoversRemoved == 2)
        #expect(try FileManager.default.contentsOfDirectory(atPath: incoming).isEmpty)
        #expect(try await again.verify(abc))
    }

    @Test func `a path is told while another file waits for the disk`() async throws {
        _ = try await keepABC()
        let other = try await folder.keep(
            Array("other".utf8), kind: .picture, mediaType: "image/jpeg", capturedAt: time)
        let path = try #require(await folder.path(of: abc))
        let slow = place.path + "/evidence/ba/78/" + abc + ".jpg"
        try FileManager.default.removeItem(atPath: path)
        // Whoever reads a pipe waits for its writer.
        let isMade = unsafe mkfifo(slow, 0o600) == 0
        try #require(isMade)
        Thread.detachNewThread {
            Thread.sleep(forTimeInterval: 4)
            try? FileHandle(forWritingAtPath: slow)?.close()
        }
        let kept = Task { [folder, time] in
            try await folder.keep(Array("abc".utf8), kind: .picture, mediaType: "image/jpeg", capturedAt: time)
        }
        try await Task.sleep(for: .milliseconds(300))
        let begin = ContinuousClock.now
        #expect(await folder.path(of: other.sha256) != nil)
        #expect(ContinuousClock.now - begin < .seconds(3))
        _ = try await kept.value
        #expect(try await folder.verify(abc))
    }

    @Test func `many at once are all kept`() async throws {
        try await withThrowingTaskGroup(of: Void.self) { [folder, time] group in
            for number in 0..<100 {
                group.addTask {
                    let bytes = Array("picture \(number % 40)".utf8)
                    let item = try await folder.keep(bytes, kind: .picture, mediaType: "image/png", capturedAt: time)
                    #expect(try await folder.verify(item.sha256))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func `a folder that cannot be written says so`() async throws {
        try Data().write(to: URL(fileURLWithPath: place.path + "/evidence/ba"))
        await #expect { _ = try await keepABC() } throws: { ($0 as? StoreError)?.kind == .invalid }
        #expect(throws: StoreError.self) { try EvidenceFolder(in: "/dev/null") }
    }

    @Test(arguments: [(EACCES, StoreError.Kind.unreadable), (ENOSPC, .full), (ENOTDIR, .invalid), (EIO, .io)])
    func `an error of the file system means the same to evidence and database`(code: Int32, kind: StoreError.Kind) {
        let posix = NSError(domain: NSPOSIXErrorDomain, code: Int(code))
        let cocoa = NSError(
            domain: NSCocoaErrorDomain, code: CocoaError.fileWriteUnknown.rawValue,
            userInfo: [NSUnderlyingErrorKey: posix])
        #expect(StoreError("write", "x", posix).kind == kind && StoreError("write", "x", cocoa).kind == kind)
    }

    @Test(.enabled(if: FileManager.default.isWritableFile(atPath: "/dev/full")))
    func `a full disk is transient`() throws {
        let error = #expect(throws: StoreError.self) {
            let file = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            do { try file.write(contentsOf: Data([1])) } catch { throw StoreError("write", "x", error) }
        }
        #expect(error?.kind == .full && error?.isTransient == true)
    }
}

struct ContentIDsTests {
    let ids = ContentIDs()
    let time = UTCTime(microseconds: 1_755_000_000_123_999)

    @Test func `the same parts give the same id, at the time's millisecond`() {
        let id = ids.uuid(at: time, of: ["gw", "content", "rule", "1"])
        #expect(id == ids.uuid(at: time, of: ["gw", "content", "rule", "1"]))
        #expect(id.milliseconds == 1_755_000_000_123)
        #expect(UUIDv7(id.description) == id)
    }

    @Test(arguments: [[], [""], ["", ""], ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""]] as [[String]])
    func `lists that differ give ids that differ`(_ parts: [String]) {
        for other in [[], [""], ["", ""], ["ab", "c"], ["a", "bc"], ["abc"], ["abc", ""]] where other != parts {
            #expect(ids.uuid(at: time, of: parts) != ids.uuid(at: time, of: other))
        }
    }

    /// Source: SHA-256 of 8 zero bytes but the last 3, then "abc", worked out with coreutils.
    @Test func `the bits are those of the hash`() {
        let id = ids.uuid(at: time, of: ["abc"])
        let hash: (UInt64, UInt64) = (0xc3494ca1a2cf8eeb, 0x8a11ded316fb55b8)
        #expect(id == UUIDv7(milliseconds: 1_755_000_000_123, randomness: hash))
    }

    @Test(arguments: [(-1, 0), (Int64.min, 0), (0, 0), (Int64.max, 0xFFFF_FFFF_FFFF)] as [(Int64, UInt64)])
    func `times off the range are clamped`(_ microseconds: Int64, _ milliseconds: UInt64) {
        #expect(ids.uuid(at: UTCTime(microseconds: microseconds), of: ["a"]).milliseconds == milliseconds)
    }
}
