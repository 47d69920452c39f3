import ArgumentParser
import Evidence
import Foundation
import Geodesy
import Ingest
import Inspection
import Logging
import Settings
import Store
import Telemetry

struct ReplayCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable { case ndjson, geojson, text }
    enum Decode: String, ExpressibleByArgument, CaseIterable {
        case auto
        case onDemand = "on_demand"
        case keyframes, sampled, all
    }

    enum FeedJoin: String, ExpressibleByArgument, CaseIterable { case utc, start }

    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "The whole journey over files, offline: findings on standard output.",
        discussion: """
            Findings are GeoJSON Features, a line each (ndjson), one FeatureCollection (geojson), or lines for people (text).
            With --config they are what that gateway would find: by its rules, areas, registers and the options of a source;
            nothing is sent, and its state directory is not touched. What the command line states goes before it.
            Pictures and clips are kept by their SHA-256 under OUTPUT/evidence. The same file gives the same findings with the
            same ids. Of a folder every recording is read, and the JPEG pictures together; JPEG files given one after the
            other are one row of pictures.
            """)

    @Argument(help: "Video files, JPEG pictures, folders of them.") var inputs: [String]
    @Option(help: "The configuration of a gateway, whose settings are tried.") var config: String?
    @Option(
        help:
            "The source that the file is replayed as: of --config, by default the one of the file's name or the only one; else the file's name."
    ) var source: String?
    @Option(
        help:
            "A rule pack; may be repeated. Without one: those of --config, else every pack that is shipped. Given ones look at every source."
    ) var rules: [String] = []
    @Option(help: "The catalogue of scene types.") var catalogue: String?
    @OptionGroup var ground: StatedGround
    @Option(help: "ndjson, geojson or text.") var format = Format.ndjson
    @Option(name: .shortAndLong, help: "Where pictures and clips are kept.") var output = "flyonce-replay"
    @Flag(help: "Take no pictures and clips.") var noEvidence = false
    @Option(
        help:
            "What is decoded: on_demand (nothing but what a picture needs), keyframes, sampled (two a second), all; auto is sampled when a rule speaks of pictures, else on_demand."
    ) var decode = Decode.auto
    @Option(help: "An analyser: the program and its arguments, with blanks between them; see docs/analyser.md.")
    var analyser: String?
    @Option(help: "Pictures a second that the analyser is given.") var analyserRate = 2.0
    @Option(
        help:
            "A file of telemetry or objects that belongs to the video (.SRT, .tlog, .klv, JSON lines); may be repeated, the best first."
    ) var telemetry: [String] = []
    @Option(help: "utc: by the file's clock; start: its first reading belongs to the first frame.")
    var telemetryJoin = FeedJoin.utc
    @Option(help: "Added to the times of the telemetry file, such as 1.2s or -350ms.") var telemetryOffset: String?
    @Option(
        help:
            "Labels that analysers can see which do not say it themselves, such as person,helmet: for rules about what is absent."
    ) var declares: String?
    @Option(help: "Ground height above the WGS 84 ellipsoid, metres, where the stream does not say it.")
    var groundHeight: Double?
    @Option(help: "The camera's horizontal angle of view at zoom 1, degrees, where the metadata states none.")
    var hfov: Double?
    @Option(help: "What the camera's clock is ahead of UTC where it writes times without a zone, such as +08:00.")
    var utcOffset: String?
    @Option(help: "A folder for the logs of frame metadata, which rules explain and rules backtest read.")
    var metadataLog: String?
    @Option(help: "The gateway's name in the findings; by default that of --config, else replay.") var gateway: String?
    @Flag(name: .shortAndLong, help: "Log more.") var verbose = false

    func run() async throws {
        for input in inputs where !InspectCommand.isFolder(input) { _ = try InspectCommand.open(input) }
        if !noEvidence { try OutputDirectory.make(output) }
        let rows = Self.rows(inputs)
        for file in telemetry { _ = try InspectCommand.open(file) }
        if !telemetry.isEmpty, rows.count != 1 {
            throw Failure(.usage, "--telemetry belongs to one video; \(rows.count) inputs are given.")
        }
        let scratch = FileManager.default.temporaryDirectory.appending(path: "flyonce-replay-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        let basis = try basis(stateDirectory: scratch.path, inputs: rows.map { $0[0] })
        var logger = RunCommand.logger(verbose: verbose)
        if !verbose { logger.logLevel = .warning }
        let models: JourneyModels
        do throws(Failure) {
            models = try JourneyModels(
                settings: basis.settings, logger: logger, sources: basis.known, after: basis.complaints)
        } catch {
            var failure = error
            // The command line is wrong, whatever else is.
            if !basis.complaints.isEmpty { failure.code = .usage }
            throw failure
        }
        let clock = SystemClock()
        let state: StateDirectory
        let store: FindingDatabase
        let evidence: EvidenceFolder
        do {
            state = try StateDirectory(path: scratch.path)
            evidence = try EvidenceFolder(in: noEvidence ? scratch.path : output)
            store = try FindingDatabase.open(in: state, clock: clock)
        } catch {
            throw Failure(error)
        }
        let shortfall: Shortfall
        do {
            shortfall = try await replay(rows, models, store, evidence, clock)
        } catch {
            // A database that is still open makes its files anew beneath the removal of their folder.
            try? await store.close()
            state.release()
            throw error
        }
        try? await store.close()
        state.release()
        if !noEvidence { say("pictures and clips: \(output)/evidence") }
        if let file = shortfall.damagedFiles.first {
            throw Failure(
                .badInput,
                "\(file) holds no telemetry that could be read: what was found was found without it. "
                    + "Look at it with flyonce inspect.")
        }
        if shortfall.hasIdleAnalyser {
            throw Failure(
                .failed,
                "The analyser \(analyser ?? "") answered no frame of a file: what was found there was found without it."
            )
        }
    }

    /// What was asked for and could not be had.
    private struct Shortfall {
        /// The analyser answered no frame of a file.
        var hasIdleAnalyser = false
        /// Files of telemetry that were named.
        var damagedFiles: [String] = []
    }

    /// Reads row after row and prints what was found.
    private func replay(
        _ rows: [[String]], _ models: JourneyModels, _ store: FindingDatabase, _ evidence: EvidenceFolder,
        _ clock: SystemClock
    ) async throws -> Shortfall {
        var shortfall = Shortfall()
        var shown: Set<FlightID> = []
        let logs = try logFolder()
        var found: [FindingID] = []
        var isFound: Set<FindingID> = []
        for (row, source) in zip(rows, models.settings.sources) {
            let isRow = SourceAddress.isStill(row[0]) && !InspectCommand.isFolder(row[0])
            let journey = try models.journey(
                of: source, store: store, evidence: evidence, routes: { _ in [] }, clock: clock,
                takesEvidence: !noEvidence,
                input: SourceAddress.isStill(row[0]) ? .stills(row.map(Self.absolute)) : .once, metadataLog: logs,
                // What the first found the others look at again.
                reflights: rows.count > 1 ? store : nil)
            await withCheckedContinuation { done in journey.start(logger: nil) { done.resume() } }
            if let error = journey.failure {
                throw Failure(
                    .badInput, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
            }
            let progress = journey.progress.read()
            let counters = journey.counters()
            if counters["analyser_answers"] == 0, counters["analyser_restarts", default: 0] > 0 {
                shortfall.hasIdleAnalyser = true
            }
            shortfall.damagedFiles += progress.damagedFiles
            say(Self.summary(isRow ? Self.name(ofRow: row) : source.url, journey.counters(), progress))
            for (rule, error) in progress.ruleErrors.sorted(by: { $0.key < $1.key }) { say("rule \(rule): \(error)") }
            let flights = try await store.flights(limit: 100_000).filter { !shown.contains($0.id) }
            shown.formUnion(flights.map(\.id))
            for flight in flights.sorted(by: { ($0.firstFrame, $0.id) < ($1.firstFrame, $1.id) }) {
                for record in try await store.findings(of: flight.id) {
                    guard isFound.insert(record.finding.id).inserted else { continue }
                    found.append(record.finding.id)
                    // What another file may show again is told when all are read.
                    if rows.count == 1, format != .geojson { show(record) }
                }
            }
        }
        var features: [[UInt8]] = []
        for id in found {
            guard let record = try await store.finding(id) else { continue }
            if format == .geojson { features.append(record.feature()) } else if rows.count > 1 { show(record) }
        }
        if format == .geojson { printCollection(features) }
        return shortfall
    }

    /// What was there before stays.
    private func logFolder() throws(Failure) -> MetadataFolder? {
        guard let metadataLog else { return nil }
        do throws(StoreError) {
            return try MetadataFolder(
                path: metadataLog, limits: .init(bytesPerFlight: .max >> 1, bytes: .max >> 1))
        } catch {
            throw Failure(error)
        }
    }

    /// Still pictures that follow one another are one row, every other input its own.
    static func rows(_ inputs: [String]) -> [[String]] {
        var rows: [[String]] = []
        for input in inputs {
            let isStill = SourceAddress.isStill(input) && !InspectCommand.isFolder(input)
            if isStill, let last = rows.last?.last, SourceAddress.isStill(last), !InspectCommand.isFolder(last) {
                rows[rows.count - 1].append(input)
            } else {
                rows.append([input])
            }
        }
        return rows
    }

    /// A row of pictures by the folder that holds them all.
    static func name(ofRow row: [String]) -> String {
        guard row.count > 1 else { return row.first.map(absolute) ?? "" }
        let folders = Set(row.map { URL(filePath: absolute($0)).deletingLastPathComponent().standardizedFileURL.path })
        return counted(row.count, "picture") + (folders.count == 1 ? " of \(folders.first ?? "")" : "")
    }

    static func absolute(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    /// JSON strings are YAML strings.
    static func quoted(_ text: String) -> String {
        var json = JSONText()
        json.value(text)
        return json.string
    }

    /// One for each path, all different: `a-2.ts` before `a.ts` would have the name of the second.
    static func sourceNames(_ paths: [String]) -> [String] {
        var taken: Set<String> = []
        return paths.enumerated().map { index, path in
            var name = sourceName(path, index)
            while !taken.insert(name).inserted { name += "-" }
            return name
        }
    }

    /// `DJI_0001.MP4` → `dji-0001`; a number keeps two of the same name apart.
    private static func sourceName(_ path: String, _ index: Int) -> String {
        let stem = URL(filePath: path).deletingPathExtension().lastPathComponent.lowercased()
        let name = String(
            stem.unicodeScalars.map {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) ? Character($0) : "-"
            })
        return String((name.isEmpty ? "file" : name).prefix(56)) + (index == 0 ? "" : "-\(index + 1)")
    }

    private func show(_ record: FindingRecord) {
        guard format == .text else { return printLine(record.feature()) }
        let finding = record.finding
        var line =
            "\(finding.firstSeen.rfc3339)  \(finding.severity.rawValue)  \(finding.sceneType) \(finding.title.zh)"
        if let location = finding.location {
            line +=
                "  \(location.point.latitude.fixed(6)), \(location.point.longitude.fixed(6)) ±\(location.ce90.fixed(1)) m"
            if let area = location.area { line += " in \(area)" }
            if let grid = location.grid { line += " grid \(grid)" }
        } else {
            line += "  no position (\(finding.refusal?.rawValue ?? ""))"
        }
        printLine(line + "  \(counted(finding.sightings, "sighting"))  \(finding.id)")
        for reason in finding.reasons {
            let values = reason.values.map { "\($0.name) = \($0.value.isEmpty ? "\"\"" : $0.value)" }.joined(
                separator: ", ")
            printLine("    \(reason.condition)\(values.isEmpty ? "" : "   [\(values)]")")
        }
        for item in record.evidence {
            printLine("    \(item.kind.rawValue) \(item.sha256) \(counted(item.bytes, "byte"))")
        }
    }

    private func printCollection(_ features: [[UInt8]]) {
        var json = JSONText()
        json.object { json in
            json.member("type", "FeatureCollection")
            json.member("features") { $0.array { json in for feature in features { json.raw(feature) } } }
        }
        printLine(json.bytes)
    }

    static func summary(
        _ path: String, _ source: [String: Int64], _ progress: JourneyProgress.Snapshot
    ) -> String {
        func count(_ name: String) -> Int64 { source[name] ?? progress.counters[name] ?? 0 }
        var text =
            "\(path): \(counted(count("frames"), "frame")), \(counted(count("packets"), "metadata packet")), "
            + "\(counted(count("objects"), "object")), \(counted(count("detections"), "detection")), "
            + counted(count("findings_opened"), "finding")
        let missed = [
            ("pictures_missed", "picture", "pictures"), ("clips_missed", "clip", "clips"),
        ].compactMap { count($0) > 0 ? counted(count($0), $1, $2) : nil }
        if !missed.isEmpty { text += "; without " + missed.joined(separator: " and ") + " that could not be taken" }
        if progress.subtitles.count == 1 {
            text += "; \(progress.subtitles[0]): \(counted(count("subtitles"), "subtitle"))"
        } else if progress.subtitles.count > 1 {
            text +=
                "; \(counted(progress.subtitles.count, "subtitle file")): \(counted(count("subtitles"), "subtitle"))"
        }
        for feed in progress.feeds {
            text += "; \(feed.name): \(counted(feed.packets, "packet")), \(counted(feed.poses, "pose"))"
            if feed.objects > 0 { text += ", " + counted(feed.objects, "object report") }
        }
        if count("recordings_cut") > 0 { text += "; the recording was cut: check that it was copied whole" }
        let troubles = source.merging(progress.alignment, uniquingKeysWith: +).merging(
            progress.counters, uniquingKeysWith: +
        )
        .filter { name, value in
            value > 0 && JourneyProgress.isTrouble(name) && name != "pictures_missed" && name != "clips_missed"
        }
        if !troubles.isEmpty {
            text += "; " + troubles.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        }
        return text
    }
}
