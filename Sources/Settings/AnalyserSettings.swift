import LocatedYAML

/// The user's own analyser of a source's pictures.
public struct AnalyserSettings: Sendable, Hashable {
    /// The program and its arguments; empty for no analyser.
    public var command: [String] = []
    /// Pictures a second that it is given.
    public var rate = 2.0
    /// Longest side of those pictures, pixels.
    public var width = 640
    /// Without an answer for this long it is killed and started anew.
    public var timeout: Duration = .seconds(3)
    /// Pictures it is given before it has answered the first.
    public var queue = 2

    public init() {}

    static func decode(
        _ mapping: YAMLMapping, over base: AnalyserSettings, folder: SettingsFolder
    ) -> AnalyserSettings {
        var settings = base
        if mapping.has("command") {
            settings.command = mapping.strings("command")
            // A bare name is looked up in PATH.
            if let program = settings.command.first, program.contains("/") {
                settings.command[0] = folder.path(program)
            }
        }
        settings.rate = mapping.number("rate", default: base.rate, in: 0.01...60)
        settings.width = mapping.int("width", default: base.width, in: 32...7680)
        settings.timeout = mapping.duration(
            "timeout", default: base.timeout, in: .milliseconds(50)...(.seconds(600)))
        settings.queue = mapping.int("queue", default: base.queue, in: 1...16)
        return settings
    }
}
