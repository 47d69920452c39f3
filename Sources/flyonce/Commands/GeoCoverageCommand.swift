import ArgumentParser
import Evidence
import Foundation
import Geodesy
import Geotagging
import Ingest
import Inspection
import Logging
import Settings
import Store

extension GeoCommand {
    struct Coverage: AsyncParsableCommand {
        enum Format: String, ExpressibleByArgument, CaseIterable { case geojson, text }

        static let configuration = CommandConfiguration(
            abstract: "What flights saw of the ground: the union of their footprints, with its area.",
            discussion: """
                Reads what replay reads (videos with their metadata, JPEG pictures, folders), logs of frame metadata, and
                lines of JSON poses, those of geo project without the pixel; - reads lines from standard input. Answers a
                GeoJSON FeatureCollection of one Feature, the union of all, with its area in "km2". Ground counts that was
                seen at --gsd or finer, above the horizon and not behind a ridge. Where nothing was, the collection is empty
                and the exit code is 65. See docs/coverage.md.
                """)

        @Argument(help: "Videos, pictures, folders, logs of frame metadata, files of JSON poses, or -.") var inputs:
            [String]
        @Option(help: ArgumentHelp("Ground sampling distance: metres of ground a pixel, at most.", valueName: "m"))
        var gsd = 0.1
        @Option(help: "geojson or text.") var format = Format.geojson
        @Option(help: "Ground height above the WGS 84 ellipsoid, metres, where the stream does not say it.")
        var groundHeight: Double?
        @Option(help: "The camera's horizontal angle of view at zoom 1, degrees, where the metadata states none.")
        var hfov: Double?
        @OptionGroup var elevation: TerrainOptions

        func validate() throws {
            if inputs.isEmpty { throw ValidationError("Name a recording, a file of JSON poses, or -.") }
            if !(0.001...100).contains(gsd) { throw ValidationError("--gsd must be 0.001 to 100.") }
        }

        func run() async throws {
            let terrain = try elevation.terrain()
            var survey = PoseSurvey(gsd: gsd, terrain: terrain)
            var videos: [String] = []
            for input in inputs {
                switch try Self.kind(of: input) {
                case .poses: try survey.addPoses(input)
                case .log: try survey.addLog(input)
                case .video: videos.append(input)
                }
            }
            for kept in try await coverages(of: videos) { survey.add(kept) }
            let union = survey.union
            for line in survey.notes { say(line) }
            guard let union, !union.isEmpty else {
                if format == .geojson { printLine(collection(nil)) }
                throw Failure(
                    .badInput,
                    "Nothing was seen at \(gsd) m a pixel or finer: see docs/coverage.md, or try a larger --gsd.")
            }
            printLine(format == .geojson ? collection(union) : text(union))
        }

        private enum Kind { case poses, log, video }

        private static func kind(of input: String) throws(Failure) -> Kind {
            if input == "-" { return .poses }
            if InspectCommand.isFolder(input) { return .video }
            let handle = try InspectCommand.open(input)
            defer { try? handle.close() }
            let header = Array((try? handle.read(upToCount: 4096)) ?? Data())
            let first = header.first { ![9, 10, 13, 32].contains($0) }
            if first == UInt8(ascii: "{") { return .poses }
            var decoder = MetadataLogDecoder()
            decoder.add(header)
            _ = decoder.next()
            return decoder.fault == .notALog ? .video : .log
        }

        /// Plays the recordings through the journey, without rules, pictures and clips.
        private func coverages(of videos: [String]) async throws -> [FlightCoverage] {
            guard !videos.isEmpty else { return [] }
            let rows = ReplayCommand.rows(videos)
            let folder = FileManager.default.temporaryDirectory.appending(path: "flyonce-coverage-\(UUID().uuidString)")
            defer { try? FileManager.default.removeItem(at: folder) }
            let settings = try settings(stateDirectory: folder.path, inputs: rows.map { $0[0] })
            var logger = RunCommand.logger(verbose: false)
            logger.logLevel = .warning
            let models = try JourneyModels(settings: settings, logger: logger, sources: nil)
            let clock = SystemClock()
            let state: StateDirectory
            let store: FindingDatabase
            let evidence: EvidenceFolder
            do {
                state = try StateDirectory(path: folder.path)
                evidence = try EvidenceFolder(in: folder.path)
                store = try FindingDatabase.open(in: state, clock: clock)
            } catch {
                throw Failure(error)
            }
            let found: Result<[FlightCoverage], any Error>
            do {
                for (row, source) in zip(rows, models.settings.sources) {
                    let isStill = SourceAddress.isStill(row[0])
                    let journey = try models.journey(
                        of: source, store: store, evidence: evidence, routes: { _ in [] }, clock: clock,
                        takesEvidence: false, input: isStill ? .stills(row.map(ReplayCommand.absolute)) : .once,
                        coverages: store)
                    await withCheckedContinuation { done in journey.start(logger: nil) { done.resume() } }
                    if let error = journey.failure {
                        throw Failure(
                            .badInput, error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
                    }
                    say(ReplayCommand.summary(source.url, journey.counters(), journey.progress.read()))
                }
                found = .success(try await store.coverages(day: nil, source: nil, limit: 1000))
            } catch {
                found = .failure(error)
            }
            // A database that is still open makes its files anew beneath the removal of their folder.
            try? await store.close()
            state.release()
            return try found.get()
        }

        private func settings(stateDirectory: String, inputs: [String]) throws(Failure) -> GatewaySettings {
            var lines = [
                "gateway: {name: coverage}", "state_directory: \(ReplayCommand.quoted(stateDirectory))",
                "coverage: {gsd_m: \(gsd)}", "rules: {packs: []}",
            ]
            if let folder = elevation.folder {
                let path = ReplayCommand.quoted(ReplayCommand.absolute(folder))
                let offset = elevation.offset.map { ", offset_m: \($0)" } ?? ""
                lines.append(
                    "terrain: {folder: \(path), heights: \(elevation.heights.rawValue)\(offset), error_m: \(elevation.error)}"
                )
            }
            var defaults = ["decode: on_demand"]
            if let groundHeight { defaults.append("ground_height_hae_m: \(groundHeight)") }
            if let hfov { defaults.append("camera: {hfov_deg: \(hfov)}") }
            lines.append("defaults: {\(defaults.joined(separator: ", "))}")
            lines.append("sources:")
            for (name, input) in zip(ReplayCommand.sourceNames(inputs), inputs) {
                lines.append("  \(name): {url: \(ReplayCommand.quoted(ReplayCommand.absolute(input)))}")
            }
            do {
                return try GatewaySettings.parse(lines.joined(separator: "\n"), file: "geo coverage")
            } catch {
                throw Failure(.usage, error.description)
            }
        }

        /// Without a feature where nothing was seen.
        private func collection(_ union: Geodesy.Coverage?) -> String {
            var json = JSONText(capacity: 16_384)
            json.object { json in
                json.member("type", "FeatureCollection")
                json.member("features") { json in
                    json.array { json in
                        guard let union else { return }
                        json.object { json in
                            json.member("type", "Feature")
                            json.member("geometry") { CoverageGeometry.write(union.areas(), to: &$0) }
                            json.member("properties") { json in
                                json.object { json in
                                    json.member("km2", union.area / 1e6, decimals: 6)
                                    json.member("gsd_m", gsd)
                                    json.member("cell_m", union.grid.cell)
                                }
                            }
                        }
                    }
                }
            }
            return json.string
        }

        private func text(_ union: Geodesy.Coverage) -> String {
            "\((union.area / 1e6).fixed(6)) km² seen at \(gsd) m a pixel or finer, in cells of \(union.grid.cell) m"
        }
    }
}
