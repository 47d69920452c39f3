/// The orientation of a forward-right-down body in the local north-east-down frame: intrinsic Z-Y-X.
public struct Attitude: Sendable, Hashable {
    /// Degrees from true north, clockwise seen from above.
    public var yaw: Double
    /// Degrees, nose (or optical axis) up positive; −90 is straight down.
    public var pitch: Double
    /// Degrees, right side down positive.
    public var roll: Double

    public init(yaw: Double, pitch: Double, roll: Double) {
        self.yaw = yaw
        self.pitch = pitch
        self.roll = roll
    }
}
