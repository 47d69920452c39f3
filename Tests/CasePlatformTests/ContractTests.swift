import Foundation
import HTTPTypes
import Testing

@testable import CasePlatform

/// Holds the platform to `docs/case-flow.openapi.yaml`: what it answers is described there.
@Suite(.timeLimit(.minutes(1)))
struct ContractTests {
    /// `GET /v1/cases 200` and so on, from the description's own layout: paths at two blanks, methods at four, status codes
    /// at eight.
    private func documented() throws -> Set<String> {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let root = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("docs/case-flow.openapi.yaml"), encoding: .utf8)
        var path = ""
        var method = ""
        var found: Set<String> = []
        for line in text.split(separator: "\n") {
            let indent = line.prefix { $0 == " " }.count
            let word = line.dropFirst(indent).prefix { $0 != ":" }.replacingOccurrences(of: "\"", with: "")
            if indent == 2 {
                path = word.hasPrefix("/") ? word : ""
            } else if indent == 4, !path.isEmpty {
                method = word.uppercased()
            } else if indent == 8, !path.isEmpty, Int(word) != nil {
                found.insert("\(method) \(path) \(word)")
            }
        }
        return found
    }

    @Test func `every answer of the platform is described, and every described answer is given`() async throws {
        var options = CasePlatformOptions()
        options.token = "t"
        options.maximumCases = 1
        let caller = try RouterCaller(options)
        let hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        let token = ["Authorization": "Bearer t"]
        let attachments = "/v1/attachments/{sha256}"
        var given: Set<String> = []

        func put(_ path: String, _ bytes: [UInt8], _ fields: [String: String]) async throws {
            given.insert("PUT \(attachments) \(try await caller.call(.put, path, bytes: bytes, fields).status)")
        }
        func post(_ body: String, _ key: String, _ fields: [String: String]) async throws {
            given.insert("POST /v1/reports \(try await caller.report(body, key: key, fields).status)")
        }
        func get(_ template: String, _ path: String, _ fields: [String: String]) async throws {
            given.insert("GET \(template) \(try await caller.call(.get, path, "", fields).status)")
        }

        try await put("/v1/attachments/\(hello)", Array("hello".utf8), [:])
        try await put("/v1/attachments/\(hello)", Array("hello".utf8), token)
        try await put("/v1/attachments/\(hello)", Array("hello".utf8), token)
        try await put("/v1/attachments/\(hello)", Array("hallo".utf8), token)
        try await put("/v1/attachments/x", [], token)
        try await put("/v1/attachments/\(hello)", [], token.merging(["Content-Length": "99999999"]) { $1 })
        func head(_ path: String, _ fields: [String: String]) async throws {
            given.insert("HEAD \(attachments) \(try await caller.call(.head, path, "", fields).status)")
        }
        let world = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7"
        try await head("/v1/attachments/\(world)", [:])
        try await head("/v1/attachments/x", token)
        try await head("/v1/attachments/\(world)", token)
        for range in ["0-1/5", "3-4/5", "2-4/5"] {
            try await put(
                "/v1/attachments/\(world)",
                Array("world".utf8)[(Int(range.prefix(1)) ?? 0)...(Int(range.dropFirst(2).prefix(1)) ?? 0)].map { $0 },
                token.merging(["Content-Range": "bytes \(range)"]) { $1 })
        }
        try await post(reportBody(), "1", token.merging(["Content-Encoding": "gzip"]) { $1 })
        try await post(reportBody(), "1", [:])
        try await post(reportBody(attachments: [String(repeating: "a", count: 64)]), "1", token)
        try await post(reportBody(), "1", token)
        try await post(reportBody(revision: 2), "2", token)
        try await post(reportBody(revision: 3), "2", token)
        try await post("{}", "3", token)
        try await post(reportBody() + String(repeating: " ", count: 1 << 20), "3", token)
        try await post(reportBody("f-2"), "3", token)
        _ = await caller.desk.begin("4")
        try await post(reportBody(), "4", token)
        let number = try #require(await caller.desk.newest(1).first).number
        try await get("/v1/cases", "/v1/cases", [:])
        try await get("/v1/cases", "/v1/cases", token)
        try await get("/v1/cases", "/v1/cases?limit=0", token)
        try await get("/v1/cases/{number}", "/v1/cases/\(number)", [:])
        try await get("/v1/cases/{number}", "/v1/cases/\(number)", token)
        try await get("/v1/cases/{number}", "/v1/cases/none", token)
        await caller.desk.setCruelty(Cruelty(failRate: 1))
        try await put("/v1/attachments/\(hello)", [], token)
        try await get("/v1/cases", "/v1/cases", token)
        try await get("/v1/cases/{number}", "/v1/cases/\(number)", token)

        let documented = try documented()
        #expect(given.subtracting(documented) == [])
        #expect(documented.subtracting(given) == [])
    }
}
