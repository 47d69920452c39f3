import Geodesy
public import Inspection

/// The objects of one frame by any dialect, as `flyonce inspect` prints them. What is unknown is left out.
public struct ObjectsLine: Sendable, Hashable {
    /// `onvif`, `analysis`, …
    public var dialect: String
    /// Time in the stream or file, microseconds; nil where the dialect has none.
    public var ptsMicroseconds: Int64?
    public var utc: UTCTime?
    /// In the dialect's order; empty when it says that a frame shows nothing.
    public var objects: [FrameObject]
    /// What the boxes of ``objects`` are measured in.
    public var boxUnit: MetadataReading.BoxUnit
    /// Tells apart several cameras or analysers in one input; empty where there is one.
    public var stream = ""

    public init(
        dialect: String, ptsMicroseconds: Int64?, utc: UTCTime?, objects: [FrameObject],
        boxUnit: MetadataReading.BoxUnit
    ) {
        self.dialect = dialect
        self.ptsMicroseconds = ptsMicroseconds
        self.utc = utc
        self.objects = objects
        self.boxUnit = boxUnit
    }

    /// Nil for a reading that is not about objects.
    public init?(dialect: String, _ reading: MetadataReading, ptsMicroseconds: Int64? = nil) {
        guard reading.reportsObjects else { return nil }
        self.init(
            dialect: dialect, ptsMicroseconds: ptsMicroseconds, utc: reading.utc, objects: reading.objects,
            boxUnit: reading.boxUnit)
        stream = reading.stream
    }

    /// One JSON object, without the line's end. `box` is left, top, right, bottom as shares of the picture, y down;
    /// `box_px` the same in pixels, where the dialect does not say of how large a picture.
    public var ndjson: String {
        var json = JSONText(capacity: 256 + objects.count * 128)
        json.object { json in
            json.member("kind", "objects")
            json.member("dialect", dialect)
            if !stream.isEmpty { json.member("stream", stream) }
            if let ptsMicroseconds { json.member("pts_us", ptsMicroseconds) }
            if let utc { json.member("utc", utc.rfc3339) }
            json.member("objects") { json in
                json.array { json in for object in objects { write(object, &json) } }
            }
        }
        return json.string
    }

    private func write(_ object: FrameObject, _ json: inout JSONText) {
        json.object { json in
            json.member("label", object.label)
            if let confidence = object.confidence, confidence.isFinite {
                json.member("confidence", confidence, decimals: 6)
            }
            if let (name, edges, decimals) = edges(object) {
                json.member(name) { json in
                    json.array { json in for edge in edges { json.value(edge, decimals: decimals) } }
                }
            }
            if let track = object.track { json.member("track", track) }
            if let position = object.statedPosition { Self.write(position, &json) }
            guard !object.attributes.isEmpty else { return }
            json.member("attributes") { json in
                json.object { json in
                    for (name, value) in object.attributes.sorted(by: { $0.key < $1.key }) {
                        switch value {
                        case .string(let text): json.member(name, text)
                        case .number(let number): json.member(name, number)
                        case .bool(let flag): json.member(name, flag)
                        }
                    }
                }
            }
        }
    }

    private static func write(_ position: FrameObject.StatedPosition, _ json: inout JSONText) {
        json.member("position") { json in
            json.object { json in
                json.member("lat", position.point.latitude)
                json.member("lon", position.point.longitude)
                json.member("hae_m", position.point.height)
            }
        }
    }

    private func edges(_ object: FrameObject) -> (name: String, edges: [Double], decimals: Int)? {
        guard let box = object.box else { return nil }
        switch boxUnit {
        case .shares: return ("box", [box.left, box.top, box.right, box.bottom], 6)
        case .pixels(let width, let height):
            guard width > 0, height > 0 else { return nil }
            return ("box", [box.left / width, box.top / height, box.right / width, box.bottom / height], 6)
        case .fullResolution: return ("box_px", [box.left, box.top, box.right, box.bottom], 3)
        }
    }

    /// For people: a heading, then a line for each object.
    public var text: String {
        var heading = [dialect]
        if !stream.isEmpty { heading.append(stream) }
        if let ptsMicroseconds { heading.append("pts \(ptsMicroseconds) us") }
        if let utc { heading.append(utc.rfc3339) }
        heading.append(objects.count == 1 ? "1 object" : "\(objects.count) objects")
        let lines = [heading.joined(separator: "  ")] + objects.map { "  " + text($0) }
        return lines.map(\.shown).joined(separator: "\n")
    }

    private func text(_ object: FrameObject) -> String {
        var parts = [object.label.isEmpty ? "(no class)" : object.label]
        if let confidence = object.confidence { parts.append(Self.rounded(confidence, 3)) }
        if let (name, edges, _) = edges(object) {
            let decimals = name == "box" ? 4 : 1
            parts.append(name + " " + edges.map { Self.rounded($0, decimals) }.joined(separator: " "))
        }
        if let track = object.track { parts.append("track " + track) }
        if let point = object.statedPosition?.point {
            parts.append("at \(point.latitude) \(point.longitude) \(Self.rounded(point.height, 1)) m HAE")
        }
        for (name, value) in object.attributes.sorted(by: { $0.key < $1.key }) {
            switch value {
            case .string(let text): parts.append(name + " " + text)
            case .number(let number): parts.append(name + " " + Self.rounded(number, 4))
            case .bool(let flag): parts.append(name + " \(flag)")
            }
        }
        return parts.joined(separator: "  ")
    }

    private static func rounded(_ number: Double, _ decimals: Int) -> String {
        var json = JSONText(capacity: 24)
        json.value(number, decimals: decimals)
        return json.string
    }
}
