import Foundation
import HTTPTypes
import Inspection
import Testing

@testable import API

@Suite struct PageTests {
    @Test(arguments: [
        ("/", "text/html; charset=utf-8"), ("/page.css", "text/css; charset=utf-8"),
        ("/page.js", "text/javascript; charset=utf-8"),
    ])
    func `the page's files are free, whole and checked again each time`(uri: String, type: String) async throws {
        let answer = try await TestGateway().call(.get, uri, token: nil)
        #expect(answer.status == 200 && answer.type == type && answer.body.count > 500)
        #expect(answer.headers[.cacheControl] == "no-cache")
        #expect(answer.headers[.contentLength] == "\(answer.body.count)")
    }

    @Test func `the page holds nothing that its own policy would stop`() async throws {
        let page = try await TestGateway().call(.get, "/", token: nil).text
        #expect(!page.contains("style=") && !page.contains("<style"))
        #expect(page.firstMatch(of: /\son[a-z]+=/) == nil)
        for match in page.matches(of: /<script([^>]*)>([^<]*)<\/script>/) {
            #expect(match.output.1.contains("src=\"/") && match.output.2.isEmpty)
        }
        for match in page.matches(of: /(src|href)="([^"]*)"/) {
            #expect(match.output.2.hasPrefix("/") || match.output.2 == "data:,")
        }
        let script = try await TestGateway().call(.get, "/page.js", token: nil).text
        for word in ["innerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "http://"] {
            #expect(!script.contains(word), "\(word)")
        }
    }

    @Test func `the page follows the link that a webhook message carries`() async throws {
        let script = try await TestGateway().call(.get, "/page.js", token: nil).text
        let pattern = try #require(script.firstMatch(of: /location\.hash\.match\(\/(.+?)\/\)/))
        let link = "#finding=\(Finding.numbered(1).id)"
        let regex = try Regex(String(pattern.output.1))
        #expect(link.wholeMatch(of: regex) != nil)
        #expect("#finding=<b>".wholeMatch(of: regex) == nil)
    }

    @Test func `the page asks for looks in words that the port knows`() async throws {
        let gateway = try TestGateway()
        let script = try await gateway.call(.get, "/page.js", token: nil).text
        let asked = script.matches(of: /`(\/v1\/reflights[^`]*)`/).map { match in
            match.output.1.replacing("${language}", with: "en").replacing("${looksShown}", with: "50")
        }
        #expect(asked.count == 2 && asked.contains { $0.contains("format=kml") })
        for uri in asked { #expect(try await gateway.call(.get, String(uri)).status == 200, "\(uri)") }
    }

    @Test func `every text of the page is there in both languages`() async throws {
        let script = try await TestGateway().call(.get, "/page.js", token: nil).text
        let page = try await TestGateway().call(.get, "/", token: nil).text
        let tables = script.matches(of: /\n  (zh|en): \{([\s\S]*?)\n  \},/)
        let keys = tables.map { table in
            Set(table.output.2.matches(of: /([a-z_]+): ['{\[]/).map { String($0.output.1) })
        }
        #expect(keys.count == 2 && keys[0].count > 20 && keys[0] == keys[1])
        for match in page.matches(of: /data-(text|label)="([a-z]+)"/) {
            #expect(keys[0].contains(String(match.output.2)))
        }
        for match in script.matches(of: /say\('([a-z]+)'\)/) { #expect(keys[0].contains(String(match.output.1))) }
    }

    @Test(arguments: [
        ("stages", CaseRecord.Stage.allCases.map(\.rawValue)), ("flags", CaseRecord.Flag.allCases.map(\.rawValue)),
        ("statuses", Finding.Status.allCases.map(\.rawValue)), ("severities", Severity.allCases.map(\.rawValue)),
        ("verdicts", Verdict.Kind.allCases.map(\.rawValue)), ("looks", ReflightWish.Reason.allCases.map(\.rawValue)),
        ("refusals", PlacementRefusal.allCases.map(\.rawValue)),
    ])
    func `whatever a finding says of itself has its word in both languages`(table: String, said: [String]) async throws
    {
        let script = try await TestGateway().call(.get, "/page.js", token: nil).text
        let tables = script.matches(of: /\n    ([a-z]+): \{ (.*) \},/).filter { $0.output.1 == table }
        #expect(tables.count == 2)
        for words in tables {
            let keys = Set(words.output.2.matches(of: /([a-z_]+): '/).map { String($0.output.1) })
            #expect(keys == Set(said))
        }
    }

    @Test func `everything that takes a name from the page's script has its place in the page`() async throws {
        let script = try await TestGateway().call(.get, "/page.js", token: nil).text
        let page = try await TestGateway().call(.get, "/", token: nil).text
        for match in script.matches(of: /\$\('([a-z]+)'\)/) { #expect(page.contains("id=\"\(match.output.1)\"")) }
        for match in script.matches(of: /put\('\.([a-z]+)'/) {
            let isThere = page.matches(of: /class="([a-z ]+)"/)
                .contains { $0.output.1.split(separator: " ").contains(match.output.1) }
            #expect(isThere, "\(match.output.1)")
        }
        for match in page.matches(of: /<dialog ([^>]*)>/) { #expect(match.output.1.contains("data-label=")) }
    }

    @Test func `Leaflet comes from the system's package, and is missed without a fuss`() async throws {
        let gateway = try TestGateway()
        for name in ["leaflet.js", "leaflet.css"] {
            let answer = try await gateway.call(.get, "/leaflet/\(name)", token: nil)
            let isInstalled = FileManager.default.fileExists(atPath: "/usr/share/javascript/leaflet/leaflet.css")
            #expect(answer.status == (isInstalled ? 200 : 404))
            if !isInstalled { print("libjs-leaflet is not installed: \(name) was not compared") }
        }
        let bare = try TestGateway(leaflet: "/nonexistent")
        let answer = try await bare.call(.get, "/leaflet/leaflet.js", token: nil)
        #expect(
            answer.status == 404 && answer.type == "application/problem+json" && !answer.text.contains("nonexistent"))
    }
}
