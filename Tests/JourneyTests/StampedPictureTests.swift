import Foundation
import Testing

/// What the pictures of a real recording say of time and camera, as exiftool reads it, against what its packets say.
@Suite struct StampedPictureTests {
    /// One packet's own words.
    private struct Stated {
        var time: Double
        var camera: Place
        var height: Double
        var center: Place

        init?(_ packet: JSON) {
            func value(_ tag: Double) -> Double? {
                packet["items"].items.first { $0["tag"] == .number(tag) }?["value"].number
            }
            guard let time = value(2), let latitude = value(13), let longitude = value(14), let height = value(15),
                let centerLatitude = value(23), let centerLongitude = value(24)
            else { return nil }
            self.time = time / 1e6
            camera = Place(latitude: latitude, longitude: longitude)
            self.height = height
            center = Place(latitude: centerLatitude, longitude: centerLongitude)
        }

        /// Degrees from north of the frame centre, seen from the camera; good over a few kilometres.
        var bearing: Double {
            let east = (center.longitude - camera.longitude) * cos(camera.latitude * .pi / 180)
            let angle = atan2(east, center.latitude - camera.latitude) * 180 / .pi
            return angle < 0 ? angle + 360 : angle
        }
    }

    @Test func `pictures say where the camera was and which way it looked`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        guard let exiftool = Program(installed: "exiftool") else {
            print("exiftool is absent: its test is passed over")
            return
        }
        let scratch = try Scratch()
        let outcome = try await Program.flyonce(
            "replay", video, "--rules", Checkout.pack("vmti"), "--output", scratch.path)
        #expect(outcome.code == 0, "\(outcome.description)")
        let packets = try await Program.flyonce("inspect", "--format", "ndjson", video).lines
            .compactMap { Stated(try JSON($0)) }
        #expect(packets.count > 200)
        let read = try await exiftool("-j", "-n", "-r", "-ext", "jpg", scratch.path)
        let pictures = try JSON(read.output).items.filter { $0["Software"] == .text("FlyOnce") }
        #expect(pictures.count >= 5, "\(read.description)")
        let form = ISO8601DateFormatter()
        form.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for picture in pictures {
            #expect(picture["ImageDescription"] == .text("UTC by precision_time_stamp"))
            let text = try #require(picture["SubSecDateTimeOriginal"].text)
            let date = text.prefix(10).replacing(":", with: "-") + "T" + text.dropFirst(11).prefix(12) + "Z"
            let time = try #require(form.date(from: String(date)), "\(date)").timeIntervalSince1970
            let packet = try #require(packets.min { abs($0.time - time) < abs($1.time - time) })
            #expect(abs(packet.time - time) < 0.04)
            let latitude = try #require(picture["GPSLatitude"].number)
            let longitude = try #require(picture["GPSLongitude"].number)
            #expect(Place(latitude: latitude, longitude: longitude).distance(to: packet.camera) < 8)
            #expect(abs(try #require(picture["GPSAltitude"].number) - packet.height) < 1)
            #expect(picture["GPSImgDirectionRef"] == .text("T"))
            let turned = abs(try #require(picture["GPSImgDirection"].number) - packet.bearing)
            #expect(min(turned, 360 - turned) < 1.5, "\(turned)")
        }
    }
}
