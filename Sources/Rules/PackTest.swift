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
    /// Where it stands.
    var file = ""
    var line = 0
    var column = 0
    /// `rules[0].tests[2]`
    var path = ""
    /// The name of the source, for overrides.
    var source: String
    var frames: [TestFrame]
    /// Areas and registers that are there in it.
    var ground: GroundData
    /// Empty: the rule must not fire.
    var expect: [Expectation]

    static let maximumFrames = 1000

    static func decode(_ mapping: YAMLMapping) -> PackTest {
        var frames: [TestFrame] = []
        _ = mapping.list("frames") { item in
            let next = TestFrame.frames(item, after: frames.last)
            // What is too much is not kept, and said below.
            frames += frames.count > maximumFrames ? [] : next
        }
        let declared = mapping.strings("declares")
        for index in frames.indices { frames[index].metadata.lookedFor = declared }
        if frames.isEmpty { mapping.complain("frames", "a test needs a frame") }
        if frames.count > maximumFrames { mapping.complain("frames", "has more than \(maximumFrames) frames") }
        if !mapping.has("expect") {
            mapping.complain("expect", "is missing", hint: "expect: [] when the rule must not fire")
        }
        let objects = frames.map(\.metadata.objects.count)
        let expect = mapping.list("expect") { item in
            let frame = item.int("frame", default: 0, in: 0...maximumFrames)
            let object = item.optionalInt("object", in: 0...100_000)
            if !objects.indices.contains(frame) {
                item.complain("frame", "is not there: the frames are \(objects.count), counted from 0")
            } else if let object, object >= objects[frame] {
                item.complain("object", "is not there: the objects of the frame are \(objects[frame]), counted from 0")
            }
            return Expectation(
                frame: frame, object: object,
                severity: item.optionalEnumeration("severity"), confidence: item.optionalNumber("confidence", in: 0...1)
            )
        }
        return PackTest(
            name: mapping.string("name"), file: mapping.complaints.file, line: mapping.line, column: mapping.column,
            path: mapping.path,
            source: mapping.string("source", default: ""), frames: frames,
            ground: GroundData.decode(mapping), expect: expect)
    }
}
