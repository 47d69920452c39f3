import LocatedYAML

/// What analysers beside the video say of it, and how it comes.
public struct AnalysisFeedSettings: Sendable, Hashable {
    public enum Way: String, Sendable, Hashable, CaseIterable {
        /// A Unix socket at ``path``, at which the gateway listens.
        case unix
        /// A file at ``path`` that grows; of a recording, one that belongs to it.
        case file
        /// Topics of a broker.
        case mqtt
        /// Pushed to `/v1/sources/{id}/metadata`.
        case http
    }

    /// Of a Unix socket.
    public enum SocketKind: String, Sendable, Hashable, CaseIterable { case stream, datagram }

    public enum Dialect: String, Sendable, Hashable, CaseIterable {
        case flyonce, gvametaconvert, nvmsgconv, frigate, auto
    }

    public var way = Way.http
    public var path = ""
    public var kind = SocketKind.stream
    public var dialect = Dialect.auto
    /// Of several cameras behind one feed, the one that is this source.
    public var camera: String?
    /// Of the picture that boxes are pixels of, where messages do not say: width and height.
    public var size: [Double]?
    public var topics: [String] = []
    /// Labels that its analyser can see, where it does not say it itself; nil takes those of the source.
    public var declares: [String]?
    /// Offset of its times; of a broker its address and how to be let in.
    public var feed = FeedSettings(url: "")

    /// Of one source at most.
    static let limit = 8

    static func decode(_ mapping: YAMLMapping, folder: SettingsFolder) -> AnalysisFeedSettings {
        var settings = AnalysisFeedSettings()
        settings.way = mapping.enumeration("from", placeholder: Way.http)
        settings.dialect = mapping.enumeration("dialect", default: Dialect.auto)
        settings.camera = mapping.optionalString("camera")
        settings.size = size(mapping)
        settings.declares = mapping.declaredLabels()
        settings.feed.offset = FeedSettings.offset(mapping)
        switch settings.way {
        case .http: break
        case .unix:
            settings.path = folder.path(mapping.string("path"))
            settings.kind = mapping.enumeration("kind", default: SocketKind.stream)
            if settings.path.utf8.count > 107 {
                mapping.complain("path", "is longer than 107 bytes, the most of a socket")
            }
        case .file: settings.path = folder.path(mapping.string("path"))
        case .mqtt:
            settings.feed.url = mapping.string("url")
            let scheme = settings.feed.url.lowercased()
            if !settings.feed.url.isEmpty, !scheme.hasPrefix("mqtt://"), !scheme.hasPrefix("mqtts://") {
                mapping.complain("url", "is no broker's", hint: "such as mqtts://broker.example:8883")
            }
            settings.topics = mapping.strings("topics")
            if settings.topics.isEmpty {
                mapping.complain("topics", "names no topic", hint: "such as [frigate/events]")
            }
            FeedSettings.credentials(mapping, folder: folder, of: &settings.feed)
        }
        return settings
    }

    /// `1280x720`.
    private static func size(_ mapping: YAMLMapping) -> [Double]? {
        guard let text = mapping.optionalString("size") else { return nil }
        let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        guard sides.count == 2, sides.allSatisfy({ (1...100_000).contains($0) }) else {
            mapping.complain("size", "is no width and height in pixels", hint: "such as 1280x720")
            return nil
        }
        return sides.map(Double.init)
    }
}
