import ArgumentParser
import Foundation
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
            throw Failure(.badConfig, error.description)
        }
    }
}

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say everything that is wrong with a configuration and its rules, and stop.")

    @Option(help: "The configuration.") var config = RunCommand.defaultConfig

    func run() throws {
        let settings = try RunCommand.settings(at: config)
        let rules = try ModelFiles.rules(catalogue: settings.rules.catalogue, packs: settings.rules.packs ?? [])
        let models = try JourneyModels(settings: settings, logger: RunCommand.logger(verbose: false))
        for source in settings.sources where source.isEnabled {
            _ = try models.stages(of: source)
            if !source.url.contains("://"), !FileManager.default.isReadableFile(atPath: source.url) {
                throw Failure(.badConfig, "source \(source.name): \(source.url) is not there or cannot be read.")
            }
        }
        for destination in settings.destinations where destination.isEnabled {
            do {
                _ = try destination.token?.read()
                for secret in destination.secrets { _ = try secret.read() }
            } catch {
                throw Failure(.badConfig, "destination \(destination.name): \(error.description)")
            }
        }
        say(
            "\(config): nothing wrong (\(settings.sources.count) sources, \(rules.count) rules, \(settings.destinations.count) destinations)"
        )
    }
}
