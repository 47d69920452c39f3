import Foundation
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct FindingMapsTests {
    private func path(_ number: Int) -> String { "/v1/findings/\(Finding.numbered(number).id)/maps" }

    /// 28.9, 118.5 is 28.897289, 118.505256 in GCJ-02.
    @Test func `each map is told the place in its own datum, under the finding's name`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        let answer = try await gateway.call(.get, path(1), token: TestGateway.reader)
        #expect(answer.status == 200)
        let maps = try #require(answer.object["maps"] as? [[String: Any]])
        #expect(
            maps.compactMap { $0["name"] as? String } == ["amap", "baidu", "tencent", "apple", "google", "osm", "geo"])
        #expect(
            maps.compactMap { $0["datum"] as? String }
                == ["GCJ-02", "BD-09", "GCJ-02", "GCJ-02", "WGS 84", "WGS 84", "WGS 84"])
        let urls = maps.compactMap { $0["url"] as? String }
        #expect(urls[0].contains("name=%E8%A3%B8%E9%9C%B2%E5%9E%83%E5%9C%BE&") && !urls[0].contains("118.500000"))
        #expect(urls[6].hasPrefix("geo:28.900000,118.500000?"))
        let english = try await gateway.call(.get, path(1) + "?language=en", token: TestGateway.reader)
        #expect(english.text.contains("Exposed%20waste"))
    }

    @Test func `no finding, no position, no such language and no token have no maps`() async throws {
        let gateway = try TestGateway()
        _ = try await gateway.commit(1)
        #expect(try await gateway.call(.get, path(2), token: TestGateway.reader).status == 404)
        #expect(try await gateway.call(.get, path(1) + "?language=fr", token: TestGateway.reader).status == 400)
        #expect(try await gateway.call(.get, "/v1/findings/x/maps", token: TestGateway.reader).status == 400)
        #expect(try await gateway.call(.get, path(1), token: nil).status == 401)
        var placeless = Finding.numbered(3)
        placeless.location = nil
        placeless.refusal = .aboveHorizon
        _ = try await gateway.store.commit(Observation(finding: placeless, evidence: [], routes: []))
        let answer = try await gateway.call(.get, path(3), token: TestGateway.reader)
        #expect(answer.status == 404 && answer.text.contains("no_place"))
    }
}
