import Expressions
import Geodesy
import Inspection

/// What travels behind the record of an object, so that functions find its place.
struct ObjectReference: Sendable {
    let scene: SceneReference
    let index: Int

    /// No value without one.
    func place() throws(EvaluationError) -> GeodeticPoint {
        guard let scene = scene.scene else { throw EvaluationError(.host, "the frame is gone") }
        switch scene.place(of: index) {
        case .success(let tag): return tag.point
        case .failure(let refusal):
            throw EvaluationError(.absent, "an object has no position: \(refusal.rawValue)")
        }
    }

    var isPlaced: Bool {
        guard case .success? = scene.scene?.place(of: index) else { return false }
        return true
    }
}

/// The scene that made a record. Weak, since the scene keeps its records. Unchecked: scene and records live for one call of
/// the classifier and are touched by the thread of that call alone; no value of an evaluation outlives it but as text.
final class SceneReference: @unchecked Sendable {
    private(set) weak var scene: FrameScene?

    init(_ scene: FrameScene) { self.scene = scene }
}
