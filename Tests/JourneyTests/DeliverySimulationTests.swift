import Foundation
import Testing

/// Some days of the simulation of `make torture`, in every run. FLYONCE_SIMULATION=200 tries more seeds.
@Suite struct DeliverySimulationTests {
    private static let seeds = ProcessInfo.processInfo.environment["FLYONCE_SIMULATION"].flatMap { Int($0) } ?? 4

    private func simulate(_ words: String...) async throws -> Outcome {
        let scratch = try Scratch()
        return try await Program(path: Checkout.products.appending(path: "delivery-simulation").path).run(
            words + ["--folder", scratch.path], limit: 120 + Double(Self.seeds))
    }

    @Test func `what is found reaches the platform once, through outages, kills and wrong clocks`() async throws {
        let outcome = try await simulate("--seeds", "\(Self.seeds)", "--hours", "24")
        #expect(outcome.code == 0, "\(outcome.description)")
    }

    @Test(arguments: ["forgotten-key", "taken-for-delivered", "gives-up", "forgets-waiting"])
    func `a planted fault is noticed, and its seed told`(_ fault: String) async throws {
        let outcome = try await simulate("--seeds", "4", "--hours", "24", "--fault", fault)
        #expect(outcome.code == 1, "\(outcome.description)")
        #expect(outcome.lines.first?.hasPrefix("seed ") == true, "\(outcome.output)")
    }
}
