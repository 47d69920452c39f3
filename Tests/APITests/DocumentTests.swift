import Evidence
import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import Store
import Testing

@testable import API

/// docs/openapi.yaml against the server. Beside these, every answer that any test gets is held to it.
@Suite struct DocumentTests {
    let document = OpenAPIDocument.shared

    @Test func `every route served is in the document, and every one in it is served`() throws {
        let router = try TestGateway().api.router(trusted: false)
        let served = Set(
            router.routes.map { route in
                let path = route.path.description.split(separator: "/").map { part in
                    if part.hasPrefix(":") { return "{\(part.dropFirst())}" }
                    return part.hasPrefix("{") || !part.hasPrefix("${") ? String(part) : String(part.dropFirst())
                }
                return "\(route.method.rawValue.lowercased()) /" + path.joined(separator: "/")
            })
        let documented = Set(document.operations.map { "\($0.method) \($0.path)" })
        #expect(documented.count > 15)
        #expect(served.filter { !$0.hasPrefix("head ") } == documented)
    }

    @Test func `every operation says what it answers, and to whom a token is needed`() {
        for operation in document.operations {
            let name = "\(operation.method) \(operation.path)"
            #expect(operation.node["summary"]?.text?.isEmpty == false, "\(name)")
            #expect(!operation.answers.isEmpty, "\(name)")
            let isFree = operation.node["security"] != nil
            #expect(isFree || operation.answers["401"] == ["application/problem+json"], "\(name)")
            for (status, types) in operation.answers where status.hasPrefix("4") || status == "default" {
                #expect(types == ["application/problem+json"], "\(name) \(status)")
            }
            for part in operation.path.split(separator: "/") where part.hasPrefix("{") {
                let named = (operation.node["parameters"]?.items ?? []).map { document.resolved($0) }
                #expect(named.contains { $0["name"]?.text == String(part.dropFirst().dropLast()) }, "\(name)")
            }
        }
    }

    @Test func `every reference in the document leads somewhere`() throws {
        func walk(_ node: YAMLNode) {
            if let reference = node["$ref"]?.text { #expect(!document.resolved(node).members.isEmpty, "\(reference)") }
            for (_, value) in node.members { walk(value) }
            for item in node.items ?? [] { walk(item) }
        }
        walk(document.root)
        #expect(document.root["openapi"]?.text == "3.1.0")
        #expect(document.root["components"]?["schemas"]?["Finding"]?["required"]?.items?.count == 4)
    }

    @Test func `the schema check sees what is missing, wrong and undocumented`() throws {
        let schema = try #require(document.root["components"]?["schemas"]?["Problem"])
        let good: [String: Any] = ["type": "about:blank", "title": "a", "status": 404, "code": "b", "detail": "c"]
        #expect(document.faults(of: good, against: schema, at: "").isEmpty)
        #expect(document.faults(of: good.filter { $0.key != "code" }, against: schema, at: "") == [" has no code"])
        #expect(document.faults(of: good.merging(["status": "x"]) { $1 }, against: schema, at: "").count == 1)
        #expect(document.faults(of: good.merging(["extra": 1]) { $1 }, against: schema, at: "").count == 1)
        #expect(document.faults(of: [1], against: schema, at: "").count == 1)
    }

    @Test func `a finding with everything, and one with no place, are as the document says`() async throws {
        let gateway = try TestGateway()
        let picture = try await gateway.evidence.keep(
            [1, 2, 3], kind: .picture, mediaType: "image/jpeg", capturedAt: gateway.clock.utc)
        _ = try await gateway.commit(1) {
            $0.location?.area = "常山石矿"
            $0.location?.grid = "330822100001001"
        }
        _ = try await gateway.commit(2) {
            $0.location = nil
            $0.refusal = .aboveHorizon
            $0.reasons = []
        }
        let redacted = EvidenceItem(
            sha256: String(repeating: "d", count: 64), kind: .picture, mediaType: "image/jpeg", bytes: 9,
            capturedAt: gateway.clock.utc, redacted: true, box: .init(left: 0, top: 0, right: 1, bottom: 1),
            original: picture.sha256)
        _ = try await gateway.store.attach([picture, redacted], to: Finding.numbered(1).id)
        _ = try await gateway.store.record(
            CaseRecord(platform: Name("city")!, number: "立案〔2026〕7号", stage: .fedBack), of: Finding.numbered(1).id)
        let verdict = try await gateway.call(
            .post, "/v1/findings/\(Finding.numbered(1).id)/verdicts", token: TestGateway.officer,
            body: #"{"verdict":"handled"}"#)
        for member in ["case", "verdicts", "evidence", "location"] { #expect(verdict.properties[member] != nil) }
        let page = try await gateway.call(.get, "/v1/findings")
        #expect(page.text.contains(#""area":"常山石矿","grid":"330822100001001""#))
        #expect(page.ids.count == 2 && page.text.contains("\"location_refused\":\"above_horizon\""))
    }
}
