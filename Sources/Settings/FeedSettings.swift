import LocatedYAML

/// Metadata of a source that comes beside its video.
public struct FeedSettings: Sendable, Hashable {
    public enum Offset: Sendable, Hashable {
        case seconds(Double)
        case auto
    }

    /// How a file is joined: by UTC, or its first reading with the first frame.
    public enum Join: String, Sendable, Hashable, CaseIterable { case utc, start }

    /// `mavlink+udp://…`, `mavlink+tcp://…`, `mqtt://…`, `mqtts://…`, the absolute path of a file, or ``ownMetadata``. May
    /// hold a password: not for logs.
    public var url = ""
    /// Added to the feed's times.
    public var offset = Offset.seconds(0)
    /// It was written down, be it 0: then nothing is estimated in its place.
    public var hasStatedOffset = false
    public var join = Join.utc
    /// MAVLink: the vehicle's system id, and the component ids of camera and gimbal.
    public var system: Int?
    public var camera: Int?
    public var gimbal: Int?
    /// DJI: serial numbers of the aircraft and of its dock or remote control, and the camera (`type-subtype-gimbalindex`).
    public var device: String?
    public var gateway: String?
    public var payload: String?
    public var username: String?
    public var password: SecretSource?
    /// PEM files: the authority of the broker, this gateway's certificate and its key.
    public var authorityFile: String?
    public var certificateFile: String?
    public var keyFile: String?
    public var clientID: String?

    /// In the list, the metadata that comes with the video itself: what stands before it goes before it.
    public static let ownMetadata = "video"
    static let schemes = ["mavlink+udp", "mavlink+tcp", "mqtt", "mqtts"]
    /// Feeds of one source at most.
    static let limit = 8

    public init(url: String) { self.url = url }

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> FeedSettings {
        var feed = FeedSettings(url: url(mapping, folder: folder))
        feed.offset = offset(mapping)
        feed.hasStatedOffset = mapping.has("offset") && feed.offset != .auto
        feed.join = mapping.enumeration("join", default: feed.join)
        feed.system = mapping.optionalInt("system", in: 1...255)
        feed.camera = mapping.optionalInt("camera", in: 1...255)
        feed.gimbal = mapping.optionalInt("gimbal", in: 1...255)
        feed.device = mapping.optionalString("device")
        feed.gateway = mapping.optionalString("gateway")
        feed.payload = mapping.optionalString("payload")
        credentials(mapping, folder: folder, of: &feed)
        return feed
    }

    /// Of a broker.
    static func credentials(_ mapping: YAMLMapping, folder: SettingsFolder, of feed: inout FeedSettings) {
        feed.username = mapping.optionalString("username")
        feed.password = SecretSource.decode(mapping, "password", folder: folder)
        feed.authorityFile = mapping.optionalString("ca_file").map(folder.path)
        feed.certificateFile = mapping.optionalString("client_cert").map(folder.path)
        feed.keyFile = mapping.optionalString("client_key").map(folder.path)
        feed.clientID = mapping.optionalString("client_id")
    }

    private static func url(_ mapping: YAMLMapping, folder: SettingsFolder) -> String {
        let text = mapping.string("url")
        if text == ownMetadata || text.isEmpty { return text }
        guard let mark = text.firstRange(of: "://") else { return folder.path(text) }
        let scheme = text[..<mark.lowerBound].lowercased()
        if scheme == "file" { return String(text[mark.upperBound...]) }
        if !schemes.contains(scheme) {
            mapping.complain(
                "url", "the scheme \(scheme) is none of telemetry",
                hint: NearestName.hint(for: scheme, among: schemes + [ownMetadata]))
        }
        return text
    }

    /// `auto`, or a time with its unit and perhaps a sign: `-1.2s`, `350ms`.
    static func offset(_ mapping: YAMLMapping) -> Offset {
        guard let text = mapping.optionalString("offset") else { return .seconds(0) }
        if text == "auto" { return .auto }
        let units = [("ms", 1.0), ("s", 1000), ("m", 60_000), ("h", 3_600_000)]
        for (unit, milliseconds) in units where text.hasSuffix(unit) {
            if let number = Double(text.dropLast(unit.count)), abs(number * milliseconds) <= 86_400_000 {
                return .seconds(number * milliseconds / 1000)
            }
            break
        }
        mapping.complain("offset", "is neither auto nor a time with its unit, of a day at most", hint: "such as -1.2s")
        return .seconds(0)
    }
}
