import Inspection

/// One revision as an event. Attributes are in a fixed order: of the same revision all but the chain's end is the same.
struct CloudEvent: Sendable, Hashable {
    static let contentType = "application/geo+json"

    /// Names are lower-case letters and digits, at most 20. Source: CloudEvents 1.0.2, Naming Conventions.
    let attributes: [(name: String, value: String)]
    /// The stored feature.
    let data: [UInt8]
    /// False where the feature is too long, and `dataref` says where it is.
    let isWhole: Bool

    static func == (a: CloudEvent, b: CloudEvent) -> Bool {
        a.data == b.data && a.attributes.elementsEqual(b.attributes) { $0 == $1 }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(data) }

    /// Nil when the stored feature is no feature.
    init?(_ owed: OwedDelivery, page: String?, dataSchema: String?, chain: String? = nil) {
        guard let properties = JSONValue(owed.feature)?["properties"], properties.isObject else { return nil }
        let made = UTCTime(microseconds: Int64(clamping: owed.finding.milliseconds) &* 1000)
        let seen = properties["last_seen"]?.string.flatMap { UTCTime(rfc3339: $0) } ?? made
        let type =
            switch RevisionKind(owed) {
            case .opened: "org.flyonce.finding.opened"
            case .updated: "org.flyonce.finding.updated"
            case .overdue: "org.flyonce.case.overdue"
            case .dueSoon: "org.flyonce.case.due_soon"
            }
        var attributes: [(name: String, value: String)] = [
            ("specversion", "1.0"),
            ("id", "\(owed.finding)-\(owed.revision)"),
            ("source", "urn:flyonce:gateway:\(properties["gateway"]?.string.flatMap { Name($0)?.text } ?? "unknown")"),
            ("type", type),
            ("subject", owed.finding.description), ("time", seen.rfc3339), ("datacontenttype", Self.contentType),
        ]
        if let dataSchema { attributes.append(("dataschema", dataSchema)) }
        // Extensions: what a router sorts by without opening the data.
        attributes.append(("partitionkey", owed.finding.description))
        for (name, member) in [("scenetype", "scene_type"), ("severity", "severity"), ("status", "status")] {
            if let text = properties[member]?.string, (1...128).contains(text.utf8.count) {
                attributes.append((name, AnswerReading.printable(text)))
            }
        }
        attributes.append(("revision", String(owed.revision)))
        if let chain { attributes.append(("evidencechain", chain)) }
        data = owed.feature
        let whole = attributes.reduce(owed.feature.count + 256) { $0 + $1.name.utf8.count + $1.value.utf8.count + 8 }
        isWhole = whole <= CloudEventsAdapter.maximumEventBytes
        if !isWhole {
            attributes.removeAll { $0.name == "datacontenttype" || $0.name == "dataschema" }
            attributes.append(("dataref", "\(page ?? "")/v1/findings/\(owed.finding)"))
        }
        self.attributes = attributes
    }

    func write(to json: inout JSONText) {
        json.object { json in
            for (name, value) in attributes {
                // The only attribute whose type is a number.
                if name == "revision", let number = Int(value) {
                    json.member(name, number)
                } else {
                    json.member(name, value)
                }
            }
            if isWhole { json.member("data") { $0.raw(data) } }
        }
    }

    /// Source: HTTP Protocol Binding for CloudEvents 1.0.2, section 3.1.3.2: space, quote, percent and all that is not printable
    /// ASCII are percent-encoded.
    static func header(_ value: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in value.utf8 {
            if byte > 32, byte < 127, byte != 34, byte != 37 {
                bytes.append(byte)
            } else {
                bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
