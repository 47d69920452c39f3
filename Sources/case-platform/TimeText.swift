import ArgumentParser

/// A time as `500ms`, `2s`, `1m`, up to one day.
struct TimeText: ExpressibleByArgument, Sendable {
    let milliseconds: Int

    init?(argument: String) {
        let units = [("ms", 1), ("s", 1000), ("m", 60_000)]
        guard let (suffix, scale) = units.first(where: { argument.hasSuffix($0.0) }),
            let count = Int(argument.dropLast(suffix.count)), count >= 0, count <= 86_400_000 / scale
        else { return nil }
        milliseconds = count * scale
    }
}
