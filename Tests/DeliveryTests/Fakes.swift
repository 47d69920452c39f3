import Curl
import Delivery
import Foundation
import Inspection
import Synchronization

/// The machine's own clock, or one that stands still until moved.
final class TestClock: Inspection.Clock {
    private let frozen: Mutex<Int64>?

    /// Real time.
    init() { frozen = nil }

    /// Stands at `seconds` since 1970.
    init(at seconds: Int64) { frozen = Mutex(seconds * 1_000_000) }

    var utc: UTCTime {
        UTCTime(microseconds: frozen?.withLock { $0 } ?? Int64(Date().timeIntervalSince1970 * 1e6))
    }

    var monotonicNanoseconds: Int64 { utc.microseconds * 1000 }

    func advance(seconds: Double) { frozen?.withLock { $0 += Int64(seconds * 1e6) } }
}

/// SplitMix64.
struct Seeded: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Answers from a script, and what was asked.
final class ScriptedTransport: HTTPTransport {
    private let script: @Sendable (HTTPRequest, Int) throws(CurlError) -> HTTPResponse
    private let seen = Mutex<[HTTPRequest]>([])

    init(_ script: @escaping @Sendable (HTTPRequest, Int) throws(CurlError) -> HTTPResponse) { self.script = script }

    var requests: [HTTPRequest] { seen.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(CurlError) -> HTTPResponse {
        let count = seen.withLock { seen in
            seen.append(request)
            return seen.count
        }
        return try script(request, count)
    }
}

func json(_ status: Int, _ text: String, type: String = "application/json", _ fields: [HTTPField] = []) -> HTTPResponse
{
    HTTPResponse(status: status, fields: [HTTPField("Content-Type", type)] + fields, body: Array(text.utf8))
}

/// Files in a folder of their own, named by hash.
final class FolderEvidence: EvidenceStore {
    let folder: String

    init() {
        folder = NSTemporaryDirectory() + "delivery-\(UUID())"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func keep(
        _ bytes: [UInt8], kind: EvidenceItem.Kind, mediaType: String, capturedAt: UTCTime
    ) async throws(StoreError) -> EvidenceItem {
        let sha256 = hash(bytes)
        do { try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + sha256)) } catch {
            throw StoreError(kind: .io, description: "\(error)")
        }
        return EvidenceItem(
            sha256: sha256, kind: kind, mediaType: mediaType, bytes: bytes.count, capturedAt: capturedAt, redacted: true
        )
    }

    func path(of sha256: String) async -> String? {
        let path = folder + "/" + sha256
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}

/// An outbox in memory that keeps the contract: one revision a finding leased at a time, fenced leases, due times.
actor MemoryOutbox: Outbox {
    enum State: Equatable { case pending(UTCTime), leased(Int64, until: UTCTime), delivered(CaseRecord?), dead(String) }

    struct Row {
        var owed: OwedDelivery
        var state: State
    }

    private(set) var rows: [Row] = []
    private(set) var leases = 0
    private var fence: Int64 = 0
    private var failures = 0
    private var isFull = false

    func add(_ owed: OwedDelivery, due: UTCTime = UTCTime(microseconds: 0)) {
        rows.append(Row(owed: owed, state: .pending(due)))
    }

    func fail(next count: Int) { failures = count }

    /// Whether answers find room.
    func fill(_ isFull: Bool) { self.isFull = isFull }

    var states: [State] { rows.map(\.state) }

    var isDone: Bool {
        rows.allSatisfy {
            switch $0.state {
            case .delivered, .dead: true
            default: false
            }
        }
    }

    /// True while a lease has not ended and no later one took its row.
    func holds(_ lease: Int64, at now: UTCTime) -> Bool {
        rows.contains { row in
            guard case .leased(lease, let until) = row.state else { return false }
            return until > now
        }
    }

    func lease(_ destination: Name, limit: Int, now: UTCTime, until: UTCTime) async throws(StoreError) -> [OwedDelivery]
    {
        leases += 1
        if failures > 0 {
            failures -= 1
            throw StoreError(kind: .full, description: "no room")
        }
        for index in rows.indices {
            if case .leased(_, let end) = rows[index].state, end <= now { rows[index].state = .pending(now) }
        }
        var busy: Set<FindingID> = []
        for row in rows { if case .leased = row.state { busy.insert(row.owed.finding) } }
        var owed: [OwedDelivery] = []
        for index in rows.indices {
            guard owed.count < limit, case .pending(let due) = rows[index].state, due <= now,
                busy.insert(rows[index].owed.finding).inserted
            else { continue }
            fence += 1
            rows[index].state = .leased(fence, until: until)
            rows[index].owed.lease = fence
            owed.append(rows[index].owed)
            rows[index].owed.attempts += 1
        }
        return owed
    }

    func settle(_ delivery: OwedDelivery, as outcome: DeliveryOutcome, now: UTCTime) async throws(StoreError) -> Bool {
        if isFull { throw StoreError(kind: .full, description: "no room") }
        guard let index = rows.firstIndex(where: { $0.owed.lease == delivery.lease }),
            case .leased(delivery.lease, _) = rows[index].state
        else { return false }
        switch outcome {
        case .delivered(let record): rows[index].state = .delivered(record)
        case .retry(let at, _): rows[index].state = .pending(at)
        case .released:
            rows[index].state = .pending(now)
            rows[index].owed.attempts -= 1
        case .dead(let reason): rows[index].state = .dead(reason)
        }
        return true
    }

    func nextDue(_ destination: Name) async throws(StoreError) -> UTCTime? {
        rows.compactMap { row -> UTCTime? in if case .pending(let due) = row.state { due } else { nil } }.min()
    }

    func books() async throws(StoreError) -> [Book] { [] }
}

let platform = Name("four-platform")!

func finding(_ number: UInt64) -> FindingID {
    FindingID(milliseconds: 1_787_195_045_000 + number, randomness: (number, number &* 7919))
}

/// A row as the store would hand it out.
func owed(_ number: UInt64 = 1, revision: Int = 1, evidence: [EvidenceItem] = [], severity: String = "yellow")
    -> OwedDelivery
{
    let id = finding(number).description
    let feature = """
        {"type":"Feature","id":"\(id)","geometry":{"type":"Point","coordinates":[118.415495,29.137336,121.4]},\
        "properties":{"format":1,"scene_type":"waste.exposed","title":{"zh":"暴露垃圾","en":"Exposed waste"},\
        "severity":"\(severity)","confidence":0.87,"status":"open","revision":\(revision),"first_seen":"2026-08-20T03:04:05.120000Z",\
        "last_seen":"2026-08-20T03:04:07.000000Z","sightings":3,"rule":{"id":"waste","version":"1","reasons":\
        [{"condition":"object.label == \\"waste\\"","values":{"object.label":"waste"}}]},"location":{"method":"ray","ce90_m":7.7}}}
        """
    return OwedDelivery(
        destination: platform, finding: finding(number), revision: revision, lease: 0, attempts: 0,
        feature: Array(feature.utf8), evidence: evidence)
}
