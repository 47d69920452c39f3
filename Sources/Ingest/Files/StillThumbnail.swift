import GStreamer
import Inspection

/// A still picture made small, turned as it is to be shown.
enum StillThumbnail {
    /// Nil when the picture is too large, or cannot be decoded.
    static func jpeg(
        of bytes: [UInt8], width: Int, height: Int, orientation: PictureOrientation = .topLeft
    ) -> [UInt8]? {
        guard width > 0, height > 0, width <= StillDecoder.pixelLimit / height else { return nil }
        let small = Thumbnail.size(width: width, height: height)
        do throws(GStreamerError) {
            let pipeline = try Pipeline(
                """
                jpegdec name=in ! videoconvert ! videoscale add-borders=false \
                ! video/x-raw,format=I420,width=\(small.width),height=\(small.height) \
                ! videoflip video-direction=\(orientation.videoDirection) ! jpegenc quality=\(Thumbnail.quality) ! appsink name=small sync=false async=false \
                enable-last-sample=false wait-on-eos=false
                """)
            try pipeline.play()
            let pad = try SourcePad(
                into: "in", of: pipeline, caps: try Caps("image/jpeg,parsed=true,framerate=0/1"))
            try pad.push(bytes.span, pts: 0)
            pad.endOfStream()
            return try pipeline.appSink("small").pull(timeout: 0)?.buffer.bytes
        } catch {
            return nil
        }
    }
}
