import Foundation
import Testing

/// Names of areas in conditions that the settings have none of.
@Suite struct UnknownAreaTests {
    private static let pack = """
        pack: mine
        version: "1"
        title: {zh: 测, en: T}
        rules:
          - id: my-river
            scene_type: waste.exposed
            labels: [heap]
            when:
              - area.within("rivver")
          - {id: my-mine, scene_type: waste.exposed, labels: [heap], when: ['area.within("mine")']}

        """
    private static let told =
        "pack.yaml:9:21: rules[0].when[0]: within: no area, entry of areas or kind is called rivver: the condition fails wherever it is asked (did you mean river?)"
    private static let kind = "no area of the settings is of kind mine, which conditions ask for: my-mine"

    private func deployment(_ packs: String, areas: String = "") throws -> Deployment {
        let gateway = try Deployment(source: "inbox", platform: nil)
        try FileManager.default.createDirectory(
            atPath: gateway.scratch.file("inbox"), withIntermediateDirectories: true)
        try gateway.scratch.write(Self.pack, "pack.yaml")
        try gateway.scratch.write(
            """
            gateway: {name: trial}
            state_directory: state
            http: {listen: "127.0.0.1:\(gateway.port)"}
            rules: {packs: [\(packs)]}
            sources:
              uav-1: {url: inbox}
            \(areas)
            """, "flyonce.yaml")
        return gateway
    }

    @Test func `are errors where the settings state areas, like registers that there are not`() async throws {
        let gateway = try deployment("pack.yaml", areas: "areas: [{name: cells, kind: river, file: cells.geojson}]")
        let square = "[[118.5,28.9],[118.6,28.9],[118.6,29.0],[118.5,29.0],[118.5,28.9]]"
        try gateway.scratch.write("{\"type\": \"Polygon\", \"coordinates\": [\(square)]}", "cells.geojson")
        let checked = try await Program.flyonce("check", "--config", gateway.config)
        #expect(checked.code == 78, "\(checked.description)")
        #expect(checked.complaint.contains(Self.told), "\(checked.description)")
        #expect(!checked.complaint.contains("warning: ") && !checked.complaint.contains("nothing wrong"))
        // Files of areas are changed by others: a gateway that starts says so and inspects.
        let daemon = try await gateway.startReady()
        #expect(daemon.complaint.contains(Self.told), "\(daemon.complaint)")
        daemon.send(1)
        let refused = await eventually(within: 20) { daemon.complaint.contains("nothing was taken over") }
        #expect(refused, "\(daemon.complaint)")
        daemon.send(15)
        #expect(await daemon.end(within: 10).code == 0)
    }

    @Test func `are told by the check and when the daemon starts`() async throws {
        let gateway = try deployment("pack.yaml")
        let checked = try await Program.flyonce("check", "--config", gateway.config)
        #expect(checked.code == 0, "\(checked.description)")
        for text in [Self.told, Self.kind] {
            let lines = checked.complaint.split(separator: "\n").filter { $0.contains(text) }
            #expect(lines.count == 1 && lines.allSatisfy { $0.hasPrefix("warning: ") }, "\(checked.description)")
        }
        let daemon = try await gateway.startReady()
        for text in [Self.told, Self.kind] { #expect(daemon.complaint.contains(text), "\(daemon.complaint)") }
        daemon.send(15)
        #expect(await daemon.end(within: 10).code == 0)
        let status = try await Program.flyonce("status", "--config", gateway.config, "--format", "ndjson")
        #expect(status.code == 0 && !status.output.contains("started_at"), "\(status.description)")
    }
}
