import Geodesy
import Inspection
import Testing

@testable import Telemetry

/// A live or recorded stream with feeds beside it, event by event.
struct FeedFlight {
    static let base: Int64 = 1_748_743_200_000_000
    var aligner: FrameAligner
    var frames: [FrameMetadata] = []
    private var index = 0

    init(_ feeds: [FeedOptions] = [FeedOptions(name: "a")], _ change: (inout AlignmentOptions) -> Void = { _ in }) {
        var options = AlignmentOptions()
        options.feeds = feeds
        options.extrapolation = 0
        change(&options)
        aligner = FrameAligner(options: options)
    }

    static func utc(_ seconds: Double) -> UTCTime {
        UTCTime(microseconds: base + Int64((seconds * 1e6).rounded()))
    }

    /// `carrier` is the frame's UTC by its sender; `arrival` when it came, both seconds after the base.
    mutating func frame(_ seconds: Double, carrier: Double? = nil, arrival: Double? = nil, pts: Int64? = nil) {
        var frame = Frame(
            index: index, time: .seconds(seconds), ptsMicroseconds: pts, width: 1000, height: 500, isKey: true,
            arrival: Self.utc(arrival ?? seconds))
        frame.carrierTime = carrier.map { CarrierTime(utc: Self.utc($0), provenance: .senderReport) }
        index += 1
        frames += aligner.add(frame)
    }

    /// A message of an aircraft at `latitude`, which says it is `utc` seconds after the base.
    mutating func osd(_ utc: Double, _ latitude: Double, arrival: Double, feed: Int = 0) {
        let text = """
            {"bid":"b","tid":"t","timestamp":\(Self.utc(utc).microseconds / 1000),"gateway":"GW","data":{"latitude":\(latitude),\
            "longitude":118.5,"height":300.0,"elevation":100.0,"attitude_head":10.0,"attitude_pitch":0.0,"attitude_roll":0.0}}
            """
        var packet = MetadataPacket(
            dialect: .djiCloud, bytes: Array(text.utf8), time: nil, ptsMicroseconds: nil, pid: nil,
            arrival: Self.utc(arrival))
        packet.channel = "thing/product/SN/osd"
        frames += aligner.add(packet, feed: feed)
    }

    mutating func klv(_ seconds: Double, _ items: [Int: Double] = level()) throws {
        frames += aligner.add(
            MetadataPacket(
                dialect: .klv, bytes: try Flight.packet(seconds, items), time: .seconds(seconds), ptsMicroseconds: nil,
                pid: 1, arrival: Self.utc(seconds)))
    }

    mutating func analysis(_ text: String, arrival: Double, feed: Int? = 0) {
        frames += aligner.add(
            MetadataPacket(
                dialect: .analysis, bytes: Array(text.utf8), time: nil, ptsMicroseconds: nil, pid: nil,
                arrival: Self.utc(arrival)), feed: feed)
    }

    mutating func finish() { frames += aligner.flush() }

    var latitudes: [Double?] { frames.map { $0.telemetry?.latitude } }
}

@Suite struct `Feeds beside the video` {
    /// Ten seconds; the feed's clock is `shift` behind UTC and its packets come `delay` late.
    private func flight(
        _ feed: FeedOptions, shift: Double = 0, delay: Double = 0.05, carrier: Double? = 0, latency: Double = 0
    ) -> FeedFlight {
        var flight = FeedFlight([feed]) { $0.latency = latency }
        for step in 0..<100 {
            let now = Double(step) * 0.1
            flight.osd(now - shift, 28 + now * 0.001, arrival: now + delay)
            flight.frame(now, carrier: carrier.map { now + $0 }, arrival: now + latency)
        }
        flight.finish()
        return flight
    }

    /// The largest error of the pose, as seconds of flight.
    private func error(_ flight: FeedFlight, after start: Double = 2) throws -> Double {
        var worst = 0.0
        for frame in flight.frames where frame.frame.time.seconds >= start && frame.frame.time.seconds < 9.5 {
            let latitude = try #require(frame.telemetry?.latitude)
            worst = max(worst, abs((latitude - 28) / 0.001 - frame.frame.time.seconds))
        }
        return worst
    }

    @Test func `meet frames by UTC`() throws {
        let flight = flight(FeedOptions(name: "a"))
        #expect(flight.frames.count == 100)
        #expect(try error(flight) < 0.01)
        #expect(flight.frames[50].clockError == AlignmentOptions().latencyError)
        #expect(flight.frames[50].provenance == .senderReport)
    }

    @Test func `meet frames by arrival less the latency where the video has no clock`() throws {
        let flight = flight(FeedOptions(name: "a"), carrier: nil, latency: 0.4)
        #expect(try error(flight) < 0.01)
    }

    @Test func `are shifted by a configured offset`() throws {
        var feed = FeedOptions(name: "a")
        feed.offset = .seconds(1.2)
        #expect(try error(flight(feed, shift: 1.2)) < 0.01)
        #expect(try error(flight(FeedOptions(name: "a"), shift: 0.3)) > 0.25)
    }

    @Test(arguments: [0.7, -28_800.0, 28_800.0])
    func `learn the offset of their clock from arrivals, but for their delay`(shift: Double) throws {
        var feed = FeedOptions(name: "a")
        feed.offset = .auto
        let flight = flight(feed, shift: shift, delay: 0.05)
        #expect(try error(flight) < 0.06)
        #expect(abs((flight.aligner.feeds[0].clockDifference ?? 0) - shift - 0.05) < 0.002)
    }

    @Test func `that are too late are counted`() {
        var flight = FeedFlight()
        for step in 0..<100 { flight.frame(Double(step) * 0.1, carrier: Double(step) * 0.1) }
        flight.osd(1, 28, arrival: 10)
        #expect(flight.aligner.counters["readings_late"] == 1)
        #expect(flight.aligner.feeds[0].late == 1)
    }

    @Test func `with a false clock far ahead are refused`() {
        var flight = FeedFlight()
        flight.frame(0, carrier: 0)
        flight.osd(90_000, 28, arrival: 0)
        #expect(flight.aligner.counters["packets_far_ahead"] == 1)
    }

    @Test func `give the poses when the video's own metadata dies, and give them back`() throws {
        var flight = FeedFlight()
        for step in 0..<300 {
            let now = Double(step) * 0.1
            if !(10..<20).contains(now) { try flight.klv(now) }
            flight.osd(now, -10, arrival: now)
            flight.frame(now, carrier: now)
        }
        flight.finish()
        #expect(flight.latitudes.compactMap { $0 }.first ?? 0 > 28)
        let at = { (seconds: Double) in flight.frames[Int(seconds * 10)].telemetry?.latitude }
        #expect(at(9) ?? 0 > 28)
        // Too old, and not dead yet.
        #expect(at(13) == nil)
        #expect(at(17) == -10)
        #expect(at(25) ?? 0 > 28)
        #expect(flight.aligner.counters["pose_handovers"] == 2)
        #expect(flight.aligner.counters["poses_of_other_streams"] ?? 0 > 100)
    }

    @Test func `go before the video's own when they are configured so`() throws {
        var flight = FeedFlight { $0.feedsBeforeVideo = 1 }
        for step in 0..<20 {
            let now = Double(step) * 0.1
            try flight.klv(now)
            flight.osd(now, -10, arrival: now)
            flight.frame(now, carrier: now)
        }
        flight.finish()
        #expect(flight.latitudes.last == -10)
        #expect(flight.frames.last?.provenance == .precisionTimeStamp)
    }

    @Test func `with a fix go before what has none`() throws {
        var flight = FeedFlight()
        for step in 0..<20 {
            let now = Double(step) * 0.1
            try flight.klv(now, [5: 10, 6: 0, 7: 0, 13: 0, 14: 0])
            flight.osd(now, -10, arrival: now)
            flight.frame(now, carrier: now)
        }
        flight.finish()
        #expect(flight.latitudes.last == -10)
    }

    @Test func `go on over an interruption of the video`() {
        var flight = FeedFlight()
        for step in 0..<20 {
            let now = Double(step) * 0.1
            flight.osd(now, 28, arrival: now)
            flight.frame(now, carrier: now)
        }
        flight.frames += flight.aligner.restart()
        for step in 0..<5 { flight.osd(10 + Double(step) * 0.1, 29, arrival: 10) }
        for step in 0..<5 { flight.frame(Double(step) * 0.1, carrier: 10 + Double(step) * 0.1) }
        flight.finish()
        #expect(flight.frames.count == 25)
        #expect(flight.latitudes.suffix(5).allSatisfy { $0 == 29 })
        #expect(flight.aligner.counters["frames"] == 25)
        #expect(flight.aligner.feeds[0].packets == 25)
    }

    /// Fewer of a receiver's positions than are waited with for fused ones.
    private func receiverFlight(_ change: (inout FeedOptions) -> Void = { _ in }) throws -> FeedFlight {
        var feed = FeedOptions(name: "a")
        change(&feed)
        var flight = FeedFlight([feed])
        var builder = MAVLinkBuilder()
        flight.frame(0, carrier: 0)
        for step in 0..<4 {
            let utc = FeedFlight.utc(Double(step) * 0.1)
            let bytes = try builder.receiver(time: Double(utc.microseconds))
            flight.frames += flight.aligner.add(
                MetadataPacket(
                    dialect: .mavlink, bytes: bytes, time: nil, ptsMicroseconds: nil, pid: nil, arrival: utc), feed: 0)
        }
        flight.frame(0.1, carrier: 0.1)
        return flight
    }

    @Test func `give what their readers waited with when all is over`() throws {
        var flight = try receiverFlight()
        #expect(flight.frames.isEmpty)
        flight.frames += flight.aligner.finish()
        #expect(flight.latitudes == [28.9, 28.9])
        #expect(flight.aligner.feeds[0].poses == 4)
    }

    @Test func `give what their readers waited with when they end before the video`() throws {
        var flight = try receiverFlight { $0.isRecorded = true }
        #expect(flight.aligner.reach(of: 0) == nil)
        flight.frames += flight.aligner.finish(feed: 0)
        #expect(flight.aligner.reach(of: 0) == .seconds(0.3))
        #expect(flight.latitudes == [28.9, 28.9])
    }

    @Test func `count a document that is cut off by the end, and only then`() {
        var flight = FeedFlight()
        flight.frames += flight.aligner.add(
            MetadataPacket(
                dialect: .onvif, bytes: Array("<tt:MetadataStream><tt:VideoAnalytics>".utf8), time: nil,
                ptsMicroseconds: nil, pid: nil, arrival: FeedFlight.utc(0)), feed: 0)
        flight.frames += flight.aligner.flush()
        flight.frames += flight.aligner.restart()
        #expect(flight.aligner.counters["onvif_documents_truncated"] == nil)
        flight.frames += flight.aligner.finish()
        #expect(flight.aligner.counters["onvif_documents_truncated"] == 1)
    }

    @Test func `of a file are joined from their start when told to`() throws {
        var feed = FeedOptions(name: "flight.ndjson")
        feed.isRecorded = true
        feed.join = .start
        feed.offset = .seconds(0.5)
        var flight = FeedFlight([feed])
        flight.frame(3)
        for step in 0..<50 { flight.osd(7000 + Double(step) * 0.1, 28 + Double(step) * 0.0001, arrival: 0) }
        #expect(flight.aligner.reach(of: 0) == .seconds(8.4))
        for step in 1..<40 { flight.frame(3 + Double(step) * 0.1) }
        flight.finish()
        #expect(flight.aligner.counters["packets_far_ahead"] == nil)
        let latitude = try #require(flight.frames[20].telemetry?.latitude)
        #expect(abs(latitude - (28 + 15 * 0.0001)) < 1e-7)
    }

    @Test func `are forgotten when their file ends`() {
        var flight = FeedFlight([])
        var feed = FeedOptions(name: "one.tlog")
        feed.isRecorded = true
        let place = flight.aligner.append(feed)
        flight.frame(0, carrier: 0)
        flight.osd(0, 28, arrival: 0, feed: place)
        flight.aligner.removeFeeds(from: 0)
        flight.frame(0.1, carrier: 0.1)
        flight.finish()
        #expect(flight.latitudes.last == .some(nil))
        #expect(flight.aligner.feeds.isEmpty)
        #expect(
            flight.aligner.add(
                MetadataPacket(
                    dialect: .djiCloud, bytes: [], time: nil, ptsMicroseconds: nil, pid: nil, arrival: FeedFlight.utc(0)
                ),
                feed: place
            ).isEmpty)
    }

    @Test func `say objects of frames by UTC or by PTS, and frames wait for them`() throws {
        var flight = FeedFlight()
        for step in 0..<50 {
            let now = Double(step) * 0.1
            try flight.klv(now)
            flight.frame(now, carrier: now, pts: 5_000_000 + Int64(step) * 100_000)
            guard step >= 2 else { continue }
            // Two frames late.
            let name =
                step % 2 == 0
                ? "\"utc\":\"\(FeedFlight.utc(now - 0.2).rfc3339)\"" : "\"pts_us\":\(5_000_000 + (step - 2) * 100_000)"
            flight.analysis(
                "{\(name),\"objects\":[{\"label\":\"car\",\"confidence\":0.5,\"box\":[0.1,0.2,0.3,0.4]}]}",
                arrival: now)
        }
        flight.finish()
        #expect(flight.frames.count == 50)
        let seen = flight.frames.dropFirst(3).prefix(40)
        #expect(seen.allSatisfy { $0.objects.count == 1 })
        let box = try #require(seen.first?.objects.first?.box)
        #expect(abs(box.left - 100) < 1e-9 && abs(box.bottom - 200) < 1e-9)
    }

    @Test func `never hold a frame longer than it may wait`() {
        var flight = FeedFlight()
        var longest = 0.0
        for step in 0..<100 {
            let now = Double(step) * 0.1
            flight.osd(now - 5, 28, arrival: now)
            let before = flight.frames.count
            flight.frame(now, carrier: now)
            for frame in flight.frames[before...] { longest = max(longest, now - frame.frame.time.seconds) }
        }
        #expect(longest <= 0.6)
        #expect(flight.frames.count > 90)
    }
}

@Suite struct `Poses between and beyond` {
    private func line(_ samples: [(Double, TelemetrySample)]) -> PoseLine {
        var line = PoseLine()
        for (seconds, sample) in samples { line.insert(sample, at: .seconds(seconds)) }
        return line
    }

    private func sample(_ latitude: Double, _ longitude: Double, yaw: Double = 0, pitch: Double = 0) -> TelemetrySample
    {
        var sample = TelemetrySample()
        sample.latitude = latitude
        sample.longitude = longitude
        sample.camera = .earth(.init(yaw: yaw, pitch: pitch, roll: 0))
        sample.hasFix = true
        return sample
    }

    @Test func `are carried on at the last rate, no farther than allowed, and their age is said`() throws {
        let line = line([(0, sample(28, 118, yaw: 350)), (1, sample(28.001, 118, yaw: 355))])
        let near = try #require(line.pose(at: .seconds(1.1), extrapolation: 0.2))
        #expect(abs((near.sample.latitude ?? 0) - 28.0011) < 1e-9)
        #expect(abs(near.age - 0.1) < 1e-9)
        let far = try #require(line.pose(at: .seconds(3), extrapolation: 0.2))
        #expect(abs((far.sample.latitude ?? 0) - 28.0012) < 1e-9)
        #expect(far.age == 2)
        let held = try #require(line.pose(at: .seconds(3), extrapolation: 0))
        #expect(held.sample.latitude == 28.001)
    }

    @Test func `are not carried on by what lies far back, or too close`() throws {
        let old = line([(0, sample(28, 118)), (10, sample(29, 118))])
        #expect(try #require(old.pose(at: .seconds(10.2), extrapolation: 0.2)).sample.latitude == 29)
        let close = line([(1, sample(28, 118)), (1.001, sample(28.1, 118))])
        #expect(abs(try #require(close.pose(at: .seconds(1.2), extrapolation: 0.2)).sample.latitude ?? 0) <= 28.2001)
    }

    @Test func `go over the pole`() throws {
        let line = line([(0, sample(89.9, 10)), (1, sample(89.9, -170))])
        let middle = try #require(line.pose(at: .seconds(0.5))).sample
        #expect((middle.latitude ?? 0) > 89.99)
        let before = try #require(line.pose(at: .seconds(0.25))).sample
        #expect(abs((before.latitude ?? 0) - 89.95) < 1e-6)
        #expect(abs((before.longitude ?? 0) - 10) < 1e-6)
    }

    @Test func `swing past straight down the short way`() throws {
        var over = sample(28, 118)
        over.camera = .earth(.init(yaw: 180, pitch: -80, roll: 180))
        let line = line([(0, sample(28, 118, yaw: 0, pitch: -80)), (1, over)])
        guard case .earth(let middle)? = try #require(line.pose(at: .seconds(0.5))).sample.camera,
            case .earth(let before)? = try #require(line.pose(at: .seconds(0.25))).sample.camera
        else {
            Issue.record("no camera")
            return
        }
        #expect(middle.pitch < -89.9)
        #expect(abs(before.pitch + 85) < 0.01)
    }
}
