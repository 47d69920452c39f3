import ArgumentParser
import FlightSimulator
import Foundation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Fly a scenario: video with metadata, and the truth about it.",
        discussion:
            "Writes flight.ts, truth.geojson and scenario.json. The same seed gives the same metadata, byte for byte.")

    @Argument(help: "The scenario (YAML), or the name of one that is shipped, such as town.") var scenario: String
    @Option(name: .shortAndLong, help: "The directory to write to; made when it is not there.") var output: String

    func run() throws {
        let path = try ModelFiles.scenario(scenario)
        let start = ContinuousClock.now
        let summary = try Self.write(scenario: path, to: output) { part in
            Progress.show("simulating", part)
        }
        Progress.end()
        let seconds = (ContinuousClock.now - start).components.seconds
        say(
            "\(counted(summary.frames, "frame")), \(counted(summary.packets, "packet")), \(summary.mattersSeen) of \(counted(summary.matters, "matter")) in view; \(seconds) s with \(summary.encoder)"
        )
        printLine(summary.video)
    }

    static func write(
        scenario path: String, to directory: String, progress: @escaping (Double) -> Void
    ) throws(Failure) -> SimulationSummary {
        let flight: SimulatedFlight
        do {
            flight = SimulatedFlight(try Scenario.load(path))
        } catch {
            throw Failure(.badInput, error.description)
        }
        try OutputDirectory.make(directory)
        do {
            return try flight.write(to: directory, progress: progress)
        } catch {
            throw Failure(
                error.kind == .missingPlugin ? .unavailable : .failed,
                error.hint.isEmpty ? error.description : "\(error.description) (\(error.hint))")
        }
    }
}

/// A line of progress on a terminal; nothing elsewhere.
enum Progress {
    static let isTerminal = isatty(STDERR_FILENO) == 1

    static func show(_ what: String, _ part: Double) {
        guard isTerminal else { return }
        writeComplaint(Data("\r\(what) \(Int((min(max(part, 0), 1) * 100).rounded())) %".utf8))
    }

    static func end() {
        guard isTerminal else { return }
        writeComplaint(Data("\r\u{1B}[K".utf8))
    }
}
