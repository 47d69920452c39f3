import Geodesy
import Testing

@Suite struct PolygonTests {
    private func point(_ latitude: Double, _ longitude: Double) -> GeodeticPoint {
        GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
    }

    private func box(_ south: Double, _ west: Double, _ north: Double, _ east: Double) -> [GeodeticPoint] {
        [point(south, west), point(south, east), point(north, east), point(north, west)]
    }

    @Test func `a hole is not inside`() throws {
        let area = try #require(Polygon(outer: box(28, 118, 29, 119), holes: [box(28.4, 118.4, 28.6, 118.6)]))
        #expect(area.contains(point(28.2, 118.2)))
        #expect(!area.contains(point(28.5, 118.5)))
        #expect(!area.contains(point(27.9, 118.5)))
        #expect(!area.contains(point(28.5, 119.1)))
    }

    @Test func `a shared edge belongs to one of two neighbours`() throws {
        let corners = box(28, 118, 29, 119)
        let slanted = [point(28, 119), point(28, 120), point(29, 120), point(29, 119)]
        let west = try #require(Polygon(outer: corners))
        let east = try #require(Polygon(outer: Array(slanted.reversed())))
        for step in 0..<100 {
            let edge = point(28 + Double(step) / 100, 119)
            #expect(west.contains(edge) != east.contains(edge))
        }
    }

    @Test func `an area across 180 degrees is one area`() throws {
        let area = try #require(Polygon(outer: box(-1, 179, 1, -179)))
        #expect(area.contains(point(0, 179.5)))
        #expect(area.contains(point(0, -179.5)))
        #expect(area.contains(point(0, 180)))
        #expect(!area.contains(point(0, 178.9)))
        #expect(!area.contains(point(0, 0)))
    }

    @Test func `near its edge a point is uncertain`() throws {
        let area = try #require(Polygon(outer: box(28, 118, 28.01, 118.01)))
        let inside = point(28.005, 118.005)
        let edge = area.distanceToEdge(from: inside)
        #expect(abs(edge - 491.4) < 1)
        #expect(area.side(of: inside, margin: 100) == .inside)
        #expect(area.side(of: inside, margin: 500) == .uncertain)
        #expect(area.side(of: point(28.02, 118.005), margin: 10) == .outside)
        #expect(area.distance(to: inside) == 0)
        #expect(abs(area.distance(to: point(28.02, 118.005)) - 1108.2) < 1)
    }

    @Test func `its size is in square metres`() throws {
        let area = try #require(
            Polygon(outer: box(28.9, 118.5, 28.909, 118.51), holes: [box(28.9, 118.5, 28.9045, 118.51)]))
        #expect(abs(area.area - 110834.1 * 0.0045 * 97532.5 * 0.01) < 1000)
    }

    @Test func `too few corners make no area`() {
        #expect(Polygon(outer: [point(0, 0), point(1, 1)]) == nil)
        #expect(Polygon(outer: [point(0, 0), point(1, 1), point(0, 0)]) == nil)
        #expect(Polygon(outer: box(0, 0, 91, 1)) == nil)
        #expect(Polygon(outer: box(0, 0, 1, 1), holes: [[point(0, 0)]]) == nil)
    }

    @Test func `the distance to a line is to its nearest stretch`() {
        let start = point(28.9, 118.5)
        let river = Polyline([start, start.moved(north: 0, east: 1000), start.moved(north: 1000, east: 1000)])
        #expect(abs(river.distance(to: start.moved(north: -30, east: 500)) - 30) < 0.01)
        #expect(abs(river.distance(to: start.moved(north: 0, east: -40)) - 40) < 0.01)
        #expect(abs(river.distance(to: start.moved(north: 500, east: 950)) - 50) < 0.1)
        #expect(Polyline([]).distance(to: start) == .infinity)
    }
}
