import HTTPTypes
import Hummingbird
public import Inspection
public import Logging
import NIOCore

/// Everything a gateway serves over HTTP: findings to pull, evidence by hash, events as they come, operations, and the
/// officers' page. Every route but loopback health and a platform's signed callback wants a token.
public struct GatewayAPI: Sendable {
    public struct Options: Sendable {
        /// `127.0.0.1`, `::1`, `0.0.0.0`, …
        public var host: String
        /// 0 lets the system choose.
        public var port: Int
        /// Where Debian keeps Leaflet, for the page's map.
        public var leaflet: String

        public init(host: String = "127.0.0.1", port: Int = 8080, leaflet: String = "/usr/share/javascript/leaflet") {
            self.host = host
            self.port = port
            self.leaflet = leaflet
        }
    }

    /// Who asks, by his token.
    public struct Principal: Sendable, Hashable {
        public var name: String
        public var mayDecide: Bool
        public var mayPush: Bool

        /// `mayDecide` allows verdicts and marks, `mayPush` metadata of sources; anybody with a token may read.
        public init(name: String, mayDecide: Bool, mayPush: Bool = false) {
            self.name = name
            self.mayDecide = mayDecide
            self.mayPush = mayPush
        }
    }

    let options: Options
    let store: any FindingStore
    let outbox: any Outbox
    let evidence: any EvidenceStore
    let authorize: @Sendable (String) -> Principal?
    let status: @Sendable () async -> GatewayStatus
    let takeCallback: @Sendable (SignedMessage) async throws -> CallbackAnswer
    /// In lower case: which headers carry signatures besides those of Standard Webhooks.
    let callbackHeaders: Set<String>
    let takeMetadata: @Sendable (Name) -> MetadataIntake?
    let takeMark: @Sendable (Name, Mark) async throws -> MarkAnswer
    let clock: any Inspection.Clock
    let announcements: Announcements
    let coverage: CoverageDesk?
    let reflights: ReflightDesk?
    let cases: CaseDesk?
    let outboxDesk: OutboxDesk?
    let missions: (any MissionStore)?
    let holds: (any LegalHolds)?
    /// When and why a file of evidence was taken away; nil for one that was not.
    let removal: @Sendable (String) async -> (reason: String, at: UTCTime)?
    /// What is wrong with a file of evidence that is there; nil for one that is well, and where there is none.
    let evidenceFault: @Sendable (String) async -> EvidenceTrouble?
    /// Told when a mission was kept.
    let missionStated: @Sendable () -> Void
    let looks = EvidenceLooks()
    let listed: @Sendable (String) async -> ListedEvidence?

    /// `authorize` answers a bearer token; `status` is asked at every look; `takeCallback` stores what a platform says of
    /// a case and answers when it is on disk; `takeMetadata` gives what takes pushed metadata of a source, nil for one that
    /// takes none; `listed` says what a finding says of the file with a hash; `takeMark` answers when what a person marked is on disk.
    public init(
        options: Options, store: any FindingStore, outbox: any Outbox, evidence: any EvidenceStore,
        clock: any Inspection.Clock, announcements: Announcements, coverage: CoverageDesk? = nil,
        reflights: ReflightDesk? = nil, cases: CaseDesk? = nil, outboxDesk: OutboxDesk? = nil,
        missions: (any MissionStore)? = nil,
        holds: (any LegalHolds)? = nil,
        removal: @escaping @Sendable (String) async -> (reason: String, at: UTCTime)? = { _ in nil },
        evidenceFault: @escaping @Sendable (String) async -> EvidenceTrouble? = { _ in nil },
        missionStated: @escaping @Sendable () -> Void = {},
        listed: @escaping @Sendable (String) async -> ListedEvidence? = { _ in nil },
        authorize: @escaping @Sendable (String) -> Principal?, status: @escaping @Sendable () async -> GatewayStatus,
        takeCallback: @escaping @Sendable (SignedMessage) async throws -> CallbackAnswer = { _ in .notConfigured },
        callbackHeaders: Set<String> = [],
        takeMetadata: @escaping @Sendable (Name) -> MetadataIntake? = { _ in nil },
        takeMark: @escaping @Sendable (Name, Mark) async throws -> MarkAnswer = { _, _ in .unknownSource }
    ) {
        self.options = options
        self.store = store
        self.outbox = outbox
        self.evidence = evidence
        self.clock = clock
        self.announcements = announcements
        self.coverage = coverage
        self.reflights = reflights
        self.cases = cases
        self.outboxDesk = outboxDesk
        self.missions = missions
        self.holds = holds
        self.removal = removal
        self.evidenceFault = evidenceFault
        self.missionStated = missionStated
        self.listed = listed
        self.authorize = authorize
        self.status = status
        self.takeCallback = takeCallback
        self.callbackHeaders = callbackHeaders
        self.takeMetadata = takeMetadata
        self.takeMark = takeMark
    }

    /// Connections beyond this wait in the system's queue.
    static let maximumConnections = 1024
    /// Of a connection that asks nothing, or does not finish asking. An answer under way, events among them, has no end.
    static let idleTimeout = TimeAmount.seconds(75)

    /// Serves until cancelled or told to shut down. `bound` gets the port once it listens.
    public func serve(logger: Logger, bound: @escaping @Sendable (Int) async -> Void) async throws {
        let application = Application(
            router: router(trusted: false),
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(options.host, port: options.port), serverName: "flyonce",
                availableConnectionsDelegate: .maximum(Self.maximumConnections, logger: logger)),
            onServerRunning: { channel in await bound(channel.localAddress?.port ?? 0) },
            logger: logger)
        try await application.run()
    }

    /// Serves the same routes without tokens on a socket that only this user can open: the command line's way in.
    public func serveControl(
        socket path: String, logger: Logger, bound: @escaping @Sendable () async -> Void
    ) async throws {
        let application = Application(
            router: router(trusted: true),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: path), serverName: "flyonce"),
            onServerRunning: { _ in await bound() }, logger: logger)
        try await application.run()
    }

    func router(trusted: Bool) -> Router<RequestPrincipalContext> {
        // The same routes once before, only to know their methods: middleware comes before the routes it is for.
        let outline = Router(context: RequestPrincipalContext.self)
        addRoutes(to: outline, trusted: trusted)
        let router = Router(context: RequestPrincipalContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeaders())
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: MethodMiddleware(allowed: AllowedMethods(outline)))
        addRoutes(to: router, trusted: trusted)
        return router
    }

    private func addRoutes(to router: Router<RequestPrincipalContext>, trusted: Bool) {
        addPage(to: router)
        addHealth(to: router, trusted: trusted)
        addCaseCallbacks(to: router)
        let guarded = router.group().add(middleware: TokenMiddleware(authorize: authorize, trusted: trusted))
        addOperations(to: guarded)
        addFindings(to: guarded)
        addFindingMaps(to: guarded)
        addCoverage(to: guarded)
        addReflights(to: guarded)
        addCases(to: guarded)
        addOutbox(to: guarded)
        addEvidence(to: guarded)
        addEvents(to: guarded)
        addPushedMetadata(to: guarded)
        addMarks(to: guarded)
        addMissions(to: guarded)
        addHolds(to: guarded)
    }
}
