import Foundation
import Testing

/// `flyonce geo project --dem`: a tile of level ground 150 m high with a ridge, and files that cannot be used.
@Suite struct TerrainLineTests {
    static func line(yaw: Double, pitch: Double, lat: Double = 28.9, ground: Double? = nil) -> String {
        let rest = ground.map { ",\"ground_hae_m\":\($0)" } ?? ""
        return """
            {"sensor":{"lat":\(lat),"lon":118.5,"hae_m":320},"attitude":{"yaw_deg":\(yaw),"pitch_deg":\(pitch),"roll_deg":0},\
            "camera":{"width_px":1920,"height_px":1080,"hfov_deg":63.7,"vfov_deg":38.5},"pixel":{"u":960,"v":540}\(rest)}
            """
    }

    /// 1201 × 1201 samples; the row of latitude 28.9 + 10/1200 is a ridge of 300 m, that of 28.9 − 5/1200 a hole.
    static func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "terrain-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder.appending(path: "east"), withIntermediateDirectories: true)
        var bytes = Data(capacity: 1201 * 1201 * 2)
        for row in 0..<1201 {
            let height: Int16 = row == 110 ? 300 : row == 125 ? -32_768 : 150
            let bits = UInt16(bitPattern: height)
            for _ in 0..<1201 { bytes.append(contentsOf: [UInt8(bits >> 8), UInt8(bits & 0xFF)]) }
        }
        try bytes.write(to: folder.appending(path: "east/N28E118.hgt"))
        try Data("II*".utf8).write(to: folder.appending(path: "cut.tif"))
        try Data(count: 100).write(to: folder.appending(path: "N29E118.hgt"))
        return folder
    }

    @Test func `places are on the terrain, and on level ground where it has none`() async throws {
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let lines = [
            Self.line(yaw: 0, pitch: -45), Self.line(yaw: 0, pitch: -4), Self.line(yaw: 180, pitch: -22, ground: 149),
            Self.line(yaw: 180, pitch: -22), Self.line(yaw: 0, pitch: 5), Self.line(yaw: 0, pitch: -45, lat: 10),
            // From under the level ground of the tile, and off it: level ground stands in.
            Self.line(yaw: 0, pitch: -45).replacing("320", with: "149"),
            Self.line(yaw: 0, pitch: -45, lat: 10, ground: 100),
        ]
        let outcome = try await Program.flyonce(
            "geo", "project", "--dem", folder.path, "--dem-heights", "ellipsoid", input: lines.joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == lines.count, "\(outcome.description)")
        let answers = try outcome.lines.map { try JSON($0) }
        #expect(answers[0]["method"] == .text("ray_terrain"))
        #expect(abs((answers[0]["terrain_hae_m"].number ?? 0) - 150) < 1e-3)
        #expect(abs((answers[0]["slant_range_m"].number ?? 0) - 240.42) < 0.1)
        // The ridge stands 924 m north, across the ray.
        #expect(abs((answers[1]["lat"].number ?? 0) - 28.9083) < 0.001)
        #expect((answers[1]["terrain_hae_m"].number ?? 0) > 200)
        #expect(answers[2]["method"] == .text("ray_ellipsoid") && answers[2]["terrain_hae_m"].number == nil)
        #expect(abs((answers[2]["hae_m"].number ?? 0) - 149) < 1e-3)
        #expect(answers[3]["error"].text?.contains("no data") == true)
        #expect(answers[4]["error"] == .text("above_horizon"))
        #expect(answers[5]["error"].text?.contains("no data") == true)
        #expect(answers[6]["error"] == .text("below_ground"))
        #expect(answers[7]["method"] == .text("ray_ellipsoid"))
        #expect(outcome.complaint.contains("cut.tif") && outcome.complaint.contains("N29E118.hgt"))
    }

    @Test func `a folder without tiles, and heights that cannot be meant, are refused`() async throws {
        let outcome = try await Program.flyonce(
            "geo", "project", "--dem", "/nonexistent", input: Self.line(yaw: 0, pitch: -45))
        #expect(outcome.code == 78 && outcome.complaint.contains("/nonexistent"), "\(outcome.description)")
        for option in [["--dem-heights", "ellipsoid"], ["--dem-heights", "offset", "--dem-offset", "3"]] {
            let outcome = try await Program.flyonce.run(["geo", "project"] + option, input: "")
            #expect(outcome.code == 2 && outcome.complaint.contains("--dem,"), "\(outcome.description)")
        }
        for arguments in [["--dem-heights", "offset"], ["--dem-offset", "3"], ["--dem-error", "0"]] {
            let outcome = try await Program.flyonce.run(["geo", "project", "--dem", "/tmp"] + arguments, input: "")
            #expect(outcome.code != 0, "\(outcome.description)")
        }
    }
}
