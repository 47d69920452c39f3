import Ingest
import Inspection
import Settings
import Telemetry

/// What analysers beside the video say: from the settings to feeds, and to what the aligner must know of them.
extension JourneyModels {
    static func analysisOptions(of source: SourceSettings) -> [FeedOptions] {
        source.options.analysis.map { settings in
            var options = FeedOptions(name: name(of: settings))
            switch settings.feed.offset {
            case .auto: options.offset = .auto
            case .seconds(let seconds): options.offset = .seconds(seconds)
            }
            options.analysis = analysis(settings)
            options.isRecorded = isRecording(source) && settings.way == .file
            return options
        }
    }

    private static func isRecording(_ source: SourceSettings) -> Bool {
        !((try? SourceAddress(source.url))?.isLive ?? true)
    }

    private static func name(of settings: AnalysisFeedSettings) -> String {
        switch settings.way {
        case .unix, .file: settings.path
        case .http: "pushed"
        case .mqtt: Redaction(url: settings.feed.url)(settings.feed.url)
        }
    }

    private static func analysis(_ settings: AnalysisFeedSettings) -> AnalysisOptions {
        var options = AnalysisOptions()
        options.dialect = AnalysisDialect(rawValue: settings.dialect.rawValue) ?? .auto
        options.camera = settings.camera
        options.declares = settings.declares
        if let size = settings.size, size.count == 2 {
            options.pictureSize = AnalysisOptions.PictureSize(width: size[0], height: size[1])
        }
        return options
    }

    /// `first` is the place of the first of them among the source's feeds. Opens nothing yet.
    func analysisFeeds(
        of source: SourceSettings, isLive: Bool, from first: Int, inbox: FeedInbox, clock: any Inspection.Clock
    ) throws(Failure) -> (live: [RunningFeed], files: [JourneyFeeds.File]) {
        var live: [RunningFeed] = []
        var files: [JourneyFeeds.File] = []
        for (index, settings) in source.options.analysis.enumerated() {
            guard isLive else {
                guard settings.way == .file else {
                    throw Failure(
                        .badConfig,
                        "source \(source.name): analysis from \(settings.way.rawValue) belongs to a live stream, not to a recording."
                    )
                }
                files.append(JourneyFeeds.File(path: settings.path, feed: first + index))
                continue
            }
            live.append(
                RunningFeed(
                    try feed(settings, of: source.name, inbox: inbox, clock: clock), name: Self.name(of: settings),
                    index: first + index, inbox: inbox, clock: clock))
        }
        return (live, files)
    }

    private func feed(
        _ settings: AnalysisFeedSettings, of source: Name, inbox: FeedInbox, clock: any Inspection.Clock
    ) throws(Failure) -> any MetadataFeed {
        let dialect: MetadataPacket.Dialect =
            switch settings.dialect {
            case .flyonce: .analysis
            case .gvametaconvert: .gvametaconvert
            case .nvmsgconv: .nvmsgconv
            case .frigate: .frigate
            case .auto: .analysisAuto
            }
        let isHello: @Sendable (ArraySlice<UInt8>) -> Bool = { AnalysisLine.isHello($0) }
        let lasts = settings.dialect == .flyonce || settings.dialect == .auto ? isHello : nil
        switch settings.way {
        case .unix:
            return UnixSocketFeed(
                path: settings.path, kind: settings.kind == .stream ? .stream : .datagram, dialect: dialect,
                clock: clock)
        case .file: return FileTailFeed(path: settings.path, dialect: dialect, clock: clock, lasts: lasts)
        case .http:
            let feed = PushFeed(dialect: dialect, clock: clock) { inbox.hasRoom }
            pushes.add(feed, Self.analysis(settings), for: source)
            return feed
        case .mqtt:
            do {
                let broker = try Self.broker(settings.feed)
                return try MQTTFeed(
                    MQTTFeedOptions(broker: broker, topics: settings.topics, dialect: dialect), brokers: brokers,
                    clock: clock, lasts: lasts)
            } catch {
                throw Failure(.badConfig, "source \(source): analysis: \(error)")
            }
        }
    }
}
