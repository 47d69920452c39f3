import Expressions
import Inspection
import LocatedYAML

/// Tries a condition, or any other expression of the rules' vocabulary, against one frame as tests of packs write it.
public enum ConditionTrial {
    /// A line for each object that it is asked of, or for each pair where it speaks of `other`; one where it speaks of no
    /// object. The file may state `parameters`, `areas` and `registers` beside the frame. Everything that is wrong with the
    /// file or the expression is in the error.
    public static func lines(of expression: String, frameAt path: String) throws(RulesError) -> [String] {
        let document: YAMLDocument
        do {
            document = try YAMLDocument(path: path)
        } catch {
            throw RulesError(error.complaints)
        }
        return try lines(of: expression, document)
    }

    static func lines(of expression: String, _ document: YAMLDocument) throws(RulesError) -> [String] {
        let (frame, ground, parameters) = try read(document)
        let program: Program
        do {
            program = try Program(expression, in: Vocabulary.environment(.pair, parameters))
        } catch {
            throw RulesError(
                error.issues.map {
                    YAMLComplaint(
                        file: "expression", line: $0.position.line, column: $0.position.column, path: "",
                        message: $0.message, hint: $0.hint ?? "")
                })
        }
        let objects = frame.metadata.objects
        let scene = FrameScene(
            frame.metadata, labels: objects.map { Label.normalized($0.label) },
            flight: FlightProgress(start: frame.metadata.frame.time.seconds, frames: 1),
            placement: FixedPlacement(place: frame.place), data: ground)
        let unknown = ground.unknownNames([program]).joined(separator: "; ")
        return subjects(program, objects.indices).map { object, other in
            scene.turn(to: object, footing: .flat)
            scene.otherIndex = other
            let names = [object, other].compactMap(\.self).map { "object \($0) \"\(objects[$0].label)\"" }
            return "\(names.isEmpty ? "frame" : names.joined(separator: " with ")): \(answer(program, scene, unknown))"
        }
    }

    private static func read(
        _ document: YAMLDocument
    ) throws(RulesError) -> (frame: TestFrame, ground: GroundData, parameters: RuleParameters) {
        do {
            return try document.decode { root in
                if root.has("frames") {
                    root.complain(
                        "frames", "an expression is tried against one frame, not against those of a test",
                        hint: "put the keys of one of them at the top of the file")
                }
                let parameters = RuleParameters.decode(root)
                let ground = GroundData.decode(root)
                return (frame: TestFrame.frames(root, after: nil)[0], ground: ground, parameters: parameters)
            }
        } catch {
            throw RulesError(error.complaints)
        }
    }

    /// What an expression is asked of: what speaks of no object, once of the frame.
    private static func subjects(_ program: Program, _ objects: Range<Int>) -> [(object: Int?, other: Int?)] {
        let read = program.referencedVariables
        if read.contains(Vocabulary.otherName) {
            return objects.flatMap { object in
                objects.filter { $0 != object }.map { (object: Optional(object), other: Optional($0)) }
            }
        }
        // A place is that of the object, where there is one.
        let ofObjects: Set<String> = ["object", Vocabulary.historyName, "ground", "area"]
        guard !read.isDisjoint(with: ofObjects), read.contains("object") || !objects.isEmpty else {
            return [(nil, nil)]
        }
        return objects.map { ($0, nil) }
    }

    private static func answer(_ program: Program, _ scene: FrameScene, _ unknown: String) -> String {
        scene.consulted.forget()
        let result = program.evaluate(scene)
        let seen = (SharedConditions.values(program.trace(scene)) + scene.consulted.values)
            .map { "\($0.name) = \($0.value.isEmpty ? "\"\"" : $0.value)" }.joined(separator: ", ")
        let text =
            switch result {
            case .success(let value): ShownValue.text(value)
            case .failure(let error):
                "no value (\(error)\(error.kind == .host && !unknown.isEmpty ? "; \(unknown)" : ""))"
            }
        return text + (seen.isEmpty ? "" : "   [\(seen)]")
    }
}
