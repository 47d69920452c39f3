#!/usr/bin/env python3
"""Plays every MP4 clip under a folder in Chromium, whole and broken off, and checks that it plays to its end.

    clip_in_browser.py FOLDER      such as the output of `flyonce replay`

Says so and passes when there is no Chromium: then nothing is proved.
"""
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import urllib.parse

LIMIT_SECONDS = 120
PAGE = """<!doctype html><video id=v muted playsinline></video><script>
const v = document.getElementById('v');
const say = (what) => fetch('/said', {method: 'POST', body: JSON.stringify({what, time: v.currentTime,
  duration: v.duration, width: v.videoWidth, height: v.videoHeight, error: v.error && v.error.message})});
v.onended = () => say('ended');
v.onerror = () => say('error');
v.onstalled = () => {};
v.onloadeddata = () => { v.playbackRate = 4; v.play().catch((error) => say('refused ' + error)); };
v.src = '/clip.mp4';
</script>"""


def play(chromium, clip):
    """What the browser says of the clip; None when it says nothing."""
    said = {}
    done = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            path = urllib.parse.urlparse(self.path).path
            if path not in ("/", "/clip.mp4"):
                self.send_error(404)
                return
            body = PAGE.encode() if path == "/" else clip
            first, last, status = 0, len(body) - 1, 200
            wanted = self.headers.get("Range", "")
            if path != "/" and wanted.startswith("bytes="):
                begin, _, end = wanted[6:].partition("-")
                first, last, status = int(begin or 0), min(int(end or last), last), 206
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if path == "/" else "video/mp4")
            self.send_header("Accept-Ranges", "bytes")
            if status == 206:
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
            self.send_header("Content-Length", str(last - first + 1))
            self.end_headers()
            try:
                self.wfile.write(body[first:last + 1])
            except OSError:
                pass

        def do_POST(self):
            said.update(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            done.set()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as profile:
        browser = subprocess.Popen(
            [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--mute-audio", "--no-first-run",
             "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={profile}",
             f"http://127.0.0.1:{server.server_port}/"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done.wait(LIMIT_SECONDS)
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
    server.shutdown()
    return said or None


def is_h264(clip):
    return b"avcC" in clip[:1 << 20]


def main():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not chromium:
        print("no Chromium: clips were not played in a browser")
        return 0
    clips = [path for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.mp4")) if is_h264(path.read_bytes())][:3]
    if not clips:
        print(f"no H.264 clip under {sys.argv[1]}")
        return 1
    failures = 0
    for path in clips:
        clip = path.read_bytes()
        media = len(clip) - clip.index(b"mdat")
        for name, part in (("whole", clip), ("broken off at 60 %", clip[:len(clip) - int(media * 0.4)])):
            said = play(chromium, part)
            whole = name == "whole"
            # A part plays into what is there, and then ends or says that it broke off.
            good = said and said["width"] > 0 and (
                said["what"] == "ended" and said["time"] > 0.9 * said["duration"] if whole else said["time"] > 0.3)
            failures += not good
            print(f"{'ok  ' if good else 'FAIL'} {path.name[:12]} {name}: {said}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
