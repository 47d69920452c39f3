import Delivery
import Foundation
import Glibc
import Inspection

/// What delivery alone does a second, from an outbox in memory: messages, signatures, transfers and the
/// order among them, without the store. Held against `curl --parallel` as ``ForwardFigures`` is.
struct TransferFigures {
    var scratch: String
    var count: Int

    func report() async throws -> [String] {
        let folder = scratch + "/transfer"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let receiver = try LocalReceiver(folder: folder)
        defer { receiver.stop() }
        let outbox = try MemoryOutbox(count: count)
        let drain = try ForwardFigures.drain(outbox, to: receiver.port)
        let begin = ContinuousClock.now
        let cpu = clock()
        let run = Task { await drain.run() }
        while await outbox.delivered < count { try await Task.sleep(for: .milliseconds(5)) }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let spent = Double(clock() - cpu) / Double(CLOCKS_PER_SEC) / Double(count) * 1e6
        run.cancel()
        await run.value
        let theirs = try receiver.curl(bytes: MemoryOutbox.featureBytes + 150, count: count)
        return [
            String(format: "%.1f µs of processor time a report", spent),
            Figure(
                name: "forward: reports to a receiver, from memory", unit: "1/s", ours: Double(count) / seconds,
                anchor: theirs,
                anchorName: "curl --parallel --parallel-max \(ForwardFigures.parallel), one body from a file",
                better: .more
            ).line,
        ]
    }
}

/// Hands out findings of one length one after another, and counts the answers.
private actor MemoryOutbox: Outbox {
    static let featureBytes = 1160

    private let count: Int
    private let destination: Name
    private let feature: [UInt8]
    private var leased = 0
    private(set) var delivered = 0

    init(count: Int) throws {
        guard let destination = Name("platform") else { throw BenchError("names") }
        self.count = count
        self.destination = destination
        let text = #"{"type":"Feature","properties":{"last_seen":"2026-08-20T03:04:07.000000Z","title":""#
        feature =
            Array(text.utf8) + Array(repeating: 97, count: Self.featureBytes - text.utf8.count - 3) + Array("\"}}".utf8)
    }

    func lease(
        _ destination: Name, limit: Int, now: UTCTime, until: UTCTime
    ) async throws(StoreError) -> [OwedDelivery] {
        let numbers = leased..<min(leased + max(limit, 0), count)
        leased = numbers.upperBound
        return numbers.map { number in
            OwedDelivery(
                destination: self.destination, finding: SampleFinding.id(UInt64(number)), revision: 1,
                lease: Int64(number), attempts: 0, feature: feature, evidence: [])
        }
    }

    func settle(_ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime) async throws(StoreError) -> Bool {
        count([Settlement(delivery, outcome)])
        return true
    }

    func settle(_ settlements: [Settlement], now: UTCTime) async throws(StoreError) -> [Bool] {
        // As long as a write to a disk takes, so that as many answers go into one.
        try? await Task.sleep(for: .milliseconds(2))
        count(settlements)
        return Array(repeating: true, count: settlements.count)
    }

    private func count(_ settlements: [Settlement]) {
        for case .delivered in settlements.lazy.map(\.outcome) { delivered += 1 }
    }

    func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? { nil }
    func books() async throws(StoreError) -> [Book] { [] }
}
