public import Inspection

/// What is known of one aircraft after one of its messages.
public struct DJICloudPose: Sendable, Hashable {
    /// Serial number.
    public var device: String
    /// The camera whose gimbal and zoom these are; nil where none or several could be meant.
    public var payload: String?
    public var sample: TelemetrySample
    /// From true north, degrees, 0…360; known also where pitch and roll are not.
    public var heading: Double?
    /// Zoom of the camera, a factor.
    public var zoom: Double?
    /// The message itself says where the aircraft is, or that it does not know.
    public var statesPosition: Bool
    /// Age of the position where an earlier message said it, seconds.
    public var positionAge: Double?

    /// As `flyonce inspect` prints it.
    public var line: TelemetryLine {
        var line = TelemetryLine(dialect: "dji-osd", ptsMicroseconds: nil, sample: sample, zoom: zoom)
        line.stream = device
        line.heading = heading
        line.positionAge = positionAge
        return line
    }
}
