/// What a destination's drain has done since it was made. Every attempt is in exactly one of `delivered`, `retried`,
/// `dead` and `late` once its answer is written down.
public struct DeliveryCounters: Sendable, Hashable {
    public var attempts: Int64 = 0
    public var delivered: Int64 = 0
    public var retried: Int64 = 0
    public var dead: Int64 = 0
    /// Answered after the lease had gone to someone else, or that could not be written down.
    public var late: Int64 = 0
    /// Of the retried: answers that broke the contract.
    public var unusable: Int64 = 0
    /// Of the retried: part of an attachment arrived.
    public var progressed: Int64 = 0
    /// Leased and given back unsent.
    public var released: Int64 = 0
    /// Body bytes sent.
    public var bytes: Int64 = 0
    public var attachmentsSent: Int64 = 0
    public var attachmentsOmitted: Int64 = 0
    /// Of the delivered: files that stayed because the destination is not entitled to originals.
    public var attachmentsWithheld: Int64 = 0
    /// Errors of the store while leasing, settling or asking what is due.
    public var storeErrors: Int64 = 0

    public init() {}
}

/// A destination at one moment.
public struct DeliveryStatus: Sendable, Hashable {
    public var circuit: DeliveryPolicy.Circuit
    public var inFlight: Int
    /// Why the last attempt failed; nil after a success.
    public var lastFailure: String?
    public var counters: DeliveryCounters
}
