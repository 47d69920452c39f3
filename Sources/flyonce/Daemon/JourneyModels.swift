import Evidence
import Findings
import Foundation
import Geodesy
import Geotagging
import Ingest
import Inspection
import Logging
import Rules
import Settings
import Telemetry

/// What every journey is made of: the rules, the geoid, the settings mapped onto the stages' own options.
struct JourneyModels {
    let settings: GatewaySettings
    let rules: RuleSet
    let geoid: Geoid?
    let logger: Logger

    init(settings: GatewaySettings, logger: Logger) throws(Failure) {
        self.settings = settings
        self.logger = logger
        rules = try ModelFiles.rules(catalogue: settings.rules.catalogue, packs: settings.rules.packs ?? [])
        var review = SettingsReview(settings)
        review.review(rules)
        try review.finish()
        geoid = Self.loadGeoid(logger: logger)
    }

    /// EGM96 as Debian's proj-data ships it.
    static let geoidPath = "/usr/share/proj/egm96_15.gtx"

    static func loadGeoid(logger: Logger) -> Geoid? {
        guard let data = FileManager.default.contents(atPath: geoidPath) else {
            logger.warning(
                "no EGM96 grid at \(geoidPath): heights above mean sea level cannot be placed (install proj-data)")
            return nil
        }
        do {
            return try Geoid(gtx: Array(data))
        } catch {
            logger.warning("the EGM96 grid \(geoidPath) is damaged (\(error)): install proj-data again")
            return nil
        }
    }

    /// A maker, since a classifier remembers what it saw and belongs to one thread.
    func classifier(of source: SourceSettings) -> @Sendable () -> any Classifier {
        let rules = rules
        let packs = source.options.packs
        return { RuleClassifier(rules, packs: packs) }
    }

    func stages(of source: SourceSettings) -> Journey.Stages {
        var alignment = AlignmentOptions()
        alignment.checksums = source.options.klvChecksum == .strict ? .strict : .lenient
        var placement = RayPlacement.Options()
        placement.errors = source.options.poseErrors
        placement.geoid = geoid
        placement.groundHeight = source.options.groundHeightHAE
        placement.poseAgeLimit = source.options.poseAgeLimit.inSeconds
        var joining = FindingJoiner.Options()
        joining.openAfterSightings = settings.joining.openAfterSightings
        joining.joinRadius = settings.joining.joinRadius
        joining.maximumJoinRadius = max(joining.maximumJoinRadius, settings.joining.joinRadius)
        return Journey.Stages(
            aligner: FrameAligner(options: alignment), classifier: classifier(of: source)(),
            placement: RayPlacement(options: placement), joining: joining)
    }

    func sourceOptions(of source: SourceSettings) -> SourceOptions {
        var options = SourceOptions()
        options.decode = SourceOptions.DecodePolicy(rawValue: source.options.decode.rawValue) ?? .onDemand
        options.prerollSeconds = max(
            source.options.prerollSeconds,
            settings.evidence.clipBefore.inSeconds + settings.evidence.clipAfter.inSeconds + 2)
        options.prerollBytes = source.options.prerollBytes
        options.jpegQuality = settings.evidence.pictureQuality
        options.watchdogSeconds = source.options.silentAfter.inSeconds
        options.rtspTransport = source.options.rtspTransport == .udp ? .udp : .tcp
        options.rtspLatencyMilliseconds = Int(source.options.rtspLatency.inSeconds * 1000)
        return options
    }

    func journey(
        of source: SourceSettings, store: any FindingStore, evidence: any EvidenceStore,
        routes: @escaping @Sendable (Finding) -> [Observation.Route], clock: any Inspection.Clock,
        takesEvidence: Bool = true
    ) throws(Failure) -> RunningJourney {
        let video: any VideoSource
        let location: SourceAddress
        do {
            location = try SourceAddress(source.url)
            video = try makeSource(
                name: source.name, location: source.url, options: sourceOptions(of: source), clock: clock)
        } catch {
            let code: Failure.Code = error.kind == .missingPlugin ? .unavailable : .badConfig
            throw Failure(
                code, "source \(source.name): \(error.description)\(error.hint.isEmpty ? "" : " (\(error.hint))")")
        }
        var isLive = true
        if case .file = location { isLive = false }
        let progress = JourneyProgress()
        let keeper = FindingKeeper(
            store: store, evidence: evidence, source: source.name, routes: routes, takesEvidence: takesEvidence,
            clock: clock, logger: logger, progress: progress)
        let journey = Journey(
            source: video, name: source.name, gateway: settings.name, isLive: isLive,
            stages: stages(of: source),
            timing: Journey.Timing(
                flightGap: source.options.flightGap.inSeconds, clipBefore: settings.evidence.clipBefore.inSeconds,
                clipAfter: settings.evidence.clipAfter.inSeconds),
            keeper: keeper, ids: ContentIDs(), clock: clock, logger: logger, progress: progress)
        return RunningJourney(journey, location: Redaction(url: source.url)(source.url))
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
    /// With this many decimals, a point whatever the locale.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
