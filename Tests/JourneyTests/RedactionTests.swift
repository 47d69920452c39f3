import Foundation
import FoundationNetworking
import Testing

/// What leaves of pictures of workers, for a platform that is entitled to originals and for one that is not.
@Suite struct RedactionTests {
    static let golden = GoldenCase(name: "workers-and-masks")

    private struct Item {
        var hash: String
        var kind: String
        var isRedacted: Bool
        var original: String?

        init?(_ json: JSON) {
            guard let hash = json["sha256"].text, let kind = json["kind"].text else { return nil }
            (self.hash, self.kind) = (hash, kind)
            isRedacted = json["redacted"] == .number(1)
            original = json["original_sha256"].text
        }
    }

    /// Whole: the platform shows pictures alone, and says of every file how much of it is there.
    private static func has(_ platform: Platform, _ hash: String) async throws -> Bool {
        var request = URLRequest(
            url: try #require(URL(string: platform.address + "/v1/attachments/\(hash)")), timeoutInterval: 20)
        request.httpMethod = "HEAD"
        let (_, response) = try await URLSession.shared.data(for: request)
        return (response as? HTTPURLResponse)?.value(forHTTPHeaderField: "Upload-Complete") == "?1"
    }

    @Test func `a platform gets redacted pictures, and originals only when it is entitled`() async throws {
        let flight = try await Self.golden.flight()
        let (city, ministry) = (try await Platform(), try await Platform())
        let gateway = try Deployment(source: flight.video, platform: nil)
        let settings = String(decoding: try bytes(of: gateway.config), as: UTF8.self)
        try gateway.scratch.write(
            settings + """
                destinations:
                  city: {kind: four-platform, url: \(city.address), release: {default: auto}}
                  ministry: {kind: four-platform, url: \(ministry.address), entitled_to_originals: true,
                    release: {default: auto}}

                """, "flyonce.yaml")
        let token = try await gateway.token()
        let daemon = try await gateway.startReady()
        try await gateway.settle()
        let findings = try await gateway.findings(token: token)
        #expect(findings.count >= 2, "\(daemon.complaint)")
        for finding in findings {
            let items = finding["properties"]["evidence"].items.compactMap(Item.init)
            let originals = items.filter { $0.kind == "picture" && !$0.isRedacted }
            let redacted = items.filter { $0.kind == "picture" && $0.isRedacted }
            #expect(!originals.isEmpty && redacted.map(\.original) == originals.map(\.hash))
            #expect(items.contains { $0.kind == "thumbnail" && $0.isRedacted })
            for item in items where ["picture", "clip"].contains(item.kind) {
                #expect(try await Self.has(city, item.hash) == item.isRedacted, "\(item)")
                #expect(try await Self.has(ministry, item.hash) == !item.isRedacted, "\(item)")
            }
            for item in redacted {
                let file = try #require(Self.file(named: item.hash, in: gateway.state))
                let content = try bytes(of: file)
                #expect(content.starts(with: [0xFF, 0xD8]) && content.firstRange(of: Array("Exif".utf8)) == nil)
                #expect(content.firstRange(of: Array((item.original ?? "?").utf8)) != nil)
            }
        }
        let status = try await gateway.status()
        #expect((status["sources"][0]["counters"]["pictures_redacted"].count ?? 0) > 0, "\(status)")
        #expect((status["counters"]["delivery_attachments_withheld"].count ?? 0) > 0, "\(status)")

        // The chain knows the redacted ones like any other file.
        daemon.send(SIGTERM)
        #expect(await daemon.end(within: 20).code == 0)
        let verified = try await Program.flyonce("verify", gateway.state)
        #expect(verified.code == 0, "\(verified.description)")
        let hash = try #require(
            findings.first?["properties"]["evidence"].items.compactMap(Item.init).first { $0.isRedacted }?.hash)
        let file = try #require(Self.file(named: hash, in: gateway.state))
        var content = try bytes(of: file)
        content[content.count / 2] ^= 1
        try Data(content).write(to: URL(filePath: file))
        let altered = try await Program.flyonce("verify", gateway.state)
        #expect(altered.code == 1 && altered.output.contains(hash), "\(altered.description)")
    }

    private static func file(named digest: String, in folder: String) -> String? {
        let walker = FileManager.default.enumerator(atPath: folder)
        while let path = walker?.nextObject() as? String {
            if path.contains("/" + digest) { return folder + "/" + path }
        }
        return nil
    }
}
