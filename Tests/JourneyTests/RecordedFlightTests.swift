import Foundation
import Testing

/// A real recording (osh_uas.ts: 277 frames with a packet each, 129 placed targets), and one with nearly every item.
@Suite struct RecordedFlightTests {
    @Test func `a real flight gives findings with picture and clip`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        let scratch = try Scratch()
        let outcome = try await Program.flyonce(
            "replay", video, "--rules", Checkout.pack("vmti"), "--output", scratch.path)
        #expect(outcome.code == 0, "\(outcome.description)")
        let findings = try outcome.lines.map { try JSON($0) }
        #expect(findings.count >= 5)
        var checked: Set<String> = []
        for finding in findings {
            let items = finding["properties"]["evidence"].items
            #expect(Set(items.compactMap { $0["kind"].text }) == ["picture", "thumbnail", "clip", "metadata"])
            for item in items {
                let digest = try #require(item["sha256"].text)
                guard checked.insert(digest).inserted else { continue }
                let path = try #require(Self.file(named: digest, in: scratch.path), "no evidence file \(digest)")
                #expect(try await sha256(of: path) == digest)
                let content = try bytes(of: path)
                #expect(item["bytes"].count == content.count)
                switch item["kind"].text {
                case "picture", "thumbnail":
                    #expect(item["media_type"] == .text("image/jpeg"))
                    let size = try #require(Self.size(ofJPEG: content))
                    #expect(size == (item["kind"] == .text("picture") ? [640, 480] : [480, 360]))
                case "metadata":
                    #expect(item["media_type"] == .text("application/smpte336m"))
                    #expect(content.starts(with: [0x06, 0x0E, 0x2B, 0x34]) && path.hasSuffix(".klv"))
                default:
                    #expect(content.count > 10_000)
                }
            }
        }
    }

    @Test func `the targets of a real flight lie where its own analyser put them`() async throws {
        guard let video = Checkout.sample("osh_uas.ts") else { return }
        let scratch = try Scratch()
        let outcome = try await Program.flyonce(
            "replay", video, "--rules", Checkout.pack("vmti"), "--output", scratch.path)
        let inspected = try await Program.flyonce("inspect", "--format", "ndjson", video)
        let stated = try inspected.lines.flatMap { try Self.statedPlaces(JSON($0)) }
        #expect(stated.count > 100)
        let findings = try outcome.lines.map { try JSON($0) }
        #expect(findings.count >= 5, "\(outcome.description)")
        for finding in findings {
            let place = try #require(Place(finding))
            let nearest = try #require(stated.map { $0.distance(to: place) }.min())
            let ce90 = try #require(finding["properties"]["location"]["ce90_m"].number)
            #expect(nearest < ce90, "\(finding["id"])")
        }
    }

    @Test(arguments: [("osh_uas.ts", 277), ("h264_klv.ts", 30)])
    func `every packet is a line of JSON`(name: String, count: Int) async throws {
        guard let video = Checkout.sample(name) else { return }
        let outcome = try await Program.flyonce("inspect", "--format", "ndjson", video)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.count == count)
        for line in outcome.lines {
            let packet = try JSON(line)
            #expect(packet["set"] == .text("ST0601"))
            #expect(packet["checksum"] == .text("ok"))
            #expect(packet["truncated"] == .null)
            for item in packet["items"].items {
                #expect(item["issue"] == .null, "\(name): \(item)")
                #expect(item["name"].text?.firstMatch(of: /^item\d+$/) == nil, "\(name): \(item)")
            }
        }
    }

    /// Item 17 of the targets in item 74, as the recording's own software computed it.
    private static func statedPlaces(_ packet: JSON) -> [Place] {
        func items(_ set: JSON) -> [JSON] { set["value"]["items"].items }
        func item(_ tag: Double, of set: [JSON]) -> JSON? { set.first { $0["tag"] == .number(tag) } }
        guard let vmti = item(74, of: packet["items"].items), let series = item(101, of: items(vmti)) else { return [] }
        return items(series).compactMap { target in
            guard let location = item(17, of: items(target)) else { return nil }
            let parts = items(location)
            let latitude = parts.first { $0["name"].text?.lowercased().contains("lat") == true }?["value"].number
            let longitude = parts.first { $0["name"].text?.lowercased().contains("lon") == true }?["value"].number
            guard let latitude, let longitude else { return nil }
            return Place(latitude: latitude, longitude: longitude)
        }
    }

    private static func file(named digest: String, in folder: String) -> String? {
        let walker = FileManager.default.enumerator(atPath: folder)
        while let path = walker?.nextObject() as? String {
            if path.replacing("/", with: "").contains(digest) || URL(filePath: path).lastPathComponent == digest {
                return folder + "/" + path
            }
        }
        return nil
    }

    /// Width and height of the first start-of-frame segment. Source: ITU-T T.81, B.2.2.
    private static func size(ofJPEG bytes: [UInt8]) -> [Int]? {
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]), bytes.suffix(2) == [0xFF, 0xD9] else { return nil }
        var at = 2
        while at + 9 < bytes.count, bytes[at] == 0xFF {
            if (0xC0...0xC3).contains(bytes[at + 1]) {
                return [Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]), Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])]
            }
            at += 2 + (Int(bytes[at + 2]) << 8 | Int(bytes[at + 3]))
        }
        return nil
    }
}
