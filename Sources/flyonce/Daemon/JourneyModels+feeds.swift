import Ingest
import Inspection
import Logging
import Rules
import Settings
import Telemetry

/// Metadata beside the video: from the settings to feeds, and to what the aligner must know of them.
extension JourneyModels {
    /// In the configured order, without the place of the video's own metadata.
    private static func entries(of source: SourceSettings) -> [FeedSettings] {
        source.options.telemetry.filter { $0.url != FeedSettings.ownMetadata && !isSubtitles($0.url) }
    }

    /// Subtitles are given with the frames that they stand at, by the source itself.
    static func subtitles(of source: SourceSettings) -> [String] {
        source.options.telemetry.map(\.url).filter(isSubtitles)
    }

    /// One that is read beside a recording, packet by packet.
    static func isFile(_ url: String) -> Bool {
        !url.isEmpty && !url.contains("://") && url != FeedSettings.ownMetadata && !isSubtitles(url)
    }

    private static func isSubtitles(_ url: String) -> Bool {
        !url.contains("://") && url.lowercased().hasSuffix(".srt")
    }

    static func setFeeds(of source: SourceSettings, in options: inout Telemetry.AlignmentOptions) {
        options.maxWait = source.options.telemetryWait.inSeconds
        options.extrapolation = source.options.extrapolation.inSeconds
        options.handover = source.options.telemetryHandover.inSeconds
        options.feeds = entries(of: source).map(alignment) + analysisOptions(of: source)
        options.declares = source.options.declares
        let own = source.options.telemetry.firstIndex { $0.url == FeedSettings.ownMetadata } ?? 0
        if let video = source.options.telemetry.first(where: { $0.url == FeedSettings.ownMetadata }),
            video.hasStatedOffset, case .seconds(let seconds) = video.offset
        {
            options.ownOffset = seconds
        }
        options.feedsBeforeVideo = source.options.telemetry[..<own].count { !isSubtitles($0.url) }
    }

    private static func alignment(_ settings: FeedSettings) -> FeedOptions {
        var options = FeedOptions(name: Redaction(url: settings.url)(settings.url))
        switch settings.offset {
        case .auto: options.offset = .auto
        case .seconds(let seconds): options.offset = .seconds(seconds)
        }
        options.hasStatedOffset = settings.hasStatedOffset
        options.join = settings.join == .start ? .start : .utc
        options.isRecorded = !settings.url.contains("://")
        if let system = settings.system.flatMap(UInt8.init(exactly:)) { options.mavlink.systems = .only(system) }
        options.mavlink.camera = settings.camera.flatMap(UInt8.init(exactly:))
        options.mavlink.gimbal = settings.gimbal.flatMap(UInt8.init(exactly:))
        options.djiCloud.device = settings.device
        options.djiCloud.gateway = settings.gateway
        options.djiCloud.payload = settings.payload
        return options
    }

    /// Opens nothing yet. Throws what no retry can mend.
    func feeds(of source: SourceSettings, isLive: Bool, clock: any Inspection.Clock) throws(Failure) -> JourneyFeeds {
        let inbox = FeedInbox()
        let entries = Self.entries(of: source)
        var live: [RunningFeed] = []
        var files: [JourneyFeeds.File] = []
        for (index, entry) in entries.enumerated() {
            guard entry.url.contains("://") else {
                if isLive {
                    throw Failure(
                        .badConfig,
                        "source \(source.name): telemetry \(entry.url): a file belongs to a recording, not to a live stream."
                    )
                }
                files.append(JourneyFeeds.File(path: entry.url, feed: index))
                continue
            }
            do {
                live.append(
                    RunningFeed(
                        try Self.feed(entry, brokers: brokers, clock: clock),
                        name: Redaction(url: entry.url)(entry.url),
                        index: index, inbox: inbox, clock: clock))
            } catch let error as SourceError {
                throw Failure(
                    .badConfig,
                    "source \(source.name): telemetry: \(error.description)\(error.hint.isEmpty ? "" : " (\(error.hint))")"
                )
            } catch {
                throw Failure(.badConfig, "source \(source.name): telemetry: \(error)")
            }
        }
        let analysis = try analysisFeeds(of: source, isLive: isLive, from: entries.count, inbox: inbox, clock: clock)
        return JourneyFeeds(
            live: live + analysis.live, files: files + analysis.files, subtitles: Self.subtitles(of: source),
            configured: entries.count + source.options.analysis.count, inbox: inbox, source: source.name, clock: clock,
            logger: logger, notice: labelNotice(of: source))
    }

    /// Says what the analyser of a feed can see, and whether any rule of the source asks about it.
    private func labelNotice(of source: SourceSettings) -> ([String], String) -> Void {
        let rules = rules
        let packs = source.options.packs
        let logger = logger
        let name = source.name
        return { labels, feed in
            let metadata: Logger.Metadata = ["source": "\(name)", "feed": "\(feed)"]
            logger.info("an analyser can see \(labels.prefix(50).joined(separator: ", "))", metadata: metadata)
            rules.log(declared: labels, packs: packs, metadata, to: logger)
        }
    }

    /// One live feed by its address.
    static func feed(
        _ settings: FeedSettings, brokers: MQTTBrokers, clock: any Inspection.Clock
    ) throws -> any MetadataFeed {
        if settings.url.lowercased().hasPrefix("mavlink+") {
            return MAVLinkFeed(try MAVLinkAddress(settings.url), clock: clock)
        }
        let broker = try broker(settings)
        var options = try MQTTFeedOptions.djiCloud(
            broker: broker, device: settings.device, gateway: settings.gateway)
        if !broker.topics.isEmpty { options.topics = broker.topics }
        return try MQTTFeed(options, brokers: brokers, clock: clock)
    }

    /// Reads its secrets.
    static func broker(_ settings: FeedSettings) throws -> MQTTBroker {
        var broker = try MQTTBroker(settings.url)
        if let username = settings.username { broker.username = username }
        if let password = settings.password { broker.password = try password.read() }
        broker.authorityFile = settings.authorityFile
        broker.certificateFile = settings.certificateFile
        broker.keyFile = settings.keyFile
        broker.clientID = settings.clientID
        return broker
    }
}
