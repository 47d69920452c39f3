#!/usr/bin/env python3
"""The recipe of docs/push.md, as it stands there: ffmpeg pushes RTMP to nginx, the gateway pulls it; the publisher is killed
and comes back.

    push.py [--seconds 15]

Needs nginx with libnginx-mod-rtmp, and ffmpeg with libx264. Fails when fewer than nine tenths of the frames arrive, when the
source is not back, or when the password in its address is said anywhere.
"""
import argparse
import os
import re
import shutil
import subprocess
import time

from gateway import ROOT, Gateway, free_port, scratch, wait_until

SECRET = "stream-key-7719"
RATE = 25
MODULE = next((path for path in ("/usr/lib/nginx/modules/ngx_rtmp_module.so", "/usr/share/nginx/modules/ngx_rtmp_module.so")
               if os.path.exists(path)), None)


def recipe(port):
    """The block of the document, on a port of its own and for this machine."""
    with open(os.path.join(ROOT, "docs", "push.md"), encoding="utf-8") as file:
        block = re.search(r"```nginx\n(.*?)```", file.read(), re.DOTALL).group(1)
    changed, count = re.subn(r"listen 1935;", f"listen 127.0.0.1:{port};", block)
    if count != 1:
        raise SystemExit("docs/push.md: the recipe has no `listen 1935;`")
    return changed


def start_nginx(directory, port):
    path = os.path.join(directory, "nginx.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"load_module {MODULE};\ndaemon off;\npid {directory}/nginx.pid;\nerror_log {directory}/nginx.log;\n"
                   f"worker_processes 1;\nevents {{ worker_connections 64; }}\n{recipe(port)}")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    return subprocess.Popen([nginx, "-c", path, "-p", directory], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_publisher(port):
    return subprocess.Popen(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-f", "lavfi", "-i", f"testsrc=size=640x360:rate={RATE}", "-f", "lavfi", "-i",
         "sine", "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", str(RATE), "-pix_fmt", "yuv420p", "-c:a", "aac",
         "-f", "flv", f"rtmp://127.0.0.1:{port}/live/uav-1"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=15)
    options = arguments.parse_args()
    if MODULE is None or shutil.which("ffmpeg") is None:
        print("nginx's RTMP module (libnginx-mod-rtmp, nginx-light) or ffmpeg is not installed: the recipe is passed over")
        return
    directory, port = scratch("push"), free_port()
    os.chmod(directory, 0o755)
    gateway = Gateway(directory, f"rtmp://127.0.0.1:{port}/live/uav-1?key={SECRET}")
    running = [start_nginx(directory, port)]

    def counters():
        return (gateway.asked() or {"sources": [{"counters": {}}]})["sources"][0]["counters"]

    try:
        gateway.start()
        wait_until(lambda: counters().get("interruptions", 0) > 0, 30, "that nobody publishes was not noticed")
        publisher = start_publisher(port)
        running.append(publisher)
        wait_until(lambda: counters().get("frames", 0) > 0, 60, "no frame arrived")
        began, first = time.monotonic(), counters()["frames"]
        time.sleep(options.seconds)
        frames, seconds = counters()["frames"] - first, time.monotonic() - began
        before = counters()["interruptions"]
        publisher.kill()
        publisher.wait()
        wait_until(lambda: counters()["interruptions"] > before, 20, "the publisher's death was not noticed")
        noticed = counters()["frames"]
        died = time.monotonic()
        running.append(start_publisher(port))
        wait_until(lambda: counters()["frames"] > noticed + RATE, 60, "the source did not come back")
        back = time.monotonic() - died
    finally:
        code = gateway.stop()
        for process in reversed(running):
            process.terminate()
            process.wait(20)
    with open(os.path.join(directory, "gateway.log"), encoding="utf-8") as file:
        told = SECRET in file.read()
    print(f"RTMP through nginx: {frames} frames in {seconds:.1f} s ({frames / seconds / RATE:.2f} of what was pushed); back {back:.1f} s "
          f"after the publisher was; the key {'WAS SAID' if told else 'was never said'}; exit {code}")
    shutil.rmtree(directory)
    raise SystemExit(0 if frames >= 0.9 * RATE * seconds and not told and code == 0 else 1)


main()
