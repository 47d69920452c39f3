import API
import Foundation
import Ingest
import Inspection
import Logging
import Telemetry

/// What comes beside a journey's video: live feeds by way of the inbox, and files, which are read as far as the frames have
/// come. Used by the journey's thread alone, but for ``status(_:at:)``.
final class JourneyFeeds {
    /// A file that is given with the settings, or by the command line.
    struct File {
        var path: String
        var feed: Int
    }

    /// Which files belong to a recording, and which of them hold nothing that is read.
    struct Beside {
        var subtitles: String?
        /// Found beside it.
        var damagedSidecars: [String] = []
        /// Given with the settings, or by the command line.
        var damagedFiles: [String] = []
    }

    /// Seconds of stream time that a file is read ahead of the frames.
    private static let lead = 1.0
    /// Packets without a time among them, after which a file waits for the next frame.
    private static let burst = 4096
    /// Packets of a file that are counted.
    private static let countLimit = 1_000_000

    let live: [RunningFeed]
    private let inbox: FeedInbox
    private let configured: Int
    private let files: [File]
    /// Those given with the settings or by the command line; read by the source itself.
    private let subtitles: [String]
    private let clock: any Inspection.Clock
    private let logger: Logger
    private let source: Name
    private var open: [(feed: Int, file: TelemetryFile)] = []
    private var givesPoses: String?
    /// Feeds of which it was said that they are refused whole.
    private var isRefused: Set<String> = []
    /// Feeds of which it was said that a message is odd.
    private var isRemarked: Set<String> = []
    /// Of the files that are open, by feed: how their times fit those of the video.
    private var fits: [Int: TimeFit] = [:]
    /// Called with the labels that the analyser of a feed declares, and the feed's name, when they are new.
    private let notice: ([String], String) -> Void
    /// By feed.
    private var declared: [String: [String]] = [:]
    /// Several analysers behind one feed may declare in turn.
    private var isSaid: Set<[String]> = []
    private static let saidLimit = 64

    /// `configured` feeds are in the aligner's options: the live ones and the files.
    init(
        live: [RunningFeed], files: [File], subtitles: [String], configured: Int, inbox: FeedInbox, source: Name,
        clock: any Inspection.Clock,
        logger: Logger, notice: @escaping ([String], String) -> Void
    ) {
        self.live = live
        self.files = files
        self.subtitles = subtitles
        self.configured = configured
        self.inbox = inbox
        self.source = source
        self.clock = clock
        self.logger = logger
        self.notice = notice
    }

    /// The files alone, to be read once more by somebody else; says nothing.
    func rereading() -> JourneyFeeds {
        JourneyFeeds(
            live: [], files: files, subtitles: subtitles, configured: configured, inbox: FeedInbox(), source: source,
            clock: clock, logger: Logger(label: "flyonce") { _ in SwiftLogNoOpLogHandler() }, notice: { _, _ in })
    }

    func start() { for feed in live { feed.start(logger: logger, source: source) } }

    func stop() { for feed in live { feed.stop() } }

    /// What came by live feeds since.
    func drain(into aligner: inout FrameAligner) -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        for entry in inbox.take() { complete += aligner.add(entry.packet, feed: entry.feed) }
        return complete
    }

    /// A recording begins: the files that belong to it, those that lie beside it too.
    func begin(_ form: StreamDescription, _ aligner: inout FrameAligner) -> Beside {
        aligner.removeFeeds(from: configured)
        open = []
        fits = [:]
        forget(allBut: Set(aligner.feeds.map(\.name)))
        var beside = Beside()
        for file in files where !take(file.path, file.feed) { beside.damagedFiles.append(file.path) }
        let given = Set(files.map(\.path))
        // Subtitles come with the frames, by way of the source, which takes the first file that holds any.
        let texts = subtitles.isEmpty ? form.sidecars.filter { $0.lowercased().hasSuffix(".srt") } : subtitles
        for path in texts where !Self.holdsSubtitles(path) {
            if subtitles.isEmpty { beside.damagedSidecars.append(path) } else { beside.damagedFiles.append(path) }
        }
        beside.subtitles = texts.first(where: Self.holdsSubtitles)
        if let path = beside.subtitles {
            logger.info("subtitles are read", metadata: ["source": "\(source)", "file": "\(path)"])
        }
        for path in form.sidecars where !given.contains(path) && !path.lowercased().hasSuffix(".srt") {
            guard let file = TelemetryFile(path: path, clock: clock) else {
                beside.damagedSidecars.append(path)
                continue
            }
            var options = FeedOptions(name: path)
            options.isRecorded = true
            open.append((aligner.append(options), file))
        }
        for path in beside.damagedSidecars + beside.damagedFiles {
            logger.warning(
                "no telemetry that could be read in it: the recording is read without it",
                metadata: [
                    "source": "\(source)", "file": "\(path)",
                    "hint": "look at it with flyonce inspect; copy it again, or take it away",
                ])
        }
        return beside
    }

    /// What was said of files that lay beside recordings before.
    private func forget(allBut names: Set<String>) {
        isRefused.formIntersection(names)
        isRemarked.formIntersection(names)
        declared = declared.filter { names.contains($0.key) }
    }

    private static func holdsSubtitles(_ path: String) -> Bool {
        guard let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        guard let header = try? handle.read(upToCount: SubtitleReader.headerLimit) else { return false }
        return SubtitleReader.recognises([UInt8](header))
    }

    /// False when nothing in it can be read.
    private func take(_ path: String, _ feed: Int) -> Bool {
        guard let file = TelemetryFile(path: path, clock: clock) else { return false }
        open.append((feed, file))
        return true
    }

    /// Reads the files as far as a frame at `time` needs them.
    func read(to time: RunningTime, into aligner: inout FrameAligner) -> [FrameMetadata] {
        var complete: [FrameMetadata] = []
        for index in open.indices {
            let feed = open[index].feed
            var count = 0
            while count < Self.burst, aligner.reach(of: feed).map({ $0.seconds(since: time) < Self.lead }) ?? true {
                guard let packet = open[index].file.next() else {
                    complete += aligner.finish(feed: feed)
                    break
                }
                complete += aligner.add(packet, feed: feed)
                count += 1
                fits[feed, default: TimeFit()].note(reach: aligner.reach(of: feed), at: time)
            }
            fits[feed]?.reached(aligner.reach(of: feed), at: time)
        }
        return complete
    }

    /// The recording was read to its end. A file whose times are not near the frames: most likely one of the clocks is wrong, or
    /// a zone was left out.
    func end() {
        for index in open.indices {
            guard var fit = fits.removeValue(forKey: open[index].feed), fit.isApart else { continue }
            while fit.count < Self.countLimit, open[index].file.next() != nil { fit.count += 1 }
            guard let told = fit.description(isOfMessages: open[index].file.isOfMessages) else { continue }
            logger.warning(
                "\(told)",
                metadata: [
                    "source": "\(source)", "file": "\(open[index].file.path)",
                    "hint": "give an offset, or join it from its start (docs/metadata.md)",
                ])
        }
    }

    /// Says when other metadata than before gives the poses, and what troubles a feed.
    func report(_ aligner: FrameAligner, _ reports: [FeedReport]) {
        for feed in live {
            guard let trouble = feed.newTrouble() else { continue }
            logger.warning(
                "telemetry: \(trouble.description)",
                metadata: ["source": "\(source)", "feed": "\(feed.name)", "hint": "\(trouble.hint)"])
        }
        for report in reports {
            guard let refusal = report.wholeRefusal, isRefused.insert(report.name).inserted else { continue }
            logger.warning(
                "telemetry: \(refusal)",
                metadata: [
                    "source": "\(source)", "feed": "\(report.name)",
                    "hint": "name its dialect, and see what it sends (docs/metadata/analysis.md)",
                ])
        }
        for report in reports {
            guard let remark = report.remark, isRemarked.insert(report.name).inserted else { continue }
            logger.warning(
                "telemetry: \(remark)",
                metadata: [
                    "source": "\(source)", "feed": "\(report.name)",
                    "hint": "docs/analyser.md has the members; flyonce inspect names the line of a file",
                ])
        }
        for report in reports where !report.declared.isEmpty && declared[report.name] != report.declared {
            declared[report.name] = report.declared
            guard isSaid.count < Self.saidLimit, isSaid.insert([report.name] + report.declared).inserted else {
                continue
            }
            notice(report.declared, report.name)
        }
        guard let poses = aligner.poseSource, poses != givesPoses else { return }
        if let before = givesPoses {
            logger.warning(
                "poses come from elsewhere", metadata: ["source": "\(source)", "from": "\(before)", "to": "\(poses)"])
        }
        givesPoses = poses
    }
}
