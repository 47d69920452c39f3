import API
import Delivery
import Evidence
import Findings
import Foundation
import Geodesy
import Geotagging
import Ingest
import Inspection
import Logging
import Rules
import ServiceLifecycle
import Settings
import Store
import Telemetry
import UnixSignals

/// The daemon: every stage of the journey, wired on this one page.
///
/// source → frames and packets (`Ingest`) → frame metadata (`Telemetry`) → place (`Geotagging`) → rules (`Rules`) →
/// finding (`Findings`) → evidence (`Evidence`) → store (`Store`) → outbox → deliveries (`Delivery`) and pull (`API`).
final class Gateway: Sendable {
    let settings: GatewaySettings
    let clock: any Inspection.Clock
    let logger: Logger
    let startedAt: UTCTime
    private let state: StateDirectory
    private let database: FindingDatabase
    private let store: AnnouncedStore
    private let evidence: EvidenceFolder
    private let metadataLog: MetadataFolder?
    private let deliveries: Deliveries
    private let sealing: Sealing
    private let retention: Retention
    private let caseTimes: CaseTimes
    private let sources: Sources
    private let pushes: PushDesk
    private let marks: MarkDesk
    private let ground: HeldGround
    private let jurisdiction: HeldJurisdiction
    private let groundFiles: GroundFiles
    private let floors: HeldFloors
    /// Nil where no flight looks again.
    private let wantedLooks: WantedLooks?
    private let announcements = Announcements()
    private let ready = OneWayFlag()

    /// Takes the state directory, opens the store, compiles the rules, makes the sources. Nothing runs yet. Reads
    /// everything before it takes anything, so a mistake costs nothing.
    init(settings: GatewaySettings, clock: any Inspection.Clock = SystemClock(), logger: Logger) throws(Failure) {
        self.settings = settings
        self.clock = clock
        self.logger = logger
        startedAt = clock.utc
        var review = SettingsReview(settings)
        review.reviewRuleFiles()
        review.reviewAddresses()
        review.reviewFeeds()
        review.reviewSecrets()
        let failures = review.reviewTemplates()
        try review.finish(with: failures)
        let groundFiles = GroundFiles(settings)
        let models = try JourneyModels(
            settings: settings, logger: logger, sources: settings.sources.map(\.name))
        self.groundFiles = groundFiles
        ground = models.ground
        jurisdiction = HeldJurisdiction(models.jurisdiction)
        do {
            state = try StateDirectory(path: settings.stateDirectory)
            database = try FindingDatabase.open(in: state, clock: clock, lastSealed: SealedChain.last(in: state.path)) {
                [ready] notice in
                logger.tell(notice)
                if !ready.isRaised { ServiceManager().starting(notice.description) }
            }
            let database = database
            evidence = try EvidenceFolder(in: state.path) { fault in
                Task { logger.tell(fault, of: await Self.listed(fault.sha256, in: database)) }
            }
        } catch {
            throw Failure(error)
        }
        let database = database
        let announcements = announcements
        let notify = NotifyOnce()
        let floors = HeldFloors(models.rules, records: database, logger: logger)
        self.floors = floors
        store = AnnouncedStore(
            store: database,
            announce: { record in
                announcements.announce()
                notify.call()
                guard let record, record.revision == 1 else { return }
                logger.notice("finding", metadata: Gateway.describe(record))
            }, judged: { await floors.refresh($0) })
        let chain = ChainHead()
        deliveries = try Deliveries(
            settings.destinations, of: settings.name, uplink: settings.uplink, page: settings.http.publicURL,
            store: store,
            cases: database, evidence: evidence, chain: { chain.text },
            jurisdiction: jurisdiction, stateDirectory: state.path, clock: clock, logger: logger)
        let deliveries = deliveries
        sealing = try Sealing(settings, stateDirectory: state.path, feed: database, clock: clock, logger: logger)
        let sealing = sealing
        let room = Retention.room(settings, in: state.path, clock: clock, logger: logger)
        retention = Retention(
            settings.retention, room: room, database: database, evidence: evidence, chain: sealing.sealer, clock: clock,
            logger: logger,
            observed: { isRefusing, free in await deliveries.alerts.observe(isRefusing: isRefusing, free: free) })
        chain.set { sealing.head }
        caseTimes = CaseTimes(
            settings, database: database, jurisdiction: jurisdiction, clock: clock, logger: logger, told: store.announce
        )
        let caseTimes = caseTimes
        notify.set {
            deliveries.notify()
            sealing.notify()
            caseTimes.notify()
        }

        metadataLog = settings.metadataLog.folder(in: state.path, logger: logger)
        var journeys: [RunningJourney] = []
        let redactor = PictureRedactor(quality: settings.evidence.pictureQuality)
        for source in settings.sources where source.isEnabled {
            journeys.append(
                try models.journey(
                    of: source, store: store, evidence: evidence, routes: { deliveries.routes(of: $0) }, clock: clock,
                    metadataLog: metadataLog, coverages: database, records: database, timings: database,
                    reflights: AnnouncedReflights(store: database, announce: store.announce), floors: floors,
                    redactor: redactor, room: room))
        }
        sources = Sources(journeys, logger: logger)
        pushes = models.pushes
        marks = MarkDesk(journeys, catalogue: models.rules.catalogue, clock: clock)
        wantedLooks =
            settings.reflights.isEnabled
            ? WantedLooks(settings, catalogue: models.rules.catalogue, records: database, clock: clock) : nil
    }

    /// Runs until SIGTERM or SIGINT; then the sources stop first and the store closes last. `listening` gets the port.
    /// `config` is what SIGHUP reads again.
    func run(
        config: String? = nil, listening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) async throws(Failure) {
        try await Port.requireFree(settings.http)
        await floors.refresh()
        let manager = ServiceManager()
        let options = GatewayAPI.Options(host: settings.http.host, port: settings.http.port)
        let tokens = AccessTokens(stateDirectory: state.path)
        let api = GatewayAPI(
            options: options, store: store, outbox: store, evidence: evidence, clock: clock,
            announcements: announcements,
            coverage: CoverageDesk(store: database) { [ground] box, limit in
                ground.current.areas.shapes(in: box, limit: limit).map {
                    .init(name: $0.area.name, kind: $0.area.kind.rawValue, shape: $0.shape)
                }
            },
            reflights: wantedLooks.map { [database] looks in
                // Of a large store each keeps a processor busy for a second, and every officer's page asks again and again.
                let plans = SharedAnswers(waiting: 3) { query throws(StoreError) in try await looks.wishes(query) }
                return ReflightDesk(
                    wishes: { query throws(StoreError) in try await plans.answer(to: query) },
                    said: { id throws(StoreError) in try await database.reflights(of: id) })
            },
            cases: caseTimes.desk,
            outboxDesk: Self.outboxDesk(
                database, destinations: settings.destinations.map(\.name),
                resent: { [deliveries] in deliveries.notify() }),
            missions: database, holds: database,
            removal: { [database] hash in (try? await database.removal(of: hash)) ?? nil },
            evidenceFault: { [evidence] hash in await evidence.fault(of: hash).map(EvidenceTrouble.init) },
            missionStated: { [sealing] in sealing.notify() },
            listed: { [database] hash in await Self.listed(hash, in: database) },
            authorize: { tokens.principal(of: $0) }, status: { [self] in await status() },
            takeCallback: { [deliveries] in try await deliveries.take($0) },
            callbackHeaders: deliveries.callbackHeaders,
            takeMetadata: { [pushes] in pushes.intake(of: $0) },
            takeMark: { [marks] in await marks.take($1, of: $0) })
        let announcements = announcements
        let ready = ready
        let isReady: @Sendable (Int) async -> Void = { port in
            ready.raise()
            manager.ready()
            self.logger.info("ready", metadata: ["listen": "\(options.host):\(port)"])
            await listening(port)
        }
        // Services stop in the reverse of this order.
        let services: [ServiceGroupConfiguration.ServiceConfiguration] = [
            .init(service: sealing),
            .init(service: retention),
            .init(service: deliveries),
            .init(service: caseTimes),
            .init(
                service: PortService(announcements: announcements) { [logger] in
                    try await api.serve(logger: logger, bound: isReady)
                }),
            .init(service: ControlService(api: api, path: Self.controlSocket(in: state.path), logger: logger)),
            .init(service: WatchdogService(manager: manager, store: store)),
            .init(service: ReloadService(gateway: self, config: config)),
            .init(service: GroundWatchService(gateway: self)),
            .init(service: sources),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "flyonce") { _ in
                SwiftLogNoOpLogHandler()
            })
        configuration.maximumGracefulShutdownDuration = .seconds(25)
        let outcome: Failure?
        do {
            try await ServiceGroup(configuration: configuration).run()
            outcome = nil
        } catch {
            outcome = Failure(running: error)
        }
        manager.stopping()
        try? await database.close()
        state.release()
        logger.info("stopped")
        if let outcome { throw outcome }
    }

    /// Reads the configuration and the rules again. New rules go into every running source, by the packs that it has now;
    /// other areas and registers count at once; another jurisdiction counts for what is found and reported from now on; what
    /// else changed takes effect at the next start, and is said. Anything wrong, and all stays as it was.
    func reload(config: String) {
        do throws(Failure) {
            var fresh = try RunCommand.settings(at: config)
            var review = SettingsReview(fresh)
            review.reviewRuleFiles()
            try review.finish()
            let files = GroundFiles.Stamps(fresh)
            let models = try JourneyModels(
                settings: fresh, logger: logger, ground: ground, sources: fresh.sources.map(\.name))
            let running = try settings.running(governedBy: fresh, loaded: models.rules.packs)
            // In this order: what was read of the old files cannot come after what is taken over here.
            let groundChanges = groundFiles.follow(fresh, since: files)
            models.takeOverGround()
            jurisdiction.replace(models.jurisdiction)
            caseTimes.notify()
            fresh.rules = settings.rules
            fresh.jurisdiction = settings.jurisdiction
            fresh.areas = settings.areas
            fresh.registers = settings.registers
            fresh.takePacks(of: settings)
            let changes = settings.changes(in: fresh)
            if !changes.isEmpty {
                logger.warning(
                    "the configuration changed beyond its rules (\(changes.joined(separator: ", "))): that takes effect at the next start"
                )
            }
            for (journey, source) in zip(sources.journeys, running) {
                journey.replaceClassifier(models.classifier(of: source))
            }
            marks.replace(models.rules.catalogue)
            wantedLooks?.replace(models.rules.catalogue)
            floors.replace(models.rules)
            for line in groundChanges { logger.notice("\(line)") }
            logger.notice("rules were read again", metadata: ["rules": "\(models.rules.count)"])
        } catch {
            logger.error("nothing was taken over: \(error.description)")
        }
    }

    /// Takes over areas and registers whose files changed; what cannot be read leaves the old ones in force.
    func rereadGround() {
        switch groundFiles.changed({ ground.replace($0) }) {
        case nil: break
        case .success(let data)?:
            for warning in data.warnings { logger.warning("\(warning)") }
            logger.notice(
                "areas and registers were read again",
                metadata: ["areas": "\(data.areas.areas.count)", "rows": "\(data.rowCount)"])
        case .failure(let failure)?:
            logger.error("areas and registers stay as they were: \(failure.description)")
        }
    }

    func status() async -> GatewayStatus {
        let books = (try? await store.books()) ?? []
        var counters = await deliveries.counters.merging(database.counters, uniquingKeysWith: +)
        if let removed = metadataLog?.removed, removed > 0 { counters["metadata_log_flights_removed"] = removed }
        counters.merge(sealing.counters, uniquingKeysWith: +)
        counters.merge(await caseTimes.counters, uniquingKeysWith: +)
        counters["evidence_leftovers_removed"] = Int64(evidence.leftoversRemoved)
        counters["evidence_damaged"] = Int64(evidence.damagedFiles)
        var status = GatewayStatus(
            gateway: settings.name, version: FlyOnce.version, startedAt: startedAt, isReady: ready.isRaised,
            sources: sources.journeys.map { $0.status(at: clock.monotonicNanoseconds) }, books: books,
            counters: counters)
        status.store = StoreStatus(database)
        status.circuits = await deliveries.circuits
        status.rules = floors.status
        status.chain = sealing.status
        status.retention = await retention.status
        status.cases = (try? await database.caseCounts(now: clock.utc)) ?? []
        return status
    }

    static func controlSocket(in stateDirectory: String) -> String { stateDirectory + "/control.sock" }

    private static func describe(_ record: FindingRecord) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "id": "\(record.finding.id)", "scene": "\(record.finding.sceneType)", "rule": "\(record.finding.rule)",
            "severity": "\(record.finding.severity)", "source": "\(record.finding.source)",
        ]
        if let location = record.finding.location {
            metadata["place"] = "\(location.point.latitude.fixed(6)),\(location.point.longitude.fixed(6))"
            metadata["ce90_m"] = "\(location.ce90.fixed(1))"
        }
        return metadata
    }
}
