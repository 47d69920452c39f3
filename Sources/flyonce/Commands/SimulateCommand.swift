import ArgumentParser
import FlightSimulator
import Foundation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Fly a scenario: video with metadata, and the truth about it.",
        discussion:
            "Writes flight.ts, truth.geojson and scenario.json; with several flights flight-1.ts and so on; with hills an elevation tile in terrain/. The same seed gives the same metadata, byte for byte."
    )

    @Argument(help: "The scenario (YAML), or the name of one that is shipped, such as town.") var scenario: String
    @Option(name: .shortAndLong, help: "The directory to write to; made when it is not there.") var output: String
    @Flag(
        name: .customLong("no-video"),
        help: "One grey pattern in every frame instead of what the camera saw: the same metadata, a tenth of the time.")
    var noVideo = false

    func run() throws {
        let path = try ModelFiles.scenario(scenario)
        let start = ContinuousClock.now
        let summaries = try Self.write(scenario: path, to: output, pictures: noVideo ? .still : .drawn) { part in
            Progress.show("simulating", part)
        }
        Progress.end()
        let seconds = (ContinuousClock.now - start).components.seconds
        for summary in summaries {
            say(
                "\(summary.name): \(counted(summary.frames, "frame")), \(counted(summary.packets, "packet")), \(summary.mattersSeen) of \(counted(summary.matters, "matter")) in view"
            )
        }
        say("\(seconds) s with \(summaries.first?.encoder ?? "")")
        for summary in summaries { printLine(summary.video) }
    }

    /// One for each flight of the scenario.
    static func write(
        scenario path: String, to directory: String, pictures: Pictures = .drawn,
        progress: @escaping (Double) -> Void
    ) throws(Failure) -> [SimulationSummary] {
        let simulation: Simulation
        do {
            simulation = Simulation(try Scenario.load(path))
        } catch {
            throw Failure(.badInput, error.description)
        }
        try OutputDirectory.make(directory)
        do {
            return try simulation.write(to: directory, pictures: pictures, progress: progress)
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
