import Dispatch
import GStreamer
import Inspection

/// Writes access units as an MP4 with its index in front, without re-encoding.
enum ClipWriter {
    typealias Unit = PreRoll<CaptureDesk.Held>.Unit

    static func mp4(of units: [Unit], scratch directory: String, seconds: Double) throws(GStreamerError) -> Capture {
        guard let first = units.first else { throw GStreamerError(domain: .owner, text: "nothing is held") }
        let codec = first.payload.codec
        let pipeline = try Pipeline(
            """
            \(codec.parser) name=in ! \(codec.boxed) ! mp4mux name=mux faststart=true \
            ! appsink name=out sync=false async=false enable-last-sample=false
            """)
        // The media waits in a file while its index is made; the muxer removes it.
        let token = String(UInt64.random(in: .min ... .max), radix: 16)
        try pipeline.element("mux").set("faststart-file", directory + "/flyonce-clip-" + token)
        try pipeline.play()
        let out = try pipeline.appSink("out")
        let pad = try SourcePad(into: "in", of: pipeline, caps: first.payload.caps)
        let shown = units.map(\.time)
        let decoding = DecodeTimes.rebuilt(from: shown)
        let origin = decoding.first ?? 0
        let length = Self.seconds(of: shown)
        let step = UInt64(max(1, length / Double(units.count) * 1e9))
        for (unit, dts) in zip(units, decoding) {
            try pad.push(
                unit.payload.buffer, pts: UInt64(clamping: unit.time &- origin), dts: UInt64(clamping: dts &- origin),
                duration: step, isKey: unit.isKey)
        }
        pad.endOfStream()
        let deadline = DispatchTime.now() + seconds
        var bytes: [UInt8] = []
        bytes.reserveCapacity(units.reduce(4096) { $0 + $1.byteCount + 32 })
        while !out.isAtEnd {
            if let part = out.pull(timeout: 0.1) { bytes += part.buffer.bytes }
            if case .error(let error) = pipeline.nextOutcome(timeout: 0) { throw error }
            guard DispatchTime.now() < deadline else {
                throw GStreamerError(domain: .owner, text: "not muxed within \(seconds) s")
            }
        }
        guard !bytes.isEmpty else { throw GStreamerError(domain: .owner, text: "the muxer gave nothing") }
        return Capture(
            bytes: bytes, mediaType: "video/mp4", time: RunningTime(nanoseconds: shown.min() ?? 0), seconds: length)
    }

    /// From the first picture shown to the end of the last, taken to last as long as the others do on average.
    private static func seconds(of shown: [Int64]) -> Double {
        guard let first = shown.min(), let last = shown.max(), shown.count > 1 else { return 0.04 }
        let between = Double(last &- first) / 1e9
        return between + between / Double(shown.count - 1)
    }
}
