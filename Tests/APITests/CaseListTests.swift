import Foundation
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct CaseListTests {
    private static let city = Name("city")!

    /// Two cases, the first overdue since an hour and the other due in one.
    private func gateway() async throws -> TestGateway {
        let gateway = try TestGateway()
        let now = gateway.clock.utc
        for (number, hours) in [(1, -1), (2, 1)] {
            let finding = Finding.numbered(number)
            _ = try await gateway.store.commit(
                Observation(finding: finding, evidence: [], routes: []))
            _ = try await gateway.store.record(
                CaseRecord(platform: Self.city, number: "A-\(number)", stage: .handling), of: finding.id)
            let due = now.advanced(byMicroseconds: Int64(hours) * 3_600_000_000)
            let change = try #require(try await gateway.store.caseChanges(of: finding.id).last)
            let clock = CaseClock(
                finding: finding.id, platform: Self.city, number: "A-\(number)", sceneType: finding.sceneType,
                stage: .handling, step: .handle, since: now.advanced(byMicroseconds: -7_200_000_000), limit: "4wh",
                due: due, change: change.number)
            #expect(try await gateway.store.save(clock))
        }
        return gateway
    }

    private func numbers(_ answer: Answer) throws -> [String] {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        return try #require(object["cases"] as? [[String: Any]]).compactMap { $0["number"] as? String }
    }

    @Test func `open cases are listed by when they are due`() async throws {
        let gateway = try await gateway()
        let answer = try await gateway.call(.get, "/v1/cases")
        #expect(answer.status == 200)
        #expect(try numbers(answer) == ["A-1", "A-2"])
        #expect(answer.text.contains(#""step":"handle","title":{"zh":"处置","en":"Handled"},"state":"overdue""#))
        #expect(answer.text.contains(#""used_min":120"#))
        #expect(try numbers(try await gateway.call(.get, "/v1/cases?overdue=true")) == ["A-1"])
        #expect(try numbers(try await gateway.call(.get, "/v1/cases?overdue=false")) == ["A-2"])
        #expect(try numbers(try await gateway.call(.get, "/v1/cases?limit=1")) == ["A-1"])
        let id = Finding.numbered(2).id
        #expect(try numbers(try await gateway.call(.get, "/v1/cases?finding=\(id)")) == ["A-2"])
        #expect(try numbers(try await gateway.call(.get, "/v1/cases?scene_type=none")) == [])
    }

    @Test(arguments: ["overdue=maybe", "finding=7", "limit=0", "limit=1001", "stage=closed"])
    func `a question that makes no sense is a bad request`(_ query: String) async throws {
        #expect(try await gateway().call(.get, "/v1/cases?\(query)").status == 400)
    }

    @Test func `nobody sees cases without a token`() async throws {
        #expect(try await gateway().call(.get, "/v1/cases", token: nil).status == 401)
    }

    @Test func `the status and the metrics count them`() {
        var status = GatewayStatus(
            gateway: Self.city, version: "1", startedAt: nil, isReady: true, sources: [], books: [], counters: [:])
        status.cases = [CaseCount(sceneType: "waste.exposed", open: 7, dueSoon: 2, overdue: 3, suspended: 1)]
        let text = status.prometheus()
        #expect(
            text.contains("# TYPE flyonce_cases_overdue gauge\nflyonce_cases_overdue{scene_type=\"waste.exposed\"} 3\n")
        )
        #expect(
            String(decoding: status.json().bytes, as: UTF8.self).contains(
                #""cases":[{"scene_type":"waste.exposed","open":7,"due_soon":2,"overdue":3,"suspended":1}]"#))
    }
}
