import CasePlatform
import Curl
import Delivery
import Inspection
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CallbackDeliveryTests {
    /// The platform announces to another platform's port: nothing there takes the callback, which must harm neither.
    @Test func `a callback nobody takes does not hold the platform up`() async throws {
        var options = CasePlatformOptions()
        options.port = 0
        options.callback = .init(
            url: "http://127.0.0.1:1/v1/cases/callback", secret: "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
        options.advanceEvery = .milliseconds(50)
        let running = try await RunningPlatform(options)
        let adapter = FourPlatformAdapter(
            destination: platform, options: .init(baseURL: running.url), transport: HTTPClient(), clock: TestClock())
        _ = await adapter.deliver(owed(), evidence: FolderEvidence())
        var stage = CaseStage.reported
        for _ in 0..<500 where stage != .closed {
            try await Task.sleep(for: .milliseconds(10))
            stage = await running.server.summary.externalIDs.values.first?.stage ?? .reported
        }
        #expect(stage == .closed)
        await running.stop()
    }
}
