import Inspection

extension GatewayStatus {
    /// Metadata of a source that comes beside its video.
    public struct FeedStatus: Sendable {
        public enum State: String, Sendable {
            case live, silent, backingOff = "backing_off", failed
        }

        /// Without any password.
        public var name: String
        public var state: State
        /// Seconds since its newest packet; nil before the first.
        public var age: Double?
        /// Seconds of stream time that its newest reading lies behind the newest frame.
        public var lag: Double?
        /// Median of arrival minus the time that it states, seconds.
        public var clockDifference: Double?
        /// Its poses are the ones that count.
        public var givesPoses = false
        public var counters: [String: Int64]
        public var lastError: String?

        public init(name: String, state: State, age: Double?, counters: [String: Int64], lastError: String?) {
            self.name = name
            self.state = state
            self.age = age
            self.counters = counters
            self.lastError = lastError
        }

        func write(_ json: inout JSONText) {
            json.object { json in
                json.member("name", name)
                json.member("state", state.rawValue)
                if let age { json.member("age_s", age, decimals: 3) }
                if let lag { json.member("lag_s", lag, decimals: 3) }
                if let clockDifference { json.member("clock_difference_s", clockDifference, decimals: 3) }
                json.member("gives_poses", givesPoses)
                if let lastError { json.member("last_error", lastError) }
                json.member("counters") { json in
                    json.object { json in
                        for (name, value) in counters.sorted(by: { $0.key < $1.key }) { json.member(name, value) }
                    }
                }
            }
        }
    }
}
