import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct OutboxRouteTests {
    private func gateway() async throws -> TestGateway {
        let gateway = try TestGateway()
        for destination in ["district", "street"] {
            let finding = Finding.numbered(destination.count)
            _ = try await gateway.store.commit(
                Observation(
                    finding: finding, evidence: [],
                    routes: [.init(destination: Name(destination)!, release: .auto)]))
        }
        return gateway
    }

    @Test func `what is owed to a destination is listed`() async throws {
        let gateway = try await gateway()
        let page = try await gateway.call(.get, "/v1/outbox/district?state=pending")
        #expect(page.status == 200 && (page.object["entries"] as? [Any])?.count == 1)
        let none = try await gateway.call(.get, "/v1/outbox/street")
        #expect(none.status == 200 && (none.object["entries"] as? [Any])?.isEmpty == true)
        let resent = try await gateway.call(.post, "/v1/outbox/street/resend", token: TestGateway.officer)
        #expect(resent.object["resent"] as? Int == 0)
    }

    @Test(arguments: ["distrikt", "x", "No%20Name", "..", String(repeating: "a", count: 4000)])
    func `a destination that is none is not found, and those that are there are named`(_ name: String) async throws {
        let gateway = try await gateway()
        for answer in [
            try await gateway.call(.get, "/v1/outbox/\(name)"),
            try await gateway.call(.get, "/v1/outbox/\(name)?state=pending"),
            try await gateway.call(.post, "/v1/outbox/\(name)/resend", token: TestGateway.officer),
        ] {
            #expect(answer.status == 404 && answer.code == "no_such_destination")
            #expect(answer.text.contains("district, street") && answer.body.count < 1000)
        }
    }
}
