public import Inspection

extension GatewayStatus {
    /// What is known of the time between a source's metadata and its pictures.
    public struct TimingStatus: Sendable, Hashable {
        public enum State: String, Sendable, Hashable, CaseIterable {
            /// The settings want nothing estimated.
            case off
            /// A person stated the offset of the feed that gives the poses.
            case configured
            case unknown
            /// Known, and too little to matter.
            case inTime = "in_time"
            /// Known, and taken out of every place.
            case taken
        }

        public var state: State
        /// What gives the poses.
        public var poses: String?
        /// Seconds by which the metadata are late.
        public var late: Double?
        public var standardError: Double?
        public var means: FlightTiming.Means?
        /// Why it is not known.
        public var doubt: String?

        public init(state: State, poses: String? = nil) {
            self.state = state
            self.poses = poses
        }

        func write(_ json: inout JSONText) {
            json.member("state", state.rawValue)
            if let poses { json.member("poses", poses) }
            if let late { json.member("late_s", late, decimals: 3) }
            if let standardError { json.member("standard_error_s", standardError, decimals: 3) }
            if let means { json.member("from", means.rawValue) }
            if let doubt { json.member("reason", doubt) }
        }
    }
}

extension FlightTiming {
    func write(_ json: inout JSONText) {
        json.member("poses", origin)
        json.member("late_s", late, decimals: 3)
        json.member("standard_error_s", standardError, decimals: 3)
        json.member("from", means.rawValue)
    }
}
