import Foundation
import Geodesy
import Inspection
import Testing

@testable import Rules

@Suite struct GroundDataTests {
    static func areas(_ json: String, kind: AreaSource.Kind = .mine, margin: Double = 0) throws(RulesError)
        -> GroundData
    {
        let source = AreaSource(name: "set", file: "a.geojson", kind: kind, margin: margin)
        return try GroundData.read(areas: [(source, Array(json.utf8))], registers: [])
    }

    static func register(
        _ text: String, _ change: (inout RegisterSource) -> Void = { _ in }
    ) throws(RulesError) -> GroundData {
        var source = RegisterSource(name: "permits", file: "p.csv")
        change(&source)
        return try GroundData.read(areas: [], registers: [(source, Array(text.utf8))])
    }

    static func polygon(_ ring: String, _ properties: String = "{}") -> String {
        """
        {"type": "FeatureCollection", "features": [
          {"type": "Feature", "properties": \(properties),
           "geometry": {"type": "Polygon", "coordinates": [\(ring)]}}]}
        """
    }

    static let square = "[[118,28],[119,28],[119,29],[118,29],[118,28]]"
    static let inside = GeodeticPoint(latitude: 28.5, longitude: 118.5, height: 0)
    static let outside = GeodeticPoint(latitude: 28.5, longitude: 119.5, height: 0)

    private func complaint<Value>(_ body: () throws(RulesError) -> Value) -> String {
        do throws(RulesError) {
            _ = try body()
            return "nothing wrong"
        } catch { return error.description }
    }

    @Test(arguments: [AreaSource.Kind.noAlert, .noRecord])
    func `the margin of a point is its radius, once`(kind: AreaSource.Kind) throws {
        let point = #"{"type":"Point","coordinates":[118.5,28.5]}"#
        let both = #"{"type":"MultiPoint","coordinates":[[118.5,28.5],[118.6,28.5]]}"#
        for json in [point, both] {
            let areas = try Self.areas(json, kind: kind, margin: 50).areas
            func touches(_ metres: Double) throws -> Bool {
                let place = Self.inside.moved(north: metres, east: 0)
                guard kind == .noRecord else { return areas.noAlertArea(at: place) != nil }
                let shape = try #require(GroundShape(discs: [.init(center: place, radius: 0)]))
                return areas.touchesNoRecord(shape, error: 0)
            }
            #expect(try touches(49))
            #expect(try !touches(51))
        }
        // Of an outline it is added.
        let outline = try Self.areas(Self.polygon(Self.square), kind: .noAlert, margin: 50).areas
        #expect(outline.noAlertArea(at: Self.inside.moved(north: 55_500, east: 0)) == nil)
        let edge = GeodeticPoint(latitude: 29, longitude: 118.5, height: 0)
        #expect(outline.noAlertArea(at: edge.moved(north: 45, east: 0)) != nil)
        #expect(outline.noAlertArea(at: edge.moved(north: 60, east: 0)) == nil)
    }

    @Test func `what is wrong before a fault of the text is told with it`() {
        let crossed = "[[118,28],[119,29],[119,28],[118,29],[118,28]]"
        let features = [crossed, "[[28,118],[29,118],[29,119],[28,118]]"].map {
            #"{"type":"Feature","geometry":{"type":"Polygon","coordinates":[\#($0)]}}"#
        }
        let said = complaint {
            () throws(RulesError) in
            try Self.areas(
                "{\"type\":\"FeatureCollection\",\"features\":[\n\(features.joined(separator: ",\n")),\n{,}]}")
        }
        let lines = said.split(separator: "\n")
        #expect(lines.count == 3, "\(said)")
        #expect(said.contains("a.geojson:2:") && said.contains("crosses") && said.contains("swapped"))
        #expect(said.contains("a.geojson:4:2: "))
    }

    @Test func `an area is known by its name, its entry and its kind`() throws {
        let data = try Self.areas(Self.polygon(Self.square, #"{"名称": "常山石矿", "code": 7}"#))
        for word in ["常山石矿", "set", "mine"] {
            #expect(data.areas.holds(word, Self.inside) == true)
            #expect(data.areas.holds(word, Self.outside) == false)
        }
        #expect(data.areas.holds("mien", Self.inside) == nil)
        #expect(data.areas.areas(at: Self.inside).map(\.code) == ["7"])
        let away = try #require(data.areas.distance(to: "mine", from: Self.outside))
        #expect(abs(away - 48_900) < 100)
        #expect(try #require(data.areas.depth(in: "mine", at: Self.inside)) > 48_000)
    }

    @Test(arguments: [
        ("[[118,28],[119,29],[119,28],[118,29],[118,28]]", "a.geojson:3:", "crosses the edge of 3:"),
        ("[[28,118],[29,118],[29,119],[28,118]]", "a.geojson:3:53", "swapped"),
        ("[[118,28],[119,28],[118,28]]", "a.geojson:3:53", "three corners"),
        ("[[500118,3200028],[500119,3200028],[500119,3200029]]", "a.geojson:3:53", "metres of a projection"),
        ("[[118,28],[119,28],[119]]", "a.geojson:3:71", "two or three numbers"),
        ("[[118,28],[119,28],[119,null]]", "a.geojson:3:76", "a number is expected"),
        ("[[118,28],[119,28", "a.geojson:3:70", "is expected here"),
    ])
    func `what bounds nothing is told with its place`(ring: String, place: String, message: String) {
        let text = complaint { () throws(RulesError) in try Self.areas(Self.polygon(ring)) }
        #expect(text.contains(place) && text.contains(message), "\(text)")
    }

    @Test func `a ring that is not closed is closed and counted`() throws {
        let data = try Self.areas(Self.polygon("[[118,28],[119,28],[119,29],[118,29]]"))
        #expect(data.areas.holds("mine", Self.inside) == true)
        #expect(data.warnings.count == 1 && data.warnings[0].hasPrefix("a.geojson: 1 rings"))
        #expect(try Self.areas(Self.polygon(Self.square)).warnings.isEmpty)
    }

    @Test func `either winding, holes and several polygons`() throws {
        let text = """
            {"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[
             [[[118,28],[118,29],[119,29],[119,28],[118,28]],[[118.4,28.4],[118.6,28.4],[118.6,28.6],[118.4,28.6],[118.4,28.4]]],
             [[[120,28],[121,28],[121,29],[120,28]]]]},"properties":null}
            """
        let data = try Self.areas(text)
        #expect(data.areas.holds("mine", Self.inside) == false)
        #expect(data.areas.holds("mine", GeodeticPoint(latitude: 28.2, longitude: 118.2, height: 0)) == true)
        #expect(data.areas.holds("mine", GeodeticPoint(latitude: 28.2, longitude: 120.8, height: 0)) == true)
    }

    @Test func `a grid cell has fifteen digits, and no two have the same`() throws {
        let code = #"{"code": "330822100001001"}"#
        #expect(try Self.areas(Self.polygon(Self.square, code), kind: .grid).areas.areas[0].code == "330822100001001")
        let short = complaint { () throws(RulesError) in
            try Self.areas(Self.polygon(Self.square, #"{"code": "33082210"}"#), kind: .grid)
        }
        #expect(short.contains("no code of a grid cell") && short.contains("a.geojson:2:"))
        let feature =
            #"{"type":"Feature","properties":\#(code),"geometry":{"type":"Polygon","coordinates":[\#(Self.square)]}}"#
        let twice = complaint { () throws(RulesError) in
            try Self.areas("{\"type\":\"FeatureCollection\",\"features\":[\(feature),\n\(feature)]}", kind: .grid)
        }
        #expect(twice.contains("already given on line 1") && twice.contains("a.geojson:2:"))
    }

    @Test(arguments: [
        "", "{", "[]", "{\"type\": \"Topology\"}", "{\"type\":\"FeatureCollection\",\"features\":[1]}",
        "{\"type\":\"FeatureCollection\",\"crs\":{\"properties\":{\"name\":\"EPSG:4527\"}},\"features\":[]}",
    ])
    func `what is no GeoJSON is refused`(text: String) {
        #expect(complaint { () throws(RulesError) in try Self.areas(text) }.hasPrefix("a.geojson:1:"))
    }

    @Test(arguments: [
        ("urn:ogc:def:crs:GCJ02", Datum.wgs84, "states gcj02, and its entry in the settings wgs84"),
        ("BD-09", .gcj02, "states bd09, and its entry in the settings gcj02"), ("GCJ-02", .gcj02, ""),
        ("EPSG:4490", .cgcs2000, ""), ("urn:ogc:def:crs:OGC:1.3:CRS84", .wgs84, ""),
    ])
    func `a datum that the file states must be the one of the settings`(
        named: String, system: Datum, message: String
    ) throws {
        let text =
            "{\"type\":\"Feature\",\n\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"\(named)\"}},\n\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[\(Self.square)]}}"
        let source = AreaSource(name: "set", file: "a.geojson", kind: .mine, system: system)
        let found = complaint { () throws(RulesError) in
            try GroundData.read(areas: [(source, Array(text.utf8))], registers: [])
        }
        #expect(message.isEmpty ? found == "nothing wrong" : found.hasPrefix("a.geojson:2:7: \(message)"), "\(found)")
    }

    @Test func `a file cut off anywhere, or with any byte changed, is refused or read, never fatal`() {
        let text = Array(Self.polygon(Self.square, #"{"name": "a\u77ff", "x": [1, {"y": null}]}"#).utf8)
        for end in text.indices {
            let source = AreaSource(name: "set", file: "f", kind: .other)
            #expect(throws: RulesError.self) {
                try GroundData.read(areas: [(source, Array(text[..<end]))], registers: [])
            }
            var changed = text
            changed[end] ^= 0x15
            _ = try? GroundData.read(areas: [(source, changed)], registers: [])
            _ = try? GroundData.read(areas: [], registers: [(RegisterSource(name: "r", file: "f"), changed)])
        }
    }

    @Test func `a register with Chinese headers, quotes, a byte order mark and days`() throws {
        let text = "\u{FEFF}许可证号,单位,经度,纬度,半径,起,止\r\n\"A-1\",\"常山, \"\"矿\"\"\n一厂\",118.5,28.5,40,2026年8月1日,2026/8/31\r\n"
        let data = try Self.register(text) {
            $0.utcOffsetSeconds = 28_800
            $0.columns.id = "许可证号"
            $0.columns.name = "单位"
            $0.columns.longitude = "经度"
            $0.columns.latitude = "纬度"
            $0.columns.radius = "半径"
            $0.columns.from = "起"
            $0.columns.to = "止"
        }
        let register = try #require(data.registers["permits"])
        #expect(register.rows.map(\.name) == ["常山, \"矿\"\n一厂"])
        func covers(_ north: Double, _ time: String) throws -> Bool {
            let instant: UTCTime? = UTCTime(rfc3339: time)
            return register.row(
                covering: Self.inside.moved(north: north, east: 0), at: instant ?? UTCTime(microseconds: 0)) != nil
        }
        #expect(try covers(39, "2026-07-31T16:00:00Z"))
        #expect(try !covers(39, "2026-07-31T15:59:59Z"))
        #expect(try covers(39, "2026-08-31T15:59:59Z"))
        #expect(try !covers(39, "2026-08-31T16:00:00Z"))
        #expect(try !covers(41, "2026-08-10T00:00:00Z"))
    }

    @Test(arguments: [
        ("id,lat,lon\na,28.5,\n", "p.csv:2:8: has no lon"),
        ("id,lat,lon\ra,28.5,\r", "p.csv:2:8: has no lon"),
        ("id,lat,lon\r\na,28.5,\r\n", "p.csv:2:8: has no lon"),
        ("id,lat,lon\na,28.5,x\n", "p.csv:2:8: lon is no number"),
        (
            "id,lat,lon\na,118.5,28.5\n",
            "p.csv:2:3: latitude 118.5 is off the globe: latitude and longitude are swapped"
        ),
        ("id,lat,lon,from\na,28.5,118.5,2026-13-01\n", "p.csv:2:14: from is no day or time"),
        ("id,lat,lon,from,to\na,28.5,118.5,2026-02-02,2026-02-01\n", "p.csv:2:25: ends before it begins"),
        ("id,lat,lon\na,28.5,118.5\n\na,28.5,118.5\n", "p.csv:4:1: a was already given on line 2"),
        ("id,lat,lon\na,28.5\n", "p.csv:2:1: has 2 values under 3 column names"),
        ("id,lat\na,28.5\n", "p.csv:1:1: has no column lon"),
        ("id,lat,lon\n,28.5,118.5\n", "p.csv:2:1: has no id"),
        ("id,lat,lon\n\"a,28.5,118.5\n", "p.csv:2:1: the quotes that begin here do not end"),
        ("id,lat,lon\n\"a\"b,28.5,118.5\n", "p.csv:2:4: text follows after the closing quotes"),
        ("id,lat,lon,radius_m\na,28.5,118.5,-3\n", "p.csv:2:14: radius_m must be from 0 to 100000 m"),
        ("", "p.csv: has no line of column names"),
    ])
    func `what is wrong with a register is told with its place`(text: String, message: String) {
        let found = complaint { () throws(RulesError) in try Self.register(text) }
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test func `a register with names of its own for its columns is sent to the configuration`() {
        let found = complaint { () throws(RulesError) in try Self.register("编号,纬度,经度\na,28.5,118.5\n") }
        #expect(found.contains("(--config FILE)") && found.contains("here are 编号, 纬度, 经度"), "\(found)")
    }

    @Test func `places in the datum of web maps come out where they are`() throws {
        let truth = Self.inside
        for (system, shown) in [
            (Datum.gcj02, GCJ02.fromWGS84(truth)), (.bd09, BD09.fromWGS84(truth)), (.cgcs2000, truth),
        ] {
            let data = try Self.register("id,lat,lon\na,\(shown.latitude),\(shown.longitude)\n") { $0.system = system }
            let row = try #require(data.registers["permits"]?.nearest(to: truth.moved(north: 31, east: 0), at: nil))
            #expect(abs(row.distance - 1) < 0.01)
        }
    }

    @Test(arguments: [
        "2026-08-15", "2026/8/15", "2026.08.15", "20260815", "2026年8月15日", "2026-08-15 00:00",
        "2026-08-15T00:00:00+00:00",
    ]) func `days are read as registers write them`(text: String) throws {
        #expect(try #require(CalendarText(text, utcOffsetSeconds: 0)).instant.rfc3339 == "2026-08-15T00:00:00.000000Z")
    }

    @Test(arguments: ["", "15.08.2026", "2026-02-30", "2026-8", "today", "2026-08-15 25:00", "202608151"])
    func `what is no day is none`(text: String) { #expect(CalendarText(text, utcOffsetSeconds: 0) == nil) }
}
