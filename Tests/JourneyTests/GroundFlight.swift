import Foundation
import Testing

/// A short flight past one heap, a rule that holds the heap against a register, and the files of areas and registers about it.
struct GroundFlight {
    var scratch: Scratch
    var video: String

    /// A heap ahead of the flight's path. Key frames follow each other closely, so that clips can be cut closely.
    private static func scenario(seconds: Int, start: String) -> String {
        """
        name: registers
        seed: 23
        start_utc: \(start)
        video: {width: 320, height: 180, fps: 10, bitrate_kbps: 400, codec: h264, gop: 2}
        origin: {lat: 28.9012, lon: 118.5104, ground_hae_m: 92.0}
        path:
          - {at_s: 0, north_m: -60, east_m: 0, above_ground_m: 60, yaw_deg: along}
          - {at_s: \(seconds), north_m: \(-60 + 14 * seconds / 3), east_m: 0}
        camera: {hfov_deg: 40, pitch_deg: -50}
        ground: {road_spacing_m: 0}
        analyser: {rate_hz: 5, miss_rate: 0, confidence: {mean: 0.8, sd: 0.02}, box_noise_px: 0.2}
        pose_noise:
          white: {position_m: 0.05, height_m: 0.05, yaw_deg: 0.05, pitch_deg: 0.02, roll_deg: 0.02}
        stated: {hae: true, msl: true, undulation_m: 4.08}
        objects:
          - {id: heap, kind: waste_pile, label: garbage, scene_type: waste.exposed, north_m: 2, east_m: 3}
        """
    }

    private static let pack = """
        pack: held
        version: "1"
        title: {zh: 碰撞, en: Held against registers}
        rules:
          - id: dump-unlicensed
            scene_type: waste.exposed
            when:
              - object.confidence >= 0.5
              - '!register("licensed_sites").covers(ground.position, now)'
        """

    /// A place by metres from the scenario's origin.
    static func place(north: Double, east: Double) -> (latitude: Double, longitude: Double) {
        (28.9012 + north / 110_814, 118.5104 + east / 97_571)
    }

    /// A register of one site of 20 m, its middle `east` of the heap.
    static func sites(east: Double) -> String {
        let center = place(north: 2, east: 3 + east)
        return
            "id,name,lat,lon,radius_m,to\nCS-0042,Licensed heap yard,\(center.latitude),\(center.longitude),20,2026-12-31\n"
    }

    static func square(half: Double, north: Double, east: Double, properties: String? = nil) -> String {
        let corners = [(-half, -half), (-half, half), (half, half), (half, -half), (-half, -half)].map { offset in
            let place = place(north: north + offset.0, east: east + offset.1)
            return "[\(place.longitude),\(place.latitude)]"
        }
        let geometry = "{\"type\":\"Polygon\",\"coordinates\":[[\(corners.joined(separator: ","))]]}"
        return properties.map { "{\"type\":\"Feature\",\"properties\":\($0),\"geometry\":\(geometry)}" } ?? geometry
    }

    static func fly(seconds: Int = 3, start: String = "2026-08-20T03:00:00Z") async throws -> GroundFlight {
        let scratch = try Scratch()
        try scratch.write(scenario(seconds: seconds, start: start), "scenario.yaml")
        try scratch.write(pack, "pack.yaml")
        let outcome = try await Program.flyonce(
            "simulate", scratch.file("scenario.yaml"), "--output", scratch.file("out"))
        try #require(outcome.code == 0, "\(outcome.description)")
        return GroundFlight(scratch: scratch, video: scratch.file("out/flight.ts"))
    }

    func replay(_ options: [String]) async throws -> (findings: [JSON], outcome: Outcome) {
        let outcome = try await Program.flyonce.run(
            [
                "replay", video, "--format", "ndjson", "--rules", scratch.file("pack.yaml"), "--output",
                scratch.file(UUID().uuidString),
            ] + options)
        return (try outcome.lines.map { try JSON($0) }, outcome)
    }

    /// The same pictures under another content: a few empty packets (PID 8191) follow.
    func copy(_ number: Int) throws -> [UInt8] {
        let empty: [UInt8] = [0x47, 0x1F, 0xFF, 0x10] + Array(repeating: 0xFF, count: 184)
        return try bytes(of: video) + (0..<number).flatMap { _ in empty }
    }

    /// A gateway that reads `source` by these areas and registers: lists of YAML, their files beside the configuration.
    func gateway(source: String, areas: [String] = [], registers: [String] = []) throws -> Deployment {
        let gateway = try Deployment(source: source, platform: nil)
        try configure(gateway, source: source, areas: areas, registers: registers)
        return gateway
    }

    func configure(_ gateway: Deployment, source: String, areas: [String] = [], registers: [String] = []) throws {
        func list(_ name: String, _ entries: [String]) -> String {
            entries.isEmpty ? "" : "\(name):\n" + entries.map { "  - {\($0)}\n" }.joined()
        }
        try gateway.scratch.write(
            """
            gateway: {name: trial}
            state_directory: state
            http: {listen: "127.0.0.1:\(gateway.port)"}
            rules: {catalogue: "\(Checkout.models)/catalogue.yaml", packs: ["\(scratch.file("pack.yaml"))"]}
            sources:
              uav-1: {url: "\(source)", folder: {settle: 200ms}}
            \(list("areas", areas))\(list("registers", registers))
            """, "flyonce.yaml")
    }
}
