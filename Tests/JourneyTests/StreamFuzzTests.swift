import Foundation
import Testing

/// A few of the damaged streams of `make fuzz-streams`, in every run. FLYONCE_FUZZ=10000 reads more.
@Suite struct StreamFuzzTests {
    @Test func `damaged streams are read without a crash, a hang or a broken promise`() async throws {
        let count = ProcessInfo.processInfo.environment["FLYONCE_FUZZ"].flatMap { Int($0) } ?? 50
        let scratch = try Scratch()
        let whole = try bytes(of: try await CorruptionTests.golden.flight().video)
        let stream = scratch.file("flight.ts")
        try Data(whole.prefix(188 * 3200)).write(to: URL(filePath: stream))
        let outcome = try await Program(path: Checkout.products.appending(path: "stream-fuzz").path).run(
            ["--count", "\(count)", "--scratch", scratch.path, stream], limit: 60 + Double(count))
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.last == "done", "\(outcome.lines.last ?? "")")
        #expect(outcome.lines.filter { $0.hasPrefix("end ") }.count == count)
        #expect(!outcome.lines.contains { $0.hasPrefix("breach ") }, "\(outcome.output.suffix(500))")
    }
}
