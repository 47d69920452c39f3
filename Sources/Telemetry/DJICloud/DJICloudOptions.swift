/// Whose poses are read of a broker's messages.
public struct DJICloudOptions: Sendable, Hashable {
    /// Serial number of the aircraft; nil takes every aircraft that is heard.
    public var device: String?
    /// Serial number of its dock or remote control. Without it the gateway is learnt from the aircraft's own messages.
    public var gateway: String?
    /// Of the camera that the source shows, `type-subtype-gimbalindex`; nil takes the only one with a gimbal.
    public var payload: String?
    /// What was not repeated for this long, seconds, is forgotten: five times the interval of plain OSD.
    public var staleLimit = 10.0
    /// The messages are of a recording: what is how old goes by their own times, not by their arrival.
    public var isRecorded = false

    public init() {}
}
