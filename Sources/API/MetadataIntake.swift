/// What takes the metadata that is pushed for one source. Received is not kept: metadata is of the moment.
public struct MetadataIntake: Sendable {
    public enum Answer: Sendable, Hashable {
        case accepted
        /// It could not be read, for a reason that is one word and counted, and in words for people.
        case refused(reason: String, words: String)
        /// There is no room now.
        case full
        /// The source is not running.
        case stopped
    }

    /// One message. Callable from any thread; must not wait.
    public var take: @Sendable ([UInt8]) -> Answer

    public init(take: @escaping @Sendable ([UInt8]) -> Answer) { self.take = take }
}
