/// What a position is made of, each with an error of its own: the places of a ``Deviation``.
enum ErrorSource: Int, CaseIterable {
    /// Of the sensor, metres.
    case north, east, height
    /// Metres, of the ground's height; of the range where a laser measured it.
    case ground
    /// Degrees about the vertical.
    case yaw
    /// Degrees about the camera's own right, forward and down axes.
    case pitch, roll, tilt
    /// Seconds.
    case time
    /// Percent of the focal length.
    case focal
    /// Pixels, of the principal point.
    case principalU, principalV
    /// Pixels, of the box.
    case pixelU, pixelV
}

/// One value for each ``ErrorSource``, in its unit; two places are spare.
typealias Deviation = SIMD16<Double>

extension Deviation {
    subscript(source: ErrorSource) -> Double {
        get { self[source.rawValue] }
        set { self[source.rawValue] = newValue }
    }
}
