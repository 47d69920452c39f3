/// Which of the vehicles behind one link are followed, and with which of their devices.
public struct MAVLinkOptions: Sendable, Hashable {
    public enum Systems: Sendable, Hashable {
        /// The first that is an autopilot.
        case first
        case only(UInt8)
        case all
    }

    public var systems = Systems.first
    /// Component id of the camera whose field of view and tracking are used; nil for the first that speaks.
    public var camera: UInt8?
    /// Component id that speaks of the gimbal; nil for the first that does.
    public var gimbal: UInt8?
    /// Positions older than the one before them are given too, without a fix.
    public var givesLatePositions = false

    public init() {}
}
