/// Text in the syntax of `gst-launch-1.0`, made of this program's own literals and of numbers only. No `String` can get
/// in, so nothing read from outside is ever parsed as a pipeline: addresses and paths are set as properties instead.
public struct LaunchDescription: ExpressibleByStringInterpolation, Sendable, CustomStringConvertible {
    public let description: String

    public struct StringInterpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }
        public mutating func appendLiteral(_ literal: StaticString) { text += literal.description }
        public mutating func appendInterpolation(_ number: Int) { text += String(number) }
        public mutating func appendInterpolation(_ part: LaunchDescription) { text += part.description }
    }

    public init(stringLiteral literal: StaticString) { description = literal.description }
    public init(stringInterpolation: StringInterpolation) { description = stringInterpolation.text }
    private init(joined text: String) { description = text }

    public static func + (first: LaunchDescription, second: LaunchDescription) -> LaunchDescription {
        LaunchDescription(joined: first.description + " " + second.description)
    }
}
