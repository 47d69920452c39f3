import Foundation
import Geodesy
import Inspection
import LocatedYAML
import Testing

@testable import Rules

/// Files as large as they may be, and larger: time and memory stay bounded.
@Suite(.serialized) struct GroundBoundsTests {
    /// Bytes that the process takes in memory. Source: proc(5), statm.
    private static func residentBytes() -> Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }

    /// Processor seconds of `work`, and by how many bytes the process grew.
    @discardableResult
    private static func measured<Value>(_ what: String, _ work: () throws -> Value) rethrows -> Value {
        let (before, start) = (residentBytes(), clock())
        let value = try work()
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        let grown = residentBytes() - before
        print("\(what): \((seconds * 10).rounded() / 10) s, \(grown / 1_048_576) MiB more")
        #expect(seconds < 240 && grown < 2 << 30)
        return value
    }

    private static func ring(_ corners: Int) -> [UInt8] {
        var text: [UInt8] = Array(#"{"type":"Feature","id":"L-1","geometry":{"type":"Polygon","coordinates":[["#.utf8)
        for corner in 0..<corners {
            let angle = Double(corner) * 2 * .pi / Double(corners)
            let radius = corner.isMultiple(of: 2) ? 0.5 : 0.499_999
            let (x, y) = (118.5 + radius * cos(angle), 28.5 + radius * sin(angle))
            text += Array("[\(x),\(y)]\(corner == corners - 1 ? "" : ",")".utf8)
        }
        return text + Array("]]}}".utf8)
    }

    #if DEBUG
    private static let corners = 10_000
    #else
    private static let corners = 1_000_000
    #endif

    @Test func `a register of one outline of a million corners is read and asked`() throws {
        let bytes = Self.ring(Self.corners)
        let source = RegisterSource(name: "sites", file: "sites.geojson")
        let data = try Self.measured("a register of \(Self.corners) corners, \(bytes.count / 1_048_576) MiB") {
            try GroundData.read(areas: [], registers: [(source, bytes)])
        }
        let register = try #require(data.registers["sites"])
        let middle = GeodeticPoint(latitude: 28.5, longitude: 118.5, height: 0)
        #expect(register.row(covering: middle, at: nil)?.id == "L-1")
        #expect(register.row(covering: GeodeticPoint(latitude: 29.2, longitude: 118.5, height: 0), at: nil) == nil)
        let away = try #require(
            register.nearest(to: GeodeticPoint(latitude: 29.01, longitude: 118.5, height: 0), at: nil))
        #expect(away.distance > 1000 && away.distance < 1200)
        #expect(data.warnings.count == 1)
    }

    @Test func `the row over the limit is told with its line`() {
        let bytes = Array("id\n1\n\n2\n3\n4\n".utf8)
        var complaints = DataComplaints(file: "p.csv", bytes: bytes)
        var table = CSVTable(bytes, maximumRows: 3, into: &complaints)
        var rows: [String] = []
        while let row = table.next(into: &complaints) { rows.append(row.cells[0].text) }
        #expect(rows == ["1", "2", "3"])
        #expect(complaints.listed.map(\.line) == [6])
        #expect(table.next(into: &complaints)?.cells.isEmpty ?? true)
    }

    @Test func `what is wrong beyond the things listed is counted, and its place is not sought`() {
        var complaints = DataComplaints(file: "p.csv", bytes: Array("a\nb".utf8))
        for _ in 0..<DataComplaints.limit { complaints.add(at: 2, "is wrong") }
        let place = complaints.place(of: 2)
        #expect(place.line == 0 && place.column == 0)
        complaints.add(at: 2, "is wrong")
        let listed = complaints.listed
        #expect(listed.count == DataComplaints.limit + 1)
        #expect(listed[DataComplaints.limit - 1].line == 2 && listed[DataComplaints.limit].line == 0)
    }

    #if !DEBUG
    @Test func `two hundred thousand rows are read, and one more is refused with its line`() throws {
        let count = Register.limit
        var text: [UInt8] = Array("id,lat,lon,note\n".utf8)
        for row in 0..<count { text += Array("\(row),28.\(row % 9973),118.\(row % 9967),x\n".utf8) }
        let source = RegisterSource(name: "permits", file: "p.csv")
        let data = try Self.measured("a register of \(count) rows") {
            try GroundData.read(areas: [], registers: [(source, text)])
        }
        #expect(data.rowCount == count)
        text += Array("more,28.1,118.1,x\n".utf8)
        do throws(RulesError) {
            _ = try GroundData.read(areas: [], registers: [(source, text)])
            Issue.record("one row too many was read")
        } catch {
            #expect(error.description.hasPrefix("p.csv:\(count + 2):1: has more than \(count) rows"))
        }
    }
    #endif

    @Test func `rows of nothing but commas do not fill the memory`() {
        let line = Array(("id,lat,lon" + String(repeating: ",", count: 509) + "\n").utf8)
        let empty = Array((String(repeating: ",", count: 511) + "\n").utf8)
        var text = line
        for _ in 0..<4000 { text += empty }
        let source = RegisterSource(name: "permits", file: "p.csv")
        Self.measured("\(text.count / 1_048_576) MiB of commas") {
            #expect(throws: RulesError.self) { try GroundData.read(areas: [], registers: [(source, text)]) }
        }
    }

    @Test func `a row of GeoJSON without coordinates is told, and so is one with none at all`() {
        let text = """
            {"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{"id":"a"},"geometry":{"type":"Point","coordinates":[118.5,28.5]}},
            {"type":"Feature","properties":{"id":"b"},"geometry":null},
            {"type":"Feature","properties":{"id":"c"}, "geometry":{"type":"Point","coordinates":[]}},
            {"type":"Feature","properties":{"id":"d","to":"2026-02-30"}, "geometry":{"type":"Point","coordinates":[28.5,118.5]}}
            ]}
            """
        let source = RegisterSource(name: "permits", file: "p.geojson")
        do throws(RulesError) {
            _ = try GroundData.read(areas: [], registers: [(source, Array(text.utf8))])
            Issue.record("it was read")
        } catch {
            for message in [
                "p.geojson:3:1: has no geometry", "p.geojson:4:", "p.geojson:5:",
                "to is no day or time: 2026-02-30", "latitude and longitude are swapped",
            ] { #expect(error.description.contains(message), "\(error.description)") }
        }
    }
}
