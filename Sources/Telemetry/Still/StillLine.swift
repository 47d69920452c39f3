import Inspection

/// The metadata of one still picture, as `flyonce inspect` prints it.
public struct StillLine: Sendable {
    struct Item: Sendable, Hashable {
        var name: String
        var value: String
        /// Nil when the value is no plain number.
        var number: Double?
        var unit: String
    }

    private let file: String
    private let size: (width: Int, height: Int)?
    let items: [Item]
    /// What the items come to; nil where they tell of no pose and no time.
    private let pose: TelemetryLine?
    /// What is stated and not believed.
    public let counters: [String: Int64]

    public init(file: String, _ still: StillMetadata) {
        self.file = file
        size = still.size
        items = Self.exif(still) + still.properties.map(Self.item)
        var line = TelemetryLine(dialect: "jpeg", ptsMicroseconds: nil, sample: TelemetrySample(still))
        if let time = still.time, !time.isUTC {
            line.localTime = LocalTime(microseconds: time.instant.microseconds)
        }
        let faults = still.faults
        pose = line.sample == TelemetrySample() && line.localTime == nil && faults.isEmpty ? nil : line
        counters = faults.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// One JSON object, without the line's end. Names are those of EXIF, and of XMP with their prefix.
    public var ndjson: String {
        var json = JSONText(capacity: 4096)
        json.object { json in
            json.member("kind", "jpeg")
            json.member("file", file)
            if let size {
                json.member("width", size.width)
                json.member("height", size.height)
            }
            json.member("items") { json in
                json.array { json in
                    for item in items {
                        json.object { json in
                            json.member("name", item.name)
                            if let number = item.number {
                                json.member("value", number)
                            } else {
                                json.member("value", item.value)
                            }
                            if !item.unit.isEmpty { json.member("unit", item.unit) }
                        }
                    }
                }
            }
            if let pose { json.member("telemetry") { json in json.object { pose.members(&$0) } } }
        }
        return json.string
    }

    /// For people: a heading, then a line for each item.
    public var text: String {
        let width = items.map(\.name.count).max() ?? 0
        let heading = "JPEG  \(file)" + (size.map { "  \($0.width) × \($0.height)" } ?? "")
        let lines = items.map { item in
            let gap = String(repeating: " ", count: width - item.name.count + 2)
            let unit = item.unit.isEmpty ? "" : " " + item.unit
            return "  " + item.name.shown + gap + item.value.shown + unit
        }
        return ([heading] + lines + (pose.map { ["  " + $0.text] } ?? [])).joined(separator: "\n")
    }

    private static let names: [EXIFBlock.Key: (name: String, unit: String)] = [
        .init(directory: .primary, tag: 0x010F): ("Make", ""), .init(directory: .primary, tag: 0x0110): ("Model", ""),
        .init(directory: .primary, tag: 0x0112): ("Orientation", ""),
        .init(directory: .primary, tag: 0x0131): ("Software", ""),
        .init(directory: .exif, tag: 0x829A): ("ExposureTime", "s"),
        .init(directory: .exif, tag: 0x829D): ("FNumber", ""),
        .init(directory: .exif, tag: 0x9003): ("DateTimeOriginal", ""),
        .init(directory: .exif, tag: 0x9011): ("OffsetTimeOriginal", ""),
        .init(directory: .exif, tag: 0x9291): ("SubSecTimeOriginal", ""),
        .init(directory: .exif, tag: 0x920A): ("FocalLength", "mm"),
        .init(directory: .exif, tag: 0xA404): ("DigitalZoomRatio", ""),
        .init(directory: .exif, tag: 0xA405): ("FocalLengthIn35mmFilm", "mm"),
        .init(directory: .gps, tag: 17): ("GPSImgDirection", "°"),
        .init(directory: .gps, tag: 29): ("GPSDateStamp", ""),
    ]

    private static func exif(_ still: StillMetadata) -> [Item] {
        guard let exif = still.exif else { return [] }
        let order = { (key: EXIFBlock.Key) in (key.directory == .primary ? 0 : key.directory == .exif ? 1 : 2, key.tag)
        }
        var items = exif.values.keys.sorted { order($0) < order($1) }.compactMap { key -> Item? in
            guard let (name, unit) = names[key] else { return nil }
            if let number = exif.number(key.directory, key.tag) {
                return Item(name: name, value: String(number), number: number, unit: unit)
            }
            return exif.text(key.directory, key.tag).map { Item(name: name, value: $0, number: nil, unit: unit) }
        }
        func add(_ name: String, _ number: Double, _ unit: String) {
            items.append(Item(name: name, value: String(number), number: number, unit: unit))
        }
        if let position = exif.position {
            add("GPSLatitude", position.latitude, "°")
            add("GPSLongitude", position.longitude, "°")
        }
        if let altitude = exif.altitude {
            add("GPSAltitude", altitude.meters, altitude.isEllipsoidal ? "m HAE" : "m MSL")
        }
        return items
    }

    /// What may be a serial number (leading zeros, more digits than a double holds) stays a text.
    private static func item(_ property: XMPPacket.Property) -> Item {
        let digits = property.value.drop { $0 == "+" || $0 == "-" }.utf8
        let isSerial = digits.count > 15 || digits.starts(with: [48, 48])
        let number = isSerial || property.value.contains(" ") ? nil : StillMetadata.number(property.value)
        return Item(
            name: property.name, value: property.value, number: number,
            unit: number == nil ? "" : unit(of: property.name))
    }

    private static func unit(of name: String) -> String {
        guard name.hasPrefix("drone-dji:") else { return "" }
        let own = name.dropFirst("drone-dji:".count)
        if own.hasSuffix("Degree") || own.hasSuffix("itude") && own.hasPrefix("Gps") { return "°" }
        if own == "LRFTargetLat" || own == "LRFTargetLon" || own == "Latitude" || own == "Longitude" { return "°" }
        if own.hasSuffix("Speed") { return "m/s" }
        if own.hasSuffix("Altitude") || own.hasPrefix("RtkStd") || own.hasPrefix("LRFTarget") { return "m" }
        if own.hasPrefix("CalibratedFocal") || own.hasPrefix("CalibratedOptical") { return "px" }
        return own == "RtkDiffAge" ? "s" : ""
    }
}
