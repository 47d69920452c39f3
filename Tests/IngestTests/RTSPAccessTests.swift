import Foundation
import GStreamer
import Inspection
import Testing

@testable import Ingest

@Suite(.serialized)
struct RTSPAccessTests {
    private static func server(_ method: String, certificate: String? = nil) -> (server: Peer, port: Int)? {
        Peer.rtsp(PeerScripts.rtsp, [method] + (certificate.map { [$0] } ?? []))
    }

    @Test(arguments: ["basic", "digest"], SourceOptions.Transport.allCases)
    func `gives its password when asked for it`(method: String, transport: SourceOptions.Transport) throws {
        guard let (server, port) = Self.server(method) else { return }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsp://pilot:p%40ss%20word9@127.0.0.1:\(port)/live") {
            $0.rtspTransport = transport
        }
        defer { listener.source.stop() }
        #expect(listener.wait(15) { $0.frames.count >= 15 }, "\(listener.heard.interruptions)")
        server.stop()
        #expect(listener.wait(10) { !$0.interruptions.isEmpty }, "a dead server is noticed")
        for error in listener.heard.interruptions {
            #expect(!error.description.contains("word9"))
        }
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `a wrong password is a matter of permission`() throws {
        guard let (server, port) = Self.server("digest") else { return }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsp://pilot:wrong77@127.0.0.1:\(port)/live")
        defer { listener.source.stop() }
        #expect(listener.wait(10) { !$0.interruptions.isEmpty })
        let error = try #require(listener.heard.interruptions.first)
        #expect(error.kind == .noPermission)
        #expect(!error.description.contains("wrong77"))
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }

    @Test func `a certificate of the operator's own authority is believed, over RTSP and over HTTP`() throws {
        let scratch = Scratch()
        let name = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
        guard
            let maker = Peer.start(
                "openssl",
                ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"] + name
                    + ["-keyout", scratch.file("key"), "-out", scratch.file("certificate")])
        else { return }
        maker.wait()
        let pair = try TestMedia.bytes(scratch.file("certificate")) + TestMedia.bytes(scratch.file("key"))
        let pem = try scratch.write(pair, "pair.pem")
        if let (server, port) = Self.server("digest", certificate: pem) {
            defer { server.stop() }
            let listener = try NetworkListening.start("rtsps://pilot:p%40ss%20word9@127.0.0.1:\(port)/live") {
                $0.certificateAuthority = scratch.file("certificate")
            }
            #expect(listener.wait(15) { $0.frames.count >= 5 }, "\(listener.heard.interruptions)")
            listener.source.stop()
            #expect(listener.waitUntilDone(1))
        }
        try TestMedia.write(TestMedia.h264, "mpegtsmux", to: scratch.file("film.ts"))
        let script = """
            import http.server, ssl, sys
            server = http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); context.load_cert_chain(sys.argv[2])
            server.socket = context.wrap_socket(server.socket, server_side=True); server.serve_forever()
            """
        let port = NetworkListening.port()
        guard let web = Peer.start("python3", ["-c", script, "\(port)", pem], in: scratch.path), Peer.awaitPort(port)
        else { return }
        defer { web.stop() }
        // In this order: a connection resumed to a server that was vouched for is believed again.
        for isVouched in [false, true] {
            let listener = try NetworkListening.start("https://127.0.0.1:\(port)/film.ts") {
                if isVouched { $0.certificateAuthority = scratch.file("certificate") }
            }
            #expect(
                listener.wait(15) { isVouched ? $0.frames.count >= 90 : !$0.interruptions.isEmpty },
                "\(listener.heard.interruptions)")
            #expect(isVouched || listener.heard.frames.isEmpty)
            listener.source.stop()
            #expect(listener.waitUntilDone(2))
        }
    }

    @Test(arguments: [
        ("rtsps://host/live", SourceError.Kind.notFound), ("https://host/a.ts", .notFound),
        ("https://host/a.m3u8", .noPermission), ("rtmps://host/app/live", .noPermission),
    ])
    func `an authority that cannot be used is said at once`(location: String, kind: SourceError.Kind) throws {
        var options = SourceOptions()
        options.certificateAuthority = "/nonexistent/authority.pem"
        let address = try SourceAddress(location)
        let error = #expect(throws: SourceError.self) { try TrustCheck.check(address, options) }
        #expect(error?.kind == kind)
        #expect(error?.hint.isEmpty == false)
        let missing = #expect(throws: SourceError.self) { try TrustCheck.check(address, options) { false } }
        #expect(missing?.kind == .missingPlugin)
        #expect(missing?.hint.contains("glib-networking") == true)
        #expect(throws: Never.self) { try TrustCheck.check(try SourceAddress("rtsp://host/live"), options) { false } }
    }

    @Test func `a certificate that nobody vouches for is refused`() throws {
        let scratch = Scratch()
        guard
            let maker = Peer.start(
                "openssl",
                ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
                    + ["-keyout", scratch.file("key"), "-out", scratch.file("certificate")])
        else { return }
        maker.wait()
        let pair = try TestMedia.bytes(scratch.file("certificate")) + TestMedia.bytes(scratch.file("key"))
        guard let (server, port) = Self.server("digest", certificate: try scratch.write(pair, "pair.pem")) else {
            return
        }
        defer { server.stop() }
        let listener = try NetworkListening.start("rtsps://pilot:p%40ss%20word9@127.0.0.1:\(port)/live")
        defer { listener.source.stop() }
        #expect(listener.wait(10) { $0.interruptions.count >= 2 })
        #expect(listener.heard.frames.isEmpty)
        #expect(listener.heard.interruptions.allSatisfy { !$0.description.contains("word9") })
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }
}

struct MulticastTests {
    @Test func `receives a multicast group on a named interface`() throws {
        let port = NetworkListening.port()
        let sender = try Pipeline(
            """
            videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 \
            ! x264enc tune=zerolatency key-int-max=10 speed-preset=ultrafast ! mpegtsmux alignment=7 \
            ! udpsink name=out host=239.255.77.1 multicast-iface=lo auto-multicast=false
            """)
        try sender.element("out").set("port", port)
        try sender.play()
        defer { sender.stop() }
        let listener = try NetworkListening.start("udp://239.255.77.1:\(port)?interface=lo")
        defer { listener.source.stop() }
        guard listener.wait(5, until: { !$0.frames.isEmpty }) else {
            return print("multicast does not pass the loopback interface here: its test is passed over")
        }
        #expect(listener.wait(10) { $0.frames.count >= 20 })
        #expect(listener.heard.frames.first?.isKey == true)
        listener.source.stop()
        #expect(listener.waitUntilDone(1))
    }
}
