import Dispatch
import GStreamer
import Inspection

/// Writes access units as a file that plays, without re-encoding: H.264 and H.265 as MP4 with its index in front, so that a
/// clip plays before it is wholly there and a broken-off one plays as far as it goes; MPEG-2 as a transport stream.
enum ClipWriter {
    typealias Unit = PreRoll<CaptureDesk.Held>.Unit

    /// What the index may need for one picture: size, offset, duration and composition offset, with room to spare.
    private static let indexBytes = 40.0

    /// Takes at most about so many seconds.
    static func clip(of units: [Unit], seconds: Double) throws(GStreamerError) -> Capture {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        // Browsers and players take MPEG-2 video in a transport stream, and next to none in MP4.
        if first.payload.codec.rawValue == "mpeg2" { return try transportStream(of: units, seconds: seconds) }
        return try mp4(of: units, seconds: seconds)
    }

    static func mp4(of units: [Unit], seconds: Double) throws(GStreamerError) -> Capture {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        let codec = first.payload.codec
        let pipeline = try Pipeline(
            """
            \(codec.parser) name=in ! \(codec.boxed) ! mp4mux name=mux ! giostreamsink name=out sync=false async=false
            """)
        // Room for the index in front. The muxer's own way (faststart) puts the video into a temporary file, and locks up
        // when it cannot write that.
        let length = Self.seconds(of: units)
        let index = Double(units.count) * Self.indexBytes + 8192
        let perSecond = min(max(index / length, 550), 10_000)
        let mux = try pipeline.element("mux")
        try mux.set("reserved-bytes-per-sec", Int(perSecond))
        try mux.set("reserved-max-duration", Int(min(max(length + 2, index / perSecond), 86_400) * 1e9))
        return capture(ClipTimes.cleared(try written(units, through: pipeline, seconds)), "video/mp4", of: units)
    }

    static func transportStream(of units: [Unit], seconds: Double) throws(GStreamerError) -> Capture {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        let pipeline = try Pipeline(
            "\(first.payload.codec.parser) name=in ! mpegtsmux ! giostreamsink name=out sync=false async=false")
        return capture(try written(units, through: pipeline, seconds), "video/mp2t", of: units)
    }

    private static func written(
        _ units: [Unit], through pipeline: Pipeline, _ seconds: Double
    ) throws(GStreamerError) -> [UInt8] {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        let deadline = DispatchTime.now() + seconds
        let memory = try MemorySink("out", of: pipeline)
        try pipeline.play()
        defer { pipeline.stop() }
        let pad = try SourcePad(into: "in", of: pipeline, caps: first.payload.caps)
        let decoding = DecodeTimes.rebuilt(from: units.map(\.time))
        let origin = decoding.first ?? 0
        let step = UInt64(max(1, Self.seconds(of: units) / Double(units.count) * 1e9))
        for (unit, dts) in zip(units, decoding) {
            guard DispatchTime.now() < deadline else {
                throw GStreamerError(domain: .owner, text: "not written within \(seconds) s")
            }
            try pad.push(
                unit.payload.buffer, pts: UInt64(clamping: unit.time &- origin), dts: UInt64(clamping: dts &- origin),
                duration: step, isKey: unit.isKey)
        }
        pad.endOfStream()
        try pipeline.awaitEndOfStream(timeout: seconds)
        let bytes = memory.bytes
        guard !bytes.isEmpty else { throw GStreamerError(domain: .owner, text: "the muxer gave nothing") }
        return bytes
    }

    private static func capture(_ bytes: [UInt8], _ mediaType: String, of units: [Unit]) -> Capture {
        Capture(
            bytes: bytes, mediaType: mediaType, time: RunningTime(nanoseconds: units.map(\.time).min() ?? 0),
            seconds: seconds(of: units))
    }

    /// From the first picture shown to the end of the last, taken to last as long as the others do on average.
    private static func seconds(of units: [Unit]) -> Double {
        guard let first = units.map(\.time).min(), let last = units.map(\.time).max(), units.count > 1, last > first
        else { return 0.04 }
        let between = Double(last &- first) / 1e9
        return between + between / Double(units.count - 1)
    }
}
