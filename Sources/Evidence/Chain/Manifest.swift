import Inspection

/// What one revision of a finding is bound to: the Feature as it was stored, and what the Feature itself does not say.
struct Manifest {
    /// What is known of the flight that first saw the finding.
    struct FlightFacts: Sendable {
        var flight: Flight?
        var mission: Mission?
    }

    /// `flyonce 0.1.0`.
    let software: String
    let revision: StoredFeature
    let facts: FlightFacts
    private let properties: JSONScan?

    init(_ revision: StoredFeature, facts: FlightFacts, software: String) {
        self.revision = revision
        self.facts = facts
        self.software = software
        properties = JSONScan(revision.feature[...])?.object("properties")
    }

    func write(to json: inout JSONText) {
        json.member("software", software)
        json.member("finding") { $0.raw(revision.feature) }
        json.member("clock") { $0.object { clock(&$0) } }
        if let mission = facts.mission { json.member("mission") { $0.object { mission.write(to: &$0) } } }
        if let verdict = Self.lastVerdict(properties) { json.member("reviewer") { $0.raw(Array(verdict)) } }
        json.member("unknown") { json in json.array { json in for name in unknown { json.value(name) } } }
    }

    /// Which clock gave the times, and how far it was from this gateway's.
    private func clock(_ json: inout JSONText) {
        json.member("source", properties?.text("time_source") ?? "unknown")
        if let offset { json.member("offset_s", offset, decimals: 3) }
        if let timing = facts.flight?.timing {
            json.member("metadata_late_s", timing.late, decimals: 3)
            json.member("metadata_late_error_s", timing.standardError, decimals: 3)
        }
    }

    /// Seconds from the time of the flight's last frame to its arrival by this gateway's clock: the difference of the clocks and
    /// the way together. Of a recording it would be its age, which says nothing of a clock.
    private var offset: Double? {
        if properties?.text("time_source") == UTCProvenance.arrival.rawValue { return 0 }
        guard let flight = facts.flight, flight.content.hasPrefix("live/") else { return nil }
        return Double(flight.lastArrival.microseconds(since: flight.lastFrame)) / 1e6
    }

    /// What is not known, by name.
    private var unknown: [String] {
        var names = (facts.mission?.unknown ?? Mission.Member.allCases).map(\.rawValue)
        if offset == nil { names.append("clock_offset") }
        if properties?["location"] == nil { names.append("place") }
        if Self.lastVerdict(properties) == nil { names.append("reviewer") }
        return names
    }

    private static func lastVerdict(_ properties: JSONScan?) -> ArraySlice<UInt8>? {
        properties?.elements("verdicts")?.last
    }
}

/// The parts of a Feature that a chain looks at, read from its bytes.
struct SealedFeature {
    let id: FindingID
    let flight: FlightID?
    let epoch: String
    let sequence: Int64
    let revision: Int64
    let evidence: [Item]
    private let feature: JSONScan
    private let properties: JSONScan

    struct Item {
        var sha256: String
        var kind: String
    }

    /// Nil for what is no Feature of a finding.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let feature = JSONScan(bytes), let id = feature.text("id").flatMap({ FindingID($0) }),
            let properties = feature.object("properties"), let epoch = properties.text("epoch"),
            let sequence = properties.integer("seq"), let revision = properties.integer("revision"),
            let items = properties.elements("evidence")
        else { return nil }
        self.feature = feature
        self.properties = properties
        self.id = id
        self.epoch = epoch
        self.sequence = sequence
        self.revision = revision
        flight = properties.text("flight").flatMap { FlightID($0) }
        var evidence: [Item] = []
        for item in items {
            guard let item = JSONScan(item), let sha256 = item.text("sha256"), Hexadecimal.sha256(sha256) == sha256,
                let kind = item.text("kind")
            else { return nil }
            evidence.append(Item(sha256: sha256, kind: kind))
        }
        self.evidence = evidence
    }

    var firstSeen: UTCTime? { properties.text("first_seen").flatMap { UTCTime(rfc3339: $0) } }

    /// The bytes that say what is proved: everything but how often, until when and how surely it was seen, and the revision's
    /// own numbers.
    var proved: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) {
            bytes.append(34)
            bytes += name
            bytes += [34, 58]
            bytes += value
            bytes.append(44)
        }
        feature.eachMember { name, value in
            if !name.elementsEqual("properties".utf8) { add(name, value) }
        }
        bytes.append(123)
        properties.eachMember { name, value in
            if !Self.passing.contains(where: { name.elementsEqual($0.utf8) }) { add(name, value) }
        }
        return bytes
    }

    private static let passing = ["revision", "seq", "last_seen", "sightings", "confidence"]
}
