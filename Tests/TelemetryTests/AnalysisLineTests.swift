import Foundation
import Inspection
import Testing

@testable import Telemetry

@Suite struct AnalysisLineTests {
    private func read(_ text: String) throws -> AnalysisLine { try AnalysisLine(Array(text.utf8)[...]) }

    private func objects(_ text: String) throws -> AnalysisLine.Answer {
        guard case .answer(let answer) = try read(text) else { throw AnalysisFault("no answer") }
        return answer
    }

    @Test func `an introduction tells name, version and labels`() throws {
        let line = try read(#" {"hello":{"labels":["烟","fire"],"name":"m","version":"1","more":{"a":[1,null]}}} "#)
        #expect(line == .hello(name: "m", version: "1", labels: ["烟", "fire"]))
    }

    @Test func `an answer tells objects with all they have`() throws {
        let answer = try objects(
            #"{"frame":7,"objects":[{"label":"smoke","confidence":0.5,"box":[0.1,0.2,0.3,0.4],"track":12,"#
                + #""attributes":{"colour":"grey","height_m":3.5,"lit":true,"none":null,"deep":{"x":1}},"later":[1]}]}"#
        )
        #expect(answer.frame == 7 && answer.refused == 0)
        let expected = FrameObject(
            label: "smoke", confidence: 0.5, box: .init(left: 0.1, top: 0.2, right: 0.3, bottom: 0.4), track: "12",
            attributes: ["colour": .string("grey"), "height_m": .number(3.5), "lit": .bool(true)])
        #expect(answer.objects == [expected])
    }

    @Test func `nothing seen is an answer`() throws {
        let answer = try objects(#"{"frame":0,"objects":[]}"#)
        #expect(answer.objects.isEmpty && answer.refused == 0)
    }

    @Test func `pixels become shares of the size, wherever it stands in the line`() throws {
        for text in [
            #"{"frame":1,"size":[640,360],"objects":[{"label":"a","box_px":[64,36,128,72]}]}"#,
            #"{"objects":[{"label":"a","box_px":[64,36,128,72]}],"frame":1,"size":[640,360]}"#,
        ] {
            #expect(try objects(text).objects.first?.box == .init(left: 0.1, top: 0.1, right: 0.2, bottom: 0.2))
        }
    }

    @Test func `a frame may be named by its time`() throws {
        let answer = try objects(#"{"pts_us":1500000,"utc":"2026-08-20T03:04:05.5Z","objects":[]}"#)
        #expect(answer.frame == nil && answer.ptsMicroseconds == 1_500_000)
        #expect(answer.utc == UTCTime(rfc3339: "2026-08-20T03:04:05.5Z"))
    }

    @Test func `a box that looks a little over the edge is cut to the picture`() throws {
        let answer = try objects(#"{"frame":1,"objects":[{"label":"a","box":[-0.1,0.5,0.2,1.01]}]}"#)
        #expect(answer.objects.first?.box == .init(left: 0, top: 0.5, right: 0.2, bottom: 1))
    }

    @Test(arguments: [
        #"{"label":"a","box":[64,36,128,72]}"#,  // pixels called shares
        #"{"label":"a","box_px":[64,36,128,72]}"#,  // of no known size
        #"{"label":"a","box":[0.3,0.1,0.2,0.2]}"#, #"{"label":"a","box":[0.1,0.1,0.1,0.2]}"#,
        #"{"label":"a","box":[0.1,0.1,0.2]}"#, #"{"label":"a","box":[0.1,0.1,0.2,0.3,0.4]}"#,
        #"{"label":"a","box":[0.1,0.1,0.2,"x"]}"#, #"{"label":"a","box":[1.5,0.1,1.8,0.2]}"#,
        #"{"label":"a","box":[0,0,1,1],"box_px":[0,0,1,1]}"#, #"{"label":"a","box":{"x":1}}"#,
        #"{"label":"a","confidence":87}"#, #"{"label":"a","confidence":-0.1}"#, #"{"label":"a","confidence":"0.5"}"#,
        #"{"label":""}"#, #"{"label":3}"#, #"{"confidence":0.5}"#, #"{"label":"a","track":""}"#, #"17"#, #"null"#,
    ])
    func `an object that is unfit is refused, and the others are kept`(object: String) throws {
        let answer = try objects(#"{"frame":1,"objects":[{"label":"first"},\#(object),{"label":"last"}]}"#)
        #expect(answer.objects.map(\.label) == ["first", "last"])
        #expect(answer.refused == 1)
    }

    @Test(arguments: [
        "", " ", "{", "[]", "nonsense", #"{"frame":1}"#, #"{"labels":[]}"#, #"{"frame":1,"objects":[]"#,
        #"{"frame":1,"objects":[]} x"#, #"{"frame":1.5,"objects":[]}"#, #"{"frame":1e300,"objects":[]}"#,
        #"{"frame":"1","objects":[]}"#, #"{"frame":1,"objects":{}}"#, #"{"frame":01,"objects":[]}"#,
        #"{"frame":1,"objects":[{]}"#, #"{"frame":1,"objects":[],}"#, #"{"frame" 1}"#, #"{"frame":1,"objects":[NaN]}"#,
        #"{"utc":"yesterday","objects":[]}"#, #"{"frame":1,"size":[0,5],"objects":[]}"#,
        #"{"frame":1,"size":[5],"objects":[]}"#, "{\"frame\":1,\"objects\":[{\"label\":\"a\u{1}\"}]}",
        #"{"frame":1,"objects":[{"label":"\ud800"}]}"#, #"{"frame":1,"objects":[{"label":"\x"}]}"#,
        #"{"hello":{"labels":[1]}}"#, #"{"hello":7}"#,
    ])
    func `what is not of the dialect is refused`(text: String) {
        #expect(throws: AnalysisFault.self) { try read(text) }
    }

    @Test func `a line cut anywhere is refused, never read past its end`() throws {
        let whole = Array(
            #"{"frame":12,"size":[64,48],"objects":[{"label":"\u00e9\ud83d\ude00","box":[0.1,2e-1,0.3,0.4],"track":"t","attributes":{"a":true}}]}"#
                .utf8)
        #expect(throws: Never.self) { try AnalysisLine(whole[...]) }
        for end in 0..<whole.count {
            #expect(throws: AnalysisFault.self) { try AnalysisLine(whole[..<end]) }
            // In the middle of a larger buffer, too.
            #expect(throws: AnalysisFault.self) { try AnalysisLine(([1, 2] + whole)[2..<(end + 2)]) }
        }
    }

    @Test func `any byte in any place does no harm`() {
        let whole = Array(#"{"frame":12,"objects":[{"label":"é","box":[0.1,-2e-1,0.3,0.4]}]}"#.utf8)
        for index in whole.indices {
            for byte in [0, 0x22, 0x2D, 0x2E, 0x30, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xC3, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[index] = byte
                _ = try? AnalysisLine(bytes[...])
            }
        }
    }

    @Test func `depth and numbers are bounded`() {
        let deep = #"{"x":"# + String(repeating: "[", count: 100_000)
        #expect(throws: AnalysisFault.self) { try read(deep) }
        let long = #"{"frame":1,"objects":[{"label":"a","confidence":0."# + String(repeating: "1", count: 100) + "}]}"
        #expect(throws: AnalysisFault.self) { try read(long) }
    }

    @Test func `objects, attributes and texts are bounded`() throws {
        let many = Array(repeating: #"{"label":"a"}"#, count: AnalysisLine.objectLimit + 5).joined(separator: ",")
        let answer = try objects(#"{"frame":1,"objects":[\#(many)]}"#)
        #expect(answer.objects.count == AnalysisLine.objectLimit && answer.refused == 0 && answer.overLimit == 5)
        let pairs = (0..<40).map { #""k\#($0)":1"# }.joined(separator: ",")
        #expect(
            try objects(#"{"frame":1,"objects":[{"label":"a","attributes":{\#(pairs)}}]}"#).objects[0].attributes.count
                == AnalysisLine.attributeLimit)
        let long = String(repeating: "a", count: AnalysisLine.textLimit + 1)
        #expect(try objects(#"{"frame":1,"objects":[{"label":"\#(long)"}]}"#).refused == 1)
    }

    @Test func `numbers are read to the nearest double`() throws {
        var state: UInt64 = 42
        for _ in 0..<2000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(state >> 11) / 9_007_199_254_740_992
            let decimals = Int(state % 18) + 1
            for text in ["\(value)", String(format: "%.\(decimals)f", value)] {
                let answer = try objects(#"{"frame":1,"objects":[{"label":"a","confidence":\#(text)}]}"#)
                #expect(answer.objects.first?.confidence == Double(text))
            }
        }
    }

    @Test func `a line is read faster than Foundation reads it`() throws {
        let object =
            #"{"label":"construction_waste","confidence":0.8731,"box":[0.12345,0.23456,0.34567,0.45678],"track":"17","attributes":{"area_m2":12.5}}"#
        let line = Array(
            (#"{"frame":123,"size":[640,360],"objects":["# + Array(repeating: object, count: 8).joined(separator: ",")
                + "]}")
                .utf8)
        let count = 200
        func seconds(_ body: () throws -> Void) rethrows -> Double {
            let began = Date()
            for _ in 0..<count { try body() }
            return Date().timeIntervalSince(began)
        }
        let ours = try seconds { _ = try AnalysisLine(line[...]) }
        let theirs = try seconds { _ = try JSONSerialization.jsonObject(with: Data(line)) }
        print(
            "analysis lines of 8 objects, a second: \(Int(Double(count) / ours)); JSONSerialization \(Int(Double(count) / theirs))"
        )
        // Unoptimized builds are slower by an order; what matters there is that a flood cannot hold the analyser's thread.
        #expect(ours < 2)
    }
}
