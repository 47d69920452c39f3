import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite struct DecoderChoiceTests {
    private func names(_ codec: VideoCodec, _ decoders: SourceOptions.Decoders, _ there: Set<String>) -> [String] {
        DecoderChoice.candidates(for: codec, decoders) { there.contains($0) }.map(\.name)
    }

    @Test func `hardware that opens comes first, in a known order, and software last`() {
        #expect(names(.h264, .auto, []) == ["avdec_h264"])
        #expect(names(.h264, .auto, ["nvh264dec", "vah264dec"]) == ["vah264dec", "nvh264dec", "avdec_h264"])
        #expect(
            names(.h264, .auto, ["v4l2h264dec", "v4l2slh264dec"]) == ["v4l2slh264dec", "v4l2h264dec", "avdec_h264"])
        #expect(names(.h265, .auto, ["vah264dec", "vaapih265dec"]) == ["vaapih265dec", "avdec_h265"])
        #expect(names(.mpeg2, .auto, ["vampeg2dec"]) == ["vampeg2dec", "avdec_mpeg2video"])
    }

    @Test(arguments: VideoCodec.allCases) func `software alone where that is wanted`(codec: VideoCodec) {
        let all = Set(DecoderChoice.elements(for: codec).map(\.name))
        #expect(all.count == 6)
        #expect(names(codec, .software, all) == [DecoderChoice.software(for: codec).name])
    }

    @Test(arguments: VideoCodec.allCases) func `every decoder is of a known package`(codec: VideoCodec) {
        for element in DecoderChoice.elements(for: codec) {
            #expect(Library.debianPackage(of: element.name).hasPrefix("gstreamer1.0-"), "\(element.name)")
        }
    }

    @Test func `an element that is not there does not open, and one without a device does`() {
        #expect(!Library.opens("nosuchdec"))
        #expect(Library.opens("avdec_h264"))
    }
}

@Suite struct RequiredElementsTests {
    private static let addresses = [
        "/a.ts", "udp://:5000", "rtsp://a/b", "rtsps://a/b", "srt://a:1", "rtmp://a/b/c", "http://a/b.ts",
        "http://a/b.m3u8",
    ]

    @Test(arguments: addresses) func `every element that a source needs is of a known package`(address: String) throws {
        for element in try SourceAddress(address).elements {
            let package = Library.debianPackage(of: element)
            #expect(package.hasPrefix("gstreamer1.0-") || package == "libgstreamer1.0-0", "\(element): \(package)")
        }
    }

    @Test func `names all that is missing with its packages`() throws {
        let names = try SourceAddress("http://a/b.m3u8").elements
        let error = try #require(throws: SourceError.self) {
            try RequiredElements.check(names) { !["souphttpsrc", "hlsdemux", "avdec_h264"].contains($0) }
        }
        #expect(error.kind == .missingPlugin)
        #expect(
            error.description
                == "missing GStreamer element avdec_h264, souphttpsrc, hlsdemux: install gstreamer1.0-libav, gstreamer1.0-plugins-bad, gstreamer1.0-plugins-good"
        )
        try RequiredElements.check(names) { _ in true }
    }
}
