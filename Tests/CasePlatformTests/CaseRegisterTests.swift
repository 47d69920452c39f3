import Foundation
import HTTPTypes
import Testing

@testable import CasePlatform

@Suite(.timeLimit(.minutes(1)))
struct CaseRegisterTests {
    private func report(_ id: String, revision: Int = 1) throws -> CaseReport {
        try CaseReport.read(Array(reportBody(id, revision: revision).utf8)).get()
    }

    private func take(_ register: inout CaseRegister, _ id: String, key: String, at: Double = 0) throws {
        guard case .take(let event, _) = register.decide(try report(id), key: key, payload: key, at: at, year: 2026)
        else {
            Issue.record("\(id) was not taken")
            return
        }
        register.apply(event)
    }

    @Test func `full is said before the limits are passed, and known cases still go on`() throws {
        var register = CaseRegister(limits: .init(cases: 1, keys: 2))
        try take(&register, "a", key: "1")
        #expect(register.decide(try report("b"), key: "2", payload: "2", at: 0, year: 2026) == .full)
        try take(&register, "a", key: "2")
        #expect(register.decide(try report("a"), key: "3", payload: "3", at: 0, year: 2026) == .full)
        #expect(register.cases.map(\.number) == ["LX-2026-000001"])
    }

    @Test func `cases advance by the ordinary stages and stop at the end`() throws {
        var register = CaseRegister()
        try take(&register, "a", key: "1", at: 0)
        try take(&register, "b", key: "2", at: 9)
        register.apply(.stage(number: "LX-2026-000002", stage: .rejected, at: 9))
        var stages: [CaseStage] = []
        for time in stride(from: 10.0, through: 100, by: 10) {
            for event in register.advances(stageSince: time - 10, at: time, limit: 10) { register.apply(event) }
            stages.append(try #require(register.find(externalID: "a")).stage)
        }
        #expect(Array(stages.prefix(7)) == [.accepted, .dispatched, .handling, .fedBack, .checking, .closed, .closed])
        #expect(register.find(externalID: "b")?.stage == .rejected)
        #expect(register.advances(stageSince: 1e9, at: 1e9, limit: 10).isEmpty)
    }

    @Test func `the feed of changes stays small and whole over many changes`() {
        var feed = ChangeFeed()
        for round in 0..<5000 { _ = feed.append(round % 7) }
        let page = feed.page(after: 0, limit: 100)
        #expect(page.items.sorted() == Array(0..<7) && !page.more && page.last == 5000)
        #expect(feed.page(after: 4999, limit: 100).items == [4999 % 7])
        #expect(feed.page(after: 5000, limit: 100).items.isEmpty)
        #expect(feed.page(after: Int.max, limit: 100).last == 5000)
        let first = feed.page(after: 0, limit: 3)
        #expect(first.items.count == 3 && first.more)
    }

    @Test func `a journal read again gives the same register; a torn end and a damaged line cost only themselves`()
        async throws
    {
        let path = NSTemporaryDirectory() + "journal-\(UUID()).ndjson"
        defer {
            try? FileManager.default.removeItem(atPath: path)
            try? FileManager.default.removeItem(atPath: path + ".attachments")
        }
        var options = CasePlatformOptions()
        options.journal = path
        let hash = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        var caller = try RouterCaller(options)
        _ = try await caller.call(.put, "/v1/attachments/\(hash)", "hello", ["Content-Type": "image/png"])
        let body = reportBody("a", attachments: [hash], jurisdiction: #"{"departments":[{"zh":"城管"}]}"#)
        let first = try await caller.report(body, key: "a-1")
        _ = try await caller.report(reportBody("b"), key: "b-1")
        _ = try await caller.desk.move(try #require(first.member("case_number")), to: .handling, now: Date())
        let before = await caller.desk.newest(10)
        let cursor = try #require(await caller.desk.changes(after: nil, limit: 10)).cursor

        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"nothing\":1}\n{\"report\":{\"key\":\"torn".utf8))
        try handle.close()

        caller = try RouterCaller(options)
        #expect(await caller.desk.newest(10) == before)
        #expect(await caller.desk.summary.damagedJournalLines == 1)
        #expect(await caller.desk.find(externalID: "a")?.jurisdiction?.departments?.first?.zh == "城管")
        #expect(try await caller.report(body, key: "a-1").text == first.text)
        #expect(try await caller.call(.get, "/attachments/\(hash)").text == "hello")
        #expect(try #require(await caller.desk.changes(after: cursor, limit: 10)).cases.isEmpty)
        #expect(
            try await caller.report(reportBody("c"), key: "c-1").member("case_number")?.hasSuffix("-000003") == true)

        caller = try RouterCaller(options)
        #expect(await caller.desk.summary.cases == 3)
    }

    @Test func `an event that the disk had no room for costs only itself`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "journal-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        guard getuid() == 0, try run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) else {
            print("left out: a small disk cannot be mounted here")
            return
        }
        defer { _ = try? run("umount", "-l", folder) }
        let journal = try CaseJournal.open(folder + "/cases").journal
        let filler = URL(fileURLWithPath: folder + "/filler")
        try Data().write(to: filler)
        let filling = try FileHandle(forUpdating: filler)
        try journal.append(.began(life: "first"))
        #expect(throws: (any Error).self) { try filling.write(contentsOf: Data(count: 128 << 10)) }
        // Longer than what is left of the page that the journal has.
        #expect(throws: CasePlatformError.self) {
            try journal.append(.began(life: String(repeating: "x", count: 8192)))
        }
        try filling.truncate(atOffset: 0)
        try journal.append(.began(life: "second"))
        let read = try CaseJournal.open(folder + "/cases")
        #expect(read.events == [.began(life: "first"), .began(life: "second")] && read.damaged == 0)
    }

    /// True when the program said so.
    private func run(_ program: String, _ arguments: String...) throws -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    @Test func `a journal that cannot be opened is said`() {
        var options = CasePlatformOptions()
        options.journal = "/proc/nowhere/journal"
        #expect(throws: CasePlatformError.self) { try CasePlatformServer(options: options) }
    }

    @Test func `options that cannot be meant are refused`() {
        for change in [
            { $0.port = 70_000 }, { $0.cruelty.failRate = 2 }, { $0.cruelty.dropRate = .nan },
            { $0.callback = .init(url: "https://x", secret: "whsec_") },
            { $0.callback = .init(url: "http://x", secret: "x") },
        ] as [(inout CasePlatformOptions) -> Void] {
            var options = CasePlatformOptions()
            change(&options)
            #expect(throws: CasePlatformError.self) { try CasePlatformServer(options: options) }
        }
    }

    @Test func `the same seed gives the same fates, in the shares asked for`() {
        let cruelty = Cruelty(failRate: 0.3, dropRate: 0.3)
        var first = SeededRandom(seed: 5)
        var second = SeededRandom(seed: 5)
        let fates = (0..<2000).map { _ in cruelty.fate(using: &first) }
        #expect(fates == (0..<2000).map { _ in cruelty.fate(using: &second) })
        #expect((500...700).contains(fates.filter { $0 == .failed }.count))
        #expect((340...500).contains(fates.filter { $0 == .dropped }.count))
    }
}
