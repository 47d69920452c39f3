import ArgumentParser
import Foundation
import GStreamer
import Ingest
import Logging
import Rules
import Settings

struct RunCommand: AsyncParsableCommand {
    static let defaultConfig = "/etc/flyonce/flyonce.yaml"

    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the daemon until SIGTERM; SIGHUP reads the configuration and the rules again.")

    @Option(help: "The configuration.") var config = Self.defaultConfig
    @Flag(name: .shortAndLong, help: "Log more.") var verbose = false

    func run() async throws {
        Library.boundHeap()
        let settings = try Self.settings(at: config)
        let logger = Self.logger(verbose: verbose)
        try await Gateway(settings: settings, logger: logger).run(config: config)
    }

    static func logger(verbose: Bool) -> Logger {
        var logger = Logger(label: "flyonce") { JournalLog(label: $0) }
        logger.logLevel = verbose ? .debug : .info
        return logger
    }

    static func settings(at path: String) throws(Failure) -> GatewaySettings {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(.badConfig, "There is no configuration \(path): name one with --config.")
        }
        do {
            return try GatewaySettings.load(path)
        } catch {
            throw Failure.listed(error.description)
        }
    }

    /// What the configuration says as far as it can be read, with what is wrong until then.
    static func review(of path: String) throws(Failure) -> SettingsReview {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Failure(.badConfig, "There is no configuration \(path): name one with --config.")
        }
        do throws(SettingsError) {
            let (settings, complaints) = try GatewaySettings.inspect(path)
            guard let settings else { throw SettingsError(complaints) }
            return SettingsReview(settings, after: complaints)
        } catch {
            throw Failure.listed(error.description)
        }
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with a configuration and its rules, and stop.",
        discussion: "Ends with 78 when anything is wrong; lines that begin with warning: do not count as that.")

    @Option(help: "The configuration.") var config = RunCommand.defaultConfig

    func run() throws {
        var review = try RunCommand.review(of: config)
        let settings = review.settings
        review.reviewAddresses()
        review.reviewFeeds()
        review.reviewSourceFiles()
        review.reviewPrograms()
        review.reviewSecrets()
        let (rules, ground, jurisdiction) = try review.models()
        for line in settings.overruledReleases(of: jurisdiction, catalogue: rules.catalogue) { warn(line) }
        for line in settings.destinationsNamedAs(host: ProcessInfo.processInfo.hostName) { warn(line) }
        for warning in ground.warnings { warn(warning) }
        if settings.terrain.folder != nil {
            let geoid = JourneyModels.loadGeoid(logger: RunCommand.logger(verbose: false))
            _ = try settings.terrain.terrain(geoid: geoid) { warn($0) }
        }
        for override in rules.overridesThatNeverFit(sources: settings.sources.map(\.name), ground: ground) {
            warn("\(override)")
        }
        for line in rules.areasThatAreNot(in: ground, isShipped: ModelFiles.isShippedPack) { warn(line) }
        for warning in rules.warnings { warn("\(warning)") }
        for source in settings.sources where source.isEnabled {
            if case .folder(let path)? = try? SourceAddress(source.url), !InspectCommand.isFolder(path) {
                warn("source \(source.name): there is no folder \(path) yet; it is looked for until it comes.")
            }
            if source.options.lacksFieldOfView {
                warn(
                    "source \(source.name): DJI's Cloud API states no field of view: unless the video does, no finding gets "
                        + "a place before camera.hfov_deg is set (docs/metadata/dji-cloud.md).")
            }
        }
        say(
            "\(config): nothing wrong (\(counted(settings.sources.count, "source")), \(counted(rules.count, "rule")), \(counted(settings.destinations.count, "destination"))\(jurisdiction.map { ", jurisdiction \($0.id)" } ?? ""))"
        )
    }

    /// What stands in the way of nothing, and is hardly meant.
    private func warn(_ text: String) { say("warning: \(text)") }
}
