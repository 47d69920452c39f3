import Foundation
import Testing

@testable import Telemetry

/// docs/analyser.schema.json says of a line what the gateway does with it. Needs Python with its jsonschema package.
@Suite struct AnalysisSchemaTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    static let script = """
        import json, sys
        try:
            from jsonschema import Draft202012Validator
        except ImportError: sys.exit(3)
        schema = json.load(open(sys.argv[1]))
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
        for line in sys.stdin: print(int(validator.is_valid(json.loads(line))))
        """
    static let lines = [
        #"{"hello":{"labels":["a","b"],"name":"m","version":"1"}}"#, #"{"hello":{}}"#, #"{"hello":7}"#,
        #"{"hello":{"name":"m","version":1.5}}"#, #"{"hello":{"version":true}}"#, #"{"hello":{"labels":"helmet"}}"#,
        #"{"hello":{"labels":[1]}}"#, #"{"frame":0,"objects":[]}"#, #"{"frame":1}"#, #"{"objects":[]}"#,
        #"{"objects":[],"timestamp":5}"#, #"{"size":[9,9]}"#, #"{"objects":[],"timestamp":5,"pts_us":5}"#,
        #"{"utc":"2026-08-20T03:04:05.5Z","objects":[]}"#, #"{"pts_us":5,"objects":[{"label":"a"}]}"#,
        #"{"frame":"1","objects":[]}"#, #"{"frame":1.5,"objects":[]}"#, #"{"frame":1,"objects":{}}"#,
        #"{"frame":1,"objects":[],"more":{"x":[1]}}"#,
        #"{"frame":1,"objects":[{"label":"a","confidence":0.5,"box":[0.1,0.2,0.3,0.4],"track":"5","attributes":{"x":1}}]}"#,
        #"{"frame":1,"size":[640,360],"objects":[{"label":"a","box_px":[1,2,3,4],"track":7}]}"#,
        #"{"frame":1,"objects":[{"label":"a","box_px":[1,2,3,4]}]}"#, #"{"frame":1,"size":[640],"objects":[]}"#,
        #"{"frame":1,"size":[0,1],"objects":[]}"#, #"{"frame":1,"objects":[{"label":"a","box":[64,36,128,72]}]}"#,
        #"{"frame":1,"objects":[{"label":"a","box":[0.1,0.2,0.3]}]}"#, #"{"frame":1,"objects":[{"label":""}]}"#,
        #"{"frame":1,"objects":[{"confidence":1}]}"#, #"{"frame":1,"objects":[{"label":"a","confidence":87}]}"#,
        #"{"frame":1,"objects":[{"label":"a","confidence":null}]}"#,
        #"{"frame":1,"objects":[{"label":"a","track":true}]}"#, #"{"frame":1,"objects":[{"label":"a","track":1.5}]}"#,
        #"{"frame":1,"size":[9,9],"objects":[{"label":"a","box":[0,0,1,1],"box_px":[0,0,1,1]}]}"#, #"[]"#, #"7"#,
    ]

    /// True when the line is taken with everything in it.
    private func isTaken(_ text: String) -> Bool {
        guard let line = try? AnalysisLine(Array(text.utf8)[...]) else { return false }
        if case .answer(let answer) = line { return answer.refused == 0 }
        return true
    }

    @Test func `the schema and the gateway agree`() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-W", "ignore", "-c", Self.script, Self.root.appending(path: "docs/analyser.schema.json").path,
        ]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        try? input.fileHandleForWriting.write(contentsOf: Data((Self.lines.joined(separator: "\n") + "\n").utf8))
        try? input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        // 127: there is no python3.
        guard process.terminationStatus != 3, process.terminationStatus != 127 else {
            print("left out: the analyser dialect against its JSON Schema (python3 with jsonschema is missing)")
            return
        }
        #expect(process.terminationStatus == 0)
        let verdicts = text.split(separator: "\n").map { $0 == "1" }
        #expect(verdicts.count == Self.lines.count)
        for (line, verdict) in zip(Self.lines, verdicts) { #expect(isTaken(line) == verdict, "\(line)") }
        #expect(verdicts.contains(true) && verdicts.contains(false))
    }
}
