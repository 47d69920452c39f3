/// A value as last said, and when: seconds by the clock that its reader goes by.
struct MAVLinkHeld<Value: Sendable>: Sendable {
    var value: Value
    var time: Double

    /// Nil when it is older (or, after a step of the clock, newer) than `limit` seconds.
    func value(at now: Double, within limit: Double) -> Value? { abs(now - time) <= limit ? value : nil }
}
