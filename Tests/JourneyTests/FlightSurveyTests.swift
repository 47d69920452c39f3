import Geodesy
import Geotagging
import Inspection
import Testing

@testable import flyonce

/// What is kept of a flight's coverage, and when: squares of 40 m stand for footprints.
@Suite struct FlightSurveyTests {
    private struct NoStore: CoverageStore {
        func save(_ coverage: FlightCoverage) async throws(StoreError) {}
        func coverage(of flight: FlightID) async throws(StoreError) -> FlightCoverage? { nil }
        func coverages(
            day: String?, source: Name?, limit: Int
        ) async throws(StoreError) -> [FlightCoverage] { [] }
    }

    private static let second: Int64 = 1_000_000_000
    private static let origin = GeodeticPoint(latitude: 28.9, longitude: 118.5, height: 50)

    private static func survey() -> FlightSurvey {
        FlightSurvey(options: .init(gsd: 0.1, utcOffset: 28_800), store: NoStore()) { frame in
            guard let sample = frame.telemetry, let latitude = sample.latitude, let longitude = sample.longitude,
                sample.hasFix
            else { return .failure(.noFix) }
            let place = GeodeticPoint(latitude: latitude, longitude: longitude, height: 0)
            let ring = [(-20.0, -20.0), (-20, 20), (20, 20), (20, -20)].map { place.moved(north: $0.0, east: $0.1) }
            return .success(Footprint(rings: [ring], corners: [], center: nil, isCut: false, method: .rayEllipsoid))
        }
    }

    private static func flight() throws -> Flight {
        let time = try #require(UTCTime(rfc3339: "2026-08-20T22:00:00Z"))
        return Flight(
            id: FlightID(milliseconds: 7, randomness: (1, 2)), source: try #require(Name("uav-1")), firstFrame: time,
            lastFrame: time, lastArrival: time, content: "live", ended: false)
    }

    private static func frame(_ seconds: Double, north: Double) -> FrameMetadata {
        let place = origin.moved(north: north, east: 0)
        var sample = TelemetrySample()
        sample.latitude = place.latitude
        sample.longitude = place.longitude
        sample.hasFix = true
        let time = UTCTime(microseconds: 0)
        return FrameMetadata(
            frame: Frame(
                index: 0, time: .seconds(seconds), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
                arrival: time),
            utc: time, provenance: .arrival, telemetry: sample, poseAge: 0, objects: [])
    }

    /// Ten minutes at 10 m/s, ten frames a second.
    private static func fly(
        _ survey: inout FlightSurvey, seconds: Range<Int>
    ) -> (kept: [FlightCoverage], gained: Int64) {
        var kept: [FlightCoverage] = []
        var gained: Int64 = 0
        for tenth in seconds.lowerBound * 10..<seconds.upperBound * 10 {
            gained += survey.observe(frame(Double(tenth) / 10, north: Double(tenth)))
            if let due = survey.due(at: Int64(tenth) * second / 10) { kept.append(due) }
        }
        return (kept, gained)
    }

    @Test func `a flight is kept every minute, and whole at its end`() throws {
        var survey = Self.survey()
        survey.begin(try Self.flight(), kept: nil, now: 0)
        let (kept, gained) = Self.fly(&survey, seconds: 0..<300)
        #expect(kept.count == 4)
        #expect(zip(kept, kept.dropFirst()).allSatisfy { $0.squareKilometers < $1.squareKilometers })
        let ended = survey.end(at: 300 * Self.second)
        let whole = try #require(ended)
        // 06:00 of the next day, eight hours east.
        #expect(whole.day == "2026-08-21" && whole.source.text == "uav-1" && whole.gsd == 0.1)
        // From 20 m before the first frame to 20 m behind the last.
        #expect(abs(whole.squareKilometers / (40 * (2999 + 40) / 1e6) - 1) < 0.01, "\(whole.squareKilometers)")
        #expect(abs(Double(gained) / (40 * 3030) - 1) < 0.01)
        let cells = try #require(Coverage(bytes: whole.cells))
        #expect(cells.area / 1e6 == whole.squareKilometers && cells.grid.cell == whole.cell)
        let again = survey.end(at: 301 * Self.second)
        #expect(again == nil)
    }

    @Test func `a flight that goes on after a restart goes on with what was kept`() throws {
        var first = Self.survey()
        first.begin(try Self.flight(), kept: nil, now: 0)
        let kept = try #require(Self.fly(&first, seconds: 0..<100).kept.last)
        var second = Self.survey()
        second.begin(try Self.flight(), kept: kept, now: 0)
        let gained = Self.fly(&second, seconds: 100..<150).gained
        #expect(abs(Double(gained) / (40 * 530) - 1) < 0.05, "\(gained)")
        let ended = second.end(at: 0)
        // A minute was kept, the forty seconds behind it were lost.
        #expect(abs((ended?.squareKilometers ?? 0) / (40 * (640 + 540) / 1e6) - 1) < 0.03)
    }

    @Test func `what stands still is kept once, and what sees nothing never`() throws {
        var survey = Self.survey()
        survey.begin(try Self.flight(), kept: nil, now: 0)
        var due = 0
        for second in 0..<600 {
            _ = survey.observe(Self.frame(Double(second), north: 0))
            if survey.due(at: Int64(second) * Self.second) != nil { due += 1 }
        }
        #expect(due == 1)
        survey.begin(try Self.flight(), kept: nil, now: 0)
        var blind = Self.frame(1, north: 0)
        blind.telemetry = nil
        let gained = survey.observe(blind)
        let ended = survey.end(at: 0)
        #expect(gained == 0 && ended == nil)
    }

    @Test(arguments: [(nil, 0.21), (5, nil)] as [(Int?, Double?)])
    func `a flight that saw all too coarsely says how finely it saw`(fineFrom: Int?, finest: Double?) throws {
        var survey = FlightSurvey(
            options: .init(gsd: 0.1, utcOffset: 0), store: NoStore(),
            finest: { 0.2 + abs(Double($0.frame.time.seconds) - 3) / 100 + 0.01 }
        ) { frame in
            guard let fineFrom, frame.frame.time.seconds >= Double(fineFrom) else { return .failure(.tooOblique) }
            let ring = [(-20.0, -20.0), (-20, 20), (20, 20), (20, -20)].map {
                Self.origin.moved(north: $0.0, east: $0.1)
            }
            return .success(Footprint(rings: [ring], corners: [], center: nil, isCut: false, method: .rayEllipsoid))
        }
        survey.begin(try Self.flight(), kept: nil, now: 0)
        for second in 0..<10 { _ = survey.observe(Self.frame(Double(second), north: Double(second) * 30)) }
        _ = survey.end(at: 0)
        let said = survey.takeComplaint()
        #expect((said == nil) == (finest == nil))
        if let finest, let said {
            #expect(
                said.contains("too_coarse, \(finest)0 m a pixel at best") && said.contains("0.1 m a pixel"), "\(said)")
        }
        let again = survey.takeComplaint()
        #expect(again == nil)
    }

    @Test func `what was kept and cannot be read is begun anew`() throws {
        var survey = Self.survey()
        let flight = try Self.flight()
        let damaged = FlightCoverage(
            flight: flight.id, source: flight.source, day: "2026-08-20", gsd: 0.1, cell: 1, squareKilometers: 5,
            cells: [3, 1, 4])
        survey.begin(flight, kept: damaged, now: 0)
        _ = survey.observe(Self.frame(0, north: 0))
        let ended = survey.end(at: 0)
        #expect(abs((ended?.squareKilometers ?? 0) / 0.0016 - 1) < 0.03)
    }
}
