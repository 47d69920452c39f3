"""A cruel proxy between the daemon and a case platform: it drops answers after the platform has acted, waits, cuts in the middle of a body,
states wrong lengths, answers 429, 503, redirects and HTML; and the daemon is killed again and again.

Expected: as many cases as findings, no revision taken twice, nothing open in the books. The control gives every request a key of its own,
as a daemon that forgot its keys would: revisions taken twice must be noticed."""
import collections
import http.client
import http.server
import json
import os
import socket
import socketserver
import threading
import time

import rig

FATES = ["drop", "late", "cut", "long", "short", "429", "503", "redirect", "html", "empty", "other"]


class Proxy:
    """Passes requests on and keeps what was asked and answered. `drop` is the share of answers dropped after the platform acted,
    `cruel` that of any other cruelty."""

    def __init__(self, upstream, choose=None, drop=0.0, cruel=0.0, new_keys=False):
        self.upstream, self.choose, self.drop, self.cruel, self.new_keys = upstream, choose, drop, cruel, new_keys
        self.lock = threading.Lock()
        self.fates = collections.Counter()
        self.reports = []      # (key, body) of each report that came
        self.taken = set()     # keys that the platform took
        self.numbers = {}      # external id → numbers that the platform gave
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def handle_any(self):
                try:
                    proxy.handle(self)
                except (OSError, http.client.HTTPException):
                    self.close_connection = True

            do_GET = do_POST = do_PUT = handle_any

        class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True, kwargs={"poll_interval": 0.05}).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def fate(self):
        with self.lock:
            if self.choose is None:
                return "pass"
            draw = self.choose.random()
            fate = "drop" if draw < self.drop else self.choose.choice(FATES[1:]) if draw < self.drop + self.cruel else "pass"
            self.fates[fate] += 1
            return fate

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        fate = self.fate()
        if fate in ("429", "503", "redirect", "html") and self.choose.random() < 0.5:
            return self.refuse(request, fate)      # without acting; else after the platform acted
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "connection", "expect")}
        key = headers.get("Idempotency-Key")
        if self.new_keys and key:
            with self.lock:
                headers["Idempotency-Key"] = f"{key}-{len(self.reports)}"
        if key:
            with self.lock:
                self.reports.append((key, body))
        connection = http.client.HTTPConnection("127.0.0.1", self.upstream, timeout=20)
        try:
            connection.request(request.command, request.path, body=body or None, headers=headers)
            answer = connection.getresponse()
            data, status, kind = answer.read(), answer.status, answer.headers.get("Content-Type", "application/json")
        finally:
            connection.close()
        if key and status in (200, 201):
            with self.lock:
                self.taken.add(key)
                told = json.loads(data)
                self.numbers.setdefault(told.get("external_id"), set()).add(told.get("case_number"))
        self.answer(request, fate, status, kind, data)

    def refuse(self, request, fate):
        text = b"<html><body>the county portal</body></html>"
        status = {"429": 429, "503": 503, "redirect": 302, "html": 200}[fate]
        head = f"HTTP/1.1 {status} Cruel\r\nContent-Type: text/html\r\nContent-Length: {len(text)}\r\n"
        head += {"429": "Retry-After: 1\r\n", "redirect": "Location: http://127.0.0.1:9/\r\n"}.get(fate, "")
        request.wfile.write(head.encode() + b"\r\n" + text)

    def answer(self, request, fate, status, kind, data):
        if fate in ("429", "503", "redirect", "html"):
            return self.refuse(request, fate)
        length = len(data)
        if fate == "drop":
            request.close_connection = True
            return request.connection.shutdown(socket.SHUT_RDWR)
        if fate == "late":
            time.sleep(self.choose.uniform(0.1, 1.5))
        if fate == "other" and data[:1] == b"{" and b"external_id" in data:
            told = json.loads(data)
            if "external_id" in told:
                data = json.dumps({**told, "external_id": "01900000-0000-7000-8000-000000000000"}).encode()
                length = len(data)
        if fate == "empty":
            data, length = b"", 0
        if fate == "long":
            length += 50
        if fate == "short":
            length = max(length - 7, 0)
        request.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n".encode())
        request.wfile.write(data[: length // 2] if fate == "cut" else data)
        request.wfile.flush()
        if fate in ("cut", "long", "short"):
            request.close_connection = True


def run(kills=12, recordings=16, seed=1, new_keys=False, drop=0.3, cruel=0.35):
    directory = rig.scratch("proxy")
    platform = rig.proofs.Platform(directory)
    proxy = Proxy(platform.port, rig.seeded(seed, "proxy"), drop, cruel, new_keys)
    choose = rig.seeded(seed, "proxy kills")
    sources = {f"uav-{index}": rig.record(directory, index) for index in range(recordings)}
    daemon = rig.Daemon(directory, sources=sources, platform=_At(proxy.port), name="proxy")
    for _ in range(kills):
        daemon.start()
        if daemon.wait_ready(30) is None:
            return rig.report("cruel proxy", False, "not ready: " + daemon.said()[-300:], seed)
        time.sleep(choose.uniform(0.2, 2.5))
        daemon.kill()
    daemon.start()
    # It is still cruel while the rest is delivered, and kind at the very end.
    daemon.wait_settled(20)
    cruelties, proxy.choose = dict(proxy.fates), None
    settled = daemon.wait_settled(90)
    status, served = daemon.status(), daemon.served() or {}
    daemon.stop()
    summary = platform.summary()
    platform.stop()
    proxy.stop()
    cases = summary["external_ids"]
    reports = sum(case["reports"] for case in cases.values())
    complaints = [] if settled else [f"not settled: {status and status['books']}"]
    if set(served) != set(cases) or not served:
        complaints.append(f"{len(served)} findings and {len(cases)} cases")
    if len(served) != 2 * recordings:
        complaints.append(f"{len(served)} findings of {2 * recordings}")
    complaints += [f"{name} has the numbers {numbers}" for name, numbers in proxy.numbers.items() if len(numbers) != 1]
    if reports != len(proxy.taken):
        complaints.append(f"{reports} revisions taken under {len(proxy.taken)} unique keys")
    if status:
        complaints += [f"book {book}" for book in rig.unbalanced(status["books"])]
        complaints += [f"book {book}" for book in status["books"] if book["pending"] + book["leased"] + book["dead"]]
    wrong = [feature["id"] for feature in served.values() if feature["properties"].get("case", {}).get("number") != cases.get(
        feature["id"], {}).get("number")]
    if wrong:
        complaints.append(f"{len(wrong)} findings do not have their case's number")
    dropped = cruelties.get("drop", 0) / max(sum(cruelties.values()), 1)
    text = (f"{sum(cruelties.values())} requests, {dropped:.0%} of the answers dropped, {kills} kills, "
            f"{sum(cruelties.values()) - cruelties.get('drop', 0) - cruelties.get('pass', 0)} other cruelties; {len(cases)} cases of "
            f"{len(served)} findings, {reports} revisions under {len(proxy.taken)} unique keys, "
            f"{sum(book['pending'] + book['leased'] for book in status['books']) if status else '?'} open in the books")
    if new_keys:
        return rig.report("cruel proxy, control (keys forgotten)", any("unique keys" in text for text in complaints),
                          f"{reports} revisions under {len(proxy.taken)} keys")
    for complaint in complaints[:10]:
        print("  " + complaint, flush=True)
    return rig.report("cruel proxy", not complaints, text, seed)


def control(seed=1):
    return run(kills=2, recordings=6, seed=seed, new_keys=True)


class _At:
    """What a gateway's settings want of a platform: its port."""

    def __init__(self, port):
        self.port = port
