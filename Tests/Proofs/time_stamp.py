#!/usr/bin/env python3
"""Time stamps of a real authority (openssl's) over HTTP: asked while it is away, answered when it is back, believed by openssl; a
change of keys and an export in between.

    time_stamp.py FLIGHT.ts
"""
import argparse
import http.server
import json
import os
import subprocess
import threading
import time

from gateway import BINARIES, Gateway, free_port, scratch, wait_until

FLYONCE = os.path.join(BINARIES, "flyonce")
SETTINGS = """[tsa]
default_tsa = here
[here]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
"""


class Authority:
    """`openssl ts -reply` behind a port."""

    def __init__(self, folder, port):
        self.folder, self.port = folder, port
        os.makedirs(folder)
        with open(os.path.join(folder, "tsa.cnf"), "w", encoding="utf-8") as file:
            file.write(SETTINGS)
        with open(os.path.join(folder, "serial"), "w", encoding="utf-8") as file:
            file.write("01")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=authority", "-days", "2", "-addext",
             "extendedKeyUsage=critical,timeStamping", "-keyout", "tsa.key", "-out", "tsa.pem"],
            cwd=folder, check=True, capture_output=True)

    def open(self):
        folder = self.folder

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                with open(os.path.join(folder, "query"), "wb") as file:
                    file.write(self.rfile.read(int(self.headers["Content-Length"])))
                subprocess.run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply"],
                               cwd=folder, check=True, capture_output=True)
                with open(os.path.join(folder, "reply"), "rb") as file:
                    body = file.read()
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


def run(*arguments):
    return subprocess.run([FLYONCE, *arguments], capture_output=True, text=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flight")
    options = parser.parse_args()
    folder = scratch("stamps")
    authority = Authority(os.path.join(folder, "authority"), free_port())
    gateway = Gateway(
        folder, options.flight,
        settings=f"evidence:\n  time_stamp:\n    url: http://127.0.0.1:{authority.port}/\n    every: 10s\n")
    gateway.start()
    wait_until(gateway.is_settled, 120, "the run did not end")
    chain = os.path.join(gateway.state, "chain")
    wait_until(lambda: any(name.endswith(".tsq") for name in os.listdir(chain)), 60, "nothing was asked")
    asked = gateway.status()["chain"].get("time_stamp_error")
    authority.open()
    wait_until(lambda: any(name.endswith(".tsr") for name in os.listdir(chain)), 90, "nothing was answered")
    gateway.stop()
    said = json.loads(run("verify", gateway.state, "--format", "ndjson").stdout.splitlines()[-1])
    stamp = said["time_stamps"][0]["line"]
    with open(os.path.join(chain, "00000001.ndjson"), "rb") as file:
        line = file.read().split(b"\n")[stamp - 1]
    with open(os.path.join(folder, "line"), "wb") as file:
        file.write(line)
    believed = subprocess.run(
        ["openssl", "ts", "-verify", "-data", os.path.join(folder, "line"), "-in", os.path.join(chain, f"{stamp:012}.tsr"),
         "-CAfile", os.path.join(authority.folder, "tsa.pem")], capture_output=True).returncode == 0
    rotated = run("key", "rotate", "--config", gateway.config).stdout.strip()
    gateway.start()
    wait_until(lambda: (gateway.status() or {}).get("chain", {}).get("key") == rotated, 60, "the new key does not sign")
    time.sleep(1)
    gateway.stop()
    exports = []
    for name, more in (("part", []), ("whole", ["--whole-chain"])):
        path = os.path.join(folder, name)
        done = run("export", "--config", gateway.config, "--evidence", path, *more)
        checked = run("verify", path, "--key", said["keys"][0], "--format", "ndjson")
        exports.append(done.returncode == checked.returncode == 0 and "not signed" not in done.stderr + checked.stdout)
    print(f"time stamps: of line {stamp}, asked in vain first: {asked is not None}, openssl believes it: {believed}; "
          f"exports over a change of keys verified: {exports.count(True)} of 2")
    raise SystemExit(0 if said["result"] == "unaltered" and believed and all(exports) and asked else 1)


if __name__ == "__main__":
    main()
