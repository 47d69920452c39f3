import GStreamer
import Inspection

/// A picture as an analyser gets it: RGB, at most so large.
struct AnalyserPicture: Sendable {
    var time: RunningTime
    var width: Int
    var height: Int
    var pixels: Buffer
}

/// Makes decoded pictures small and RGB. For one thread at a time.
final class AnalyserPixels {
    private let side: Int
    private var pad: SourcePad?
    private var out: AppSink?
    private var caps: Caps?
    private var size = (width: 0, height: 0)

    init(side: Int) { self.side = min(max(side, 16), 8192) }

    func picture(of decoded: DecodedPicture) throws(GStreamerError) -> AnalyserPicture {
        guard let form = decoded.sample.caps else {
            throw GStreamerError(domain: .owner, text: "a picture without a form")
        }
        if let caps, caps.isEqual(to: form) {
        } else {
            try prepare(for: form)
        }
        guard let pad, let out else { throw GStreamerError(domain: .owner, text: "no converter") }
        do throws(GStreamerError) {
            try pad.push(decoded.sample.buffer, pts: 0, isKey: true)
        } catch {
            caps = nil
            throw error
        }
        guard let made = out.pull(timeout: 0), made.buffer.count >= size.width * 3 * size.height else {
            caps = nil
            throw GStreamerError(domain: .owner, text: "the converter gave no picture of \(form.text)")
        }
        return AnalyserPicture(time: decoded.time, width: size.width, height: size.height, pixels: made.buffer)
    }

    private func prepare(for form: Caps) throws(GStreamerError) {
        pad = nil
        out = nil
        caps = nil
        guard let width = form.width, let height = form.height,
            let size = Self.size(width: width, height: height, side: side)
        else { throw GStreamerError(domain: .owner, text: "a picture without a size: \(form.text)") }
        let pipeline = try Pipeline(
            """
            videoconvertscale name=in add-borders=false method=bilinear ! \
            video/x-raw,format=RGB,width=\(size.width),height=\(size.height),pixel-aspect-ratio=1/1 ! \
            appsink name=out sync=false async=false enable-last-sample=false wait-on-eos=false
            """)
        try pipeline.play()
        out = try pipeline.appSink("out")
        pad = try SourcePad(into: "in", of: pipeline, caps: form)
        caps = form
        self.size = size
    }

    /// The size handed out: the shape kept, the longest side at most `side`. The width is a multiple of four, so that rows
    /// follow one another without a gap (GStreamer pads RGB rows to four bytes) and nobody trips over a stride.
    static func size(width: Int, height: Int, side: Int) -> (width: Int, height: Int)? {
        guard (1...32_768).contains(width), (1...32_768).contains(height) else { return nil }
        let share = min(1, Double(side) / Double(max(width, height)))
        let columns = Int((Double(width) * share / 4).rounded()) * 4
        let rows = Int((Double(height) * share).rounded())
        return (max(columns, 4), max(rows, 1))
    }
}
