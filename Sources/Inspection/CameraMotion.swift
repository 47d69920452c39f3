public import Geodesy

/// How the camera moves: what a wrong time costs.
public struct CameraMotion: Sendable, Hashable {
    /// North, east, down; metres a second.
    public var velocity: Vector
    /// About the camera's own forward, right and down axes; degrees a second.
    public var turn: Vector

    public init(velocity: Vector, turn: Vector) {
        self.velocity = velocity
        self.turn = turn
    }
}
