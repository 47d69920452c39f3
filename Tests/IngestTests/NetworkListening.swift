import Inspection

@testable import Ingest

/// Live sources under the short times of a test.
enum NetworkListening {
    /// A free port of this machine, likely: below those that the system gives to callers.
    static func port() -> Int { Int.random(in: 20_000..<32_000) }

    static func start(_ location: String, _ change: (inout SourceOptions) -> Void = { _ in }) throws -> Listener {
        var options = SourceOptions()
        options.backoff = Backoff(first: 0.2, last: 0.5)
        options.watchdogSeconds = 4
        change(&options)
        return Listener(
            try makeSource(name: TestMedia.name, location: location, options: options, clock: SystemClock()))
    }
}
