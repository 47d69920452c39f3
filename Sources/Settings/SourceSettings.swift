public import Inspection
import LocatedYAML

/// One configured stream, listener or file.
public struct SourceSettings: Sendable, Hashable {
    public var name: Name
    public var isEnabled: Bool
    /// An absolute path, or `udp://`, `rtsp://`, … as it was written. May hold a password: not for logs.
    public var url: String
    /// The global defaults with this source's own values over them.
    public var options: SourceDefaults

    /// Schemes of the streams that can be read.
    static let schemes = [
        "file", "folder", "udp", "rtsp", "rtspt", "rtsps", "srt", "rtmp", "rtmps", "http", "https",
    ]

    static func decode(
        _ mapping: YAMLMapping, name: Name, defaults: SourceDefaults, folder: SettingsFolder
    ) -> SourceSettings {
        SourceSettings(
            name: name, isEnabled: mapping.bool("enabled", default: true), url: url(mapping, folder: folder),
            options: SourceDefaults.decode(mapping, over: defaults, folder: folder))
    }

    private static func example(of scheme: String) -> String {
        switch scheme {
        case "file": "file:///path/to/flight.ts"
        case "folder": "folder:///path/to/folder"
        case "udp": "udp://239.1.1.1:5004"
        case "srt": "srt://camera.example:9000"
        case "rtmp", "rtmps": "\(scheme)://camera.example/app/stream"
        case "http", "https": "\(scheme)://camera.example/live.m3u8"
        default: "\(scheme)://camera.example:8554/stream"
        }
    }

    private static func url(_ mapping: YAMLMapping, folder: SettingsFolder) -> String {
        let text = mapping.string("url")
        guard let mark = text.firstRange(of: "://") else { return folder.path(text) }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard schemes.contains(scheme) else {
            mapping.complain(
                "url", "the scheme \(scheme) cannot be read", hint: NearestName.hint(for: scheme, among: schemes))
            return text
        }
        if text[mark.upperBound...].isEmpty {
            mapping.complain("url", "has nothing after \(scheme)://", hint: "such as \(example(of: scheme))")
        }
        return text
    }
}
