import Inspection
import Testing

@testable import Rules

/// `repeat` and `every_s` of a frame in a pack's test.
@Suite struct RepeatedFrameTests {
    private func frames(_ text: String) throws -> [TestFrame] {
        let rules = try RelationTests.rules(
            """
              - id: a
                scene_type: smoke.seen
                tests:
                  - name: t
                    frames: [\(text)]
                    expect: []

            """)
        return try #require(rules.rules.first?.tests.first).frames
    }

    @Test(
        arguments: [
            ("{}, {}, {}", [0, 0.2, 0.4]), ("{repeat: 3}", [0, 0.2, 0.4]),
            ("{repeat: 3, every_s: 2}, {}", [0, 2, 4, 4.2]), ("{time_s: 5, repeat: 2}, {}", [5, 5.2, 5.4]),
            ("{repeat: 2}, {time_s: 9, repeat: 2, every_s: 0.5}", [0, 0.2, 9, 9.5]), ("{repeat: 1}", [0]),
        ] as [(String, [Double])])
    func `frames follow one another in time`(_ text: String, _ expected: [Double]) throws {
        let frames = try frames(text)
        #expect(frames.map { $0.metadata.frame.time.seconds } == expected)
        #expect(frames.map { $0.metadata.frame.index } == Array(expected.indices))
        let start = try #require(frames.first)
        for frame in frames {
            let later = frame.metadata.utc.microseconds - start.metadata.utc.microseconds
            let seconds = frame.metadata.frame.time.seconds - start.metadata.frame.time.seconds
            #expect(abs(Double(later) / 1e6 - seconds) < 1e-5)
        }
    }

    @Test func `all say the same, and only the first may be a key frame`() throws {
        let frames = try frames("{repeat: 2, utc: \"2026-01-01T00:00:00Z\", objects: [{label: smoke}]}")
        #expect(frames.map { $0.metadata.objects.map(\.label) } == [["smoke"], ["smoke"]])
        #expect(frames.map { $0.metadata.frame.isKey } == [true, false])
        #expect(frames[1].metadata.utc.rfc3339 == "2026-01-01T00:00:00.200000Z")
        #expect(frames[1].metadata.frame.arrival == frames[1].metadata.utc)
    }

    @Test(arguments: [
        ("{repeat: 0}", "frames[0].repeat"), ("{repeat: 1001}", "frames[0].repeat"),
        ("{repeat: 2, every_s: 0}", "frames[0].every_s"), ("{every_s: 1}", "every_s: has no meaning without repeat"),
        ("{repeat: 900}, {repeat: 101}", "frames: has more than 1000 frames"),
        (Array(repeating: "{repeat: 1000}", count: 3).joined(separator: ", "), "frames: has more than 1000 frames"),
    ])
    func `what cannot be meant is told`(_ text: String, _ expected: String) {
        let error = #expect(throws: RulesError.self) { try frames(text) }
        #expect(error?.description.contains(expected) ?? false, "\(error?.description ?? "")")
    }
}
