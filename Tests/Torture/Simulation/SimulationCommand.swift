import Foundation

/// `delivery-simulation [--seed N] [--seeds COUNT] [--hours EACH] [--fault NAME] [--folder PATH]`: runs seeds beside each other and
/// prints the first that fails. Exits 0 when all held, 1 when one did not, 2 for words that are off.
@main
struct SimulationCommand {
    private struct Options: Sendable {
        var seed: UInt64 = 1
        var seeds: UInt64 = 20
        var hours = 48.0
        var fault: PlantedFault?
        var folder = FileManager.default.temporaryDirectory.path
    }

    static func main() async {
        guard let options = options(Array(CommandLine.arguments.dropFirst())) else {
            complain(
                "usage: delivery-simulation [--seed N] [--seeds COUNT] [--hours EACH] [--fault NAME] [--folder PATH]")
            exit(2)
        }
        let began = ContinuousClock.now
        var hours = 0.0
        var sums = (events: 0, findings: 0, requests: 0, restarts: 0)
        var failures: [(seed: UInt64, violation: String)] = []
        await withTaskGroup(of: (UInt64, Simulation.Outcome).self) { group in
            var next = options.seed
            let last = options.seed &+ options.seeds
            func begin() {
                guard next < last else { return }
                let seed = next
                next &+= 1
                group.addTask { (seed, await live(seed, options)) }
            }
            for _ in 0..<4 { begin() }
            for await (seed, outcome) in group {
                hours += outcome.hours
                sums.events += outcome.events
                sums.findings += outcome.findings
                sums.requests += outcome.requests
                sums.restarts += outcome.restarts
                if let violation = outcome.violation { failures.append((seed, violation)) }
                if failures.isEmpty { begin() }
            }
        }
        let took = began.duration(to: .now)
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        for failure in failures.sorted(by: { $0.seed < $1.seed }) {
            print("seed \(failure.seed): \(failure.violation)")
        }
        print(
            """
            \(Int(hours)) hours in \(Int(seconds)) s (\(Int(hours / max(seconds, 0.001) * 60)) a minute): \(sums.findings) findings, \
            \(sums.requests) requests, \(sums.restarts) kills, \(sums.events) events; \(failures.count) seeds failed
            """)
        exit(failures.isEmpty ? 0 : 1)
    }

    private static func live(_ seed: UInt64, _ options: Options) async -> Simulation.Outcome {
        let state = options.folder + "/delivery-simulation-\(seed)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: state) }
        do {
            var simulation = try Simulation(seed: seed, hours: options.hours, state: state, fault: options.fault)
            return await simulation.run()
        } catch {
            return Simulation.Outcome(hours: 0, violation: "it did not begin: \(error)")
        }
    }

    private static func options(_ words: [String]) -> Options? {
        var options = Options()
        var rest = words[...]
        while let word = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch word {
            case "--seed": options.seed = UInt64(value) ?? options.seed
            case "--seeds": options.seeds = UInt64(value) ?? options.seeds
            case "--hours": options.hours = Double(value) ?? options.hours
            case "--fault":
                guard let fault = PlantedFault(rawValue: value) else { return nil }
                options.fault = fault
            case "--folder": options.folder = value
            default: return nil
            }
        }
        return options
    }

    private static func complain(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}
