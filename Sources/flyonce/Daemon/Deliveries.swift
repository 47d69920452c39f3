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
    /// News of the gateway itself, for those that are told of it.
    let alerts: GatewayAlerts
    let names: [Name]
    private let policy: ReleasePolicy
    private let jurisdiction: any JurisdictionInUse
    private let logger: Logger
    private let store: any Outbox
    /// Headers that carry signatures of callbacks, besides those of Standard Webhooks.
    let callbackHeaders: Set<String>
    /// Nil when no platform calls back.
    let callbacks: CaseCallbackReceiver?

    init(
        _ destinations: [DestinationSettings], of gateway: Name, uplink: UplinkSettings = UplinkSettings(),
        page: String?, store: any FindingStore & Outbox, cases: any CaseHistory,
        evidence: any EvidenceStore, chain: @escaping @Sendable () -> String? = { nil },
        jurisdiction: any JurisdictionInUse, stateDirectory: String, clock: any Inspection.Clock, logger: Logger
    ) throws(Failure) {
        self.logger = logger
        self.store = store
        self.jurisdiction = jurisdiction
        let uplink = uplink.bandwidth.map { SendRate(bytesPerSecond: $0 / 8) }
        var drains: [OutboxDrain] = []
        var polls: [CaseStagePoll] = []
        var channels: [any GatewayAlertChannel] = []
        var patterns: [Name: [String: Release]] = [:]
        var areas: [Name: [String: Release]] = [:]
        for destination in destinations where destination.isEnabled {
            if destination.kind == .fourPlatform, !destination.isEntitledToOriginals {
                logger.notice(
                    "destination \(destination.name) gets redacted pictures and no clips: it is not entitled to originals"
                )
            }
            // A client of its own: one that is slow holds up no other.
            let transport = try Self.transport(of: destination, uplink: uplink)
            let adapter = try Self.adapter(
                destination, page: page, transport: try Self.signed(destination, transport, clock), chain: chain,
                clock: clock, jurisdiction: jurisdiction, cases: cases)
            var options = OutboxDrain.Options()
            // What is to go together must be under way together.
            options.parallelism = max(destination.egress.parallel, destination.cloudEvents.batch)
            options.policy.initialBackoff = destination.retryInitial
            options.policy.maximumBackoff = destination.retryMaximum
            options.policy.maximumCooldown = min(options.policy.maximumCooldown, destination.retryMaximum)
            options.policy.misconfiguredBackoff = min(options.policy.misconfiguredBackoff, destination.retryMaximum)
            drains.append(
                OutboxDrain(adapter: adapter, outbox: store, evidence: evidence, clock: clock, options: options))
            if let stages = adapter as? any CaseStageSource {
                polls.append(Self.poll(destination, stages: stages, store: store, stateDirectory: stateDirectory))
            }
            if destination.isToldOfDisk, let channel = adapter as? any GatewayAlertChannel { channels.append(channel) }
            patterns[destination.name] = destination.release.patterns
            areas[destination.name] = destination.release.areas
        }
        self.drains = drains
        self.polls = polls
        // What is lost of it costs an alert told twice or not at all.
        let told = stateDirectory + "/gateway-alerts"
        alerts = GatewayAlerts(
            gateway: gateway, channels: channels, clock: clock, kept: try? String(contentsOfFile: told, encoding: .utf8)
        ) { text in try? text.write(toFile: told, atomically: true, encoding: .utf8) }
        let callbacks = try Self.callbacks(of: destinations.filter(\.isEnabled), since: clock.utc)
        self.callbacks =
            callbacks.isEmpty ? nil : CaseCallbackReceiver(callbacks, store: store, cases: cases, clock: clock)
        callbackHeaders = Set(
            destinations.filter(\.isEnabled).compactMap { $0.callback?.signatureHeader.lowercased() })
        names = destinations.filter(\.isEnabled).map(\.name)
        do {
            policy = try ReleasePolicy(options: ReleasePolicy.Options(destinations: patterns, areas: areas))
        } catch {
            throw Failure(.badConfig, error.description)
        }
    }

    func routes(of finding: Finding) -> [Observation.Route] {
        policy.routes(
            of: finding.sceneType, in: finding.location?.area, to: names,
            jurisdiction: jurisdiction.release(of: finding.sceneType))
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
                sum["delivery_progressed", default: 0] += counters.progressed
                sum["delivery_released", default: 0] += counters.released
                sum["delivery_attachments_sent", default: 0] += counters.attachmentsSent
                sum["delivery_attachments_omitted", default: 0] += counters.attachmentsOmitted
                sum["delivery_attachments_withheld", default: 0] += counters.attachmentsWithheld
            }
            for poll in polls {
                let counters = await poll.counters
                sum["case_polls", default: 0] += counters.polls
                sum["case_poll_errors", default: 0] += counters.errors
                sum["case_stages_recorded", default: 0] += counters.recorded
                sum["case_stages_unknown", default: 0] += counters.unknown
                sum["case_stages_unusable", default: 0] += counters.unusable
            }
            let alerted = await alerts.counters
            sum["gateway_alerts_told"] = alerted.told
            sum["gateway_alerts_dropped"] = alerted.dropped
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
        await tellOfUnsettled()
        await withTaskGroup(of: Void.self) { group in
            for drain in drains { group.addTask { await drain.run() } }
            for poll in polls { group.addTask { await poll.run() } }
            group.addTask { await alerts.run() }
            group.addTask { await report() }
            try? await gracefulShutdown()
            group.cancelAll()
        }
    }

    /// Says what waits for destinations that are not in the settings any more, or disabled.
    private func tellOfUnsettled() async {
        for book in (try? await store.books()) ?? [] where !names.contains(book.destination) {
            let waiting = book.pending + book.leased + book.held
            guard waiting > 0 else { continue }
            logger.warning(
                "\(waiting) deliveries wait for \(book.destination), which is not among the destinations",
                metadata: ["hint": "they go when it is there again under the same name"])
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
            let failures = await alerts.lastFailures
            for name in names {
                let work = "alerts of the gateway to \(name)"
                tell(troubles.news(of: work, failures[name]), of: work)
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

    private static func adapter(
        _ destination: DestinationSettings, page: String?, transport: any HTTPTransport,
        chain: @escaping @Sendable () -> String?, clock: any Inspection.Clock, jurisdiction: any JurisdictionInUse,
        cases: any CaseHistory
    ) throws(Failure) -> any DestinationAdapter {
        var timeouts = HTTPTimeouts()
        timeouts.totalMilliseconds = Int((destination.timeout.inSeconds * 1000).rounded())
        var tls = TLSOptions()
        tls.authorities = destination.certificateAuthority
        do {
            switch destination.kind {
            case .fourPlatform where destination.template != nil, .open311, .cloudEvents:
                return try Self.adapter(
                    destination, page: page, transport: transport, chain: chain, clock: clock,
                    jurisdiction: jurisdiction, cases: cases,
                    timeouts: timeouts, tls: tls)
            case .fourPlatform:
                var options = FourPlatformAdapter.Options(
                    baseURL: destination.url, token: try destination.token?.read())
                options.timeouts = timeouts
                options.tls = tls
                options.entitledToOriginals = destination.isEntitledToOriginals
                return FourPlatformAdapter(
                    destination: destination.name, options: options,
                    transport: ChainHeadTransport(transport, head: chain),
                    clock: clock,
                    jurisdiction: jurisdiction, cases: cases)
            case .webhook:
                let secrets = try destination.secrets.map { try WebhookSecret($0.read()) }
                var options = WebhookAdapter.Options(url: destination.url, secrets: secrets)
                options.timeouts = timeouts
                options.tls = tls
                options.page = page
                return try WebhookAdapter(
                    destination: destination.name, options: options,
                    transport: ChainHeadTransport(transport, head: chain),
                    clock: clock)
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
        let headers = message.fields.merging(
            ["webhook-id": message.id, "webhook-timestamp": message.timestamp, "webhook-signature": message.signature]
                .filter { !$0.value.isEmpty }
        ) { $1 }
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
