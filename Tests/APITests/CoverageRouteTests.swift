import Foundation
import Geodesy
import HTTPTypes
import Inspection
import Store
import Testing

@testable import API

@Suite struct CoverageRouteTests {
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 0)

    private static func square(_ north: Double, _ east: Double, _ size: Double) -> [GeodeticPoint] {
        [(0.0, 0.0), (0, size), (size, size), (size, 0)].map {
            origin.moved(north: north + $0.0, east: east + $0.1)
        }
    }

    /// A flight that saw a square, metres north and east of the origin.
    private static func save(
        _ number: UInt64, _ north: Double, _ east: Double, _ size: Double = 400, day: String = "2026-08-20",
        source: String = "mast", in gateway: TestGateway
    ) async throws -> FlightID {
        let flight = FlightID(milliseconds: 1_755_000_000_000 + number, randomness: (number, number))
        let ring = square(north, east, size)
        var coverage = Coverage(grid: try #require(CoverageGrid(around: origin, cell: 1)))
        coverage.add(ring)
        try await gateway.store.save(
            FlightCoverage(
                flight: flight, source: try #require(Name(source)), day: day, gsd: 0.1, cell: coverage.grid.cell,
                squareKilometers: coverage.area / 1e6, cells: coverage.encoded()))
        return flight
    }

    private static func gateway() throws -> TestGateway {
        // 200 m by 200 m, and one far away.
        let park = try #require(GroundShape(areas: [[square(0, 0, 200)]]))
        let far = try #require(GroundShape(areas: [[square(5000, 0, 200)]]))
        return try TestGateway(areas: [
            .init(name: "park", kind: "site", shape: park), .init(name: "far", kind: "site", shape: far),
        ])
    }

    private static func properties(_ feature: [String: Any]) throws -> [String: Any] {
        try #require(feature["properties"] as? [String: Any])
    }

    private static func features(_ answer: Answer) throws -> [[String: Any]] {
        try #require(answer.object["features"] as? [[String: Any]])
    }

    @Test func `a flight's coverage is a Feature with its area, and each area's share`() async throws {
        let gateway = try Self.gateway()
        let flight = try await Self.save(1, 100, 0, in: gateway)
        let answer = try await gateway.call(.get, "/v1/coverage")
        #expect(answer.status == 200)
        #expect(answer.object["type"] as? String == "FeatureCollection")
        let feature = try #require(try Self.features(answer).first)
        let properties = try Self.properties(feature)
        #expect(properties["flight"] as? String == flight.description)
        #expect(properties["source"] as? String == "mast")
        #expect(properties["day"] as? String == "2026-08-20")
        #expect(properties["gsd_m"] as? Double == 0.1)
        #expect(abs((properties["km2"] as? Double ?? 0) / 0.16 - 1) < 0.01)
        let areas = try #require(properties["areas"] as? [[String: Any]])
        #expect(areas.map { $0["name"] as? String } == ["park"])
        #expect(abs((areas[0]["km2"] as? Double ?? 0) / 0.02 - 1) < 0.02, "\(areas)")
        #expect(abs((areas[0]["share"] as? Double ?? 0) - 0.5) < 0.01)
        let geometry = try #require(feature["geometry"] as? [String: Any])
        #expect(geometry["type"] as? String == "Polygon")
        let rings = try #require(geometry["coordinates"] as? [[[Double]]])
        #expect(rings.count == 1 && rings[0].first == rings[0].last && rings[0].count >= 5)
    }

    @Test func `a day counts once what two flights saw`() async throws {
        let gateway = try Self.gateway()
        _ = try await Self.save(1, 0, 0, in: gateway)
        _ = try await Self.save(2, 0, 200, in: gateway)
        _ = try await Self.save(3, 0, 0, day: "2026-08-19", in: gateway)
        let answer = try await gateway.call(.get, "/v1/coverage")
        let days = try #require(answer.object["days"] as? [[String: Any]])
        #expect(days.map { $0["day"] as? String } == ["2026-08-20", "2026-08-19"])
        #expect(days.map { $0["flights"] as? Int } == [2, 1])
        #expect(abs((days[0]["km2"] as? Double ?? 0) / 0.24 - 1) < 0.01, "\(days)")
        #expect(abs((days[1]["km2"] as? Double ?? 0) / 0.16 - 1) < 0.01)
        let areas = try #require(days[0]["areas"] as? [[String: Any]])
        #expect(abs((areas[0]["share"] as? Double ?? 0) - 1) < 0.01)
    }

    @Test func `it is asked by day, source and flight`() async throws {
        let gateway = try Self.gateway()
        let first = try await Self.save(1, 0, 0, in: gateway)
        let second = try await Self.save(2, 0, 0, day: "2026-08-21", source: "dock", in: gateway)
        func flights(_ query: String) async throws -> [String] {
            try Self.features(try await gateway.call(.get, "/v1/coverage?" + query)).compactMap { $0["id"] as? String }
        }
        #expect(try await flights("day=2026-08-21") == [second.description])
        #expect(try await flights("source=mast") == [first.description])
        #expect(try await flights("flight=\(first)") == [first.description])
        #expect(try await flights("flight=\(first)&day=2026-08-21") == [])
        #expect(try await flights("day=2026-08-22") == [])
    }

    @Test func `an area of which nothing was seen has the share 0, around what was seen or in the box asked for`()
        async throws
    {
        let gateway = try Self.gateway()
        _ = try await Self.save(1, 220, 0, in: gateway)
        func shares(_ query: String) async throws -> [String: Double] {
            let answer = try await gateway.call(.get, "/v1/coverage?" + query)
            #expect(answer.status == 200, "\(answer.text)")
            let days = try #require(answer.object["days"] as? [[String: Any]])
            let feature = try #require(try Self.features(answer).first)
            func told(_ members: [String: Any]) throws -> [String: Double] {
                let areas = try #require(members["areas"] as? [[String: Any]])
                let pairs = areas.compactMap { area -> (String, Double)? in
                    guard let name = area["name"] as? String, let share = area["share"] as? Double else { return nil }
                    return (name, share)
                }
                return Dictionary(pairs, uniquingKeysWith: { a, _ in a })
            }
            let shares = try told(try Self.properties(feature))
            #expect(try days.map(told) == [shares])
            return shares
        }
        #expect(try await shares("") == ["park": 0])
        #expect(try await shares("bbox=118,28.5,119,29.5") == ["park": 0, "far": 0])
        #expect(try await shares("bbox=118,27.5,119,28.5") == [:])
    }

    @Test func `a small area that was wholly seen has the share 1, wherever it lies between the cells`() async throws {
        let phases = [0.0, 0.3, 0.6, 0.9]
        let gateway = try TestGateway(
            areas: try phases.map { phase in
                let shape = try #require(GroundShape(areas: [[Self.square(phase, phase, 2.5)]]))
                return .init(name: "yard \(phase)", kind: "site", shape: shape)
            })
        _ = try await Self.save(1, -20, -20, 60, in: gateway)
        let answer = try await gateway.call(.get, "/v1/coverage")
        let properties = try Self.properties(try #require(try Self.features(answer).first))
        let areas = try #require(properties["areas"] as? [[String: Any]])
        #expect(areas.map { $0["share"] as? Double } == [1, 1, 1, 1], "\(areas)")
    }

    @Test func `a source of which nothing is known is refused, one that flew is not`() async throws {
        let gateway = try Self.gateway()
        _ = try await Self.save(1, 0, 0, source: "former", in: gateway)
        #expect(try await gateway.call(.get, "/v1/coverage?source=former&day=2026-08-01").status == 200)
        #expect(try await gateway.call(.get, "/v1/coverage?source=dock").status == 200)
        let answer = try await gateway.call(.get, "/v1/coverage?source=nope")
        #expect(answer.status == 404 && answer.code == "no_source", "\(answer.text)")
    }

    @Test func `a page that ends within a day tells nothing of that day as a whole`() async throws {
        let gateway = try Self.gateway()
        for number in 1...3 { _ = try await Self.save(UInt64(number), 0, 0, in: gateway) }
        _ = try await Self.save(4, 0, 0, day: "2026-08-21", in: gateway)
        let answer = try await gateway.call(.get, "/v1/coverage?limit=2")
        #expect(answer.object["more"] as? Bool == true)
        #expect(try Self.features(answer).count == 2)
        let days = try #require(answer.object["days"] as? [[String: Any]])
        #expect(days.map { $0["day"] as? String } == ["2026-08-21"])
    }

    @Test(arguments: [
        "day=today", "day=2026-02-30", "day=2026-8-1", "flight=7", "source=A%20B", "limit=0", "limit=1000", "area=park",
        "bbox=1,2,3", "bbox=118,29,119,28", "bbox=0,0,100,1",
    ])
    func `what cannot be meant is refused`(query: String) async throws {
        let answer = try await Self.gateway().call(.get, "/v1/coverage?" + query)
        #expect(answer.status == 400)
    }

    @Test func `no token, no coverage; no flight, an empty one`() async throws {
        let gateway = try Self.gateway()
        #expect(try await gateway.call(.get, "/v1/coverage", token: nil).status == 401)
        let answer = try await gateway.call(.get, "/v1/coverage")
        #expect(try Self.features(answer).isEmpty)
        #expect(answer.object["more"] as? Bool == false)
    }

    @Test func `cells that cannot be read are passed over`() async throws {
        let gateway = try Self.gateway()
        try await gateway.store.save(
            FlightCoverage(
                flight: FlightID(milliseconds: 1, randomness: (1, 1)), source: try #require(Name("mast")),
                day: "2026-08-20", gsd: 0.1, cell: 1, squareKilometers: 1, cells: [9, 9]))
        let answer = try await gateway.call(.get, "/v1/coverage")
        #expect(answer.status == 200)
        #expect(try Self.features(answer).isEmpty)
    }
}
