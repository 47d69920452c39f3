import Inspection
import LocatedYAML

/// A test inside a pack: frames go in, and the rule it stands with must make just these detections.
struct PackTest: Sendable {
    struct Expectation: Sendable {
        /// Index into `frames`.
        var frame: Int
        /// Index into the frame's objects; nil for any.
        var object: Int?
        var severity: Severity?
        var confidence: Double?
    }

    var name: String
    var frames: [TestFrame]
    /// Empty: the rule must not fire.
    var expect: [Expectation]

    static let maximumFrames = 1000

    static func decode(_ mapping: YAMLMapping) -> PackTest {
        var frames: [TestFrame] = []
        _ = mapping.list("frames") { frames.append(TestFrame.decode($0, index: frames.count)) }
        if frames.isEmpty { mapping.complain("frames", "a test needs a frame") }
        if frames.count > maximumFrames { mapping.complain("frames", "has more than \(maximumFrames) frames") }
        if !mapping.has("expect") {
            mapping.complain("expect", "is missing", hint: "expect: [] when the rule must not fire")
        }
        let count = frames.count
        let expect = mapping.list("expect") { item in
            let frame = item.int("frame", default: 0, in: 0...maximumFrames)
            if frame >= count { item.complain("frame", "there are only \(count) frames, counted from 0") }
            return Expectation(
                frame: frame, object: item.optionalInt("object", in: 0...100_000),
                severity: item.optionalEnumeration("severity"), confidence: item.optionalNumber("confidence", in: 0...1)
            )
        }
        return PackTest(name: mapping.string("name"), frames: frames, expect: expect)
    }
}
