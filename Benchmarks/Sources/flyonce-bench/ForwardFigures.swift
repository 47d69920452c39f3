import Curl
import Delivery
import Foundation
import Inspection
import Store

/// Reports a second from a durable outbox to a receiver on this machine, every answer written down; held against
/// `curl --parallel` with a body of the same size to the same receiver, which keeps nothing. And what the memory does while a
/// long backlog goes out.
struct ForwardFigures {
    static let parallel = 50

    /// On the disk to be measured; removed afterwards.
    var scratch: String
    var count: Int
    /// Without the anchor, with a line a second on memory.
    var isBacklog = false

    func report() async throws -> [String] {
        let folder = scratch + "/forward"
        try? FileManager.default.removeItem(atPath: folder)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let receiver = try LocalReceiver(folder: folder)
        defer { receiver.stop() }
        let directory = try StateDirectory(path: folder + "/state")
        defer { directory.release() }
        let store = try FindingDatabase.open(in: directory, clock: BenchClock())
        let bytes = try await fill(store)
        var lines: [String] = []
        let begin = ContinuousClock.now
        let memory = try await drain(store, to: receiver.port)
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let books = try await store.books()
        try await store.close()
        let delivered = books.first?.delivered ?? 0
        try BenchError.check(
            delivered == count && books.allSatisfy(\.balances), "\(delivered) of \(count) were delivered")
        let ours = Double(count) / seconds
        lines.append("\(count) reports of \(bytes) bytes delivered in \(Self.text(seconds)) s, books balanced")
        if isBacklog {
            let quarter = memory.count / 4
            let early = memory[quarter...].prefix(max(quarter, 1)).max() ?? 0
            let late = memory.suffix(max(quarter, 1)).max() ?? 0
            lines.append("resident MiB a second: \(memory.map(String.init).joined(separator: " "))")
            lines.append("resident: \(early) MiB in the second quarter, \(late) MiB in the last")
            try BenchError.check(late <= early + 32, "memory grew from \(early) to \(late) MiB")
            return lines
        }
        let theirs = try receiver.curl(bytes: bytes, count: count)
        lines.append(
            Figure(
                name: "forward: reports to a receiver", unit: "1/s", ours: ours, anchor: theirs,
                anchorName: "curl --parallel --parallel-max \(Self.parallel), one body from a file, nothing kept",
                better: .more
            ).line)
        return lines
    }

    /// Bytes of one message.
    private func fill(_ store: FindingDatabase) async throws -> Int {
        guard let source = Name("bench"), let destination = Name("platform") else { throw BenchError("names") }
        let count = UInt64(count)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<64 as Range<UInt64> {
                group.addTask {
                    for number in stride(from: task + 1, through: count, by: 64) {
                        _ = try await store.commit(
                            SampleFinding.observation(number, source: source, destination: destination))
                    }
                }
            }
            try await group.waitForAll()
        }
        let feature = try await store.changes(after: 0, limit: 1).first?.feature.count ?? 0
        return feature + 150
    }

    /// As the daemon makes it for a webhook with ``parallel`` requests at a time.
    static func drain(_ outbox: any Outbox, to port: Int) throws -> OutboxDrain {
        guard let destination = Name("platform") else { throw BenchError("names") }
        let secret = try WebhookSecret("whsec_" + Data(repeating: 7, count: 32).base64EncodedString())
        var client = HTTPClient.Options()
        client.maximumConnectionsPerHost = Self.parallel
        client.maximumConnections = Self.parallel
        let url = "http://127.0.0.1:\(port)/"
        let adapter = try WebhookAdapter(
            destination: destination, options: .init(url: url, secrets: [secret]),
            transport: EgressTransport(HTTPClient(options: client), rules: EgressRules(urls: [url])),
            clock: BenchClock())
        var options = OutboxDrain.Options()
        options.parallelism = Self.parallel
        return OutboxDrain(
            adapter: adapter, outbox: outbox, evidence: NoEvidence(), clock: BenchClock(), options: options)
    }

    private func drain(_ store: FindingDatabase, to port: Int) async throws -> [Int] {
        let drain = try Self.drain(store, to: port)
        let run = Task { await drain.run() }
        var memory: [Int] = []
        var last = ContinuousClock.now
        while true {
            try await Task.sleep(for: .milliseconds(20))
            guard ContinuousClock.now - last > .seconds(isBacklog ? 1 : 0) else { continue }
            last = .now
            memory.append(Self.resident)
            guard let book = try await store.books().first, book.pending + book.leased > 0 else { break }
        }
        run.cancel()
        await run.value
        return memory
    }

    /// MiB of this process in memory.
    private static var resident: Int {
        // Files of /proc say that they are empty.
        let data = FileHandle(forReadingAtPath: "/proc/self/statm")?.readDataToEndOfFile() ?? Data()
        let text = String(decoding: data, as: UTF8.self)
        return ((Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0) * 4096) >> 20
    }

    private static func text(_ value: Double) -> String { String(format: "%.1f", value) }
}

struct NoEvidence: EvidenceStore {
    func keep(
        _ bytes: [UInt8], kind: EvidenceItem.Kind, mediaType: String, capturedAt: UTCTime
    ) async throws(StoreError) -> EvidenceItem {
        throw StoreError(kind: .invalid, description: "nothing is kept")
    }

    func path(of sha256: String) async -> String? { nil }
}

struct BenchClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
    var monotonicNanoseconds: Int64 { Int64(clamping: DispatchTime.now().uptimeNanoseconds) }
}
