import Foundation
import Inspection
import Telemetry

/// Lines of an analyser, ten objects each, to objects of a frame: in the gateway's own dialect, whichever it is told to be,
/// and as the messages of others.
struct AnalysisFigures {
    static let lines = 2000
    static let objects = 10

    func figures() async throws -> [Figure] {
        let own = (0..<Self.lines).map(Self.line)
        let messages = (0..<Self.lines).map(Self.gvaMessage)
        return [
            try await Turns.figure(
                "NDJSON: read a line", unit: "us", against: "JSONDecoder (Foundation), the same lines to structs",
                ours: { try Self.read(own, .flyonce) }, anchor: { try Self.decode(own) }),
            try await Turns.figure(
                "NDJSON: line of any dialect", unit: "us", against: "the same",
                ours: { try Self.read(own, .auto) }, anchor: { try Self.decode(own) }),
            try await Turns.figure(
                "gvametaconvert: read a message", unit: "us", against: "JSONDecoder (Foundation), the same to structs",
                ours: { try Self.read(messages, .gvametaconvert) }, anchor: { try Self.decodeGVA(messages) }),
        ]
    }

    private static func line(_ index: Int) -> [UInt8] {
        var json = JSONText(capacity: 2048)
        json.object { json in
            json.member("pts_us", 8_520_000 + index * 40_000)
            json.member("utc", UTCTime(microseconds: 1_787_195_045_520_000 + Int64(index) * 40_000).rfc3339)
            json.member("objects") { json in
                json.array { json in
                    for object in 0..<objects {
                        let left = Double(object) / 20 + Double(index) / 1e5
                        json.object { json in
                            json.member("label", object.isMultiple(of: 2) ? "smoke" : "excavator")
                            json.member("confidence", 0.5 + Double(object) / 37, decimals: 4)
                            json.member("box") { json in
                                json.array { json in
                                    for edge in [left, 0.3, left + 0.06, 0.38] { json.value(edge, decimals: 4) }
                                }
                            }
                            json.member("track", String(object + 40))
                            json.member("attributes") { json in
                                json.object { json in
                                    json.member("dense", true)
                                    json.member("height_m", 3.5)
                                }
                            }
                        }
                    }
                }
            }
        }
        return json.bytes
    }

    private static func gvaMessage(_ index: Int) -> [UInt8] {
        let objects = (0..<objects).map { object in
            let left = 100 + object * 40
            return
                #"{"detection":{"bounding_box":{"x_max":\#(Double(left + 96) / 1920),"x_min":\#(Double(left) / 1920),"#
                + #""y_max":0.5,"y_min":0.25},"confidence":0.87\#(object),"label":"truck","label_id":7},"h":270,"#
                + #""id":\#(object + 1),"region_id":\#(object),"roi_type":"truck","w":96,"x":\#(left),"y":270}"#
        }
        return Array(
            (#"{"objects":["# + objects.joined(separator: ",")
                + #"],"resolution":{"height":1080,"width":1920},"source":"cam","timestamp":\#(index * 40_000_000)}"#)
                .utf8)
    }

    private static func read(_ lines: [[UInt8]], _ dialect: AnalysisDialect) throws -> Double {
        var options = AnalysisOptions()
        options.dialect = dialect
        var reader = AnalysisReader(options: options)
        var found = 0
        var boxes = 0
        let seconds = Turns.seconds {
            for line in lines {
                for reading in reader.read(line, tally: { _ in }) {
                    found &+= reading.objects.count
                    for object in reading.objects where object.box != nil { boxes &+= 1 }
                }
            }
        }
        try BenchError.check(
            found == lines.count * objects && boxes == found, "of \(lines.count) lines \(found) objects were read")
        return seconds / Double(lines.count) * 1e6
    }

    private struct Line: Decodable {
        struct Object: Decodable {
            /// What an attribute may be, as in ``Inspection/FrameObject/Attribute``: their names are the analyser's own.
            enum Attribute: Decodable {
                case bool(Bool)
                case number(Double)
                case string(String)

                init(from decoder: any Decoder) throws {
                    let container = try decoder.singleValueContainer()
                    if let flag = try? container.decode(Bool.self) {
                        self = .bool(flag)
                    } else if let number = try? container.decode(Double.self) {
                        self = .number(number)
                    } else {
                        self = .string(try container.decode(String.self))
                    }
                }
            }

            var label: String
            var confidence: Double
            var box: [Double]
            var track: String
            var attributes: [String: Attribute]
        }

        var pts_us: Int64
        var utc: String
        var objects: [Object]
    }

    private static func decode(_ lines: [[UInt8]]) throws -> Double {
        let datas = lines.map { Data($0) }
        let decoder = JSONDecoder()
        var found = 0
        let seconds = try Turns.seconds {
            for data in datas { found &+= try decoder.decode(Line.self, from: data).objects.count }
        }
        try BenchError.check(found == lines.count * objects, "JSONDecoder read \(found) objects")
        return seconds / Double(lines.count) * 1e6
    }

    private struct GVAMessage: Decodable {
        struct Object: Decodable {
            struct Detection: Decodable {
                var bounding_box: [String: Double]
                var confidence: Double
                var label: String
                var label_id: Int
            }

            var detection: Detection
            var h: Int
            var id: Int
            var region_id: Int
            var roi_type: String
            var w: Int
            var x: Int
            var y: Int
        }

        var objects: [Object]
        var resolution: [String: Int]
        var source: String
        var timestamp: Int64
    }

    private static func decodeGVA(_ lines: [[UInt8]]) throws -> Double {
        let datas = lines.map { Data($0) }
        let decoder = JSONDecoder()
        var found = 0
        let seconds = try Turns.seconds {
            for data in datas { found &+= try decoder.decode(GVAMessage.self, from: data).objects.count }
        }
        try BenchError.check(found == lines.count * objects, "JSONDecoder read \(found) objects")
        return seconds / Double(lines.count) * 1e6
    }
}
