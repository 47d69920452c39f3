import Inspection
import Testing

@testable import Ingest

struct NetworkAddressTests {
    @Test(arguments: [
        ("srt://h:7000", SRTAddress(host: "h", port: 7000, mode: .caller)),
        ("srt://h:7000?latency=200ms", SRTAddress(host: "h", port: 7000, mode: .caller, latencyMilliseconds: 200)),
        ("SRT://:7000", SRTAddress(host: "", port: 7000, mode: .listener)),
        ("srt://[::1]:7000?mode=listener", SRTAddress(host: "[::1]", port: 7000, mode: .listener)),
        (
            "srt://h:1/?streamid=#!::r=live/cam,m=request&passphrase=with%20a%20blank&latency=500&pbkeylen=32",
            SRTAddress(
                host: "h", port: 1, mode: .caller, streamID: "#!::r=live/cam,m=request",
                passphrase: "with a blank", keyBytes: 32, latencyMilliseconds: 500)
        ),
    ])
    func `reads SRT addresses`(text: String, expected: SRTAddress) throws {
        #expect(try SourceAddress(text) == .srt(expected))
    }

    @Test(arguments: [
        "srt://", "srt://h", "srt://h:0", "srt://h:65536", "srt://h:x", "srt://u:p@h:1", "srt://h i:1",
        "srt://h:1?mode=rendezvous", "srt://:1?mode=caller", "srt://h:1?passphrase=tooshort!",
        "srt://h:1?passphrase=\(String(repeating: "x", count: 80))", "srt://h:1?latency=-1", "srt://h:1?latency=60001",
        "srt://h:1?pbkeylen=8", "srt://h:1?passphrase", "srt://h:1?streamid=", "srt://h:1?streamid=%4",
        "srt://h:1?streamid=\(String(repeating: "x", count: 513))", "srt://h:1?sreamid=x",
        "rtmp://", "rtmp://host", "rtmp://host/app", "rtmp:///app/stream", "http://", "https:///x", "http://:80/x",
        "http://u:p@/x", "http://u%zz:p@h/x", "https://u:p%4@h/x.m3u8", "http://u:%FF@h/x", "ftp://h/x", "hls://h/x",
    ])
    func `refuses what names no stream`(text: String) {
        #expect(throws: SourceError.self) { try SourceAddress(text) }
    }

    @Test func `a refusal does not quote what it refuses`() {
        for text in [
            "srt://h:1?passphrase=short77", "srt://h:x?passphrase=short77", "rtmp://u:short77@h/app",
            "http://u:short77%zz@h/x",
        ] {
            let error = #expect(throws: SourceError.self) { try SourceAddress(text) }
            #expect(error?.description.contains("short77") == false)
        }
    }

    @Test(
        arguments: [
            ("http://h/live.ts", false, "http://h/live.ts", nil, nil),
            ("https://u:p%40s@h:8443/a/B.M3U8?token=x", true, "https://u:p%40s@h:8443/a/B.M3U8?token=x", "u", "p@s"),
            ("http://u:p@h/x.ts?list=a.m3u8", false, "http://h/x.ts?list=a.m3u8", "u", "p"),
            ("http://h", false, "http://h", nil, nil),
        ] as [(String, Bool, String, String?, String?)])
    func `reads web addresses`(
        text: String, isPlaylist: Bool, url: String, user: String?, password: String?
    ) throws {
        guard case .http(let address) = try SourceAddress(text) else { throw Refused() }
        #expect(address.isPlaylist == isPlaylist)
        #expect(address.url == url)
        #expect(address.user == user)
        #expect(address.password == password)
    }

    private struct Refused: Error {}

    @Test(arguments: [
        ("http://h/x?token=abc&n=1", "http://h/x?token=***&n=1"),
        ("a http://h/x?n=1&Access_Key=abc b", "a http://h/x?n=1&Access_Key=*** b"),
        ("rtmp://u:p@h/a/b?sign=1&txSecret=2", "rtmp://u:***@h/a/b?sign=***&txSecret=***"),
        ("srt://h:1?streamid=#!::u=a,s=b&passphrase=cc&latency=9", "srt://h:1?streamid=***&passphrase=***&latency=9"),
        ("http://h/x?token=", "http://h/x?token="), ("what? a=b & c", "what? a=b & c"), ("?&?=&", "?&?=&"),
        ("rtsp://u:a/b?c#d@h/x", "rtsp://u:***@h/x"), ("to rtsp://u:/b@h:554/x now", "to rtsp://u:***@h:554/x now"),
        ("http://h:8080/a@b", "http://h:8080/a@b"), ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
        ("http://h/a:b@c", "http://h/a:b@c"),
    ])
    func `takes secret parameters out`(text: String, expected: String) {
        #expect(Redaction()(text) == expected)
    }

    @Test func `remembers secrets as written and as meant`() {
        let redaction = Redaction(url: "rtsp://u:p%40ss@h/x?token=ab%20cd&key=1")
        #expect(redaction("p%40ss p@ss ab cd ab%20cd 1") == "*** *** *** *** 1")
    }

    @Test(arguments: [
        ("srt://h:1", "srtsrc", "gstreamer1.0-plugins-bad"), ("rtmp://h/a/b", "rtmp2src", "gstreamer1.0-plugins-bad"),
        ("rtmps://h/a/b", "flvdemux", "gstreamer1.0-plugins-good"),
        ("http://h/a", "souphttpsrc", "gstreamer1.0-plugins-good"),
        ("https://h/a.m3u8", "hlsdemux", "gstreamer1.0-plugins-bad"),
    ])
    func `names the package of an element that is missing`(text: String, element: String, package: String) throws {
        let elements = try SourceAddress(text).elements
        #expect(elements.contains(element))
        guard ["souphttpsrc", "hlsdemux"].contains(element) else { return }
        let error = #expect(throws: SourceError.self) {
            try RequiredElements.check(elements) { $0 != element }
        }
        #expect(error?.kind == .missingPlugin)
        #expect(error?.description.contains(package) == true)
    }
}
