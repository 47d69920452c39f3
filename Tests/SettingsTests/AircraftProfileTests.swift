import Foundation
import Inspection
import Testing

@testable import Settings

@Suite struct AircraftProfileTests {
    private static let models = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../Models/aircraft")

    @Test func `every shipped aircraft says where each of its numbers is from`() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.models.path).filter {
            $0.hasSuffix(".yaml")
        }
        #expect(files.count >= 4)
        for file in files {
            let profile = try AircraftProfile.load(Self.models.appending(path: file).path)
            #expect(profile.profile + ".yaml" == file)
            #expect(Set(profile.sources.keys) == Set(profile.errors.values.keys))
            #expect(profile.errors.errors().ground == PoseErrors().ground)
        }
    }

    @Test(arguments: [
        ("profile: a\ntitle: A\npose_errors: {yaw_deg: 1}\nsources: {}\n", "lacks yaw_deg"),
        ("profile: a\ntitle: A\npose_errors: {}\nsources: {yaw_deg: x}\n", "speaks of yaw_deg"),
        ("profile: a\ntitle: A\npose_errors: {yaw_deg: 400}\nsources: {yaw_deg: x}\n", "yaw_deg"),
        ("profile: a\ntitle: A\npose_errors: {yaw: 1}\nsources: {}\n", "yaw"),
        ("profile: a\n", "title"), ("[", ""),
    ]) func `a profile without sources, with wrong or unknown numbers is refused`(_ text: String, _ words: String)
        throws
    {
        let error = try #require(throws: SettingsError.self) { try AircraftProfile.parse(text, file: "a.yaml") }
        #expect(words.isEmpty || error.description.contains(words), "\(error)")
    }

    @Test func `what a source states goes before its aircraft, and another aircraft forgets what was stated of one`()
        throws
    {
        let text =
            GatewaySettingsTests.least + """
                defaults:
                  pose_errors: {profile: dji-m30t, yaw_deg: 4, focal_percent: 0.5}
                  camera: {hfov_deg: 70, distortion: {k1: -0.1, center_x: 0.01}}
                sources:
                  one: {url: in/one.ts}
                  two: {url: in/two.ts, pose_errors: {profile: sub/own.yaml, jitter_m: 0.1}}
                  three: {url: in/three.ts, pose_errors: {pitch_deg: 2}}
                """
        let sources = try GatewaySettings.parse(text, file: "/etc/flyonce/f.yaml").sources
        #expect(sources.map(\.options.aircraft) == ["dji-m30t", "/etc/flyonce/sub/own.yaml", "dji-m30t"])
        #expect(sources[0].options.poseErrors.values == ["yaw_deg": 4, "focal_percent": 0.5])
        #expect(sources[1].options.poseErrors.values == ["jitter_m": 0.1])
        #expect(sources[2].options.poseErrors.values == ["yaw_deg": 4, "focal_percent": 0.5, "pitch_deg": 2])
        var base = PoseErrors()
        base.yaw = 1
        base.horizontal = 0.05
        let errors = sources[2].options.poseErrors.errors(over: base)
        #expect(errors.yaw == 4 && errors.pitch == 2 && errors.horizontal == 0.05)
        #expect(sources[0].options.distortion == LensDistortion(k1: -0.1, centerX: 0.01))
    }
}
