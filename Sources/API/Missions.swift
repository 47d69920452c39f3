import Foundation
import HTTPTypes
import Hummingbird
import Inspection
import NIOCore

extension GatewayAPI {
    /// `PUT /v1/flights/{id}/mission`: answered when it is on disk; the flight's findings are sealed anew with it.
    func addMissions(to group: RouterGroup<RequestPrincipalContext>) {
        group.get("/v1/flights/:id/mission") { _, context -> Response in
            let id = try Self.flightID(context)
            guard let stored = try await missions?.mission(of: id) else { throw Self.noMission(id) }
            return Self.answer(stored)
        }
        group.put("/v1/flights/:id/mission") { request, context -> Response in
            guard let principal = context.principal, principal.mayDecide else {
                throw Problem(.forbidden, "may_not_decide", "This token may read, not decide.")
            }
            let id = try Self.flightID(context)
            var request = request
            let buffer = try await request.collectBody(upTo: 16 * 1024)
            let values = try Self.missionValues(Data(buffer.readableBytesView))
            let mission = Mission(flight: id, values: values, statedBy: principal.name, statedAt: clock.utc)
            guard let missions else { throw Self.noFlight(id) }
            do throws(StoreError) {
                let stored = try await missions.save(mission)
                announcements.announce()
                missionStated()
                return Self.answer(stored)
            } catch {
                throw error.kind == .notFound ? Self.noFlight(id) : Problem(error)
            }
        }
    }

    private static func flightID(_ context: RequestPrincipalContext) throws -> FlightID {
        guard let text = context.parameters.get("id"), let id = FlightID(text) else {
            throw Problem(.badRequest, "bad_id", "A flight's id is a UUID of version 7.")
        }
        return id
    }

    /// One object of known members, each a text; empty ones and null say that it is not known.
    private static func missionValues(_ data: Data) throws -> [Mission.Member: String] {
        let names = Mission.Member.allCases.map(\.rawValue).joined(separator: ", ")
        guard let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any] else {
            throw Problem(.badRequest, "bad_mission", "The body is one JSON object with any of \(names).")
        }
        var values: [Mission.Member: String] = [:]
        for (name, value) in object {
            guard let member = Mission.Member(rawValue: name) else {
                throw Problem(
                    .badRequest, "unknown_member", "A mission has no \(name.prefix(60)): there are \(names).")
            }
            if value is NSNull { continue }
            guard let text = value as? String else {
                throw Problem(.badRequest, "bad_mission", "\"\(name)\" is a text.")
            }
            let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard trimmed.unicodeScalars.count <= Mission.textLimit,
                !trimmed.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
            else {
                throw Problem(
                    .badRequest, "text_too_long",
                    "\"\(name)\" holds at most \(Mission.textLimit) characters, none of them a control character.")
            }
            if !trimmed.isEmpty { values[member] = trimmed }
        }
        guard !values.isEmpty else {
            throw Problem(.badRequest, "bad_mission", "A mission says at least one of \(names).")
        }
        return values
    }

    private static func answer(_ stored: StoredMission) -> Response {
        var json = JSONText()
        json.object { json in
            stored.mission.write(to: &json)
            json.member("unknown") { json in
                json.array { json in for member in stored.mission.unknown { json.value(member.rawValue) } }
            }
        }
        return .json(json)
    }

    private static func noFlight(_ id: FlightID) -> Problem {
        Problem(.notFound, "no_flight", "There is no flight \(id).")
    }

    private static func noMission(_ id: FlightID) -> Problem {
        Problem(.notFound, "no_mission", "Nothing was stated of a flight \(id).")
    }
}
