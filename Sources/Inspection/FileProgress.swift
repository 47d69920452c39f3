/// How far a source of files has come.
public struct FileProgress: Sendable, Hashable {
    /// A file that was given up, and why.
    public struct Failure: Sendable, Hashable {
        public var file: String
        public var reason: String

        public init(file: String, reason: String) {
            self.file = file
            self.reason = reason
        }
    }

    /// Failures kept, the newest of them.
    public static let failureLimit = 16

    /// The file being read, as the folder names it; nil between files.
    public var current: String?
    /// Files beside it that bear its name.
    public var sidecars: [String] = []
    /// How much of it was read, 0…100.
    public var percent = 0
    /// Complete, and not read yet.
    public var waiting = 0
    /// Still growing, or not seen for long enough to be believed complete.
    public var growing = 0
    public var done = 0
    public var failed = 0
    /// Newest last.
    public private(set) var failures: [Failure] = []

    public init() {}

    public mutating func fail(_ file: String, _ reason: String) {
        failed += 1
        failures.removeAll { $0.file == file }
        failures.append(Failure(file: file, reason: reason))
        if failures.count > Self.failureLimit { failures.removeFirst() }
    }
}
