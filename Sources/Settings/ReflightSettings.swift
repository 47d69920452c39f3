import LocatedYAML

/// When a look of a later flight says whether a thing is gone, and which findings want one.
public struct ReflightSettings: Sendable, Hashable {
    /// False: no flight looks again, and no finding wants a look.
    public var isEnabled = true
    /// Metres across the smallest thing that must not be missed, where its scene type does not say.
    public var size = 1.0
    /// Pixels across it, at least.
    public var pixels = 16.0
    /// Times the metres a pixel at which a thing was found that are fine enough too; 0: only ``size`` over ``pixels`` is.
    public var asFound = 1.25
    /// Degrees that the sight line falls, at least.
    public var depression = 35.0
    /// Mean luma of the picture, 0…1.
    public var luma = 0.12...0.92
    /// Variance of the Laplacian of luma, at least.
    public var sharpness = 50.0
    /// Looks at least, where the scene type does not say.
    public var looks = 4
    /// Between looks that are counted.
    public var lookInterval = Duration.milliseconds(500)
    /// From the first of them to the last, at least.
    public var looksOver = Duration.seconds(2)
    /// Camera places among them, at least.
    public var views = 2
    /// Degrees, as seen from the thing, by which these differ.
    public var viewsApart = 5.0
    /// Chance that a thing that is there was missed in all looks, at most.
    public var chanceMissed = 0.01
    /// After its last sighting: seeing nothing any sooner says nothing.
    public var clearsAfter = Duration.seconds(600)
    /// An open finding wants a look when it is open so long, …
    public var overdueAfter = Duration.seconds(30 * 86_400)
    /// … and was not looked at for so long.
    public var overdueAgainAfter = Duration.seconds(86_400)
    /// An open finding wants a look when it was neither seen nor looked at for so long.
    public var staleAfter = Duration.seconds(14 * 86_400)
    /// A closed finding wants a look no longer than this after it was closed.
    public var verifyWithin = Duration.seconds(60 * 86_400)

    public init() {}

    static func decode(_ mapping: YAMLMapping) -> ReflightSettings {
        var settings = ReflightSettings()
        let standard = settings
        settings.isEnabled = mapping.bool("enabled", default: standard.isEnabled)
        settings.size = mapping.number("size_m", default: standard.size, in: 0.05...100)
        settings.pixels = mapping.number("pixels", default: standard.pixels, in: 2...1000)
        // Who states how fine a look must be means it.
        let isStated = mapping.has("size_m") || mapping.has("pixels")
        settings.asFound = mapping.number("as_found", default: isStated ? 0 : standard.asFound, in: 0...4)
        settings.depression = mapping.number("depression_deg", default: standard.depression, in: 0...89)
        let least = mapping.number("luma_min", default: standard.luma.lowerBound, in: 0...1)
        let most = mapping.number("luma_max", default: standard.luma.upperBound, in: 0...1)
        if least < most {
            settings.luma = least...most
        } else {
            mapping.complain(mapping.has("luma_max") ? "luma_max" : "luma_min", "luma_min must be less than luma_max")
        }
        settings.sharpness = mapping.number("sharpness", default: standard.sharpness, in: 0...1_000_000)
        settings.looks = mapping.int("looks", default: standard.looks, in: 1...100)
        settings.lookInterval = mapping.duration(
            "look_interval", default: standard.lookInterval, in: .zero ... .seconds(60))
        settings.looksOver = mapping.duration("looks_over", default: standard.looksOver, in: .zero ... .seconds(600))
        settings.views = mapping.int("views", default: standard.views, in: 1...16)
        settings.viewsApart = mapping.number("views_apart_deg", default: standard.viewsApart, in: 0...90)
        settings.chanceMissed = mapping.number("chance_missed", default: standard.chanceMissed, in: 0.0001...0.5)
        settings.clearsAfter = mapping.duration(
            "clears_after", default: standard.clearsAfter, in: .seconds(1) ... .seconds(30 * 86_400))
        let terms = Duration.seconds(60) ... .seconds(3650 * 86_400)
        settings.overdueAfter = mapping.duration("overdue_after", default: standard.overdueAfter, in: terms)
        settings.overdueAgainAfter = mapping.duration(
            "overdue_again_after", default: standard.overdueAgainAfter, in: terms)
        settings.staleAfter = mapping.duration("stale_after", default: standard.staleAfter, in: terms)
        settings.verifyWithin = mapping.duration("verify_within", default: standard.verifyWithin, in: terms)
        return settings
    }
}
