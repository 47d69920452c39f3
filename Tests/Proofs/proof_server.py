"""What the receivers of the proofs share: a small HTTP server that may act and then say nothing."""
import http.server
import random
import threading
import urllib.parse


class ProofServer:
    """`handle(method, path, query, headers, body)` gives (status, content type, bytes). Shares of the answers to requests that
    change something are lost after it acted, or are 503 before it acts."""

    def __init__(self, handle, lost=0.0, failed=0.0, seed=1):
        self.handle, self.lost, self.failed = handle, lost, failed
        self.random = random.Random(seed)
        self.lock = threading.Lock()
        self.requests = self.dropped = 0
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(length)
                if len(body) != length:
                    # Cut off on its way: nothing of it counts.
                    self.close_connection = True
                    return
                address = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(address.query, keep_blank_values=True))
                changes = self.command != "GET"
                with owner.lock:
                    owner.requests += 1
                    fails = changes and owner.random.random() < owner.failed
                    drops = changes and owner.random.random() < owner.lost
                    if not fails:
                        status, kind, data = owner.handle(self.command, address.path, query, self.headers, body)
                    else:
                        status, kind, data = 503, "text/plain", b""
                    if drops:
                        owner.dropped += 1
                if drops:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = serve

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
