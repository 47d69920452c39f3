import GStreamer
import Inspection

/// Decodes still pictures whole, for what rules ask of their pixels and for an analyser.
enum StillDecoder {
    static let element = "jpegdec"
    /// Pixels of a picture that is decoded at most.
    static let pixelLimit = 150_000_000

    /// Nil when the picture is too large, gone, or cannot be decoded.
    static func decoded(_ file: StillFile, at time: RunningTime) -> DecodedPicture? {
        guard file.width > 0, file.height > 0, file.width <= pixelLimit / file.height else { return nil }
        do {
            let bytes = try file.content()
            let pipeline = try Pipeline(
                """
                jpegdec name=in ! appsink name=out sync=false async=false enable-last-sample=false wait-on-eos=false
                """)
            try pipeline.play()
            let pad = try SourcePad(
                into: "in", of: pipeline, caps: try Caps("image/jpeg,parsed=true,framerate=0/1"))
            try pad.push(bytes.span, pts: 0)
            pad.endOfStream()
            return try pipeline.appSink("out").pull(timeout: 0).map { DecodedPicture(sample: $0, time: time) }
        } catch {
            return nil
        }
    }

    /// Without motion: the picture before was taken of something else.
    static func features(of picture: DecodedPicture) -> PictureFeatures? {
        var measure = PictureMeasure()
        return picture.sample.withLuma { bytes, form in measure.measure(bytes, form) } ?? nil
    }
}
