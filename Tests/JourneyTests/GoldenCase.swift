import Foundation
import Testing

/// A folder of `Cases`: a scenario, perhaps a rule pack of its own, and the findings that must come of it. Dropping a folder
/// in adds a case; `FLYONCE_WRITE_CASES=1` writes what is found now into `expected.geojson`, to be read before it is kept.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    var name: String

    static let all: [GoldenCase] =
        ((try? FileManager.default.contentsOfDirectory(atPath: Checkout.cases.path)) ?? []).sorted()
        .map { GoldenCase(name: $0) }
        .filter { FileManager.default.fileExists(atPath: $0.scenario) }

    var testDescription: String { name }
    var folder: URL { Checkout.cases.appending(path: name) }
    var scenario: String { folder.appending(path: "scenario.yaml").path }
    var expected: URL { folder.appending(path: "expected.geojson") }

    /// The case's own pack, else those that are shipped.
    var rules: [String] {
        let own = folder.appending(path: "pack.yaml").path
        return FileManager.default.fileExists(atPath: own) ? ["--rules", own] : []
    }

    func flight() async throws -> SimulatedFlight { try await FlightShelf.shared.flight(of: self) }

    func replay(_ video: String) async throws -> (findings: [JSON], outcome: Outcome) {
        let outcome = try await Program.flyonce.run(["replay", video, "--format", "ndjson"] + rules)
        try #require(outcome.code == 0, "\(outcome.description)")
        return (try outcome.lines.map { try JSON($0) }, outcome)
    }
}

/// What `flyonce simulate` wrote for a scenario.
struct SimulatedFlight: Sendable {
    var scratch: Scratch
    var video: String
    /// GeoJSON Features of the matters that were in view.
    var truth: [JSON]
    /// SHA-256 of the video: encoders differ, and ids begin with the content.
    var digest: String
}

/// Flies each scenario once, whoever asks.
actor FlightShelf {
    static let shared = FlightShelf()

    private var flights: [String: Task<SimulatedFlight, any Error>] = [:]

    func flight(of golden: GoldenCase) async throws -> SimulatedFlight {
        if let flight = flights[golden.name] { return try await flight.value }
        let task = Task { try await Self.fly(golden) }
        flights[golden.name] = task
        return try await task.value
    }

    private static func fly(_ golden: GoldenCase) async throws -> SimulatedFlight {
        let scratch = try Scratch()
        let outcome = try await Program.flyonce("simulate", golden.scenario, "--output", scratch.path)
        try #require(outcome.code == 0, "\(outcome.description)")
        let video = scratch.file("flight.ts")
        let truth = try JSON(String(contentsOfFile: scratch.file("truth.geojson"), encoding: .utf8))
        return SimulatedFlight(
            scratch: scratch, video: video,
            truth: truth["features"].items.filter { ($0["properties"]["frames_visible"].number ?? 0) > 0 },
            digest: try await sha256(of: video))
    }
}

func sha256(of path: String) async throws -> String {
    let program = try #require(Program(installed: "sha256sum"))
    return String(try await program(path).output.prefix { $0 != " " })
}
