import GStreamer

/// Encodes pictures and multiplexes them with KLV packets into an MPEG transport stream file. Both carry the frame's own
/// time. Two H.264 encoders are known; the first that is installed is taken.
final class StreamWriter {
    enum Encoder: String, CaseIterable {
        case x264 = "x264enc"
        case openh264 = "openh264enc"
    }

    let encoder: Encoder
    private let pipeline: Pipeline
    private let pictures: AppSource
    private let packets: AppSource
    private let frameNanoseconds: UInt64

    init(_ video: Scenario.Video, path: String) throws(SimulatorError) {
        guard let encoder = Encoder.allCases.first(where: { Library.has($0.rawValue) }) else {
            throw SimulatorError(
                kind: .missingPlugin, description: "encode H.264: neither x264enc nor openh264enc is installed",
                hint:
                    "install the Debian package gstreamer1.0-plugins-ugly (x264enc) or gstreamer1.0-plugins-bad (openh264enc)"
            )
        }
        self.encoder = encoder
        frameNanoseconds = 1_000_000_000 / UInt64(max(video.rate, 1))
        do throws(GStreamerError) {
            try Library.requireElements(["appsrc", "h264parse", "mpegtsmux", "queue", "filesink"])
            pipeline = try Pipeline(Self.description(video, encoder))
            pictures = try pipeline.appSource("pictures")
            packets = try pipeline.appSource("packets")
            try pictures.setBackpressure(.block(maxBytes: max(8 * video.width * video.height * 3 / 2, 1 << 20)))
            try packets.setBackpressure(.unbounded)
            try pipeline.element("file").set("location", path)
            try pipeline.play()
        } catch {
            throw Self.failure(error, "start the encoder for \(path)")
        }
    }

    /// One encoder thread and no look-ahead over threads: the same pictures give the same bytes.
    private static func description(_ video: Scenario.Video, _ encoder: Encoder) -> LaunchDescription {
        let coder: LaunchDescription =
            switch encoder {
            case .x264:
                """
                x264enc bitrate=\(video.bitrate) key-int-max=\(video.groupOfPictures) bframes=0 threads=1 speed-preset=superfast \
                rc-lookahead=10 option-string=scenecut=0 ! video/x-h264,profile=main
                """
            case .openh264:
                """
                openh264enc bitrate=\(video.bitrate * 1000) gop-size=\(video.groupOfPictures) multi-thread=1 complexity=low \
                rate-control=bitrate ! video/x-h264,profile=constrained-baseline
                """
            }
        return """
            appsrc name=pictures caps=video/x-raw,format=I420,width=\(video.width),height=\(video.height),\
            framerate=\(video.rate)/1,pixel-aspect-ratio=1/1,colorimetry=bt709,interlace-mode=progressive \
            ! \(coder) ! h264parse config-interval=-1 ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! mux. \
            appsrc name=packets caps=meta/x-klv,parsed=true ! queue max-size-buffers=0 max-size-bytes=0 max-size-time=0 ! mux. \
            mpegtsmux name=mux alignment=7 ! filesink name=file
            """
    }

    /// `picture` is I420. The packet of a frame goes first, so that the multiplexer never waits for it.
    func write(_ picture: [UInt8], packet: [UInt8]?, microseconds: Int64) throws(SimulatorError) {
        let pts = UInt64(clamping: microseconds) &* 1000
        do throws(GStreamerError) {
            if let packet { try packets.push(packet, pts: pts, duration: frameNanoseconds) }
            try pictures.push(picture, pts: pts, duration: frameNanoseconds)
        } catch {
            // The bus says why the pipeline takes no more.
            if case .error(let cause) = pipeline.nextOutcome(timeout: 0.2) {
                throw Self.failure(cause, "write the stream")
            }
            throw Self.failure(error, "write the stream")
        }
    }

    /// Ends both streams and waits until the file is whole.
    func finish() throws(SimulatorError) {
        do throws(GStreamerError) {
            try packets.endOfStream()
            try pictures.endOfStream()
            try pipeline.awaitEndOfStream(timeout: 120)
        } catch {
            throw Self.failure(error, "finish the stream")
        }
        pipeline.stop()
    }

    private static func failure(_ error: GStreamerError, _ task: String) -> SimulatorError {
        SimulatorError(
            kind: error.isMissingPlugin ? .missingPlugin : error.domain == .resource ? .output : .video,
            description: "\(task): \(error)",
            hint: error.isMissingPlugin ? "install the Debian package that the message names" : "")
    }
}
