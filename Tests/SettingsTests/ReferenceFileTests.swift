import Foundation
import Testing

@testable import Settings

/// The packaged reference file.
@Suite struct ReferenceFileTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let file = root.appending(path: "deploy/flyonce.yaml")

    /// Keys that stand in the file only as a comment, because another stands in their place.
    static let alternatives: Set<String> = [
        "token_credential", "secret_file", "secret_credential", "former_secret_file", "callback_secret_credential",
    ]

    @Test func `the packaged file is valid and does nothing by itself`() throws {
        let settings = try GatewaySettings.load(Self.file.path)
        #expect(settings.sources.allSatisfy { !$0.isEnabled })
        #expect(settings.destinations.allSatisfy { !$0.isEnabled })
    }

    @Test func `the defaults it shows are the defaults`() throws {
        let settings = try GatewaySettings.load(Self.file.path)
        let bare = try GatewaySettings.parse("gateway: {name: gateway-01}\n", file: Self.file.path)
        #expect(try #require(settings.sources.first).options == SourceDefaults())
        #expect(settings.rules == bare.rules)
        #expect(settings.joining == bare.joining)
        #expect(settings.evidence == bare.evidence)
        #expect(settings.metadataLog == bare.metadataLog)
        #expect(settings.reflights == bare.reflights)
        #expect(settings.stateDirectory == bare.stateDirectory)
        #expect(settings.http == bare.http)
        let minimal = try GatewaySettings.parse(
            """
            gateway: {name: g}
            destinations: {county-platform: {kind: four-platform, url: "https://platform.example"}}
            """, file: "f")
        let least = try #require(minimal.destinations.first)
        var packaged = try #require(settings.destinations.first)
        packaged.isEnabled = true
        packaged.token = nil
        packaged.release.sceneTypes = [:]
        #expect(packaged == least)
    }

    /// Key paths of the file with the line each stands on; chosen names are `*`.
    static func keys(of text: String, known: Set<String>) -> [(path: String, line: Int)] {
        var stack: [(indent: Int, name: String)] = []
        var keys: [(String, Int)] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let indent = line.prefix { $0 == " " }.count
            let rest = line.dropFirst(indent)
            guard let first = rest.first, first != "#", first != "-", let colon = rest.firstIndex(of: ":") else {
                continue
            }
            while let last = stack.last, last.indent >= indent { stack.removeLast() }
            let parent = stack.map(\.name).joined(separator: ".")
            let name = String(rest[..<colon])
            let path = parent.isEmpty ? name : parent + "." + name
            let pattern = known.contains(path) ? name : "*"
            stack.append((indent, pattern))
            keys.append((parent.isEmpty ? pattern : parent + "." + pattern, number))
        }
        return keys
    }

    @Test func `every key that decodes stands in it with a comment above`() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let known = try GatewaySettings.parsed(text, file: "f").knownKeys
        #expect(known.count > 60)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var commented: Set<String> = []
        var present: Set<String> = []
        for (path, line) in Self.keys(of: text, known: known) {
            present.insert(path)
            if line > 0, lines[line - 1].drop(while: { $0 == " " }).hasPrefix("#") { commented.insert(path) }
        }
        // A section that only holds other keys needs no comment of its own: its keys have theirs.
        let sections = Set(present.filter { path in present.contains { $0.hasPrefix(path + ".") } })
        for key in known.sorted() where !key.hasSuffix("*") {
            let name = String(key.split(separator: ".").last ?? "")
            if Self.alternatives.contains(name) {
                #expect(text.contains("\(name): "), "\(key) is not even mentioned")
            } else if key.hasPrefix("sources.*."), known.contains("defaults." + key.dropFirst("sources.*.".count)) {
                // Explained under defaults.
                #expect(
                    commented.contains("defaults." + key.dropFirst("sources.*.".count))
                        || sections.contains("defaults." + key.dropFirst("sources.*.".count)), "\(key)")
            } else {
                #expect(present.contains(key), "\(key) is not in the file")
                #expect(commented.contains(key) || sections.contains(key), "\(key) has no comment")
            }
        }
    }

    @Test func `every key is in the configuration page`() throws {
        let text = try String(contentsOf: Self.file, encoding: .utf8)
        let page = try String(contentsOf: Self.root.appending(path: "docs/configuration.md"), encoding: .utf8)
        let known = try GatewaySettings.parsed(text, file: "f").knownKeys
        let parents = Set(known.filter { key in known.contains { $0.hasPrefix(key + ".") } })
        for key in known.sorted() where !key.hasSuffix("*") && !parents.contains(key) {
            if key.hasPrefix("sources.*."), known.contains("defaults." + key.dropFirst("sources.*.".count)) { continue }
            let shown = key.replacing(".*.", with: ".NAME.")
            #expect(page.contains("`\(shown)`"), "\(shown) is not in docs/configuration.md")
        }
    }
}
