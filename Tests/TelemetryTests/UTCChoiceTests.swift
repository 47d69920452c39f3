import Inspection
import Testing

@testable import Telemetry

@Suite struct `Choice of UTC` {
    private static func utc(_ text: String) -> UTCTime { UTCTime(rfc3339: text) ?? UTCTime(microseconds: .min) }
    private static let now = utc("2026-03-01T04:00:00Z")

    /// Precision time, sender report, file time, arrival → what is chosen, and what is not believed.
    struct Row: Sendable {
        var precision: String?
        var sender: String?
        var file: String?
        var arrival = "2026-03-01T04:00:00Z"
        var expected: UTCProvenance
        var rejected: [UTCProvenance] = []
    }

    @Test(arguments: [
        Row(precision: "2026-03-01T03:59:59Z", sender: "2026-03-01T03:59:58Z", expected: .precisionTimeStamp),
        Row(sender: "2026-03-01T03:59:58Z", expected: .senderReport),
        Row(expected: .arrival),
        // A clock that was never set.
        Row(
            precision: "1970-01-01T00:10:00Z", sender: "2026-03-01T03:59:58Z", expected: .senderReport,
            rejected: [.precisionTimeStamp]),
        Row(precision: "1999-12-31T23:59:59Z", expected: .arrival, rejected: [.precisionTimeStamp]),
        Row(sender: "2036-02-07T06:30:00Z", expected: .arrival, rejected: [.senderReport]),
        Row(
            precision: "2015-01-01T00:00:00Z", sender: "1970-01-01T00:00:00Z", expected: .arrival,
            rejected: [.senderReport, .precisionTimeStamp]),
        // Twenty years off: GPS weeks that were counted over.
        Row(precision: "2006-07-16T04:00:00Z", expected: .arrival, rejected: [.precisionTimeStamp]),
        // A recording of last year, sent as a live stream.
        Row(precision: "2025-01-01T00:00:00Z", expected: .precisionTimeStamp),
        // The gateway itself was not told the time: it is no witness.
        Row(precision: "2026-03-01T03:59:59Z", arrival: "2018-01-28T15:58:00Z", expected: .precisionTimeStamp),
        Row(sender: "2026-03-01T03:59:59Z", arrival: "1970-01-01T00:05:00Z", expected: .senderReport),
        // Recordings may be of any year.
        Row(precision: "2009-01-01T00:00:00Z", file: "2026-02-01T00:00:00Z", expected: .precisionTimeStamp),
        Row(
            precision: "1970-01-01T00:00:09Z", file: "2026-02-01T00:00:00Z", expected: .file,
            rejected: [.precisionTimeStamp]),
        Row(file: "2026-02-01T00:00:00Z", expected: .file),
    ])
    func `goes by the best clock that is believable`(row: Row) {
        let carrier =
            row.file.map { CarrierTime(utc: Self.utc($0), provenance: .file) }
            ?? row.sender.map { CarrierTime(utc: Self.utc($0), provenance: .senderReport) }
        let choice = UTCChoice(latency: 0).choose(
            precision: row.precision.map(Self.utc), carrier: carrier, arrival: Self.utc(row.arrival))
        #expect(choice.provenance == row.expected)
        #expect(choice.rejected == row.rejected)
        let expected: String? =
            switch row.expected {
            case .precisionTimeStamp: row.precision
            case .senderReport: row.sender
            case .file: row.file
            case .arrival: row.arrival
            }
        #expect(choice.utc == expected.map(Self.utc))
    }

    @Test(arguments: [(0.0, 0), (0.25, 250_000), (-1, 0), (.nan, 0), (1e300, 3_600_000_000)])
    func `arrival is later than the picture`(latency: Double, microseconds: Int64) {
        let choice = UTCChoice(latency: latency).choose(precision: nil, carrier: nil, arrival: Self.now)
        #expect(choice.utc == Self.now.advanced(byMicroseconds: -microseconds))
    }

    @Test(arguments: [(59, false), (61, true), (-8 * 3600, true)] as [(Int64, Bool)])
    func `says when sender and gateway disagree`(seconds: Int64, isFarOff: Bool) {
        let sender = CarrierTime(utc: Self.now.advanced(byMicroseconds: seconds * 1_000_000), provenance: .senderReport)
        let choice = UTCChoice(latency: 0).choose(precision: nil, carrier: sender, arrival: Self.now)
        #expect(choice.provenance == .senderReport)
        #expect(choice.isSenderFarOff == isFarOff)
    }

    @Test func `a recording whose file says nothing keeps its own time`() {
        let precision = Self.utc("2009-01-01T00:00:00Z")
        let choice = UTCChoice(latency: 0, isRecording: true)
        #expect(choice.choose(precision: precision, carrier: nil, arrival: Self.now).utc == precision)
        #expect(choice.choose(precision: nil, carrier: nil, arrival: Self.now).provenance == .arrival)
    }

    @Test(arguments: [Int64.min, .max])
    func `no time traps`(microseconds: Int64) {
        let edge = UTCTime(microseconds: microseconds)
        for carrier in [nil, CarrierTime(utc: edge, provenance: .senderReport)] {
            _ = UTCChoice(latency: 3600).choose(precision: edge, carrier: carrier, arrival: edge)
            _ = UTCChoice(latency: 3600).choose(precision: edge, carrier: carrier, arrival: Self.now)
        }
    }

    @Test func `a false precision time is counted, and its pose kept`() throws {
        var aligner = FrameAligner()
        var flight = Flight()
        try flight.pose(0, level())
        try flight.pose(1, level())
        for event in flight.events { if case .packet(let packet) = event { _ = aligner.add(packet) } }
        // Fifteen years later.
        let arrival = UTCTime(microseconds: Flight.start + 15 * 365 * 86_400_000_000)
        let frame = Frame(
            index: 0, time: .seconds(0.5), ptsMicroseconds: nil, width: 1920, height: 1080, isKey: true,
            arrival: arrival)
        let metadata = try #require((aligner.add(frame) + aligner.flush()).first)
        #expect(metadata.provenance == .arrival)
        #expect(metadata.utc == arrival)
        #expect(metadata.telemetry?.hasFix == true)
        #expect(metadata.telemetry?.utc == nil)
        #expect(aligner.counters["false_times_precision_time_stamp"] == 1)
    }

    @Test func `a gateway's clock that steps loses and doubles no frame`() {
        var aligner = FrameAligner()
        var out: [FrameMetadata] = []
        for index in 0..<300 {
            let step: Int64 = index < 100 ? 0 : index < 200 ? 3_600_000_000 : -3_600_000_000
            out += aligner.add(
                Frame(
                    index: index, time: .seconds(Double(index) / 25), ptsMicroseconds: nil, width: 1920, height: 1080,
                    isKey: true, arrival: Self.now.advanced(byMicroseconds: Int64(index) * 40_000 + step)))
        }
        out += aligner.flush()
        #expect(out.map(\.frame.index) == Array(0..<300))
        #expect(out.allSatisfy { $0.provenance == .arrival })
    }

    @Test func `poses without presentation time are joined by two clocks`() throws {
        for hasTime in [true, false] {
            var flight = Flight()
            flight.frame(0)
            try flight.pose(0, hasTime: hasTime, level())
            try flight.pose(0.04, hasTime: hasTime, level())
            flight.frame(0.04)
            let error = try #require(flight.aligned().frames.last).clockError
            #expect(error == (hasTime ? 0 : AlignmentOptions().latencyError))
        }
    }
}
