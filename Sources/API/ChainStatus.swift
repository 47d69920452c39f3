public import Inspection

/// What an operator wants to see of the evidence's chain.
public struct ChainStatus: Sendable, Hashable {
    public var lines: Int64
    /// SHA-256 of the last line: written down elsewhere, it is a witness of all lines before it.
    public var head: String
    /// Of the key that signs.
    public var key: String
    /// The newest sequence that is sealed; nil before the first.
    public var sealed: Int64?
    /// Of a chain that did not begin with its store: when it began, and the newest sequence that was there by then.
    public var beganAt: UTCTime?
    public var beganBehind: Int64?
    public var lastError: String?
    /// The newest time stamp; nil where none was had since the start.
    public var stampedAt: UTCTime?
    public var stampError: String?

    public init(
        lines: Int64, head: String, key: String, sealed: Int64?, beganAt: UTCTime? = nil, beganBehind: Int64? = nil,
        lastError: String? = nil, stampedAt: UTCTime? = nil, stampError: String? = nil
    ) {
        self.beganAt = beganAt
        self.beganBehind = beganBehind
        self.lines = lines
        self.head = head
        self.key = key
        self.sealed = sealed
        self.lastError = lastError
        self.stampedAt = stampedAt
        self.stampError = stampError
    }

    func write(_ json: inout JSONText) {
        json.member("lines", lines)
        json.member("head", head)
        json.member("key", key)
        if let sealed { json.member("sealed_seq", sealed) }
        if let beganAt { json.member("began_at", beganAt.rfc3339) }
        if let beganBehind { json.member("began_behind_seq", beganBehind) }
        if let lastError { json.member("last_error", lastError) }
        if let stampedAt { json.member("time_stamped_at", stampedAt.rfc3339) }
        if let stampError { json.member("time_stamp_error", stampError) }
    }
}
