/// What values can be, where that is known of every one of them.
extension Vocabulary {
    /// By record type and field, or function, as ``Comparison/subject`` names them.
    static let ranges: [String: ClosedRange<Double>] = [
        "Object.confidence": 0...1, "Object.width_share": 0...1, "Object.height_share": 0...1,
        "Object.area_share": 0...1, "History.max_confidence": 0...1, "overlap()": 0...1, "iou()": 0...1,
        "Picture.luma": 0...1, "Picture.contrast": 0...0.5, "Picture.motion": 0...1, "Frame.hour_utc": 0...23,
        "Ground.lat": -90...90, "Ground.lon": -180...180, "Position.lat": -90...90, "Position.lon": -180...180,
        "Telemetry.lat": -90...90, "Telemetry.lon": -180...180,
    ]
    /// Ends that nothing reaches and people write for the last: an hour is before 24.
    static let customaryEnds = ["Frame.hour_utc": 24.0]
}
