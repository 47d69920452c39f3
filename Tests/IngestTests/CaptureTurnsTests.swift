import Dispatch
import Inspection
import Testing

@testable import Ingest

struct CaptureTurnsTests {
    private static let empty = Capture(bytes: [], mediaType: "image/jpeg", time: .seconds(0), seconds: 0)

    @Test func `refuses more than may wait, and goes on when they are done`() async throws {
        var options = SourceOptions()
        options.capturesWaiting = 2
        let queue = DispatchQueue(label: "test")
        let turns = CaptureTurns(source: "drone", options: options, queue: queue)
        queue.suspend()
        let refusals = await withTaskGroup(of: SourceError?.self) { group in
            for _ in 0..<5 {
                group.addTask {
                    do throws(SourceError) {
                        _ = try await turns.serve { () throws(SourceError) in Self.empty }
                        return nil
                    } catch { return error }
                }
            }
            var refusals: [SourceError] = []
            while refusals.count < 3, let outcome = await group.next() { if let outcome { refusals.append(outcome) } }
            queue.resume()
            for await outcome in group { if let outcome { refusals.append(outcome) } }
            return refusals
        }
        #expect(refusals.count == 3)
        #expect(refusals.allSatisfy { $0.description == "drone already has 2 captures waiting" })
        _ = try await turns.serve { () throws(SourceError) in Self.empty }
    }
}
