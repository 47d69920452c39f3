import Foundation
import Testing

/// SIGHUP: rules and packs that change beneath a running daemon.
@Suite struct ReloadTests {
    private static func write(
        _ gateway: Deployment, source: String = "uav-1", pack: String, more: String = ""
    ) throws {
        try gateway.scratch.write(
            """
            gateway: {name: trial}
            state_directory: state
            http: {listen: "127.0.0.1:\(gateway.port)"}
            rules:
              catalogue: \(Checkout.models)/catalogue.yaml
              packs: ["\(Checkout.models)/packs/\(pack).yaml"]
            sources:
              \(source): {url: "udp://127.0.0.1:\(gateway.port)", packs: [\(pack)]}
            \(more)
            """, "flyonce.yaml")
    }

    @Test func `a source goes over to the packs that it has now, and is never left without rules`() async throws {
        let gateway = try Deployment(source: "", platform: nil)
        try Self.write(gateway, pack: "urban")
        let daemon = try await gateway.startReady()

        try Self.write(gateway, pack: "land")
        daemon.send(SIGHUP)
        let taken = await eventually(within: 20) { daemon.complaint.contains("rules were read again") }
        #expect(taken && !daemon.complaint.contains("beyond its rules"), "\(daemon.complaint)")

        try Self.write(
            gateway, pack: "land", more: "  uav-3: {url: \"udp://127.0.0.1:9\"}\njoining: {join_radius_m: 9}")
        daemon.send(SIGHUP)
        let named = await eventually(within: 20) {
            daemon.complaint.contains("changed beyond its rules (sources.uav-3, joining): that takes effect")
        }
        #expect(named, "\(daemon.complaint)")

        // The source that runs is no longer named, and its pack is gone.
        try Self.write(gateway, source: "uav-2", pack: "land")
        daemon.send(SIGHUP)
        let refused = await eventually(within: 20) {
            daemon.complaint.contains("source uav-1 still runs and asks for the rule pack urban")
        }
        #expect(refused && daemon.complaint.contains("nothing was taken over"), "\(daemon.complaint)")
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 10).code == 0)
    }
}
