import Foundation
import Inspection
import Testing

@testable import Evidence

struct RemovalTests {
    let place: Workspace
    let folder: EvidenceFolder
    let time = UTCTime(microseconds: 1_755_000_000_000_000)

    init() throws {
        place = try Workspace()
        folder = try EvidenceFolder(in: place.path)
    }

    private func keep(_ text: String, _ kind: EvidenceItem.Kind, _ type: String) async throws -> EvidenceItem {
        try await folder.keep(Array(text.utf8), kind: kind, mediaType: type, capturedAt: time)
    }

    private func all() async -> [StoredFile] {
        var files: [StoredFile] = []
        for part in 0..<folder.parts { files += await folder.files(inPart: part).files }
        return files
    }

    @Test func `every file is found in its part, with its size and what it is`() async throws {
        let picture = try await keep("picture", .picture, "image/jpeg")
        let clip = try await keep("a clip", .clip, "video/mp4")
        let metadata = try await keep("klv", .metadata, "application/smpte336m")
        try Data("x".utf8).write(to: URL(fileURLWithPath: place.path + "/evidence/README"))
        let files = await all()
        #expect(Set(files.map(\.sha256)) == Set([picture, clip, metadata].map(\.sha256)))
        #expect(files.first { $0.kind == .clip }?.bytes == 6)
        #expect(files.allSatisfy { $0.written.microseconds > time.microseconds })
        #expect(await folder.files(inPart: -1).files.isEmpty)
        #expect(await folder.files(inPart: 256).files.isEmpty)
        #expect(folder.netBytes == [.picture: 7, .clip: 6, .metadata: 3])
        var net: Int64 = 0
        for part in 0..<folder.parts { net += await folder.files(inPart: part).netBytes.values.reduce(0, +) }
        #expect(net == 16)
    }

    @Test func `a whole file in place of a damaged one counts once`() async throws {
        let item = try await keep("picture", .picture, "image/jpeg")
        let path = try #require(await folder.path(of: item.sha256))
        try Data("pictuRe".utf8).write(to: URL(fileURLWithPath: path))
        _ = try await keep("picture", .picture, "image/jpeg")
        #expect(await all().map(\.bytes) == [7])
        #expect(folder.netBytes[.picture] == 7)
    }

    @Test func `what is kept twice counts once, and what goes counts no more`() async throws {
        let item = try await keep("picture", .picture, "image/jpeg")
        #expect(try await folder.remove(item.sha256) == 7)
        #expect(try await folder.remove(item.sha256) == nil)
        #expect(folder.netBytes[.picture] == 0)
        _ = try await keep("picture", .picture, "image/jpeg")
        _ = try await keep("picture", .picture, "image/jpeg")
        #expect(folder.netBytes[.picture] == 7)
    }

    @Test func `what was kept again a moment ago is not taken from the row that is about to name it`() async throws {
        let item = try await keep("picture", .picture, "image/jpeg")
        _ = try await keep("picture", .picture, "image/jpeg")
        await #expect {
            try await folder.remove(item.sha256)
        } throws: {
            ($0 as? StoreError)?.kind == .locked
        }
        #expect(await folder.path(of: item.sha256) != nil)
        #expect(try await folder.remove(item.sha256, sparesRecent: false) == 7)
    }

    @Test func `the chain is asked which files it names`() async throws {
        #expect(await folder.sealed(among: ["a"]) == [])
        try FileManager.default.createDirectory(atPath: place.path + "/chain", withIntermediateDirectories: true)
        let (one, two) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
        let lines = "{\"evidence\":[{\"sha256\":\"\(one)\"}]}\n{\"kind\":\"removed\",\"sha256\":\"\(two)\"}"
        try Data(lines.utf8).write(to: URL(fileURLWithPath: place.path + "/chain/00000001.ndjson"))
        let asked: Set<String> = [one, two, String(repeating: "c", count: 64)]
        #expect(await folder.sealed(among: asked) == [one, two])
    }
}
