import Testing

/// `flyonce rules eval`: a line in, a line out, whatever the line.
@Suite struct ExpressionLineTests {
    static let good: [(String, String)] = [
        (#"{"expr":"1 + 2"}"#, #"{"value":{"int":"3"}}"#),
        (
            #"{"expr":"x.startsWith('a') ? 'yes' : 'no'","bindings":{"x":{"string":"abc"}}}"#,
            #"{"value":{"string":"yes"}}"#
        ),
    ]

    static let bad = [
        "not JSON", "{}", "[]", "null", #"{"expr":7}"#, #"{"expr":""}"#, #"{"expr":"1 +"}"#, #"{"expr":"1 + 'a'"}"#,
        #"{"expr":"x"}"#, #"{"expr":"1/0"}"#, #"{"expr":"9223372036854775807 + 1"}"#,
        #"{"expr":"x","bindings":{"x":{"int":"z"}}}"#,
        #"{"expr":"x","bindings":{"x":{"unheard":"z"}}}"#, #"{"expr":"x","bindings":[]}"#,
        #"{"expr":"'a'.matches('(')"}"#,
        #"{"expr":""# + String(repeating: "(", count: 20_000) + #""}"#, #"{"expr":"1"#, "\u{0}",
        "{\"expr\":\"\\ud800\"}",
        #"{"expr":""# + String(repeating: "-", count: 50_000) + #"1"}"#,
        #"{"expr":"[1,2,3].map(a, [1,2,3].map(b, "# + String(repeating: "[1,2,3].map(c, ", count: 30) + "c"
            + String(repeating: ")", count: 32) + #""}"#,
    ]

    @Test func `every line is answered in its place, wrong ones by their error`() async throws {
        var lines: [(line: String, answer: JSON?)] = []
        for (index, line) in Self.bad.enumerated() {
            lines.append((line, nil))
            let (question, answer) = Self.good[index % Self.good.count]
            lines.append((question, try JSON(answer)))
        }
        let outcome = try await Program.flyonce(
            "rules", "eval", input: lines.map(\.line).joined(separator: "\n"), limit: 20)
        #expect(outcome.code == 0, "\(outcome.description)")
        #expect(outcome.lines.count == lines.count)
        for (line, answer) in zip(lines, outcome.lines) {
            let answer = try JSON(answer)
            if let expected = line.answer {
                #expect(answer == expected)
            } else {
                #expect(answer["error"].text?.isEmpty == false, "\(line.line.prefix(100)) was taken: \(answer)")
            }
        }
    }

    @Test func `a condition of a rule is tried against a frame as tests of packs write it`() async throws {
        let scratch = try Scratch()
        let frame = try scratch.write(
            """
            objects:
              - {label: garbage, confidence: 0.8, box: [900, 500, 980, 560]}
              - {label: garbage, confidence: 0.4, box: [0, 500, 80, 560]}
            parameters: {least: 0.5}
            """, "frame.yaml")
        let tried = try await Program.flyonce(
            "rules", "eval", "--frame", frame, "object.confidence >= param.least && !object.touches_edge")
        #expect(tried.code == 0, "\(tried.description)")
        #expect(
            tried.lines == [
                #"object 0 "garbage": true   [object.confidence = 0.8, param.least = 0.5, object.touches_edge = false]"#,
                #"object 1 "garbage": false   [object.confidence = 0.4, param.least = 0.5, object.touches_edge = true]"#,
            ])
        for (arguments, code, said) in [
            (["--frame", frame, "object.confidnce > 0.5"], 78, "expression:1:1"),
            (["--frame", "/nowhere/frame.yaml", "true"], 78, "/nowhere/frame.yaml"),
            (["--frame", frame], 2, "--frame"),
            (["true"], 2, "--frame"),
        ] as [([String], Int32, String)] {
            let outcome = try await Program.flyonce.run(["rules", "eval"] + arguments)
            #expect(outcome.code == code && outcome.complaint.contains(said), "\(outcome.description)")
        }
    }

    @Test func `no line at all is no answer at all`() async throws {
        for input in ["", "\n\n \n"] {
            let outcome = try await Program.flyonce("rules", "eval", input: input)
            #expect(outcome.code == 0 && outcome.output.isEmpty)
        }
    }

    @Test func `a line too long to hold is answered too`() async throws {
        let outcome = try await Program.flyonce(
            "rules", "eval", input: String(repeating: " ", count: 9 << 20) + "1\n" + Self.good[0].0 + "\n")
        #expect(outcome.lines.count == 2)
        #expect(try JSON(outcome.lines.first ?? "")["error"].text?.contains("longer than") == true)
        #expect(try JSON(outcome.lines.last ?? "") == JSON(Self.good[0].1))
    }
}
