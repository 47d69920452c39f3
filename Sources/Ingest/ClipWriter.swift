import GStreamer
import Inspection

/// Writes access units as an MP4 with its index in front, without re-encoding.
enum ClipWriter {
    typealias Unit = PreRoll<CaptureDesk.Held>.Unit

    /// What the index may need for one picture: size, offset, duration and composition offset, with room to spare.
    private static let indexBytes = 40.0

    static func mp4(of units: [Unit], seconds: Double) throws(GStreamerError) -> Capture {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        let codec = first.payload.codec
        let pipeline = try Pipeline(
            """
            \(codec.parser) name=in ! \(codec.boxed) ! mp4mux name=mux ! giostreamsink name=out sync=false async=false
            """)
        let shown = units.map(\.time)
        let length = Self.seconds(of: shown)
        // Room for the index in front, so that a clip plays before it is wholly there. The muxer's own way (faststart)
        // puts the video into a temporary file, and locks up when it cannot write that.
        let index = Double(units.count) * Self.indexBytes + 8192
        let perSecond = min(max(index / length, 550), 10_000)
        let mux = try pipeline.element("mux")
        try mux.set("reserved-bytes-per-sec", Int(perSecond))
        try mux.set("reserved-max-duration", Int(min(max(length + 2, index / perSecond), 86_400) * 1e9))
        let memory = try MemorySink("out", of: pipeline)
        try pipeline.play()
        defer { pipeline.stop() }
        let pad = try SourcePad(into: "in", of: pipeline, caps: first.payload.caps)
        let decoding = DecodeTimes.rebuilt(from: shown)
        let origin = decoding.first ?? 0
        let step = UInt64(max(1, length / Double(units.count) * 1e9))
        for (unit, dts) in zip(units, decoding) {
            try pad.push(
                unit.payload.buffer, pts: UInt64(clamping: unit.time &- origin), dts: UInt64(clamping: dts &- origin),
                duration: step, isKey: unit.isKey)
        }
        pad.endOfStream()
        try pipeline.awaitEndOfStream(timeout: seconds)
        let bytes = memory.bytes
        guard !bytes.isEmpty else { throw GStreamerError(domain: .owner, text: "the muxer gave nothing") }
        return Capture(
            bytes: ClipTimes.cleared(bytes), mediaType: "video/mp4", time: RunningTime(nanoseconds: shown.min() ?? 0),
            seconds: length)
    }

    /// From the first picture shown to the end of the last, taken to last as long as the others do on average.
    private static func seconds(of shown: [Int64]) -> Double {
        guard let first = shown.min(), let last = shown.max(), shown.count > 1, last > first else { return 0.04 }
        let between = Double(last &- first) / 1e9
        return between + between / Double(shown.count - 1)
    }
}
