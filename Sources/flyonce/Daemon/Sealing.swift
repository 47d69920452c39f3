import API
import Curl
import Evidence
import Foundation
import Inspection
import Logging
import ServiceLifecycle
import Settings
import Synchronization

/// Seals what the store keeps, beside the writer, and has the chain's end time-stamped where an authority is configured.
struct Sealing: Service {
    /// Given to the last lines at the end.
    static let lastWords: Duration = .seconds(5)

    let sealer: ChainSealer
    private let stamps: TimeStamps?
    private let logger: Logger
    private let beginningTold = OneWayFlag()

    init(
        _ settings: GatewaySettings, stateDirectory: String, feed: any SealingFeed, clock: any Inspection.Clock,
        logger: Logger
    ) throws(Failure) {
        self.logger = logger
        let given = try Self.key(settings.evidence.signingKey, at: "evidence.signing_key")
        let former = try Self.key(settings.evidence.formerSigningKey, at: "evidence.former_signing_key")
        var options = ChainSealer.Options()
        options.software = "flyonce " + FlyOnce.version
        sealer = ChainSealer(
            in: stateDirectory, gateway: settings.name, feed: feed, clock: clock, options: options
        ) { () throws(StoreError) in try SealingKeys(in: stateDirectory, given: given, former: former) }
        stamps = settings.evidence.timeStamp.map { Self.stamps($0, in: stateDirectory) }
    }

    /// Something was kept.
    func notify() { sealer.notify() }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await sealer.run() }
            if let stamps { group.addTask { await stamps.run() } }
            group.addTask { await report() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
        // Whatever the others kept while they stopped; what is not done in time is sealed at the next start.
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await sealer.sealAll() }
            group.addTask { try? await Task.sleep(for: Self.lastWords) }
            await group.next()
            group.cancelAll()
        }
        tellOfBeginning(sealer.status)
    }

    var counters: [String: Int64] {
        let status = sealer.status
        var counters = [
            "chain_lines_written": status.written, "chain_revisions_unchanged": status.unchanged,
            "chain_torn_bytes": status.tornBytes, "chain_damaged_lines": status.damagedLines,
            "chain_lost_lines": status.lostLines, "chain_errors": status.errors,
        ]
        if let stamps = stamps?.status {
            counters["time_stamps"] = stamps.stamped
            counters["time_stamp_errors"] = stamps.errors
        }
        return counters
    }

    /// `NUMBER:HASH` of the last line; nil where there is none.
    var head: String? {
        let status = sealer.status
        return status.lines > 0 && status.head.utf8.count == 64 ? "\(status.lines):\(status.head)" : nil
    }

    /// Nil before the chain was opened.
    var status: ChainStatus? {
        let status = sealer.status
        guard status.lines > 0 || status.lastError != nil else { return nil }
        return ChainStatus(
            lines: status.lines, head: status.head, key: status.fingerprint, sealed: status.sealed?.sequence,
            beganAt: status.beginning?.at, beganBehind: status.beginning?.sequence, lastError: status.lastError,
            stampedAt: stamps?.status.lastTime, stampError: stamps?.status.lastError)
    }

    /// Says what keeps findings from being sealed, when that is over, and what was found torn or missing.
    private func report() async {
        var troubles = DeliveryTroubles()
        var lost: Int64 = 0
        while !Task.isCancelled {
            let status = sealer.status
            tellOfBeginning(status)
            tell(troubles.news(of: "sealing of evidence", status.lastError), of: "sealing of evidence")
            if let stamps {
                tell(troubles.news(of: "time stamps", stamps.status.lastError), of: "time stamps")
            }
            if status.lostLines + status.damagedLines > lost {
                lost = status.lostLines + status.damagedLines
                logger.error(
                    "\(lost) lines of the evidence's chain are missing or damaged",
                    metadata: ["hint": "run flyonce verify on the state directory"])
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }

    /// Once, and at the end of a life that was too short to be told of it before.
    private func tellOfBeginning(_ status: ChainSealer.Status) {
        guard let key = status.beganWith, let beginning = status.beginning, !beginningTold.isRaised else { return }
        beginningTold.raise()
        let signer =
            switch key {
            case .newKey: "with a new key, since there was none"
            case .keyAtHand: "with the key that was there"
            }
        logger.error(
            "the evidence's chain began anew: the store holds revisions up to \(beginning.sequence), and no chain lay beside it; line 1 is signed \(signer)",
            metadata: [
                "key": "\(status.fingerprint)",
                "hint":
                    "of a restored copy: stop, put chain/ and keys/ of the same backup there, and run flyonce verify (docs/retention.md)",
            ])
    }

    private func tell(_ news: DeliveryTroubles.News?, of work: String) {
        switch news {
        case .failing(let reason): logger.warning("\(work): \(reason)")
        case .over: logger.notice("\(work): well again")
        case nil: break
        }
    }

    private static func key(_ source: SecretSource?, at path: String) throws(Failure) -> String? {
        guard let source else { return nil }
        do {
            let pem = try source.read()
            _ = try SigningKey(pem: pem)
            return pem
        } catch {
            throw Failure(.badConfig, "\(path): \(error)")
        }
    }

    private static func stamps(_ settings: TimeStampSettings, in stateDirectory: String) -> TimeStamps {
        let client = HTTPClient()
        var options = TimeStamps.Options()
        options.every = settings.every
        return TimeStamps(in: stateDirectory, options: options) { query in
            var request = HTTPRequest(
                .post, settings.url, fields: [HTTPField("Content-Type", TimeStampRequest.mediaType)],
                body: .bytes(query))
            request.tls.authorities = settings.certificateAuthority
            request.timeouts.totalMilliseconds = Int((settings.timeout.inSeconds * 1000).rounded())
            request.maximumResponseBytes = TimeStampAnswer.limit
            let response = try await client.send(request)
            guard response.status == 200 else {
                throw Failure(.unavailable, "the authority answered \(response.status)")
            }
            return response.body
        }
    }
}

/// The end of the chain, for those who are there before the sealing is.
final class ChainHead: Sendable {
    private let source = Mutex<(@Sendable () -> String?)?>(nil)

    func set(_ source: @escaping @Sendable () -> String?) { self.source.withLock { $0 = source } }

    /// `NUMBER:HASH`; nil where nothing was sealed yet.
    var text: String? { source.withLock { $0 }?() }
}
