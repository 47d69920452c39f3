import Foundation
import Testing

@testable import Settings

@Suite struct SecretSourceTests {
    private func file(_ bytes: [UInt8]) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        return url.path
    }

    @Test func `a secret is the file's text without the line break at its end`() throws {
        let path = try file(Array("whsec_abc\n".utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(try SecretSource.file(path).read(environment: [:]) == "whsec_abc")
    }

    @Test func `a credential is looked for in the credentials directory`() throws {
        let path = try file(Array("token".utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let url = URL(filePath: path)
        let environment = ["CREDENTIALS_DIRECTORY": url.deletingLastPathComponent().path]
        #expect(try SecretSource.credential(url.lastPathComponent).read(environment: environment) == "token")
        #expect(throws: SettingsError.self) { try SecretSource.credential("x").read(environment: [:]) }
    }

    @Test(arguments: [[], Array("\n \n".utf8), [0xFF, 0xFE], Array(repeating: 65, count: 65_537)] as [[UInt8]])
    func `what is no secret is refused without telling it`(bytes: [UInt8]) throws {
        let path = try file(bytes)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: SettingsError.self) { try SecretSource.file(path).read(environment: [:]) }
    }

    @Test(arguments: ["../x", "a/b", ".x", "a b", ""])
    func `a credential's name is no path`(name: String) {
        let text =
            "gateway: {name: g}\ndestinations: {d: {kind: four-platform, url: \"https://h.example\", token_credential: \"\(name)\"}}\n"
        #expect(throws: SettingsError.self) { try GatewaySettings.parse(text, file: "f") }
    }
}
