import Inspection
import KLV
import Testing

@testable import Telemetry

@Suite struct `Declared labels` {
    private static let hello = #"{"hello":{"name":"ppe","version":"1","labels":["person","helmet"]}}"#
    private static let other = #"{"hello":{"labels":["car"]}}"#
    private static let silent = #"{"hello":{"name":"ppe","version":"2"}}"#
    private static let own = #"{"pts_us":1,"objects":[]}"#
    private static let gva = #"{"resolution":{"height":100,"width":100},"timestamp":5}"#
    private static let minimal = #"{"@timestamp":"2026-08-20T03:04:05Z","objects":[]}"#
    private static let full = #"{"@timestamp":"2026-08-20T03:04:05Z","object":{"id":"1"}}"#
    private static let frigate =
        #"{"type":"new","after":{"label":"a","camera":"c","frame_time":1787195046.5,"box":[0,0,50,100],"score":0.5}}"#

    private func declared(_ lines: [String], _ change: (inout AnalysisOptions) -> Void = { _ in }) -> [[String]] {
        var options = AnalysisOptions()
        change(&options)
        var reader = AnalysisReader(options: options)
        return reader.read(Array(lines.joined(separator: "\n").utf8)) { _ in }.map(\.declared)
    }

    // MARK: What the reader of a feed says

    @Test func `a hello anywhere in a feed counts from then on, until the next`() {
        let lines = [Self.own, Self.hello, Self.own, Self.own, Self.other, Self.own, Self.silent, Self.own]
        #expect(declared(lines) == [[], ["person", "helmet"], ["person", "helmet"], ["car"], []])
        #expect(declared(lines) { $0.dialect = .flyonce } == declared(lines))
    }

    @Test func `a hello counts over packets, and for messages of other dialects that are told by themselves`() {
        var reader = AnalysisReader()
        var counts: [String: Int] = [:]
        func read(_ text: String) -> [MetadataReading] {
            reader.read(Array(text.utf8)) { counts[$0, default: 0] += 1 }
        }
        #expect(read(Self.hello).isEmpty)
        for message in [Self.own, Self.gva, Self.minimal, Self.frigate] {
            #expect(read(message).map(\.declared) == [["person", "helmet"]])
        }
        #expect(counts == ["messages": 5, "hellos": 1])
        // So it is accepted where it is pushed.
        #expect(reader.fault(of: Array(Self.hello.utf8)[...]) == nil)
    }

    @Test(arguments: [own, gva, minimal, full, frigate])
    func `the settings speak for an analyser without a hello`(_ message: String) {
        #expect(declared([message]) == [[]])
        #expect(declared([message]) { $0.declares = ["helmet"] } == [["helmet"]])
        #expect(declared([message]) { $0.declares = [] } == [[]])
    }

    @Test func `an analyser's own word goes before the settings, unless it says nothing`() {
        let lines = [Self.own, Self.other, Self.own, Self.silent, Self.own]
        #expect(declared(lines) { $0.declares = ["helmet"] } == [["helmet"], ["car"], ["helmet"]])
    }

    @Test func `only one object of several is in a message of these`() {
        func isOfOne(_ message: String) -> Bool? {
            var reader = AnalysisReader()
            return reader.read(Array(message.utf8)) { _ in }.first?.isOfOneObject
        }
        #expect([Self.full, Self.frigate].map(isOfOne) == [true, true])
        #expect([Self.own, Self.gva, Self.minimal].map(isOfOne) == [false, false, false])
    }

    @Test func `a person who marks a thing did not look for others`() {
        #expect(
            declared([Self.hello, Self.own]) {
                $0.areMarks = true
                $0.declares = ["helmet"]
            } == [[]])
    }

    @Test func `analysers that come by channels of their own declare for themselves`() {
        var reader = AnalysisReader()
        func declared(_ text: String, _ channel: String?) -> [String]? {
            reader.read(Array(text.utf8), from: channel) { _ in }.first?.declared
        }
        _ = declared(Self.hello, "a")
        _ = declared(Self.other, "b")
        #expect(declared(Self.own, "a") == ["person", "helmet"])
        #expect(declared(Self.own, "b") == ["car"])
        #expect(declared(Self.own, "c") == [] && declared(Self.own, nil) == [])
    }

    @Test func `labels and channels are bounded`() {
        let limit = DeclaredLabels.channelLimit
        var labels = DeclaredLabels(stated: ["stated"])
        func held(_ channel: Int) -> [String] { labels.labels(of: "\(channel)") }
        for channel in 0...limit { labels.note(["\(channel)"], from: "\(channel)") }
        #expect(held(0) == ["stated"])
        for channel in 1...limit { #expect(held(channel) == ["\(channel)"]) }
        // One that goes on speaking is kept, however many others come and go.
        for next in 0..<limit {
            #expect(held(1) == ["1"])
            labels.note(["next"], from: "next \(next)")
        }
        #expect(held(1) == ["1"])
        #expect(held(2) == ["stated"])
        let many = (0..<5000).map { "\"l\($0)\"" }.joined(separator: ",")
        let found = declared(["{\"hello\":{\"labels\":[\(many)]}}", Self.own])
        #expect(found.map(\.count) == [AnalysisLine.labelLimit])
        let long = String(repeating: "x", count: 129)
        #expect(declared([#"{"hello":{"labels":["\#(long)","helmet"]}}"#, Self.own]) == [["helmet"]])
    }

    @Test(arguments: [
        (hello, true), (silent, true), (#" { "v" : 1, "hello" : {} }"#, true), (own, false),
        (#"{"objects":[{"label":"hello"}]}"#, false), (#"{"hello":1}"#, false), (#"{"hello":{"#, false), ("", false),
        (#"{"objects":[],"x":""# + String(repeating: "y", count: 200) + #"","hello":{}}"#, false),
    ])
    func `a hello is told among other lines`(_ line: String, _ expected: Bool) {
        #expect(AnalysisLine.isHello(Array(line.utf8)[...]) == expected)
    }

    // MARK: What frames are given

    private func labels(_ flight: FeedFlight) -> [Int: [String]] {
        Dictionary(
            uniqueKeysWithValues: flight.frames.filter { !$0.lookedFor.isEmpty }
                .map { ($0.frame.index, $0.lookedFor) })
    }

    /// Ten frames, a tenth of a second apart; what `say` gives comes with each.
    private func flight(
        _ feeds: [FeedOptions] = [FeedOptions(name: "a")], declares: [String] = [],
        _ say: (Int, inout FeedFlight) throws -> Void
    ) rethrows -> FeedFlight {
        var flight = FeedFlight(feeds) { $0.declares = declares }
        for step in 0..<10 {
            let now = Double(step) * 0.1
            flight.frame(now, carrier: now, pts: Int64(step) * 100_000)
            try say(step, &flight)
        }
        flight.finish()
        return flight
    }

    private static func answer(_ step: Int, _ objects: String = "") -> String {
        #"{"pts_us":\#(step * 100_000),"objects":[\#(objects)]}"#
    }

    @Test func `a frame that is answered was looked at, also where nothing is seen`() {
        let flight = flight { step, flight in
            if step == 2 { flight.analysis(Self.hello, arrival: 0.2) }
            if step < 7 {
                flight.analysis(Self.answer(step, step == 3 ? #"{"label":"person"}"# : ""), arrival: Double(step) / 10)
            }
        }
        #expect(
            labels(flight) == Dictionary(uniqueKeysWithValues: (2...6).map { ($0, ["person", "helmet"]) }))
        #expect(flight.frames.filter { !$0.objects.isEmpty }.map(\.frame.index) == [3])
        #expect(flight.aligner.feeds[0].declared == ["person", "helmet"])
        #expect(flight.aligner.counters["objects_unaligned"] == nil)
    }

    @Test func `a source's settings speak for its feeds, and a feed's own before them`() {
        func seen(_ declares: [String]?) -> [String]? {
            var feed = FeedOptions(name: "a")
            feed.analysis.declares = declares
            let flight = flight([feed], declares: ["helmet"]) { step, flight in
                if step == 4 { flight.analysis(Self.answer(step), arrival: 0.4) }
            }
            return labels(flight)[4]
        }
        #expect(seen(nil) == ["helmet"])
        #expect(seen(["mask"]) == ["mask"])
        #expect(seen([]) == nil)
    }

    @Test func `a hello without labels is told where nobody else says them`() {
        func remark(_ hello: String, source: [String] = [], feed own: [String]? = nil) -> String? {
            var feed = FeedOptions(name: "a")
            feed.analysis.declares = own
            let flight = flight([feed], declares: source) { step, flight in
                if step == 0 { flight.analysis(hello, arrival: 0) }
            }
            return flight.aligner.feeds[0].remark
        }
        #expect(remark(Self.silent)?.hasPrefix("message 1: a hello says no labels") == true)
        #expect(remark(Self.silent, source: ["helmet"]) == nil)
        #expect(remark(Self.silent, feed: []) == nil)
        #expect(remark(Self.hello) == nil)
    }

    @Test func `a frame that two looked at has what either can see`() {
        let flight = flight([FeedOptions(name: "a"), FeedOptions(name: "b")]) { step, flight in
            if step == 0 {
                flight.analysis(Self.hello, arrival: 0, feed: 0)
                flight.analysis(#"{"hello":{"labels":["car","person"]}}"#, arrival: 0, feed: 1)
            }
            if step == 3 { flight.analysis(Self.answer(3), arrival: 0.3, feed: 0) }
            if step == 3 || step == 5 { flight.analysis(Self.answer(step), arrival: 0.3, feed: 1) }
        }
        #expect(labels(flight) == [3: ["person", "helmet", "car"], 5: ["car", "person"]])
    }

    @Test func `two connections to one socket declare for themselves`() {
        let flight = flight { step, flight in
            func say(_ text: String, _ connection: String) {
                var packet = MetadataPacket(
                    dialect: .analysisAuto, bytes: Array(text.utf8), time: nil, ptsMicroseconds: nil, pid: nil,
                    arrival: FeedFlight.utc(Double(step) / 10))
                packet.channel = connection
                flight.frames += flight.aligner.add(packet, feed: 0)
            }
            if step == 0 { say(Self.hello, "1") }
            if step == 1 { say(Self.other, "2") }
            say(Self.answer(step), step % 3 == 0 ? "1" : "2")
        }
        #expect(labels(flight)[3] == ["person", "helmet"] && labels(flight)[4] == ["car"])
    }

    @Test func `an interruption of the video forgets no hello, another file does`() {
        var flight = FeedFlight()
        flight.analysis(Self.hello, arrival: 0)
        flight.frame(0, carrier: 0, pts: 0)
        flight.frames += flight.aligner.restart()
        flight.frame(0, carrier: 1, pts: 0)
        flight.analysis(Self.answer(0), arrival: 1)
        flight.finish()
        #expect(flight.frames.map(\.lookedFor) == [[], ["person", "helmet"]])
        flight.aligner.removeFeeds(from: 0)
        let place = flight.aligner.append(FeedOptions(name: "next.ndjson"))
        flight.frame(0.1, carrier: 1.1, pts: 100_000)
        flight.analysis(Self.answer(1), arrival: 1.1, feed: place)
        flight.finish()
        #expect(flight.frames.last?.lookedFor == [])
    }

    /// DeepStream's full form: an object a message.
    private static func part(_ seconds: Double, _ label: String) -> String {
        #"{"@timestamp":"\#(FeedFlight.utc(seconds).rfc3339)","object":{"id":"1","bbox":{"topleftx":100,"#
            + #""toplefty":100,"bottomrightx":200,"bottomrighty":200},"\#(label)":{"confidence":0.9}}}"#
    }

    @Test func `an object a message is all of a frame once a later one is spoken of`() throws {
        var feed = FeedOptions(name: "a")
        feed.analysis.declares = ["person", "helmet"]
        var flight = FeedFlight([feed])
        func say(_ step: Int, _ label: String) {
            flight.frames += flight.aligner.add(
                MetadataPacket(
                    dialect: .nvmsgconv, bytes: Array(Self.part(Double(step) * 0.1, label).utf8), time: nil,
                    ptsMicroseconds: nil, pid: nil, arrival: FeedFlight.utc(Double(step) * 0.1)), feed: 0)
        }
        for step in 0..<12 {
            let now = Double(step) * 0.1
            try flight.klv(now)
            flight.frame(now, carrier: now)
            guard (3...10).contains(step) else { continue }
            say(step - 2, "person")
            // Were it not for the rest of the message's frame, the frame would go now.
            try flight.klv(now + 0.01)
            say(step - 2, "helmet")
        }
        flight.finish()
        // Frames go at once until the analyser is heard first; of the last nobody knows whether it was all.
        #expect(labels(flight).keys.sorted() == Array(4...7))
        #expect((4...7).allSatisfy { flight.frames[$0].objects.map(\.label) == ["person", "helmet"] })
    }

    // MARK: What comes with the video

    private static let ontology = LocalSetItem(
        103,
        .series([
            SeriesElement(items: [
                LocalSetItem(1, .unsigned(2)), LocalSetItem(4, .text("https://example.org/x.owl#Helmet")),
            ]),
            SeriesElement(items: [
                LocalSetItem(1, .unsigned(1)), LocalSetItem(4, .text("urn:x/y")), LocalSetItem(6, .text("person")),
            ]),
        ]))

    private func vmti(_ items: [LocalSetItem], declares: [String] = []) throws -> [String] {
        var flight = Flight()
        var options = AlignmentOptions()
        options.declares = declares
        flight.packet(
            try Flight.packet(0, level(), [LocalSetItem(74, .set([LocalSetItem(4, .unsigned(6))] + items))]), 0)
        flight.frame(0)
        return try #require(flight.aligned(options).frames.first).lookedFor
    }

    @Test func `an empty VMTI set looked at its frame, one that leaves out targets did not`() throws {
        #expect(try vmti([]) == [])
        #expect(try vmti([], declares: ["helmet"]) == ["helmet"])
        #expect(try vmti([LocalSetItem(101, .series([ObjectTests.target(1)]))], declares: ["helmet"]) == ["helmet"])
        func counted(_ detected: UInt64, _ reported: UInt64) throws -> [String] {
            try vmti(
                [LocalSetItem(5, .unsigned(detected)), LocalSetItem(6, .unsigned(reported))], declares: ["helmet"])
        }
        #expect(try counted(3, 3) == ["helmet"])
        #expect(try counted(3, 2) == [])
    }

    @Test func `a VMTI stream's ontology declares, and the settings go before it`() throws {
        #expect(try vmti([Self.ontology]) == ["person", "Helmet"])
        #expect(try vmti([Self.ontology], declares: ["mask"]) == ["mask"])
    }

    @Test func `a platform's packet without VMTI looked at nothing`() throws {
        var flight = Flight()
        var options = AlignmentOptions()
        options.declares = ["helmet"]
        flight.packet(try Flight.packet(0, level(), []), 0)
        flight.frame(0)
        #expect(try #require(flight.aligned(options).frames.first).lookedFor == [])
    }

    @Test func `a frame of an ONVIF scene was looked at, an empty one too`() {
        let text = """
            <?xml version="1.0"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema"><tt:VideoAnalytics>\
            <tt:Frame UtcTime="\(FeedFlight.utc(0.3).rfc3339)"/></tt:VideoAnalytics></tt:MetadataStream>
            """
        func seen(_ declares: [String]) -> [Int: [String]] {
            let flight = flight(declares: declares) { step, flight in
                guard step == 3 else { return }
                flight.frames += flight.aligner.add(
                    MetadataPacket(
                        dialect: .onvif, bytes: Array(text.utf8), time: .seconds(0.3), ptsMicroseconds: nil, pid: nil,
                        arrival: FeedFlight.utc(0.3)))
            }
            return labels(flight)
        }
        #expect(seen(["helmet"]) == [3: ["helmet"]])
        #expect(seen([]) == [:])
    }

    @Test func `poses of an aircraft looked at nothing`() {
        let flight = flight(declares: ["helmet"]) { step, flight in
            flight.osd(Double(step) / 10, 28, arrival: Double(step) / 10)
        }
        #expect(labels(flight).isEmpty)
    }
}
