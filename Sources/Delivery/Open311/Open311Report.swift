import Inspection

/// A finding in the words of GeoReport v2. The same revision is always the same text.
struct Open311Report {
    /// Bytes of a description: servers keep them in a column.
    static let descriptionLimit = 3500

    let sceneType: String
    let service: String?
    /// Degrees, WGS 84, as the specification demands.
    let place: (latitude: String, longitude: String)?
    private let owed: OwedDelivery
    private let options: Open311Adapter.Options
    private let properties: JSONValue

    /// Nil when the stored feature is no feature.
    init?(_ owed: OwedDelivery, options: Open311Adapter.Options, services: TemplateTable) {
        guard let feature = JSONValue(owed.feature), let properties = feature["properties"],
            let sceneType = properties["scene_type"]?.string
        else { return nil }
        self.owed = owed
        self.options = options
        self.properties = properties
        self.sceneType = sceneType
        service = services.look(sceneType)
        if case .array(let numbers)? = feature["geometry"]?["coordinates"], numbers.count >= 2,
            case .number(let longitude) = numbers[0], case .number(let latitude) = numbers[1]
        {
            place = (Self.degrees(latitude), Self.degrees(longitude))
        } else {
            place = nil
        }
    }

    private static func degrees(_ value: Double) -> String { String((value * 1e7).rounded() / 1e7) }

    func pairs(service: String, place: (latitude: String, longitude: String)) -> [(String, String)] {
        var pairs = [
            ("service_code", service), ("lat", place.latitude), ("long", place.longitude), ("description", description),
            ("device_id", properties["gateway"]?.string ?? "flyonce"),
        ]
        if let email = options.email { pairs.append(("email", email)) }
        for name in options.attributes.keys.sorted() {
            pairs.append(("attribute[\(name)]", options.attributes[name] ?? ""))
        }
        if let link = media { pairs.append(("media_url", link)) }
        return pairs
    }

    private var pictures: OutgoingEvidence {
        OutgoingEvidence(owed.evidence, kinds: [.picture], entitledToOriginals: options.entitledToOriginals)
    }

    /// The last picture, which is the best view.
    private var media: String? { pictures.items.last.flatMap { options.link?($0.sha256) } }

    /// Pictures that stay because the server is not entitled to originals. Where it may fetch none, none is kept from it.
    var withheld: Int { options.link == nil ? 0 : pictures.withheld }

    /// What people read, and at its end the mark by which the finding is recognised among the server's requests.
    private var description: String {
        let title = [properties["title"]?["zh"]?.string, properties["title"]?["en"]?.string].compactMap(\.self)
            .joined(separator: " · ")
        var lines = [title.isEmpty ? sceneType : title]
        let facts = [
            ("severity", properties["severity"]), ("status", properties["status"]),
            ("first seen", properties["first_seen"]), ("last seen", properties["last_seen"]),
            ("sightings", properties["sightings"]), ("error radius (90 %), m", properties["location"]?["ce90_m"]),
            ("area", properties["location"]?["area"]), ("grid", properties["location"]?["grid"]),
        ]
        lines += facts.compactMap { name, value in value?.scalarText.map { "\(name): \($0)" } }
        if let page = options.page { lines.append("\(page)/#finding=\(owed.finding)") }
        var text = ""
        for line in lines where text.utf8.count + line.utf8.count < Self.descriptionLimit { text += line + "\n" }
        return text + Self.mark(owed.finding)
    }

    static func mark(_ finding: FindingID) -> String { "[flyonce:\(finding)]" }

    func update(of number: String, key: String) -> [(String, String)] {
        var pairs = [
            ("service_request_id", number), ("update_id", key),
            ("updated_datetime", properties["last_seen"]?.string ?? ""),
            ("status", "OPEN"), ("description", description),
        ]
        if let link = media { pairs.append(("media_url", link)) }
        return pairs
    }
}
