import Foundation
import Geodesy
import Inspection
import Testing

@testable import Telemetry

/// `Golden/<name>.<ending>` is a small made-up input of one dialect; `Golden/<name>.expected.ndjson` says what the frames beside
/// it get. Its first line tells how the two are put together: `{"start": UTC of the first frame}`, and, where they are joined
/// otherwise than by UTC, `{"start": …, "join": "start"|"own"}` (`own`: its times are the video's). Each other line is a frame:
/// `time` (seconds), and the members of its metadata that are compared: `lat`, `lon`, `hae_m`, `msl_m`, `above_takeoff_m`,
/// `aircraft` and `gimbal` ([yaw, pitch, roll]), `gimbal_frame`, `hfov_deg`, `utc`, `pose_age_s`, `objects` ([{label, box in
/// pixels of 1920×1080, track, confidence}]). A member that is null must be unknown. Add a case by adding two files.
@Suite struct GoldenFrameTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")

    static let cases: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".expected.ndjson") }.map { String($0.dropLast(".expected.ndjson".count)) }
            .sorted()
    }()

    struct Frames {
        var start: UTCTime
        var join: String
        var expected: [[String: Any]]
    }

    static func frames(_ name: String) throws -> Frames {
        let text = try String(contentsOf: folder.appending(path: name + ".expected.ndjson"), encoding: .utf8)
        let lines = try text.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let head = try #require(lines.first)
        let start = try #require((head["start"] as? String).flatMap { UTCTime(rfc3339: $0) })
        return Frames(start: start, join: head["join"] as? String ?? "utc", expected: Array(lines.dropFirst()))
    }

    /// The input as packets, as the gateway would get them.
    static func packets(_ name: String) throws -> [MetadataPacket] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let file = try #require(names.first { $0.hasPrefix(name + ".") && !$0.hasSuffix(".expected.ndjson") })
        let bytes = [UInt8](try Data(contentsOf: folder.appending(path: file)))
        func packet(_ dialect: MetadataPacket.Dialect, _ bytes: [UInt8], _ time: RunningTime? = nil) -> MetadataPacket {
            MetadataPacket(
                dialect: dialect, bytes: bytes, time: time, ptsMicroseconds: nil, pid: nil,
                arrival: UTCTime(microseconds: 0))
        }
        if SubtitleReader.recognises(Array(bytes.prefix(4096))) {
            var reader = SubtitleReader()
            var found: [Subtitle] = []
            reader.read(bytes) { found.append($0) }
            reader.finish { found.append($0) }
            return found.map { packet(.subtitle, $0.text, $0.start) }
        }
        let dialect = try #require(
            TelemetryForm.dialect(of: Array(bytes.prefix(4096))), "\(file) is of no known dialect")
        guard dialect == .analysisAuto else { return [packet(dialect, bytes)] }
        var messages = JSONMessages()
        var packets: [MetadataPacket] = []
        let take = { (message: ArraySlice<UInt8>) in
            packets.append(TelemetryForm.packet(ofMessage: message, arrival: UTCTime(microseconds: 0)))
        }
        messages.read(bytes, take)
        messages.finish(take)
        return packets
    }

    @Test(arguments: cases)
    func `frames get what is expected`(name: String) throws {
        let frames = try Self.frames(name)
        var feed = FeedOptions(name: name)
        feed.isRecorded = true
        feed.join = frames.join == "start" ? .start : .utc
        var options = AlignmentOptions()
        options.isRecording = true
        options.feeds = [feed]
        var aligner = FrameAligner(options: options)
        var aligned: [FrameMetadata] = []
        for (index, expected) in frames.expected.enumerated() {
            let seconds = try #require(expected["time"] as? Double)
            var frame = Frame(
                index: index, time: .seconds(seconds), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
                arrival: UTCTime(microseconds: 0))
            frame.carrierTime = CarrierTime(
                utc: frames.start.advanced(byMicroseconds: Int64(seconds * 1e6)), provenance: .file)
            aligned += aligner.add(frame)
            guard index == 0 else { continue }
            for packet in try Self.packets(name) {
                aligned += aligner.add(packet, feed: packet.dialect == .subtitle ? nil : 0)
            }
        }
        aligned += aligner.flush()
        #expect(aligned.count == frames.expected.count)
        for (metadata, expected) in zip(aligned, frames.expected) { compare(metadata, expected, name) }
    }

    private func compare(_ metadata: FrameMetadata, _ expected: [String: Any], _ name: String) {
        let sample = metadata.telemetry
        let place = "\(name) at \(metadata.frame.time.seconds) s"
        func same(_ key: String, _ value: Double?, _ tolerance: Double) {
            guard let stated = expected[key] else { return }
            guard let number = stated as? Double else {
                #expect(value == nil, "\(key), \(place)")
                return
            }
            #expect(
                value.map { abs($0 - number) <= tolerance } ?? false, "\(key) \(String(describing: value)), \(place)")
        }
        same("lat", sample?.latitude, 1e-7)
        same("lon", sample?.longitude, 1e-7)
        same("hae_m", sample?.heightHAE, 0.01)
        same("msl_m", sample?.heightMSL, 0.01)
        same("above_takeoff_m", sample?.heightAboveTakeoff, 0.01)
        same("hfov_deg", sample?.horizontalFieldOfView, 0.05)
        same("pose_age_s", metadata.poseAge, 0.001)
        if let utc = expected["utc"] as? String { #expect(metadata.utc == UTCTime(rfc3339: utc), "utc, \(place)") }
        attitude("aircraft", sample?.platform, expected, place)
        switch sample?.camera {
        case .earth(let gimbal):
            attitude("gimbal", gimbal, expected, place)
            if let frame = expected["gimbal_frame"] as? String { #expect(frame == "earth", "\(place)") }
        case .body(let gimbal):
            attitude("gimbal", gimbal, expected, place)
            if let frame = expected["gimbal_frame"] as? String { #expect(frame == "body", "\(place)") }
        case nil: attitude("gimbal", nil, expected, place)
        }
        guard let objects = expected["objects"] as? [[String: Any]] else { return }
        #expect(metadata.objects.count == objects.count, "objects, \(place)")
        for (object, stated) in zip(metadata.objects, objects) {
            #expect(object.label == stated["label"] as? String, "\(place)")
            if let track = stated["track"] as? String { #expect(object.track == track, "\(place)") }
            if let confidence = stated["confidence"] as? Double {
                #expect(abs((object.confidence ?? -1) - confidence) < 1e-6, "\(place)")
            }
            guard let box = stated["box"] as? [Double], box.count == 4 else { continue }
            let edges = object.box.map { [$0.left, $0.top, $0.right, $0.bottom] } ?? []
            #expect(edges.count == 4 && zip(edges, box).allSatisfy { abs($0 - $1) < 0.05 }, "box \(edges), \(place)")
        }
    }

    private func attitude(_ key: String, _ value: Attitude?, _ expected: [String: Any], _ place: String) {
        guard let stated = expected[key] else { return }
        guard let angles = stated as? [Double], angles.count == 3 else {
            #expect(value == nil, "\(key), \(place)")
            return
        }
        let found = value.map { [$0.yaw, $0.pitch, $0.roll] } ?? []
        #expect(
            found.count == 3 && zip(found, angles).allSatisfy { abs(($0 - $1).remainder(dividingBy: 360)) < 0.01 },
            "\(key) \(found), \(place)")
    }

    @Test func `there is a case of each dialect`() {
        for dialect in ["dji-srt", "dji-cloud", "mavlink", "klv", "onvif", "analyser", "gvametaconvert", "frigate"] {
            #expect(Self.cases.contains { $0.hasPrefix(dialect) }, "\(dialect)")
        }
    }
}
