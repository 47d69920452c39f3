import Dispatch
import GStreamer
import Inspection

/// Decodes one picture out of a run of access units and writes it as JPEG, in full size and small. Only the wanted picture is
/// converted.
enum PictureDecoder {
    typealias Run = PreRoll<CaptureDesk.Held>.PictureRun

    private static let origin: Int64 = 3_600_000_000_000
    private static let sink: LaunchDescription =
        "appsink name=out sync=false async=false enable-last-sample=false wait-on-eos=false"

    /// `stamp` goes into the EXIF block; without one there is none.
    static func jpeg(
        of run: Run, quality: Int, seconds: Double, stamp: PictureStamp?
    ) throws(GStreamerError) -> Capture {
        let raw = try decoded(run, seconds: seconds)
        guard let caps = raw.caps, let width = caps.width, let height = caps.height else {
            throw failure("the decoder gave no form")
        }
        let small = Thumbnail.size(width: width, height: height)
        // JFIF is full range with BT.601 coefficients; video is limited range, mostly BT.709.
        let pipeline = try Pipeline(
            """
            videoconvert name=in ! video/x-raw,format=I420,colorimetry=1:4:0:0 ! tee name=both \
            both. ! jpegenc name=jpeg ! \(sink) \
            both. ! videoscale add-borders=false ! video/x-raw,width=\(small.width),height=\(small.height) \
            ! jpegenc quality=\(Thumbnail.quality) ! appsink name=small sync=false async=false \
            enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.element("jpeg").set("quality", min(max(quality, 1), 100))
        try pipeline.play()
        let pad = try SourcePad(into: "in", of: pipeline, caps: caps)
        try pad.push(raw.buffer, pts: 0, isKey: true)
        guard let picture = try pipeline.appSink("out").pull(timeout: 0) else {
            throw try failure(of: pipeline, "the encoder gave no picture")
        }
        let plain = picture.buffer.bytes
        var capture = Capture(
            bytes: stamp.map { EXIF.stamped(plain, $0, width: width, height: height) } ?? plain,
            mediaType: "image/jpeg", time: RunningTime(nanoseconds: run.time), seconds: 0)
        capture.thumbnail = try pipeline.appSink("small").pull(timeout: 0)?.buffer.bytes
        return capture
    }

    private static func decoded(_ run: Run, seconds: Double) throws(GStreamerError) -> Sample {
        guard let first = run.units.first?.payload else { throw failure("nothing is held") }
        let codec = first.codec
        let pipeline = try Pipeline("\(codec.parser) name=in ! \(codec.decoder) max-threads=1 ! \(sink)")
        try pipeline.play()
        let out = try pipeline.appSink("out")
        let pad = try SourcePad(into: "in", of: pipeline, caps: first.caps)
        let deadline = DispatchTime.now() + seconds
        let base = run.units.map(\.time).min() ?? 0
        let wanted = place(run.time, base)
        for unit in run.units {
            guard DispatchTime.now() < deadline else { throw failure("not decoded within \(seconds) s") }
            try pad.push(unit.payload.buffer, pts: place(unit.time, base), isKey: unit.isKey)
            while let sample = out.pull(timeout: 0) {
                if sample.buffer.pts == wanted { return sample }
            }
        }
        pad.endOfStream()
        while let sample = out.pull(timeout: 0) {
            if sample.buffer.pts == wanted { return sample }
        }
        throw try failure(of: pipeline, "the decoder gave no picture")
    }

    private static func place(_ time: Int64, _ base: Int64) -> UInt64 {
        UInt64(clamping: (time &- base) &+ origin)
    }

    private static func failure(_ text: String) -> GStreamerError { GStreamerError(domain: .owner, text: text) }

    /// What the pipeline itself says, when it says anything.
    private static func failure(of pipeline: Pipeline, _ text: String) throws(GStreamerError) -> GStreamerError {
        if case .error(let error) = pipeline.nextOutcome(timeout: 0) { return error }
        return failure(text)
    }
}
