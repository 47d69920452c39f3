import Inspection
import Testing

@testable import Telemetry

@Suite struct AnalysisReaderTests {
    private static let gva =
        #"{"objects":[{"roi_type":"a","x":10,"y":10,"w":10,"h":10}],"resolution":{"height":100,"width":100},"timestamp":5}"#
    private static let own = #"{"pts_us":1,"objects":[{"label":"a"}]}"#
    private static let minimal = #"{"@timestamp":"2026-08-20T03:04:05Z","objects":["1|0|0|50|100|a"]}"#
    private static let frigate =
        #"{"type":"new","after":{"label":"a","camera":"c","frame_time":1787195046.5,"box":[0,0,50,100],"score":0.5}}"#

    private func read(
        _ text: String, _ change: (inout AnalysisOptions) -> Void = { _ in }
    ) -> (readings: [MetadataReading], counts: [String: Int]) {
        var options = AnalysisOptions()
        change(&options)
        var reader = AnalysisReader(options: options)
        var counts: [String: Int] = [:]
        let readings = reader.read(Array(text.utf8)) { counts[$0, default: 0] += 1 }
        return (readings, counts)
    }

    @Test(arguments: [nil, gva, minimal])
    func `objects past the limit are counted once, whatever came before`(first: String?) {
        let many = Array(repeating: #"{"label":"a"}"#, count: 1500).joined(separator: ",")
        let (readings, counts) = read((first.map { $0 + "\n" } ?? "") + #"{"pts_us":1,"objects":[\#(many)]}"#)
        #expect(readings.last?.objects.count == AnalysisLine.objectLimit)
        #expect(counts["objects_over_limit"] == 500)
        #expect(counts["bad_objects"] == nil)
    }

    @Test(arguments: [nil, gva], [#""tid":"1","timestamp":1,"#, #""gateway":"x","#])
    func `a message of DJI's Cloud API is refused, and told for what it is`(first: String?, envelope: String) {
        var reader = AnalysisReader()
        if let first { _ = reader.read(Array(first.utf8)) { _ in } }
        var names: [String] = []
        let message = "{\(envelope)\"data\":{\"latitude\":31.5,\"longitude\":121.5}}"
        #expect(reader.read(Array(message.utf8)) { names.append($0) }.isEmpty)
        #expect(names.contains("messages_of_other_dialects") && names.contains("bad_messages"))
        #expect(reader.refusal?.contains("DJI's Cloud API") == true)
    }

    @Test(arguments: [("1.5", 0), ("7", 1), ("1e300", 0), ("\"1.5\"", 1)])
    func `a track is a whole number or a text`(track: String, objects: Int) {
        let (readings, counts) = read(#"{"pts_us":1,"objects":[{"label":"a","track":\#(track)}]}"#)
        #expect(readings.first?.objects.count == objects)
        #expect((counts["bad_objects"] ?? 0) == 1 - objects)
    }

    @Test func `each message of a mixed stream is told by its members`() {
        let (readings, counts) = read(
            [Self.gva, Self.own, Self.minimal, Self.frigate, Self.gva].joined(separator: "\n"))
        #expect(readings.map { $0.objects.map(\.label) } == Array(repeating: ["a"], count: 5))
        #expect(counts == ["messages": 5])
    }

    @Test(arguments: [gva, own, minimal, frigate])
    func `an array of messages is read as lines are`(_ message: String) {
        let lines = read(message + "\n" + message)
        let array = read("[" + message + ",\n" + message + "]")
        #expect(lines.readings == array.readings && lines.readings.count == 2)
    }

    @Test(arguments: AnalysisDialect.allCases.filter { $0 != .auto })
    func `a dialect that was named takes no other`(_ dialect: AnalysisDialect) {
        let (readings, counts) = read([Self.gva, Self.own, Self.minimal, Self.frigate].joined(separator: "\n")) {
            $0.dialect = dialect
        }
        #expect(readings.count == 1)
        #expect(counts["messages_of_other_dialects"] == 3 && counts["bad_messages"] == 3)
    }

    @Test(arguments: [
        ("ON", "bad_json"), (#"{"pts_us":1,"objects":["#, "bad_json"), ("{}", "messages_of_other_dialects"),
        (#"{"cpu_usages":{}}"#, "messages_of_other_dialects"), (#"{"pts_us":1}"#, "bad_form"),
        (
            #"{"pts_us":1,"objects":[],"x":"# + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
                + "}", "bad_depth"
        ),
        (#"{"pts_us":1,"objects":[{"label":"a","confidence":NaN}]}"#, "bad_json"),
    ])
    func `a bad message is counted by its reason, and the next is read`(_ text: String, _ reason: String) {
        let (readings, counts) = read(text + "\n" + Self.own)
        #expect(readings.count == 1)
        #expect(counts == ["messages": 2, "bad_messages": 1, reason: 1])
    }

    @Test func `a message over a mebibyte is left out and counted`() {
        let long = #"{"pts_us":1,"x":""# + String(repeating: "a", count: 1 << 20) + #"","objects":[]}"#
        let (readings, counts) = read(long + "\n" + Self.own)
        #expect(readings.count == 1)
        #expect(counts["messages_too_long"] == 1 && counts["bad_messages"] == 1)
    }

    @Test func `a message 32 levels deep is read`() {
        let deep = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        #expect(read(#"{"pts_us":1,"objects":[],"x":"# + deep + "}").readings.count == 1)
    }

    @Test func `objects over the limit are left out and counted`() {
        let many = Array(repeating: #"{"roi_type":"a","x":1,"y":1,"w":1,"h":1}"#, count: 1030).joined(separator: ",")
        let (readings, counts) = read(#"{"resolution":{"width":10,"height":10},"objects":["# + many + "]}")
        #expect(readings.first?.objects.count == AnalysisReader.objectLimit)
        #expect(counts["objects_over_limit"] == 6)
    }

    @Test func `a long text that nobody asks for is read past, a long class is refused`() {
        let long = String(repeating: "x", count: 100_000)
        #expect(
            read(#"{"after":{"thumbnail":""# + long + #"","label":"a","frame_time":1787195046,"box":[0,0,5,5]}}"#)
                .readings.count == 1)
        let (readings, counts) = read(
            #"{"resolution":{"width":10,"height":10},"objects":[{"roi_type":""# + String(repeating: "y", count: 200)
                + #"","x":1,"y":1,"w":1,"h":1}]}"#)
        #expect(readings.first?.objects.isEmpty == true && counts["bad_objects"] == 1)
    }

    @Test(arguments: [(gva, "rtsp://a"), (minimal, "1"), (frigate, "other")])
    func `messages of another camera are left out`(_ message: String, _ camera: String) {
        let (readings, counts) = read(message) { $0.camera = camera }
        #expect(readings.isEmpty && counts["messages_of_other_cameras"] == 1)
        #expect(read(Self.frigate) { $0.camera = "c" }.readings.count == 1)
    }

    @Test(arguments: [minimal, frigate])
    func `with the picture's size boxes are shares, cut to it`(_ message: String) {
        let (readings, _) = read(message) { $0.pictureSize = AnalysisOptions.PictureSize(width: 100, height: 50) }
        #expect(readings.first?.boxUnit == .shares)
        #expect(readings.first?.objects.first?.box == FrameObject.Box(left: 0, top: 0, right: 0.5, bottom: 1))
        #expect(read(message).readings.first?.boxUnit == .fullResolution)
    }

    @Test func `time since an analyser's start counts for recordings only`() {
        #expect(read(Self.gva).readings.first?.time == nil)
        #expect(read(Self.gva) { $0.isRecorded = true }.readings.first?.time == RunningTime(nanoseconds: 5))
    }

    @Test func `names of any length and kind are told apart, however often they come`() {
        let plain = (1...20).flatMap {
            [String(repeating: "a", count: $0), String(repeating: "a", count: $0 - 1) + "b"]
        }
        for names in [Array(plain[0..<30]), Array(plain[10..<40]), ["é", "a\\u0062", "水", "a b", "~"]] {
            let members = names.map { "\"\($0)\":true" }.joined(separator: ",")
            let object = #"{"label":"x","attributes":{"# + members + "}}"
            let line = #"{"pts_us":1,"objects":["# + object + "," + object + "]}"
            let objects = read(line).readings.first?.objects ?? []
            let expected = Set(names.map { $0 == "a\\u0062" ? "ab" : $0 })
            #expect(objects.map { Set($0.attributes.keys) } == [expected, expected])
        }
    }

    @Test func `only the gateway itself makes marks`() {
        let text = #"{"utc":"2026-08-20T03:04:05Z","objects":[{"label":"a","kind":"mark"}]}"#
        #expect(read(text).readings.first?.objects.first?.kind == .detected)
        #expect(read(text) { $0.areMarks = true }.readings.first?.objects.first?.kind == .mark)
    }

    @Test(arguments: [
        ("2026-08-20T03:04:05.123Z", "2026-08-20T03:04:05.123000Z"),
        ("2026-08-20T11:04:05.123:+0800", "2026-08-20T03:04:05.123000Z"),
        ("2026-08-20T11:04:05.123456:+0800", "2026-08-20T03:04:05.123456Z"),
        ("2026-08-20T11:04:05.123+0800", "2026-08-20T03:04:05.123000Z"),
        ("2026-08-19T22:04:05.5:-0500", "2026-08-20T03:04:05.500000Z"),
        ("1970-01-01T00:00:00Z", nil), ("2026-08-20T11:04:05.123", nil), ("2120-01-01T00:00:00Z", nil),
        ("12345678901234567890-000:+", nil), ("", nil),
    ])
    func `times are read with whatever offset they have, and refused without`(_ text: String, _ expected: String?) {
        var isCounted = false
        #expect(AnalysisTime.utc(text) { _ in isCounted = true }?.rfc3339 == expected)
        #expect(isCounted == (expected == nil))
    }

    @Test(arguments: [1e300, -1, 0, 12, Double(Int64.max)])
    func `seconds out of the years that a flight can be of are no time`(_ seconds: Double) {
        #expect(AnalysisTime.utc(seconds: seconds) { _ in } == nil)
    }

    @Test(arguments: [
        (gva, AnalysisDialect.gvametaconvert), (own, .flyonce), (minimal, .nvmsgconv), (frigate, .frigate),
        ("[\n  {\n \"resolution\": {\"utc\": 1}", .gvametaconvert), (#"{"a":{"utc":1},"b":"pts_us"}"#, nil), ("", nil),
        ("utc", nil), (#"{"x":"\"utc\":"}"#, nil),
    ])
    func `a file is told by its head`(_ text: String, _ expected: AnalysisDialect?) {
        #expect(AnalysisDialect(head: Array(text.utf8)) == expected)
    }
}
