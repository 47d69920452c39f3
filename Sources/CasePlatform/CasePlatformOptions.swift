/// How the reference platform runs.
public struct CasePlatformOptions: Sendable {
    /// Where stage changes are announced, and the secret they are signed with.
    public struct Callback: Sendable {
        /// `http://` only: the reference platform speaks to a gateway on the same machine or network.
        public var url: String
        /// `whsec_` and base64.
        public var secret: String

        public init(url: String, secret: String) {
            self.url = url
            self.secret = secret
        }
    }

    public var host = "127.0.0.1"
    /// 0 takes any free port.
    public var port = 8190
    /// Demanded of everyone but readers of the page, when there is one.
    public var token: String?
    /// Keeps cases over restarts.
    public var journal: String?
    /// Each case goes to its next stage after this long.
    public var advanceEvery: Duration?
    public var cruelty = Cruelty()
    public var seed: UInt64 = 1
    public var callback: Callback?
    /// Letters before the year in a case number.
    public var numberPrefix = "LX"
    public var maximumCases = 100_000

    public init() {}
}
