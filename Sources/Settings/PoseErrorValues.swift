public import Inspection
import LocatedYAML

/// One-sigma errors of a pose as far as somebody states them.
public struct PoseErrorValues: Sendable, Hashable {
    /// By the names of the settings.
    public private(set) var values: [String: Double] = [:]

    public init() {}

    private struct Key: Sendable {
        var name: String
        var range: ClosedRange<Double>
        var set: @Sendable (inout PoseErrors, Double) -> Void

        init(
            _ name: String, _ range: ClosedRange<Double>, _ set: @escaping @Sendable (inout PoseErrors, Double) -> Void
        ) {
            self.name = name
            self.range = range
            self.set = set
        }
    }

    private static let keys = [
        Key("horizontal_m", 0.001...1000) { $0.horizontal = $1 }, Key("vertical_m", 0.001...1000) { $0.vertical = $1 },
        Key("yaw_deg", 0.001...90) { $0.yaw = $1 }, Key("pitch_deg", 0.001...90) { $0.pitch = $1 },
        Key("roll_deg", 0.001...90) { $0.roll = $1 }, Key("ground_m", 0.001...1000) { $0.ground = $1 },
        Key("pixel_px", 0.01...500) { $0.pixel = $1 }, Key("time_s", 0...10) { $0.time = $1 },
        Key("focal_percent", 0...50) { $0.focal = $1 }, Key("principal_px", 0...1000) { $0.principal = $1 },
        Key("jitter_m", 0...1000) { $0.jitter = $1 }, Key("jitter_deg", 0...90) { $0.angleJitter = $1 },
    ]

    static func decode(_ mapping: YAMLMapping, over base: PoseErrorValues) -> PoseErrorValues {
        var errors = base
        for key in keys {
            if let value = mapping.optionalNumber(key.name, in: key.range) { errors.values[key.name] = value }
        }
        return errors
    }

    /// These over what they leave out.
    public func errors(over base: PoseErrors = PoseErrors()) -> PoseErrors {
        var errors = base
        for key in Self.keys {
            if let value = values[key.name] { key.set(&errors, value) }
        }
        return errors
    }
}
