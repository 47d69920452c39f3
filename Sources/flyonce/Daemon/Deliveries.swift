import API
import Curl
import Delivery
import Foundation
import Inspection
import Logging
import ServiceLifecycle
import Settings

/// Every destination with its drain, and a case flow's poll for stages. Shares nothing with the sources but the store.
struct Deliveries: Service {
    private let drains: [OutboxDrain]
    private let polls: [CaseStagePoll]
    let names: [Name]
    private let policy: ReleasePolicy
    private let jurisdiction: any JurisdictionInUse
    private let logger: Logger
    /// Nil when no platform calls back.
    let callbacks: CaseCallbackReceiver?

    init(
        _ destinations: [DestinationSettings], page: String?, store: any FindingStore & Outbox,
        evidence: any EvidenceStore, jurisdiction: any JurisdictionInUse, stateDirectory: String,
        clock: any Inspection.Clock, logger: Logger
    ) throws(Failure) {
        self.logger = logger
        self.jurisdiction = jurisdiction
        let transport = HTTPClient()
        var drains: [OutboxDrain] = []
        var polls: [CaseStagePoll] = []
        var patterns: [Name: [String: Release]] = [:]
        for destination in destinations where destination.isEnabled {
            if destination.kind == .fourPlatform, !destination.isEntitledToOriginals {
                logger.warning(
                    "destination \(destination.name) gets no pictures and clips: it is not entitled to originals, and no redacted ones are made",
                    metadata: ["hint": "set entitled_to_originals: true where the law allows it"])
            }
            let adapter = try Self.adapter(
                destination, page: page, transport: transport, clock: clock, jurisdiction: jurisdiction)
            var options = OutboxDrain.Options()
            options.policy.initialBackoff = destination.retryInitial
            options.policy.maximumBackoff = destination.retryMaximum
            options.policy.maximumCooldown = min(options.policy.maximumCooldown, destination.retryMaximum)
            drains.append(
                OutboxDrain(adapter: adapter, outbox: store, evidence: evidence, clock: clock, options: options))
            if let stages = adapter as? any CaseStageSource {
                polls.append(Self.poll(destination, stages: stages, store: store, stateDirectory: stateDirectory))
            }
            patterns[destination.name] = destination.release.patterns
        }
        self.drains = drains
        self.polls = polls
        let callbacks = try Self.callbacks(of: destinations.filter(\.isEnabled), since: clock.utc)
        self.callbacks = callbacks.isEmpty ? nil : CaseCallbackReceiver(callbacks, store: store, clock: clock)
        names = destinations.filter(\.isEnabled).map(\.name)
        do {
            policy = try ReleasePolicy(options: ReleasePolicy.Options(destinations: patterns))
        } catch {
            throw Failure(.badConfig, error.description)
        }
    }

    func routes(of finding: Finding) -> [Observation.Route] {
        policy.routes(
            of: finding.sceneType, to: names, jurisdiction: jurisdiction.release(of: finding.sceneType))
    }

    /// Something new may be owed.
    func notify() { for drain in drains { drain.notify() } }

    /// By name, over all destinations.
    var counters: [String: Int64] {
        get async {
            var sum: [String: Int64] = [:]
            for drain in drains {
                let counters = await drain.status.counters
                sum["delivery_attempts", default: 0] += counters.attempts
                sum["delivery_retries", default: 0] += counters.retried
                sum["delivery_dead", default: 0] += counters.dead
                sum["delivery_late_answers", default: 0] += counters.late
                sum["delivery_store_errors", default: 0] += counters.storeErrors
                sum["delivery_bytes", default: 0] += counters.bytes
                sum["delivery_unusable_answers", default: 0] += counters.unusable
                sum["delivery_attachments_sent", default: 0] += counters.attachmentsSent
                sum["delivery_attachments_omitted", default: 0] += counters.attachmentsOmitted
            }
            for poll in polls {
                let counters = await poll.counters
                sum["case_polls", default: 0] += counters.polls
                sum["case_poll_errors", default: 0] += counters.errors
                sum["case_stages_recorded", default: 0] += counters.recorded
                sum["case_stages_unknown", default: 0] += counters.unknown
                sum["case_stages_unusable", default: 0] += counters.unusable
            }
            if let counters = await callbacks?.counters {
                sum["case_callbacks_taken"] = counters.taken
                sum["case_callbacks_unknown"] = counters.unknown
                sum["case_callbacks_refused"] = counters.refused
            }
            return sum
        }
    }

    /// Whether each destination is tried now.
    var circuits: [Name: GatewayStatus.Circuit] {
        get async {
            var circuits: [Name: GatewayStatus.Circuit] = [:]
            for drain in drains {
                let circuit = await drain.status.circuit
                circuits[drain.destination] =
                    switch circuit {
                    case .closed: .closed
                    case .open: .open
                    case .halfOpen: .halfOpen
                    }
            }
            return circuits
        }
    }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for drain in drains { group.addTask { await drain.run() } }
            for poll in polls { group.addTask { await poll.run() } }
            group.addTask { await report() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    /// Says what keeps a destination from being reached, and when that is over.
    private func report() async {
        var troubles = DeliveryTroubles()
        while !Task.isCancelled {
            for drain in drains {
                let failure = await drain.status.lastFailure
                let work = "deliveries to \(drain.destination)"
                tell(troubles.news(of: work, failure), of: work)
            }
            for poll in polls {
                let failure = await poll.lastFailure
                let work = "case poll of \(poll.destination)"
                tell(troubles.news(of: work, failure), of: work)
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }

    private func tell(_ news: DeliveryTroubles.News?, of work: String) {
        switch news {
        case .failing(let reason): logger.warning("\(work): \(reason)")
        case .over: logger.notice("\(work): well again")
        case nil: break
        }
    }

    private static func callbacks(
        of destinations: [DestinationSettings], since: UTCTime
    ) throws(Failure) -> [CaseCallback] {
        var callbacks: [CaseCallback] = []
        for destination in destinations {
            guard let source = destination.callbackSecret else { continue }
            do {
                let secret = try WebhookSecret(source.read())
                callbacks.append(CaseCallback(platform: destination.name, secrets: [secret], since: since))
            } catch {
                throw Failure(.badConfig, "destination \(destination.name): callback secret: \(error)")
            }
        }
        return callbacks
    }

    private static func adapter(
        _ destination: DestinationSettings, page: String?, transport: HTTPClient, clock: any Inspection.Clock,
        jurisdiction: any JurisdictionInUse
    ) throws(Failure) -> any DestinationAdapter {
        var timeouts = HTTPTimeouts()
        timeouts.totalMilliseconds = Int((destination.timeout.inSeconds * 1000).rounded())
        var tls = TLSOptions()
        tls.authorities = destination.certificateAuthority
        do {
            switch destination.kind {
            case .fourPlatform:
                var options = FourPlatformAdapter.Options(
                    baseURL: destination.url, token: try destination.token?.read())
                options.timeouts = timeouts
                options.tls = tls
                options.entitledToOriginals = destination.isEntitledToOriginals
                return FourPlatformAdapter(
                    destination: destination.name, options: options, transport: transport, clock: clock,
                    jurisdiction: jurisdiction)
            case .webhook:
                let secrets = try destination.secrets.map { try WebhookSecret($0.read()) }
                var options = WebhookAdapter.Options(url: destination.url, secrets: secrets)
                options.timeouts = timeouts
                options.tls = tls
                options.page = page
                return try WebhookAdapter(
                    destination: destination.name, options: options, transport: transport, clock: clock)
            }
        } catch {
            throw Failure(.badConfig, "destination \(destination.name): \(error)")
        }
    }

    private static func poll(
        _ destination: DestinationSettings, stages: any CaseStageSource, store: any FindingStore, stateDirectory: String
    ) -> CaseStagePoll {
        var options = CaseStagePoll.Options()
        options.interval = destination.casePoll
        // A lost cursor costs a second look at known cases, nothing else: the file needs no fsync.
        let file = stateDirectory + "/case-cursor-\(destination.name)"
        let cursor = try? String(contentsOfFile: file, encoding: .utf8)
        return CaseStagePoll(source: stages, store: store, options: options, cursor: cursor) { cursor in
            try? cursor.write(toFile: file, atomically: true, encoding: .utf8)
        }
    }
}

extension Deliveries {
    /// What a platform says of a case, from the port to the store.
    func take(_ message: SignedMessage) async throws(StoreError) -> CallbackAnswer {
        guard let callbacks else { return .notConfigured }
        let headers = [
            "webhook-id": message.id, "webhook-timestamp": message.timestamp, "webhook-signature": message.signature,
        ]
        switch try await callbacks.take(body: message.body, header: { headers[$0] }) {
        case .stored: return .stored
        case .underWay: return .underWay
        case .unknownFinding: return .unknownFinding
        case .refused(let error):
            return error.kind == .notAuthentic
                ? .notAuthentic(reason: error.description) : .unusable(reason: error.description)
        }
    }
}
