/// Servers in Python that no Debian package gives in one command.
enum PeerScripts {
    /// Files over HTTP; with a second argument, only to whoever gives that `user:password`.
    static let web = """
        import base64, http.server, sys
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if len(sys.argv) > 2:
                    wanted = 'Basic ' + base64.b64encode(sys.argv[2].encode()).decode()
                    if self.headers.get('Authorization') != wanted:
                        self.send_response(401)
                        self.send_header('WWW-Authenticate', 'Basic realm="test"')
                        self.send_header('Content-Length', '0')
                        self.end_headers()
                        return
                super().do_GET()
            def log_message(self, *rest): pass
        http.server.ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Handler).serve_forever()
        """

    /// An RTMP server that plays an FLV file to everyone who asks for `live/drone`, at its own pace, and says that any
    /// other stream is not there. Arguments: port, file.
    static let rtmp = """
        import socket, struct, sys, threading, time
        def string(s): return struct.pack('>BH', 2, len(s)) + s.encode()
        def number(n): return struct.pack('>Bd', 0, n)
        def mapping(d):
            return b'\\x03' + b''.join(struct.pack('>H', len(k)) + k.encode() + string(v) for k, v in d.items()) \
                + b'\\0\\0\\x09'
        def message(kind, stream, body, stamp=0, chunk=4):
            head = bytes([chunk]) + struct.pack('>I', stamp)[1:] + struct.pack('>I', len(body))[1:] + bytes([kind]) \
                + struct.pack('<I', stream)
            pieces = [body[i:i + 60000] for i in range(0, len(body), 60000)] or [b'']
            return head + bytes([0xC0 | chunk]).join(pieces)
        def status(code):
            return string('onStatus') + number(0) + b'\\x05' + mapping({'level': 'status', 'code': code})
        def serve(c):
            def need(n):
                data = b''
                while len(data) < n:
                    more = c.recv(n - len(data))
                    if not more: raise EOFError
                    data += more
                return data
            need(1); hello = need(1536)
            c.sendall(b'\\x03' + b'\\0' * 8 + b'S' * 1528 + hello)
            need(1536)
            size, heads, bodies = 128, {}, {}
            while True:
                first = need(1)[0]; kind, chunk = first >> 6, first & 63
                if kind < 3:
                    old = heads.get(chunk, (0, 0))
                    head = need([11, 7, 3][kind])
                    heads[chunk] = (int.from_bytes(head[3:6], 'big'), head[6]) if kind < 2 else old
                length, kind = heads[chunk]
                body = bodies.get(chunk, b'')
                body += need(min(size, length - len(body)))
                bodies[chunk] = body
                if len(body) < length: continue
                bodies[chunk] = b''
                if kind == 1: size = int.from_bytes(body, 'big')
                if kind != 20: continue
                name = body[3:3 + body[2]].decode()
                call = struct.unpack('>d', body[4 + body[2]:12 + body[2]])[0]
                if name == 'connect':
                    c.sendall(message(1, 0, struct.pack('>I', 60000), chunk=2) + message(20, 0, string('_result')
                        + number(call) + mapping({'fmsVer': 'FMS/3,0,1,123'})
                        + mapping({'level': 'status', 'code': 'NetConnection.Connect.Success'}), chunk=3))
                elif name == 'createStream':
                    c.sendall(message(20, 0, string('_result') + number(call) + b'\\x05' + number(1), chunk=3))
                elif name == 'play':
                    if b'drone' not in body:
                        c.sendall(message(20, 1, status('NetStream.Play.StreamNotFound'), chunk=5)); continue
                    c.sendall(message(4, 0, struct.pack('>HI', 0, 1), chunk=2)
                        + message(20, 1, status('NetStream.Play.Start'), chunk=5))
                    flv, at, begin = open(sys.argv[2], 'rb').read(), 13, time.time()
                    while at + 11 <= len(flv):
                        length = int.from_bytes(flv[at + 1:at + 4], 'big')
                        stamp = int.from_bytes(flv[at + 4:at + 7], 'big')
                        time.sleep(max(0, begin + stamp / 1000 - time.time()))
                        if flv[at] in (8, 9):
                            c.sendall(message(flv[at], 1, flv[at + 11:at + 11 + length], stamp, 6))
                        at += 15 + length
                    c.sendall(message(4, 0, struct.pack('>HI', 1, 1), chunk=2)
                        + message(20, 1, status('NetStream.Play.Stop'), chunk=5)
                        + message(20, 1, status('NetStream.Play.UnpublishNotify'), chunk=5))
        def guard(c):
            try: serve(c)
            except Exception: c.close()
        s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind(('127.0.0.1', int(sys.argv[1]))); s.listen(8)
        while True: threading.Thread(target=guard, args=(s.accept()[0],), daemon=True).start()
        """

    /// An RTSP server of one H.264 stream at `/live` for the user `pilot` with the password `p@ss word9`. Arguments:
    /// port, `basic` or `digest`, and for TLS a PEM file of certificate and key.
    static let rtsp = """
        import sys, gi
        gi.require_version('Gst', '1.0'); gi.require_version('GstRtspServer', '1.0'); gi.require_version('GstRtsp', '1.0')
        from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer
        Gst.init(None)
        server = GstRtspServer.RTSPServer(); server.set_service(sys.argv[1])
        factory = GstRtspServer.RTSPMediaFactory()
        factory.set_launch('( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1 '
            '! x264enc tune=zerolatency key-int-max=10 speed-preset=ultrafast ! rtph264pay name=pay0 pt=96 )')
        token = GstRtspServer.RTSPToken(); token.set_string('media.factory.role', 'user')
        auth = GstRtspServer.RTSPAuth()
        if sys.argv[2] == 'basic':
            auth.add_basic(GstRtspServer.RTSPAuth.make_basic('pilot', 'p@ss word9'), token)
        else:
            auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
            auth.add_digest('pilot', 'p@ss word9', token)
        if len(sys.argv) > 3:
            auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(sys.argv[3]))
        server.set_auth(auth)
        factory.add_role_from_structure(Gst.Structure.new_from_string(
            'user, media.factory.access=(boolean)true, media.factory.construct=(boolean)true'))
        server.get_mount_points().add_factory('/live', factory)
        if server.attach(None) == 0: sys.exit(3)
        GLib.timeout_add_seconds(120, lambda: sys.exit(0))
        GLib.MainLoop().run()
        """
}
