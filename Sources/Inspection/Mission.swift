/// What a flight was flown with, by whom, and on whose word: stated by a person or the tasking system after or before it.
public struct Mission: Sendable, Hashable {
    /// Unicode scalars of each member.
    public static let textLimit = 200

    /// What a mission may say; its name in JSON, in the order in which it is written.
    public enum Member: String, Sendable, Hashable, CaseIterable {
        case aircraftRegistration = "aircraft_registration"
        case aircraftSerial = "aircraft_serial"
        case pilot
        case pilotLicence = "pilot_licence"
        /// Reference of the order that the flight was flown for.
        case tasking
        /// Reference of the approval of the airspace it was flown in.
        case airspaceApproval = "airspace_approval"
    }

    public var flight: FlightID
    /// What is not known is not there.
    public var values: [Member: String]
    /// Who stated it, and when by this gateway's clock.
    public var statedBy: String
    public var statedAt: UTCTime

    public init(flight: FlightID, values: [Member: String], statedBy: String, statedAt: UTCTime) {
        self.flight = flight
        self.values = values
        self.statedBy = statedBy
        self.statedAt = statedAt
    }

    /// In the order of ``Member``.
    public var unknown: [Member] { Member.allCases.filter { values[$0] == nil } }

    /// The members of one JSON object.
    public func write(to json: inout JSONText) {
        json.member("flight", flight.description)
        for member in Member.allCases { if let value = values[member] { json.member(member.rawValue, value) } }
        json.member("stated_by", statedBy)
        json.member("stated_at", statedAt.rfc3339)
    }
}

/// A mission as it is kept: its place among the changes of missions.
public struct StoredMission: Sendable, Hashable {
    public var mission: Mission
    /// Counts from 1 over all missions; each change of one takes the next.
    public var change: Int64

    public init(mission: Mission, change: Int64) {
        self.mission = mission
        self.change = change
    }
}

/// Where missions are kept. Implemented by `Store`.
public protocol MissionStore: Sendable {
    /// Keeps it in place of what was stated of the flight before. The same values again change nothing: what is kept is
    /// answered. Throws `notFound` for a flight that is not known.
    func save(_ mission: Mission) async throws(StoreError) -> StoredMission
    func mission(of flight: FlightID) async throws(StoreError) -> StoredMission?
}
