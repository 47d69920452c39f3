import Crypto
import Foundation
import Inspection
import Synchronization
import Testing

@testable import Evidence

/// A store of revisions and missions, in memory.
final class MemoryFeed: SealingFeed {
    private struct State {
        var epoch = "epoch-1"
        var features: [StoredFeature] = []
        var missions: [StoredMission] = []
        var flights: [FlightID: Flight] = [:]
    }

    private let state = Mutex(State())
    var epoch: String { state.withLock { $0.epoch } }

    func begin(epoch: String) {
        state.withLock { state in
            state.epoch = epoch
            state.features = []
            state.missions = []
        }
    }

    @discardableResult
    func add(_ record: FindingRecord) -> StoredFeature {
        state.withLock { state in
            var record = record
            record.sequence = (state.features.last?.sequence ?? 0) + 1
            record.epoch = state.epoch
            let feature = StoredFeature(
                id: record.finding.id, revision: record.revision, sequence: record.sequence, feature: record.feature())
            state.features.append(feature)
            return feature
        }
    }

    func add(_ flight: Flight) { state.withLock { $0.flights[flight.id] = flight } }

    /// As a power cut does that the database did not survive whole.
    func lose(_ count: Int) { state.withLock { $0.features.removeLast(count) } }

    var newest: [StoredFeature] {
        state.withLock { state in
            var newest: [FindingID: StoredFeature] = [:]
            for feature in state.features { newest[feature.id] = feature }
            return newest.values.sorted { $0.sequence < $1.sequence }
        }
    }

    func revisions(after sequence: Int64, limit: Int) async throws(StoreError) -> RevisionPage {
        let page = state.withLock { Array($0.features.filter { $0.sequence > sequence }.prefix(limit)) }
        return RevisionPage(features: page, through: page.last?.sequence)
    }

    func newestRevisions(
        of flight: FlightID, after sequence: Int64, limit: Int
    ) async throws(StoreError) -> RevisionPage {
        let page = Array(newest.filter { $0.sequence > sequence }.prefix(limit))
        return RevisionPage(
            features: page.filter { SealedFeature($0.feature[...])?.flight == flight }, through: page.last?.sequence)
    }

    func newestSequence() async throws(StoreError) -> Int64 { state.withLock { $0.features.last?.sequence ?? 0 } }

    func flight(_ id: FlightID) async throws(StoreError) -> Flight? { state.withLock { $0.flights[id] } }

    func save(_ mission: Mission) async throws(StoreError) -> StoredMission {
        state.withLock { state in
            let stored = StoredMission(mission: mission, change: (state.missions.map(\.change).max() ?? 0) + 1)
            state.missions.removeAll { $0.mission.flight == mission.flight }
            state.missions.append(stored)
            return stored
        }
    }

    func mission(of flight: FlightID) async throws(StoreError) -> StoredMission? {
        state.withLock { $0.missions.first { $0.mission.flight == flight } }
    }

    func missions(after change: Int64, limit: Int) async throws(StoreError) -> [StoredMission] {
        state.withLock { Array($0.missions.filter { $0.change > change }.prefix(limit)) }
    }
}

struct FixedClock: Inspection.Clock {
    var utc: UTCTime { UTCTime(microseconds: 1_755_000_000_000_000) }
    var monotonicNanoseconds: Int64 { 0 }
}

/// A state directory with its evidence and its chain.
final class SealedGateway {
    static let software = "flyonce 9"
    static let flight = FlightID(milliseconds: 1_755_000_000_000, randomness: (1, 1))

    let place: Workspace
    let feed = MemoryFeed()
    let evidence: EvidenceFolder
    private(set) var sealer: ChainSealer
    private var findings = 0

    init() throws {
        place = try Workspace()
        evidence = try EvidenceFolder(in: place.path)
        sealer = Self.sealer(in: place.path, feed)
    }

    static func sealer(
        in path: String, _ feed: MemoryFeed, given: String? = nil, former: String? = nil, segmentBytes: Int = 16 << 20
    ) -> ChainSealer {
        var options = ChainSealer.Options()
        options.software = software
        options.segmentBytes = segmentBytes
        options.groupLines = 7
        return ChainSealer(
            in: path, gateway: Name("hill-1")!, feed: feed, clock: FixedClock(), options: options
        ) { () throws(StoreError) in try SealingKeys(in: path, given: given, former: former) }
    }

    func restart(given: String? = nil, former: String? = nil, segmentBytes: Int = 16 << 20) {
        sealer = Self.sealer(
            in: place.path, feed, given: given, former: former, segmentBytes: segmentBytes)
    }

    func record(_ number: Int, revision: Int = 1) -> FindingRecord {
        let id = FindingID(milliseconds: 1_755_000_000_000 + UInt64(number), randomness: (UInt64(number), 7))
        let time = UTCTime(microseconds: 1_755_000_000_000_000 + Int64(number))
        let finding = Finding(
            id: id, sceneType: "waste.exposed", title: BilingualText(zh: "暴露垃圾", en: "Exposed \"waste\""),
            severity: .yellow, confidence: 0.5, status: .open, firstSeen: time, lastSeen: time,
            provenance: .precisionTimeStamp, sightings: revision, flight: Self.flight, source: Name("uav-1")!,
            gateway: Name("hill-1")!, rule: "waste", ruleVersion: "1",
            reasons: [.init(condition: "object.label == \"waste\"", values: [])], location: nil, refusal: .noPose)
        return FindingRecord(
            finding: finding, revision: revision, epoch: "", sequence: 0, evidence: [], caseRecord: nil, verdicts: [])
    }

    /// A finding with a picture of its own.
    @discardableResult
    func find() async throws -> FindingRecord {
        findings += 1
        var record = record(findings)
        record.evidence = [
            try await evidence.keep(
                Array("picture \(findings)".utf8), kind: .picture, mediaType: "image/jpeg",
                capturedAt: record.finding.firstSeen)
        ]
        feed.add(record)
        return record
    }

    func seal() async throws { try await sealer.sealAll() }

    struct Result {
        var faults: [ChainFault]
        var summary: VerificationSummary
        var kinds: Set<ChainFault.Kind> { Set(faults.map(\.kind)) }
    }

    func verify(_ options: ChainVerifier.Options = .init(), rows: [StoredFeature]? = nil) throws -> Result {
        try Self.verify(place.path, options, rows: rows ?? feed.newest, epoch: feed.epoch)
    }

    static func verify(
        _ path: String, _ given: ChainVerifier.Options = .init(), rows: [StoredFeature]?, epoch: String = "",
        record: ChainVerifier.Row.Record = .agrees
    ) throws -> Result {
        var faults: [ChainFault] = []
        var verifier = try ChainVerifier(path: path, options: given) { faults.append($0) }
        verifier.verifyChain()
        verifier.verifyEvidence()
        if let rows {
            for row in rows {
                verifier.verify(
                    ChainVerifier.Row(
                        finding: row.id, revision: Int64(row.revision), sequence: row.sequence, feature: row.feature,
                        record: record))
            }
            verifier.finishRows(epoch: epoch, sequence: rows.map(\.sequence).max() ?? 0)
        }
        return Result(faults: faults, summary: verifier.summary)
    }

    var chain: String { place.path + "/chain/00000001.ndjson" }

    func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    func write(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    func lines(_ path: String? = nil) throws -> [[UInt8]] {
        try bytes(path ?? chain).split(separator: 10).map { Array($0) }
    }

    func write(lines: [[UInt8]]) throws { try write(Array(lines.joined(separator: [10])) + [10], chain) }
}
