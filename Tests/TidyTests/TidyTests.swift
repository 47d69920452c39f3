import Foundation
import Testing

/// The rules of docs/architecture.md, read from the tree itself.
@Suite struct TidyTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each module may import besides the standard library, Foundation and the platform. The module table of the
    /// architecture page; Package.swift lists the same.
    static let allowed: [String: Set<String>] = [
        "Geodesy": [], "Inspection": ["Geodesy"],
        "GStreamer": ["CGStreamer"], "Curl": ["CCurl"], "Mosquitto": ["CMosquitto"], "OpenSSL": ["COpenSSL"],
        "SQLite": ["GRDB", "GRDBSQLite"],
        "TransportStream": [], "KLV": [], "LocatedYAML": ["Yams"],
        "Ingest": ["Inspection", "Geodesy", "GStreamer", "Mosquitto", "TransportStream"],
        "Telemetry": ["Inspection", "Geodesy", "KLV", "TransportStream"],
        "Geotagging": ["Inspection", "Geodesy"], "Expressions": [],
        "Rules": ["Inspection", "Geodesy", "Expressions", "LocatedYAML"],
        "Findings": ["Inspection", "Geodesy"], "Evidence": ["Inspection", "Geodesy", "Crypto"],
        "Store": ["Inspection", "Geodesy", "SQLite", "GRDB"],
        "Delivery": ["Inspection", "Geodesy", "Curl", "OpenSSL", "LocatedYAML", "Crypto", "ServiceLifecycle"],
        "API": ["Inspection", "Geodesy", "Hummingbird", "HTTPTypes", "NIOCore", "Logging"],
        "Settings": ["Inspection", "LocatedYAML"],
        "FlightSimulator": ["Inspection", "Geodesy", "GStreamer", "KLV", "LocatedYAML"],
        "CasePlatform": [
            "Hummingbird", "HTTPTypes", "NIOCore", "NIOPosix", "Logging", "Crypto", "ServiceLifecycle",
        ],
        "case-platform": ["CasePlatform", "ArgumentParser"],
    ]
    static let platform: Set<String> = ["Foundation", "Glibc", "Dispatch", "Synchronization", "Darwin", "Musl"]
    /// The homes of `unsafe`, and the files elsewhere that speak to the kernel. Each says why at its head.
    static let unsafeHomes: Set<String> = ["GStreamer", "Curl", "Mosquitto", "OpenSSL", "SQLite"]

    struct File: Sendable, CustomTestStringConvertible {
        var path: String
        var module: String
        var lines: [Substring]
        var testDescription: String { path }
    }

    static func swiftFiles(under folder: String) -> [File] {
        let base = root.appending(path: folder)
        let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
        var files: [File] = []
        while let url = walker?.nextObject() as? URL {
            guard url.pathExtension == "swift", let text = try? String(contentsOf: url, encoding: .utf8) else {
                continue
            }
            let relative = String(url.path.dropFirst(root.path.count).drop { $0 == "/" })
            let parts = relative.split(separator: "/")
            files.append(
                File(
                    path: relative, module: parts.count > 1 ? String(parts[1]) : "",
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        return files.sorted { $0.path < $1.path }
    }

    static let sources = swiftFiles(under: "Sources")

    @Test func `the tree was found`() { #expect(Self.sources.count > 50) }

    /// What a run leaves in its folder (pictures, clips, databases) is no part of the project.
    @Test func `the top level holds what a reader expects, and nothing that a run left there`() throws {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", Self.root.path, "ls-files"]
        let pipe = Pipe()
        git.standardOutput = pipe
        git.standardError = FileHandle.nullDevice
        try git.run()
        let listed = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        git.waitUntilExit()
        guard git.terminationStatus == 0, !listed.isEmpty else {
            return print("no git tree here: the top level was not checked")
        }
        let expected: Set<Substring> = [
            ".ci", ".gitignore", ".swift-format", "Benchmarks", "CONTRIBUTING.md", "Fuzz", "LICENSE", "Makefile",
            "Models",
            "Package.swift", "README.md", "Sources", "Tests", "deploy", "docs", "systemd",
        ]
        let found = Set(listed.split(separator: "\n").compactMap { $0.split(separator: "/").first })
        #expect(found == expected)
    }

    @Test func `no source file is longer than 400 lines`() {
        for file in Self.sources { #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines") }
    }

    @Test func `a module imports only what the module table allows`() {
        for file in Self.sources {
            guard let allowed = Self.allowed[file.module] else {
                #expect(file.module == "flyonce", "\(file.path): the module is not in the table")
                continue
            }
            for line in file.lines {
                guard let name = Self.imported(line) else { continue }
                #expect(
                    allowed.contains(name) || Self.platform.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    static func imported(_ line: Substring) -> String? {
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 2, line.first != " ", index + 1 < words.count else {
            return nil
        }
        guard
            words[..<index].allSatisfy({
                ["public", "internal", "package", "private", "@preconcurrency", "@testable"].contains($0)
            })
        else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "typealias"]
        let path = kinds.contains(words[index + 1]) && index + 2 < words.count ? words[index + 2] : words[index + 1]
        return path.split(separator: ".").first.map(String.init)
    }

    @Test func `unsafe code stands only where it is allowed`() throws {
        let decision = try String(
            contentsOf: Self.root.appending(path: "docs/decisions/0002-where-unsafe-lives.md"), encoding: .utf8)
        for file in Self.sources where !Self.unsafeHomes.contains(file.module) {
            let uses = file.lines.contains { line in
                let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
                // `unsafe` as a word of the language, not inside a quoted `unsafe-inline`.
                return code.firstMatch(of: /(^|[^\w'])unsafe([^\w-]|$)|nonisolated\(unsafe\)/) != nil
            }
            if uses { #expect(decision.contains("`\(file.path)`"), "\(file.path) is unsafe and not in the list") }
        }
    }

    @Test func `nothing is ever published to aircraft or docks`() {
        for file in Self.sources {
            for (index, line) in file.lines.enumerated() {
                #expect(!line.contains("mosquitto_" + "publish"), "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func `an unchecked Sendable says whose guarantee it rests on`() {
        for file in Self.sources {
            for (index, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let near = file.lines[max(0, index - 8)...index]
                #expect(near.contains { $0.contains("//") }, "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func `no file holds a TODO`() {
        for file in Self.sources + Self.swiftFiles(under: "Tests") where !file.path.hasSuffix("TidyTests.swift") {
            for (index, line) in file.lines.enumerated() {
                #expect(!line.contains("TODO") && !line.contains("FIXME"), "\(file.path):\(index + 1)")
            }
        }
    }

    @Test func `links between the pages resolve`() throws {
        let pages =
            try ["README.md", "CONTRIBUTING.md"].map { Self.root.appending(path: $0) } + Self.markdown(under: "docs")
        let link = /\]\(([^)#\s]+)(#[^)]*)?\)/
        for page in pages {
            let text = try String(contentsOf: page, encoding: .utf8)
            for match in text.matches(of: link) {
                let target = String(match.output.1)
                guard !target.contains("://"), !target.hasPrefix("mailto:") else { continue }
                let url = page.deletingLastPathComponent().appending(path: target)
                #expect(
                    FileManager.default.fileExists(atPath: url.path), "\(page.lastPathComponent) links to \(target)")
            }
        }
    }

    @Test func `the module table names a first file of each module`() throws {
        let page = try String(contentsOf: Self.root.appending(path: "docs/architecture.md"), encoding: .utf8)
        var named: Set<String> = []
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            #expect(cells.count == 6, "\(line)")
            let modules = cells[1].matches(of: /`([^`]+)`/).map { String($0.output.1) }
            guard let first = cells.dropLast().last, first != "–" else { continue }
            let link = try #require(
                first.firstMatch(of: /^\[([^\]]+)\]\(\.\.\/(Sources\/([^\/]+)\/[^)]+)\)$/), "\(line)")
            #expect(modules.contains(String(link.output.3)) && link.output.2.hasSuffix("/" + link.output.1), "\(line)")
            named.formUnion(modules)
        }
        for module in Self.allowed.keys where module != "case-platform" {
            #expect(named.contains(module), "\(module) has no first file")
        }
    }

    static func markdown(under folder: String) throws -> [URL] {
        let walker = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
        var pages: [URL] = []
        while let url = walker?.nextObject() as? URL {
            if url.pathExtension == "md" { pages.append(url) }
        }
        return pages
    }
}
