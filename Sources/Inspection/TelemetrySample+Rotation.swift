public import Geodesy

extension TelemetrySample {
    /// Camera (forward, right, down) to north-east-down; nil when the sample does not give it.
    public var cameraRotation: Rotation? {
        switch camera {
        case .earth(let attitude):
            // A gimbal that reports exactly nothing has not reported yet.
            if attitude == Attitude(yaw: 0, pitch: 0, roll: 0) { return nil }
            return Rotation(attitude)
        case .body(let attitude):
            guard let platform else { return nil }
            return Rotation(platform) * Rotation(attitude)
        case nil: return nil
        }
    }
}
