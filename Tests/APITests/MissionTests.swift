import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct MissionTests {
    private static let flight = FlightID(milliseconds: 1_787_195_045_000, randomness: (1, 2))
    private static let uri = "/v1/flights/\(flight)/mission"
    private static let good = #"{"pilot":" 王五 ","pilot_licence":"UAV-1","tasking":null,"airspace_approval":""}"#

    private func gateway() async throws -> TestGateway {
        let gateway = try TestGateway()
        let time = gateway.clock.utc
        try await gateway.store.save(
            Flight(
                id: Self.flight, source: Name("mast")!, firstFrame: time, lastFrame: time, lastArrival: time,
                content: "live/mast/1", ended: false))
        return gateway
    }

    @Test func `a mission is kept, told again, and says what is not known`() async throws {
        let gateway = try await gateway()
        #expect(try await gateway.call(.get, Self.uri, token: TestGateway.reader).status == 404)
        let put = try await gateway.call(.put, Self.uri, token: TestGateway.officer, body: Self.good)
        #expect(put.status == 200)
        #expect(put.object["pilot"] as? String == "王五")
        #expect(put.object["stated_by"] as? String == "officer")
        #expect(
            put.object["unknown"] as? [String] == [
                "aircraft_registration", "aircraft_serial", "tasking", "airspace_approval",
            ])
        let got = try await gateway.call(.get, Self.uri, token: TestGateway.reader)
        #expect(got.status == 200 && got.text == put.text)
        let again = try await gateway.call(.put, Self.uri, token: TestGateway.officer, body: Self.good)
        #expect(again.text == put.text)
        #expect(try await gateway.store.missions(after: 0, limit: 10).map(\.change) == [1])
        let other = #"{"aircraft_serial":"1581F"}"#
        #expect(try await gateway.call(.put, Self.uri, token: TestGateway.officer, body: other).status == 200)
        #expect(
            try await gateway.store.missions(after: 1, limit: 10).map(\.mission.values) == [[.aircraftSerial: "1581F"]])
    }

    @Test(arguments: [
        ("", "bad_mission"), ("[]", "bad_mission"), ("{}", "bad_mission"), (#"{"pilot":""}"#, "bad_mission"),
        (#"{"pilot":7}"#, "bad_mission"), (#"{"captain":"x"}"#, "unknown_member"),
        (#"{"pilot":"a\nb"}"#, "text_too_long"),
        (#"{"pilot":""# + String(repeating: "x", count: 201) + #""}"#, "text_too_long"),
    ])
    func `what is no mission is refused`(_ body: String, _ code: String) async throws {
        let answer = try await gateway().call(.put, Self.uri, token: TestGateway.officer, body: body)
        #expect(answer.status == 400 && answer.code == code)
    }

    @Test func `who may not decide states nothing, and a flight that is not known has no mission`() async throws {
        let gateway = try await gateway()
        #expect(try await gateway.call(.put, Self.uri, token: TestGateway.reader, body: Self.good).status == 403)
        let unknown = "/v1/flights/\(FlightID(milliseconds: 1, randomness: (0, 0)))/mission"
        let answer = try await gateway.call(.put, unknown, token: TestGateway.officer, body: Self.good)
        #expect(answer.status == 404 && answer.code == "no_flight")
        #expect(
            try await gateway.call(.put, "/v1/flights/x/mission", token: TestGateway.officer, body: Self.good).code
                == "bad_id")
    }
}
