import LocatedYAML

/// How long and how much is kept, and what becomes of it when the disk fills.
public struct RetentionSettings: Sendable, Hashable {
    public struct Quota: Sendable, Hashable {
        /// Nil for no limit.
        public var bytes: Int?
        public var age: Duration?

        public init() {}

        static func decode(_ mapping: YAMLMapping) -> Quota {
            var quota = Quota()
            quota.bytes = mapping.optionalBytes("bytes", in: 1 << 20...1 << 50)
            quota.age = mapping.optionalDuration("age", in: .seconds(3600)...(.seconds(36_500 * 86_400)))
            return quota
        }
    }

    public var clips = Quota()
    /// With their thumbnails.
    public var pictures = Quota()
    public var metadata = Quota()
    /// Since anything happened to a finding; nil keeps its earlier revisions and answered deliveries.
    public var rowsAge: Duration? = .seconds(365 * 86_400)
    /// Bytes free below which files go, no clips are kept, no pictures are, new findings are refused.
    public var room = 4 << 30
    public var withoutClips = 2 << 30
    public var withoutPictures = 512 << 20
    public var refuse = 128 << 20
    /// Bytes kept back for what must be written at the last.
    public var reserve = 16 << 20

    public init() {}

    static func decode(_ mapping: YAMLMapping) -> RetentionSettings {
        var settings = RetentionSettings()
        settings.clips = mapping.mapping("clips") { Quota.decode($0) }
        settings.pictures = mapping.mapping("pictures") { Quota.decode($0) }
        settings.metadata = mapping.mapping("metadata") { Quota.decode($0) }
        settings.rowsAge = mapping.duration(
            "rows_age", default: .seconds(365 * 86_400), in: .seconds(86_400)...(.seconds(36_500 * 86_400)))
        let reserve = mapping.bytes("reserve", default: settings.reserve, in: 0...1 << 30)
        settings.reserve = reserve
        let base = settings
        mapping.mapping("free") { free in
            let range = 0...1 << 50
            settings.room = free.bytes("room", default: base.room, in: range)
            settings.withoutClips = free.bytes("without_clips", default: base.withoutClips, in: range)
            settings.withoutPictures = free.bytes("without_pictures", default: base.withoutPictures, in: range)
            settings.refuse = free.bytes("refuse", default: base.refuse, in: range)
            let steps = [settings.room, settings.withoutClips, settings.withoutPictures, settings.refuse]
            if zip(steps, steps.dropFirst()).contains(where: { $0 < $1 }) {
                free.complain(
                    "room", "the steps must not grow: room, without_clips, without_pictures, refuse",
                    hint: "what is left out has its default: 4GiB, 2GiB, 512MiB, 128MiB")
            }
        }
        return settings
    }
}
