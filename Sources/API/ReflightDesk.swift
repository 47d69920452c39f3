public import Geodesy
public import Inspection

/// Where the port finds which findings want a look.
public struct ReflightDesk: Sendable {
    /// Those that are asked for.
    public struct Query: Sendable, Hashable {
        /// Nil for anywhere.
        public var box: BoundingBox?
        public var reasons: Set<ReflightWish.Reason>
        /// At most.
        public var limit: Int

        public init(box: BoundingBox?, reasons: Set<ReflightWish.Reason>, limit: Int) {
            self.box = box
            self.reasons = reasons
            self.limit = limit
        }
    }

    /// The most urgent first. Nil when too many ask.
    let wishes: @Sendable (Query) async throws(StoreError) -> [ReflightWish]?
    /// What flights said of a finding, oldest first.
    let said: @Sendable (FindingID) async throws(StoreError) -> [ReflightEntry]

    public init(
        wishes: @escaping @Sendable (Query) async throws(StoreError) -> [ReflightWish]?,
        said: @escaping @Sendable (FindingID) async throws(StoreError) -> [ReflightEntry] = { _ in [] }
    ) {
        self.wishes = wishes
        self.said = said
    }
}
