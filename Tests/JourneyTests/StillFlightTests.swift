import Foundation
import Testing

/// Wayline pictures and card offloads, by the program itself.
@Suite struct StillFlightTests {
    /// A look straight down, 100 m above the take-off point.
    private static func picture(_ jpeg: [UInt8], _ index: Int, second: Int) -> [UInt8] {
        let packet = """
            <x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
            <rdf:Description xmlns:drone-dji="http://www.dji.com/drone-dji/1.0/" drone-dji:AltitudeType="RtkAlt"
            drone-dji:GpsLatitude="+29.\(1370 + index)" drone-dji:GpsLongitude="+118.4150" drone-dji:AbsoluteAltitude="+200"
            drone-dji:RelativeAltitude="+100.0" drone-dji:GimbalYawDegree="+10.0" drone-dji:GimbalPitchDegree="-90.0"
            drone-dji:GimbalRollDegree="+0.0" drone-dji:CalibratedFocalLength="300.0" drone-dji:RtkFlag="50"
            drone-dji:UTCAtExposure="2025:05:20 02:12:\(second < 10 ? "0" : "")\(second).5"/></rdf:RDF></x:xmpmeta>
            """
        let body = Array("http://ns.adobe.com/xap/1.0/\0".utf8) + Array(packet.utf8)
        let length = body.count + 2
        return Array(jpeg[..<2]) + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + body + jpeg[2...]
    }

    private static let pack = """
        pack: stills
        version: "1"
        title: {zh: 照片, en: Stills}
        rules:
          - id: look
            scene_type: waste.exposed
            match: frame
            when: ["telemetry.above_takeoff_m > 50.0"]
        """

    /// Pictures of one flight in `folder`; nil where nothing can make a JPEG.
    private static func write(_ count: Int, to scratch: Scratch, _ folder: String) async throws -> [String]? {
        guard let launch = Program(installed: "gst-launch-1.0") else {
            print("left out: there is no gst-launch-1.0")
            return nil
        }
        let made = scratch.file("made.jpg")
        let outcome = try await launch(
            "videotestsrc", "num-buffers=1", "!", "video/x-raw,width=640,height=480", "!", "jpegenc", "!", "filesink",
            "location=\(made)")
        try #require(outcome.code == 0, "\(outcome.description)")
        let jpeg = try bytes(of: made)
        try FileManager.default.createDirectory(atPath: scratch.file(folder), withIntermediateDirectories: true)
        return try (0..<count).map {
            try scratch.write(picture(jpeg, $0, second: 2 * $0), "\(folder)/DJI_000\($0).JPG")
        }
    }

    @Test func `a row of pictures gives a placed finding with the picture itself as proof`() async throws {
        let scratch = try Scratch()
        guard let paths = try await Self.write(3, to: scratch, "100MEDIA") else { return }
        let rules = try scratch.write(Self.pack, "pack.yaml")
        let single = try await Program.flyonce.run(
            ["replay"] + paths + ["--rules", rules, "--output", scratch.file("out")])
        #expect(single.code == 0, "\(single.description)")
        #expect(!single.complaint.contains("missed"), "\(single.complaint)")
        #expect(single.complaint.contains("3 frames"))
        let finding = try JSON(try #require(single.lines.first))
        #expect(single.lines.count == 1)
        let place = try #require(Place(finding))
        #expect(abs(place.latitude - 29.137) < 0.003 && abs(place.longitude - 118.415) < 0.0005)
        #expect(finding["properties"]["location"]["method"] == .text("ray_ellipsoid"))
        #expect(finding["properties"]["first_seen"] == .text("2025-05-20T02:12:00.500000Z"))
        let evidence = finding["properties"]["evidence"].items
        let picture = try #require(evidence.first { $0["kind"] == .text("picture") })
        var digests: [String] = []
        for path in paths { digests.append(try await sha256(of: path)) }
        #expect(digests.contains(picture["sha256"].text ?? ""))
        #expect(!evidence.contains { $0["kind"] == .text("clip") })

        // The folder of them is the same flight, and gives the same finding.
        let folder = try await Program.flyonce(
            "replay", scratch.file("100MEDIA"), "--rules", rules, "--output", scratch.file("out"))
        #expect(folder.code == 0, "\(folder.description)")
        #expect(try folder.lines.map { try JSON($0)["properties"]["location"] } == [finding["properties"]["location"]])
        let again = try await Program.flyonce(
            "replay", scratch.file("100MEDIA"), "--rules", rules, "--output", scratch.file("out"))
        #expect(try again.lines.map { try JSON($0)["id"] } == folder.lines.map { try JSON($0)["id"] })

        let inspected = try await Program.flyonce("inspect", "--format", "ndjson", paths[0])
        #expect(inspected.code == 0, "\(inspected.description)")
        let line = try JSON(try #require(inspected.lines.first))
        #expect(line["kind"] == .text("jpeg") && line["width"] == .number(640))
        let yaw = line["items"].items.first { $0["name"] == .text("drone-dji:GimbalYawDegree") }
        #expect(yaw?["value"] == .number(10) && yaw?["unit"] == .text("°"))
    }

    @Test func `a rule about pictures is asked of stills, and an analyser that fails fails the command`() async throws {
        let scratch = try Scratch()
        guard let paths = try await Self.write(3, to: scratch, "100MEDIA") else { return }
        let pack = Self.pack.replacing("telemetry.above_takeoff_m > 50.0", with: "picture.luma > 0.1")
        let rules = try scratch.write(pack, "pack.yaml")
        let seen = try await Program.flyonce.run(
            ["replay"] + paths + ["--rules", rules, "--output", scratch.file("out")])
        #expect(seen.code == 0 && seen.lines.count == 1, "\(seen.description)")

        let script = try scratch.write("echo 'no model here' >&2\nexit 3\n", "analyser.sh")
        try scratch.write("", "100MEDIA/empty.jpg")
        let failed = try await Program.flyonce(
            "replay", scratch.file("100MEDIA"), "--rules", rules, "--output", scratch.file("out"), "--analyser",
            "sh \(script)")
        #expect(failed.code == 1, "\(failed.description)")
        #expect(failed.lines.count == 1, "what was found without it is told")
        for part in ["status 3: no model here", "given up", "answered no frame", "empty.jpg is empty", "3 frames"] {
            #expect(failed.complaint.contains(part), "\(part): \(failed.complaint)")
        }
    }

    @Test func `a watched folder is read once, over a kill and a restart`() async throws {
        let scratch = try Scratch()
        guard try await Self.write(4, to: scratch, "card/100MEDIA") != nil else { return }
        let rules = try scratch.write(Self.pack, "pack.yaml")
        try scratch.write("no video", "card/bad.mp4")
        let gateway = try Deployment(
            source: "folder://" + scratch.file("card"), keys: "folder: {settle: 500ms, after: move}", platform: nil)
        try Self.use(rules, in: gateway)
        let first = try gateway.start()
        let begun = await eventually(within: 30, every: 0.002) { first.complaint.contains("flight begins") }
        #expect(begun, "\(first.complaint)")
        first.send(SIGKILL)
        _ = await first.end(within: 5)

        let second = try await gateway.startReady()
        let manager = FileManager.default
        let isMoved = await eventually(within: 30) {
            manager.fileExists(atPath: scratch.file("card/done/100MEDIA/DJI_0003.JPG"))
                && manager.fileExists(atPath: scratch.file("card/failed/bad.mp4"))
        }
        #expect(isMoved, "\(second.complaint)")
        let token = try await gateway.token()
        #expect(try await gateway.findings(token: token).count == 1)
        let status = try await gateway.status()["sources"][0]
        #expect(status["state"] == .text("live"))
        #expect(status["files"]["waiting"] == .number(0) && status["files"]["growing"] == .number(0))
        #expect(status["counters"]["clips_missed"] == .null)
        second.send(SIGTERM)
        #expect(await second.end(within: 10).code == 0)
    }

    private static func use(_ rules: String, in gateway: Deployment) throws {
        let text = String(decoding: try bytes(of: gateway.config), as: UTF8.self)
        try gateway.scratch.write(text + "rules: {packs: [\"\(rules)\"]}\n", "flyonce.yaml")
    }
}
