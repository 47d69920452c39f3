#!/usr/bin/env python3
"""A live stream with an analyser beside it that is killed and stopped: the stream goes on, and its objects come back.

    analyser.py

The stream is a red square that moves over grey. With onnxruntime, numpy and onnx installed, deploy/analyser/onnx_analyser.py
runs a model made for it; else a plain Python analyser stands in, and that is said.
"""
import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time

from gateway import ROOT, Gateway, free_port, scratch, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))
RECIPE = os.path.join(ROOT, "deploy", "analyser")
RATE = 5
PACK = """pack: trial
version: "1.0"
title: {zh: 试验, en: Trial}
rules:
  - id: red-square
    scene_type: waste.exposed
    when: [object.confidence >= 0.5]
    tests:
      - name: seen
        frames:
          - objects: [{label: garbage, confidence: 0.9, box: [600, 400, 700, 480]}]
        expect: [{object: 0}]
"""


def command(folder):
    if all(importlib.util.find_spec(name) for name in ("onnxruntime", "numpy", "onnx")):
        model, labels = os.path.join(folder, "red.onnx"), os.path.join(folder, "labels.txt")
        subprocess.run([sys.executable, os.path.join(HERE, "red_model.py"), model], check=True)
        with open(labels, "w", encoding="utf-8") as file:
            file.write("garbage\n")
        return [sys.executable, os.path.join(RECIPE, "onnx_analyser.py"), "--model", model, "--labels", labels, "--threads", "1",
                "--confidence", "0.5", "--iou", "0.2"]
    print("not run: the ONNX model (pip install onnxruntime numpy onnx); a plain Python analyser stands in")
    os.environ["RED_LABEL"] = "garbage"
    return [sys.executable, os.path.join(HERE, "red_analyser.py"), RECIPE]


def children(process):
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as file:
        found = file.read().split()
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:
            found += file.read().split()
    return sorted({int(child) for child in found})


def main():
    folder = scratch("analyser")
    port = free_port()
    pack = os.path.join(folder, "pack.yaml")
    with open(pack, "w", encoding="utf-8") as file:
        file.write(PACK)
    words = ", ".join(f'"{word}"' for word in command(folder))
    gateway = Gateway(
        folder, f"udp://127.0.0.1:{port}", packs=[pack],
        extra=f"    analyser: {{command: [{words}], rate: {RATE}, width: 640, timeout: 1s}}\n")
    gateway.start()
    wait_until(lambda: gateway.status() is not None, 20, "the gateway did not start")
    sender = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-re", "-f", "lavfi", "-i",
         "color=c=gray:s=1280x720:r=25:d=120[bg];color=c=red:s=128x128:r=25:d=120[sq];[bg][sq]overlay=x='40+10*t':y=200:shortest=1",
         "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-f", "mpegts",
         f"udp://127.0.0.1:{port}?pkt_size=1316"])
    try:
        def counters():
            return gateway.status()["sources"][0]["counters"]

        def more_objects(beyond, seconds, complaint):
            wait_until(lambda: counters().get("analyser_objects", 0) > beyond, seconds, complaint)

        more_objects(10, 30, "no objects came")
        frames, begin = counters()["frames"], time.monotonic()
        def open_files():
            """Open files of the gateway, without the frames that are on their way to the analyser."""
            folder = f"/proc/{gateway.process.pid}/fd"
            links = [os.readlink(f"{folder}/{name}") for name in os.listdir(folder) if os.path.islink(f"{folder}/{name}")]
            return sum(not link.startswith("/dev/shm/flyonce-analyser-") for link in links)

        files = None
        for blow in (signal.SIGKILL, signal.SIGSTOP, signal.SIGKILL, signal.SIGSTOP):
            before = counters()
            analyser = children(gateway.process.pid)
            assert len(analyser) == 1, f"one analyser, not {analyser}"
            os.kill(analyser[0], blow)
            wait_until(lambda: counters()["analyser_restarts"] > before["analyser_restarts"], 15, "it was not started again")
            more_objects(counters().get("analyser_objects", 0) + 5, 30, "no objects came after a restart")
            assert children(gateway.process.pid) != analyser
            # From here on: by now the store's readers and the like are open.
            files = files or open_files()
        now, seconds = counters(), time.monotonic() - begin
        files_after = open_files()
        rate = (now["frames"] - frames) / seconds
        print({name: value for name, value in now.items() if "analyser" in name or name in ("frames", "dropped_frames", "objects")})
        print(f"{rate:.1f} frames a second over {seconds:.0f} s; open files {files} then {files_after}")
        assert rate > 23, "the stream did not go on as it came"
        assert now["analyser_restarts"] == 4 and now["analyser_hangs"] == 2
        assert files_after <= files + 2, "descriptors leak"
        left = children(gateway.process.pid)
        assert gateway.stop() == 0
        assert not any(os.path.exists(f"/proc/{process}") for process in left), "the analyser outlived the gateway"
        assert not [name for name in os.listdir("/dev/shm") if name.startswith(f"flyonce-analyser-{gateway.process.pid}-")]
        shutil.rmtree(folder)
        print("analyser: killed and stopped four times; the stream went on, and its objects came back")
    finally:
        sender.kill()
        if gateway.process.poll() is None:
            gateway.kill()


if __name__ == "__main__":
    main()
