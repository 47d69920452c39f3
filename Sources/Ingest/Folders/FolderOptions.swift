/// How a folder of files is read.
public struct FolderOptions: Sendable, Hashable {
    public enum AfterReading: String, Sendable, Hashable, CaseIterable {
        /// The file stays where it is.
        case leave
        /// It goes to the folder `done`, or `failed`, in the one that is read.
        case move
    }

    public var after: AfterReading = .leave
    /// A file whose size and time did not change for this long is complete, seconds.
    public var settleSeconds = 5.0
    /// Between two looks at the folder, seconds.
    public var pollSeconds = 2.0
    /// Everything in the folder is looked at again after this, also where its own time says that nothing came or went, seconds.
    public var reviewSeconds = 30.0
    /// False reads what is there, at once, and ends.
    public var isWatched = true
    /// Folders within folders that are looked into.
    public var depth = 4
    /// Files known at once; more are counted and wait.
    public var fileLimit = 100_000

    public init() {}
}
