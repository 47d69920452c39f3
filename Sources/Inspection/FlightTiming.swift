/// By how much the metadata of a flight are late against its pictures, as it was estimated and taken out of its places.
public struct FlightTiming: Sendable, Hashable {
    /// How it was had.
    public enum Means: String, Sendable, Hashable, CaseIterable {
        /// From the whole recording, before anything of it was placed.
        case recording
        /// As the flight went on.
        case flight
        /// From an earlier flight of the source.
        case remembered
    }

    /// What gives the poses: `video klv pid 257`.
    public var origin: String
    /// Seconds; negative where the metadata are early.
    public var late: Double
    /// Seconds.
    public var standardError: Double
    public var means: Means

    public init(origin: String, late: Double, standardError: Double, means: Means) {
        self.origin = origin
        self.late = late
        self.standardError = standardError
        self.means = means
    }
}

/// What is kept of the time between metadata and pictures. Implemented by `Store`, which keeps it with the flights.
public protocol TimingRecords: Sendable {
    /// The newest that a flight of the source was estimated to have.
    func latestTiming(of source: Name) async throws(StoreError) -> FlightTiming?
}
