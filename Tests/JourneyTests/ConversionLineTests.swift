import Foundation
import Testing

/// `flyonce geo convert`: Kaihua in every system, by PROJ, GEOTRANS, python-geohash and the Open Location Code reference.
@Suite struct ConversionLineTests {
    static let kaihua = [
        #"{"lat":29.137,"lon":118.415}"#, #"{"lat":29.137,"lon":118.415,"crs":"wgs84"}"#,
        #"{"lat":29.137,"lon":118.415,"crs":"cgcs2000"}"#, #"{"lat":29.137,"lon":118.415,"crs":"EPSG:4490"}"#,
        #"{"lat":29.134374320,"lon":118.420210559,"crs":"gcj02"}"#,
        #"{"lat":29.134374320,"lon":118.420210559,"crs":"GCJ-02"}"#,
        #"{"lat":29.140550678,"lon":118.426647112,"crs":"bd09"}"#,
        #"{"easting_m":637701.2716,"northing_m":3225281.9922,"crs":"EPSG:4548"}"#,
        #"{"easting_m":39637701.2716,"northing_m":3225281.9922,"crs":"epsg:4527"}"#,
        #"{"easting_m":345752.9971,"northing_m":3225492.9496,"crs":"EPSG:4549"}"#,
        #"{"easting_m":637646.1911,"northing_m":3223991.8795,"crs":"EPSG:32650","title":"x"}"#,
        #"{"geohash":"wthjy85pm6rx"}"#,
    ]

    @Test func `every way to state a place gives the same coordinates, each labelled`() async throws {
        let outcome = try await Program.flyonce("geo", "convert", input: Self.kaihua.joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == Self.kaihua.count, "\(outcome.description)")
        for (index, line) in outcome.lines.enumerated() {
            let answer = try JSON(line)
            #expect(answer["line"] == .number(Double(index + 1)))
            // A geohash of twelve characters is 2 cm, the others are the place itself.
            let slack = Self.kaihua[index].contains("geohash") ? 0.02 : 2e-4
            func agrees(_ name: String, _ crs: String, _ datum: String, _ values: [String: Double]) {
                let system = answer[name]
                #expect(system["crs"] == .text(crs) && system["datum"] == .text(datum), "\(line)")
                for (axis, value) in values {
                    let tolerance = axis.hasSuffix("_m") ? slack : slack / 90_000
                    #expect(abs((system[axis].number ?? .nan) - value) <= tolerance, "\(name) \(axis): \(line)")
                }
            }
            agrees("wgs84", "EPSG:4326", "WGS 84", ["lat": 29.137, "lon": 118.415])
            agrees("cgcs2000", "EPSG:4490", "CGCS2000", ["lat": 29.137, "lon": 118.415])
            agrees("gcj02", "GCJ-02", "GCJ-02", ["lat": 29.134374320, "lon": 118.420210559])
            agrees("bd09", "BD-09", "BD-09", ["lat": 29.140550678, "lon": 118.426647112])
            let plane = ["easting_m": 637_701.2716, "northing_m": 3_225_281.9922]
            agrees("gauss_kruger_3", "EPSG:4548", "CGCS2000", plane)
            agrees("gauss_kruger_6", "EPSG:4509", "CGCS2000", plane)
            agrees("gauss_kruger_3_zoned", "EPSG:4527", "CGCS2000", ["easting_m": 39_637_701.2716])
            agrees("gauss_kruger_6_zoned", "EPSG:4498", "CGCS2000", ["easting_m": 20_637_701.2716])
            agrees("utm", "EPSG:32650", "WGS 84", ["easting_m": 637_646.1911, "northing_m": 3_223_991.8795])
            #expect(answer["mgrs"]["mgrs"] == .text("50RPT3764623991"))
            #expect(answer["ups"]["error"].text != nil)
            #expect(!line.contains("\"x\"") && !line.contains("\"y\""))
        }
    }

    @Test func `only what is asked for is written, in its order`() async throws {
        let outcome = try await Program.flyonce(
            "geo", "convert", "--to", "plus_code, EPSG:4549,map_links",
            input: #"{"lat":29.137,"lon":118.415,"title":"垃圾&堆"}"#)
        let answer = try JSON(try #require(outcome.lines.first))
        #expect(answer.members.keys.sorted() == ["EPSG:4549", "from", "line", "map_links", "plus_code"])
        #expect(answer["plus_code"]["plus_code"] == .text("7PXW4CP8+R22"))
        #expect(abs((answer["EPSG:4549"]["easting_m"].number ?? 0) - 345_752.9971) < 1e-3)
        let amap = answer["map_links"]["amap"]
        #expect(amap["datum"] == .text("GCJ-02"))
        #expect(amap["url"].text?.contains("118.420211,29.134374&name=%E5%9E%83%E5%9C%BE%26%E5%A0%86&") ?? false)
        let twice = try await Program.flyonce(
            "geo", "convert", "--to", "utm,UTM,wgs84,EPSG:4326", input: #"{"lat":29,"lon":118}"#)
        #expect(twice.output.components(separatedBy: "\"utm\":").count == 2, "\(twice.output)")
        #expect(twice.output.components(separatedBy: "\"wgs84\":").count == 2, "\(twice.output)")
        let unknown = try await Program.flyonce("geo", "convert", "--to", "utm,gauss", input: "")
        #expect(unknown.code == 2 && unknown.complaint.contains("gauss"))
    }

    @Test(arguments: ["EPSG:4530", "EPSG:4533", "EPSG:4501", "EPSG:4527"])
    func `what a zone with its number answers is read back as the same place`(_ crs: String) async throws {
        let there = try await Program.flyonce(
            "geo", "convert", "--to", crs, input: #"{"lat":29,"lon":118.415}"#)
        let plane = try JSON(try #require(there.lines.first))[crs]
        let easting = try #require(plane["easting_m"].number)
        let northing = try #require(plane["northing_m"].number)
        let back = try await Program.flyonce(
            "geo", "convert", "--to", "wgs84",
            input: "{\"easting_m\":\(easting),\"northing_m\":\(northing),\"crs\":\"\(crs)\"}")
        let answer = try JSON(try #require(back.lines.first))
        #expect(abs((answer["wgs84"]["lat"].number ?? 0) - 29) < 2e-9, "\(back.output)")
        #expect(abs((answer["wgs84"]["lon"].number ?? 0) - 118.415) < 2e-9, "\(back.output)")
        #expect((answer["from"]["note"].text != nil) == (crs != "EPSG:4527"), "\(back.output)")
    }

    @Test func `every line that is no place is answered by its number and error, and the rest go on`() async throws {
        let good = Self.kaihua[0]
        let lines = [
            good, "not JSON", "", "{}", "[]", "null", "7", #"{"lat":29}"#, #"{"lat":"29","lon":118}"#,
            #"{"lat":29,"lon":118,"datum":"gcj02"}"#, #"{"lat":29,"lon":118,"crs":"EPSG:4548"}"#,
            #"{"lat":29,"lon":118,"crs":"mars"}"#, #"{"lat":118.415,"lon":29.137}"#, #"{"lat":1e999,"lon":0}"#,
            #"{"lat":NaN,"lon":0}"#, #"{"lat":90.0000001,"lon":0}"#, #"{"lat":0,"lon":-180.0000001}"#,
            #"{"lat":50,"lon":0,"crs":"bd09"}"#, #"{"lat":29,"lon":118,"hae_m":1e9}"#,
            #"{"lat":29,"lon":118,"mgrs":"50RPT"}"#, #"{"mgrs":"50RPT1"}"#, #"{"mgrs":"50RPT","crs":"wgs84"}"#,
            #"{"geohash":"a"}"#, #"{"plus_code":"4CP8+R2"}"#, #"{"easting_m":1,"northing_m":2}"#, "   ",
            #"{"easting_m":39637701,"northing_m":3225282,"crs":"EPSG:4548"}"#,
            #"{"easting_m":3225282,"northing_m":637701,"crs":"EPSG:4548"}"#, String(repeating: "[", count: 100_000),
            "{\"lat\":" + String(repeating: "9", count: 100_000) + ",\"lon\":0}", "\u{0}", good,
        ]
        let outcome = try await Program.flyonce("geo", "convert", input: lines.joined(separator: "\n"))
        #expect(outcome.code == 65, "\(outcome.description)")
        let spoken = lines.enumerated().filter { !$0.element.allSatisfy(\.isWhitespace) }
        #expect(outcome.lines.count == spoken.count)
        for ((index, line), text) in zip(spoken, outcome.lines) {
            let answer = try JSON(text)
            #expect(answer["line"] == .number(Double(index + 1)))
            if line == good {
                #expect(answer["wgs84"]["lat"] == .number(29.137))
            } else {
                #expect(
                    answer.members.keys.sorted() == ["error", "line"],
                    "\(line.prefix(100)) was taken: \(text.prefix(200))")
                #expect(answer["error"].text?.isEmpty == false)
            }
        }
    }

    @Test func `poles, the antimeridian and minus nothing have what there is`() async throws {
        let lines = [
            #"{"lat":90,"lon":-0.0}"#, #"{"lat":-90,"lon":180}"#, #"{"lat":-0.0,"lon":180}"#, #"{"lat":0,"lon":-180}"#,
            #"{"lat":28.9,"lon":118.5}"#, #"{"lat":60.39,"lon":5.32}"#, #"{"mgrs":"ZFD9276707232"}"#,
        ]
        let outcome = try await Program.flyonce("geo", "convert", input: lines.joined(separator: "\n"))
        #expect(outcome.code == 0 && outcome.lines.count == lines.count, "\(outcome.description)")
        let answers = try outcome.lines.map { try JSON($0) }
        #expect(!outcome.output.contains("-0,") && !outcome.output.contains("-0}"))
        #expect(answers[0]["ups"]["easting_m"] == .number(2_000_000) && answers[0]["utm"]["error"].text != nil)
        #expect(answers[1]["mgrs"]["mgrs"] == .text("BAN0000000000"))
        #expect(answers[2]["utm"] == answers[3]["utm"] && answers[2]["utm"]["zone"] == .number(1))
        #expect(answers[2]["mgrs"] == answers[3]["mgrs"] && answers[2]["bd09"]["error"].text != nil)
        #expect(answers[4]["gauss_kruger_3"]["zone"] == .number(40))
        #expect(answers[5]["utm"]["zone"] == .number(32))
        #expect(abs((answers[6]["wgs84"]["lat"].number ?? 0) - 85) < 1e-5)
    }
}
