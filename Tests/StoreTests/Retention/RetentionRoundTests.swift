import Inspection
import Testing

@testable import Store

struct RetentionRoundTests {
    static let now = UTCTime(microseconds: 1_755_000_000_000_000)
    static let day: Int64 = 86_400_000_000

    private static func file(
        _ number: Int, _ kind: EvidenceItem.Kind, _ standing: Standing = .settled, days: Int64 = 1, bytes: Int64 = 100
    ) -> KeptFile {
        KeptFile(
            sha256: item(number).sha256, kind: kind, bytes: bytes,
            capturedAt: now.advanced(byMicroseconds: -days * day), standing: standing)
    }

    /// Drives a round over files in memory, some at a time.
    private static func run(
        _ policy: RetentionPolicy, _ files: [KeptFile], free: Int64? = nil, page: Int = 2
    ) -> (removals: [Removal], missing: Int64) {
        var bytes: [EvidenceClass: Int64] = [:]
        for file in files { bytes[EvidenceClass(file.kind), default: 0] += file.bytes }
        var round = RetentionRound(policy, .init(bytes: bytes, free: free), now: now)
        var removals: [Removal] = []
        var turns = 0
        while let wanted = round.wanted, turns < 1000 {
            turns += 1
            let sorted = files.filter { $0.kind == wanted.kind }.sorted {
                ($0.capturedAt.microseconds, $0.sha256) < ($1.capturedAt.microseconds, $1.sha256)
            }
            let rest = sorted.filter { file in
                guard let after = wanted.after else { return true }
                return (file.capturedAt.microseconds, file.sha256) > (after.capturedAt.microseconds, after.sha256)
            }
            let part = Array(rest.prefix(page))
            let next = part.last.map { KeptFile.Cursor(capturedAt: $0.capturedAt, sha256: $0.sha256) }
            removals += round.take(part, next: part.count < page ? nil : next)
        }
        #expect(turns < 1000)
        return (removals, round.missing)
    }

    @Test func `within its limits nothing goes`() {
        let files = [Self.file(1, .clip), Self.file(2, .picture)]
        let policy = RetentionPolicy(limits: [.clips: .init(bytes: 100, age: .seconds(2 * 86_400))], room: 1000)
        let result = Self.run(policy, files, free: 1000)
        #expect(result.removals.isEmpty && result.missing == 0)
    }

    @Test func `what is too old goes, oldest first, if nobody is owed it`() {
        let files = [
            Self.file(1, .clip, days: 9), Self.file(2, .clip, days: 8), Self.file(3, .clip, days: 2),
            Self.file(4, .clip, .owed, days: 9), Self.file(5, .clip, .inCase, days: 9),
            Self.file(6, .clip, .held, days: 9), Self.file(7, .picture, days: 99),
        ]
        let policy = RetentionPolicy(limits: [.clips: .init(age: .seconds(5 * 86_400))])
        let result = Self.run(policy, files)
        #expect(result.removals.map(\.file.sha256) == [1, 2].map { item($0).sha256 })
        #expect(result.removals.allSatisfy { $0.reason == .age })
    }

    @Test func `over its quota a class gives what is settled before what is of an open case before what is owed`() {
        let files = [
            Self.file(1, .clip, .owed, days: 9), Self.file(2, .clip, .inCase, days: 8), Self.file(3, .clip, days: 7),
            Self.file(4, .clip, days: 6), Self.file(5, .clip, .held, days: 10), Self.file(6, .picture, days: 99),
        ]
        for (bytes, expected) in [(400, [3]), (300, [3, 4]), (200, [3, 4, 2]), (100, [3, 4, 2, 1])] {
            let policy = RetentionPolicy(limits: [.clips: .init(bytes: Int64(bytes))])
            let result = Self.run(policy, files)
            #expect(result.removals.map(\.file.sha256) == expected.map { item($0).sha256 })
            #expect(result.removals.allSatisfy { $0.reason == .quota } && result.missing == 0)
        }
        // What is held stays, and it is said.
        let none = RetentionPolicy(limits: [.clips: .init(bytes: 0)])
        #expect(Self.run(none, files).missing == 100)
    }

    @Test func `a picture of a finding that is owed never goes, nor one that is held`() {
        let files = [
            Self.file(1, .picture, .owed, days: 900), Self.file(2, .thumbnail, .owed, days: 900),
            Self.file(3, .picture, .held, days: 900), Self.file(4, .picture, .inCase),
        ]
        let policy = RetentionPolicy(
            limits: [.pictures: .init(bytes: 0, age: .seconds(1))], room: 1 << 40)
        let result = Self.run(policy, files, free: 0)
        #expect(result.removals.map(\.file.sha256) == [item(4).sha256])
        #expect(result.missing > 0)
    }

    @Test func `for want of room clips go before pictures before metadata`() {
        let files = [
            Self.file(1, .metadata, days: 9), Self.file(2, .picture, days: 9), Self.file(3, .thumbnail, days: 9),
            Self.file(4, .clip, days: 1), Self.file(5, .clip, .owed, days: 3), Self.file(6, .picture, .owed, days: 9),
        ]
        let policy = RetentionPolicy(room: 1000)
        for (free, expected) in [
            (900, [4]), (800, [4, 5]), (700, [4, 5, 2]), (600, [4, 5, 2, 3]), (0, [4, 5, 2, 3, 1]),
        ] {
            let result = Self.run(policy, files, free: Int64(free))
            #expect(result.removals.map(\.file.sha256) == expected.map { item($0).sha256 }, "\(free)")
            #expect(result.removals.allSatisfy { $0.reason == .space })
        }
    }

    @Test func `what goes for its age counts for the quota and the room`() {
        let files = [Self.file(1, .clip, days: 9, bytes: 500), Self.file(2, .clip, days: 1, bytes: 500)]
        let policy = RetentionPolicy(limits: [.clips: .init(bytes: 600, age: .seconds(5 * 86_400))], room: 400)
        let result = Self.run(policy, files, free: 0)
        #expect(result.removals == [Removal(files[0], .age)])
    }

    @Test func `before the folder was looked through quotas wait, and room does not`() {
        let policy = RetentionPolicy(limits: [.clips: .init(bytes: 0)], room: 10)
        #expect(RetentionRound(policy, .init(bytes: nil, free: nil), now: Self.now).wanted == nil)
        #expect(RetentionRound(policy, .init(bytes: nil, free: 9), now: Self.now).wanted?.kind == .clip)
    }

    @Test func `whatever there is, the order holds and nothing goes that must not`() {
        var random = Seeded(state: 3)
        for _ in 0..<300 {
            let files = (0..<Int.random(in: 0...30, using: &random)).map { number in
                Self.file(
                    number, EvidenceItem.Kind.allCases.randomElement(using: &random) ?? .clip,
                    Standing.allCases.randomElement(using: &random) ?? .held,
                    days: Int64.random(in: 0...20, using: &random), bytes: Int64.random(in: 0...300, using: &random))
            }
            let policy = RetentionPolicy(
                limits: [
                    .clips: .init(bytes: Int64.random(in: 0...2000, using: &random)),
                    .pictures: .init(age: .seconds(Int64.random(in: 0...20, using: &random) * 86_400)),
                ], room: Int64.random(in: 0...3000, using: &random))
            let result = Self.run(policy, files, free: Int64.random(in: 0...3000, using: &random), page: 3)
            #expect(Set(result.removals.map(\.file.sha256)).count == result.removals.count)
            for removal in result.removals {
                #expect(removal.file.standing < .held)
                if removal.file.standing == .owed { #expect(EvidenceClass(removal.file.kind) != .pictures) }
                if removal.reason == .age { #expect(removal.file.standing == .settled) }
            }
            let order = result.removals.filter { $0.reason == .space }.map {
                (EvidenceClass.allCases.firstIndex(of: EvidenceClass($0.file.kind)) ?? 0, $0.file.standing.rawValue)
            }
            #expect(zip(order, order.dropFirst()).allSatisfy { $0 <= $1 })
        }
    }
}
