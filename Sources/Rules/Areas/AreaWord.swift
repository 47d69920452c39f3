import Expressions
import LocatedYAML

/// A name of areas that stands in a condition, and its place in the pack.
struct AreaWord: Sendable {
    /// Functions that take one.
    static let functions: Set<String> = ["within", "distance_m", "depth_m"]

    var text: String
    var function: String
    var file: String
    var line: Int
    var column: Int
    var path: String

    /// Those of one condition.
    static func all(of program: Program, at place: LocatedText, file: String) -> [AreaWord] {
        program.hostArguments.filter { functions.contains($0.function) }.map { argument in
            let (line, column) = place.node.position(
                textLine: argument.position.line, textColumn: argument.position.column)
            return AreaWord(
                text: argument.text, function: argument.function, file: file, line: line, column: column,
                path: place.path)
        }
    }
}
