import Dispatch
import GStreamer
public import Inspection

/// Makes parts of JPEG pictures unrecognisable, one picture at a time and off its callers' threads.
///
/// The picture is decoded, its parts are made even, it is turned as its EXIF says, and it is written anew: what the original's
/// file holds besides (EXIF and its small picture, XMP, what stands behind the end) is not taken over.
public final class PictureRedactor: PictureRedaction {
    private let quality: Int
    private let queue = DispatchQueue(label: "flyonce.redaction", qos: .utility)

    /// `quality` is of JPEG, 1…100.
    public init(quality: Int) { self.quality = min(max(quality, 1), 100) }

    public func redacted(
        _ picture: [UInt8], hiding: HiddenParts, original: String
    ) async throws(RedactionError) -> RedactedPicture {
        let quality = quality
        let result = await withCheckedContinuation {
            (waiter: CheckedContinuation<Result<RedactedPicture, RedactionError>, Never>) in
            queue.async {
                waiter.resume(
                    returning: Result { () throws(RedactionError) in
                        try Self.redacted(picture, hiding, original: original, quality: quality)
                    })
            }
        }
        return try result.get()
    }

    /// Blocks its thread.
    static func redacted(
        _ picture: [UInt8], _ hiding: HiddenParts, original: String, quality: Int
    ) throws(RedactionError) -> RedactedPicture {
        guard case .complete(_, let size?) = JPEGHeader.scan(picture) else {
            throw RedactionError(kind: .notAPicture, description: "picture \(original) is no JPEG")
        }
        guard size.0 <= StillDecoder.pixelLimit / size.1 else {
            throw RedactionError(
                kind: .tooLarge, description: "picture \(original) has \(size.0) × \(size.1) pixels")
        }
        do throws(GStreamerError) {
            var planar = try decoded(picture, original)
            let orientation = EXIFOrientation.read(picture)
            planar.hide(hiding)
            if orientation != .topLeft { planar.hide(Self.turned(hiding, orientation)) }
            return try encoded(planar, orientation, original: original, quality: quality)
        } catch {
            throw RedactionError(
                kind: error.domain == .stream ? .notAPicture : .failed,
                description: "picture \(original) could not be redacted: \(error.description)")
        }
    }

    /// An analyser that opened the file by itself may have been given it turned, and boxes do not say which it was: both places
    /// are hidden.
    private static func turned(_ hidden: HiddenParts, _ orientation: PictureOrientation) -> HiddenParts {
        guard case .parts(let parts) = hidden else { return hidden }
        return .parts(parts.map(orientation.filed))
    }

    private static func decoded(_ picture: [UInt8], _ original: String) throws(GStreamerError) -> PlanarPicture {
        let pipeline = try Pipeline(
            """
            jpegdec name=in ! videoconvert ! video/x-raw,format=I420,colorimetry=1:4:0:0 ! appsink name=out sync=false \
            async=false enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.play()
        defer { pipeline.stop() }
        let pad = try SourcePad(into: "in", of: pipeline, caps: try Caps("image/jpeg,parsed=true,framerate=0/1"))
        try pad.push(picture.span, pts: 0)
        pad.endOfStream()
        guard let sample = try pipeline.appSink("out").pull(timeout: 0), let caps = sample.caps,
            let width = caps.width, let height = caps.height,
            let planar = PlanarPicture(sample.buffer.bytes, width: width, height: height)
        else { throw GStreamerError(domain: .stream, text: "the decoder gave no picture") }
        return planar
    }

    private static func encoded(
        _ planar: PlanarPicture, _ orientation: PictureOrientation, original: String, quality: Int
    ) throws(GStreamerError) -> RedactedPicture {
        let size =
            orientation.isTransposed ? (planar.height, planar.width) : (planar.width, planar.height)
        let small = Thumbnail.size(width: size.0, height: size.1)
        let pipeline = try Pipeline(
            """
            videoflip name=in video-direction=\(orientation.videoDirection) ! tee name=both \
            both. ! jpegenc quality=\(quality) ! appsink name=out sync=false async=false \
            enable-last-sample=false wait-on-eos=false \
            both. ! videoscale add-borders=false ! video/x-raw,width=\(small.width),height=\(small.height) \
            ! jpegenc quality=\(Thumbnail.quality) ! appsink name=small sync=false async=false \
            enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.play()
        defer { pipeline.stop() }
        let caps = try Caps(
            """
            video/x-raw,format=I420,width=\(planar.width),height=\(planar.height),framerate=0/1,\
            interlace-mode=progressive,pixel-aspect-ratio=1/1,colorimetry=1:4:0:0
            """)
        let pad = try SourcePad(into: "in", of: pipeline, caps: caps)
        try pad.push(planar.bytes.span, pts: 0)
        pad.endOfStream()
        guard let picture = try pipeline.appSink("out").pull(timeout: 0) else {
            throw GStreamerError(domain: .library, text: "the encoder gave no picture")
        }
        return RedactedPicture(
            bytes: commented(picture.buffer.bytes, "redacted by FlyOnce; SHA-256 of the original: \(original)"),
            thumbnail: try pipeline.appSink("small").pull(timeout: 0)?.buffer.bytes)
    }

    /// With a comment behind the JFIF segment. Source: ITU-T T.81, B.2.4.5.
    private static func commented(_ jpeg: [UInt8], _ text: String) -> [UInt8] {
        let body = Array(text.utf8.prefix(1024))
        var at = 2
        if jpeg.count > 6, jpeg[2] == 0xFF, jpeg[3] == 0xE0 {
            let end = 4 + (Int(jpeg[4]) << 8 | Int(jpeg[5]))
            if end > 6, end <= jpeg.count { at = end }
        }
        guard jpeg.count >= at else { return jpeg }
        let length = body.count + 2
        return Array(jpeg[..<at]) + [0xFF, 0xFE, UInt8(length >> 8), UInt8(length & 0xFF)] + body + Array(jpeg[at...])
    }
}
