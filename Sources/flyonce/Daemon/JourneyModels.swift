import Evidence
import Findings
import Foundation
import Geodesy
import Geotagging
import Ingest
import Inspection
import LocatedYAML
import Logging
import Rules
import Settings
import Store
import Telemetry

/// What every journey is made of: the rules, the geoid, the settings mapped onto the stages' own options.
struct JourneyModels {
    let settings: GatewaySettings
    let rules: RuleSet
    /// Nil where the settings name none.
    let jurisdiction: Jurisdiction?
    /// Areas and registers in force, for every journey.
    let ground: HeldGround
    /// What the files of the settings hold.
    private let groundRead: GroundData
    let geoid: Geoid?
    let terrain: TerrainMosaic?
    /// By the names of the settings.
    private let aircraft: [String: AircraftProfile]
    let logger: Logger
    let brokers = MQTTBrokers()
    let pushes = PushDesk()

    /// What `ground` holds stays in force until ``takeOverGround()``; without one the areas and registers of the settings
    /// are in force at once. `sources` are those that overrides may name; nil where none are known. `complaints` were found
    /// when the settings were decoded. Names in conditions that no area bears are refused while others are in force, and only
    /// told where none are: after a power cut a gateway comes up.
    init(
        settings: GatewaySettings, logger: Logger, ground: HeldGround? = nil, sources: [Name]?,
        after complaints: [YAMLComplaint] = []
    ) throws(Failure) {
        self.settings = settings
        self.logger = logger
        aircraft = try ModelFiles.aircraft(settings.sources.compactMap(\.options.aircraft))
        var review = SettingsReview(settings, after: complaints)
        let (rules, data, jurisdiction) = try review.models(refusesUnknownAreas: ground != nil)
        self.rules = rules
        self.jurisdiction = jurisdiction
        for line in settings.overruledReleases(of: jurisdiction, catalogue: rules.catalogue) {
            logger.warning("\(line)")
        }
        for warning in data.warnings { logger.warning("\(warning)") }
        for override in rules.overridesThatNeverFit(sources: sources, ground: data) {
            logger.warning("\(override)")
        }
        for line in rules.areasThatAreNot(in: data, isShipped: ModelFiles.isShippedPack) { logger.warning("\(line)") }
        groundRead = data
        self.ground = ground ?? HeldGround(data)
        geoid = Self.loadGeoid(logger: logger)
        terrain = try settings.terrain.terrain(geoid: geoid) { logger.warning("\($0)") }
    }

    /// The areas and registers of the settings come into force, for every journey.
    func takeOverGround() { ground.replace(groundRead) }

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
        let ground = ground
        let name = source.name.text
        return { RuleClassifier(rules, packs: packs, source: name, ground: ground) }
    }

    func stages(of source: SourceSettings) -> Journey.Stages {
        var alignment = AlignmentOptions()
        alignment.checksums = source.options.klvChecksum == .strict ? .strict : .lenient
        let address = try? SourceAddress(source.url)
        alignment.isRecording = address?.isRecording ?? false
        alignment.subtitles.utcOffset = source.options.utcOffsetSeconds
        let known = address?.latencySeconds(sourceOptions(of: source))
        if let latency = source.options.latency?.inSeconds ?? known {
            alignment.latency = latency
            alignment.latencyError = max(alignment.latencyError, latency / 4)
        }
        Self.setFeeds(of: source, in: &alignment)
        var joining = FindingJoiner.Options(
            .init(openAfterSightings: settings.joining.openAfterSightings, joinRadius: settings.joining.joinRadius))
        joining.dismissedForSeconds = settings.joining.dismissedFor.inSeconds
        joining.recursAfterSeconds = settings.joining.recursAfter.inSeconds
        return Journey.Stages(
            aligner: FrameAligner(options: alignment), classifier: classifier(of: source)(),
            placement: RayPlacement(placement(of: source), geoid: geoid, terrain: terrain), joining: joining)
    }

    func placement(of source: SourceSettings) -> MetadataLogHeader.PlacementInputs {
        .init(source.options, aircraft: source.options.aircraft.flatMap { aircraft[$0] }, hasGeoid: geoid != nil)
    }

    func sourceOptions(of source: SourceSettings) -> SourceOptions {
        var options = SourceOptions()
        let asksForPictures = rules.asksForPictures(packs: source.options.packs)
        options.decode =
            SourceOptions.DecodePolicy(rawValue: source.options.decode.rawValue)
            ?? .fitting(asksForPictures: asksForPictures)
        options.sampledPerSecond = source.options.sampleRate
        options.decoders = source.options.decoders == .software ? .software : .auto
        options.measuresPictures = asksForPictures
        if !source.options.analyser.command.isEmpty {
            // Its rate counts where nothing else asks for more.
            if options.decode == .onDemand || source.options.decode == .auto { options.decode = .sampled }
            let rate = source.options.analyser.rate
            options.sampledPerSecond = asksForPictures ? max(rate, options.sampledPerSecond) : rate
        }
        options.prerollSeconds = max(
            source.options.prerollSeconds,
            settings.evidence.clipBefore.inSeconds + settings.evidence.clipAfter.inSeconds + 2)
        if !source.options.analyser.command.isEmpty {
            // Findings come later by what their frames wait for an answer.
            options.prerollSeconds += source.options.analyser.timeout.inSeconds + 1
        }
        options.prerollBytes = source.options.prerollBytes
        options.jpegQuality = settings.evidence.pictureQuality
        options.watchdogSeconds = source.options.silentAfter.inSeconds
        options.flightGapSeconds = source.options.flightGap.inSeconds
        options.folder.after = source.options.afterReading == .move ? .move : .leave
        options.folder.settleSeconds = source.options.settle.inSeconds
        options.rtspTransport = source.options.rtspTransport == .udp ? .udp : .tcp
        options.rtspLatencyMilliseconds = Int(source.options.rtspLatency.inSeconds * 1000)
        options.certificateAuthority = source.options.certificateAuthority
        options.telemetryFiles = Self.subtitles(of: source)
        options.utcOffset = source.options.utcOffsetSeconds
        return options
    }

    /// What is read of a source's address.
    enum Input {
        case address
        /// A folder as it is now, without waiting for more.
        case once
        /// These pictures in their order.
        case stills([String])
    }

    private static func facts(of source: SourceSettings, in store: any FindingStore) -> FileFacts {
        var facts = FileFacts()
        let (name, utcOffset) = (source.name, source.options.utcOffsetSeconds)
        facts.isDone = { content in
            (try? block { try await store.isDone(content: content, source: name) }) ?? false
        }
        facts.pictureTime = { header in
            StillTime(header: header, utcOffset: utcOffset).map {
                FileFacts.PictureTime(instant: $0.instant, isUTC: $0.isUTC)
            }
        }
        return facts
    }

    func journey(
        of source: SourceSettings, store: any FindingStore, evidence: any EvidenceStore,
        routes: @escaping @Sendable (Finding) -> [Observation.Route], clock: any Inspection.Clock,
        takesEvidence: Bool = true, input: Input = .address, metadataLog: MetadataFolder? = nil,
        coverages: (any CoverageStore)? = nil, records: (any RuleRecords)? = nil,
        timings: (any TimingRecords)? = nil,
        reflights: (any ReflightStore)? = nil, floors: HeldFloors? = nil, redactor: (any PictureRedaction)? = nil,
        room: DiskRoom? = nil
    ) throws(Failure) -> RunningJourney {
        let video: any VideoSource
        let isLive: Bool
        let analyser: FrameAnalysis?
        var demand: PictureDemand?
        let stopping = OneWayFlag()
        let progress = JourneyProgress()
        do {
            let location = try SourceAddress(source.url)
            var options = sourceOptions(of: source)
            if reflights != nil, settings.reflights.isEnabled { demand = measure(&options, of: source) }
            let facts = Self.facts(of: source, in: store)
            isLive = location.isLive
            analyser = analysis(
                of: source, isLive: isLive, stopping: stopping, progress: progress, clock: clock)
            switch input {
            case .stills(let paths):
                video = try makeSource(
                    name: source.name, stills: paths, options: options, clock: clock, looker: analyser?.analyser,
                    facts: facts)
            case .address, .once:
                if case .once = input { options.folder.isWatched = false }
                video = try makeSource(
                    name: source.name, location: source.url, options: options, clock: clock,
                    looker: analyser?.analyser, facts: facts)
            }
        } catch {
            let code: Failure.Code = error.kind == .missingPlugin ? .unavailable : .badConfig
            throw Failure(
                code, "source \(source.name): \(error.description)\(error.hint.isEmpty ? "" : " (\(error.hint))")")
        }
        let unrecorded = UnrecordedSpans()
        var keeper = FindingKeeper(
            unrecorded: unrecorded, store: store, evidence: evidence, source: source.name, routes: routes,
            ground: ground, takesEvidence: takesEvidence,
            geoid: geoid, clock: clock, logger: logger, progress: progress, floors: floors)
        keeper.redaction = redactor.map {
            KeptRedaction(redactor: $0, seen: SeenParts(rules: HidingRules(settings.redaction)))
        }
        keeper.room = room.map { RoomOnDisk(room: $0, isLive: isLive, stopping: stopping) }
        let journey = Journey(
            source: video, name: source.name, gateway: settings.name, isLive: isLive,
            stages: stages(of: source),
            timing: Journey.Timing(
                flightGap: source.options.flightGap.inSeconds, clipBefore: settings.evidence.clipBefore.inSeconds,
                clipAfter: settings.evidence.clipAfter.inSeconds),
            keeper: keeper, ids: ContentIDs(), clock: clock, logger: logger, progress: progress, stopping: stopping)
        if settings.joining.acrossFlights {
            journey.memory = FindingMemory(store: store, progress: progress, logger: logger)
        }
        journey.watch = RecordWatch(RecordGuard(ground), spans: unrecorded)
        if let coverages, settings.coverage.isEnabled {
            journey.survey = FlightSurvey(
                RayPlacement(placement(of: source), geoid: geoid, terrain: terrain),
                options: .init(gsd: settings.coverage.gsd, utcOffset: settings.coverage.utcOffsetSeconds),
                store: coverages)
        }
        journey.review = reflights.flatMap { review(of: source, in: $0, demand: demand) }
        journey.feeds = try feeds(of: source, isLive: isLive, clock: clock)
        journey.analysis = analyser
        journey.poseTiming = timing(of: source, records: timings, clock: clock)
        journey.spending = records.map { JourneySpending($0) }
        journey.recorder = metadataLog.map {
            MetadataRecorder(
                source: source.name, folder: $0, placement: placement(of: source), isLive: isLive, clock: clock,
                progress: progress, logger: logger)
        }
        return RunningJourney(journey, location: Redaction(url: source.url)(source.url))
    }

    /// The user's own analyser of a source; nil when it has none.
    private func analysis(
        of source: SourceSettings, isLive: Bool, stopping: OneWayFlag, progress: JourneyProgress,
        clock: any Inspection.Clock
    ) -> FrameAnalysis? {
        let settings = source.options.analyser
        guard !settings.command.isEmpty else { return nil }
        var options = AnalyserOptions(command: settings.command)
        options.side = settings.width
        options.timeout = settings.timeout.inSeconds
        options.queue = settings.queue
        let name = source.name
        let rules = rules
        let packs = source.options.packs
        let logger = logger
        let analyser = Analyser(
            name: name, options: options, isLive: isLive, clock: clock,
            interpret: AnalyserReply.reading { progress.count("analyser_bad_objects", by: Int64($0)) },
            notice: { $0.log(source: name, rules: rules, packs: packs, to: logger) })
        return FrameAnalysis(
            analyser: analyser, options: options, declares: source.options.declares, isLive: isLive,
            flightGap: source.options.flightGap.inSeconds, clock: clock, stopping: stopping)
    }
}

extension Duration {
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension Double {
    /// With this many decimals, a point whatever the locale.
    func fixed(_ decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}
