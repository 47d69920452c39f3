"""The analyser's end of FlyOnce's seam: standard library only. docs/analyser.md describes the protocol.

    import flyonce_analyser as flyonce
    gateway = flyonce.Gateway()
    gateway.hello("my-model", "1.0", ["garbage", "smoke"])
    for frame in gateway.frames():
        gateway.answer(frame, [{"label": "smoke", "confidence": 0.9, "box": [0.1, 0.2, 0.3, 0.4]}])
"""
import json
import mmap
import os
import socket
import sys


class Frame:
    """One picture: `pixels` are rows of RGB bytes, `stride` bytes apart; `facts` is all that the gateway said of it."""

    def __init__(self, facts, pixels):
        self.facts = facts
        self.id = facts["id"]
        self.width = facts["width"]
        self.height = facts["height"]
        self.stride = facts["stride"]
        self.telemetry = facts.get("telemetry", {})
        self.pixels = pixels

    def array(self):
        """The picture as a numpy array [height, width, 3] over the shared memory: copy what outlives the answer."""
        import numpy

        rows = numpy.frombuffer(self.pixels, dtype=numpy.uint8, count=self.stride * self.height)
        return rows.reshape(self.height, self.stride)[:, : self.width * 3].reshape(self.height, self.width, 3)


class Gateway:
    def __init__(self):
        number = os.environ.get("FLYONCE_ANALYSER_SOCKET")
        if number is None:
            sys.exit("FLYONCE_ANALYSER_SOCKET is not set: FlyOnce starts this program, by `analyser: command:` of a source")
        self._socket = socket.socket(fileno=int(number))
        self._reader = self._socket.makefile("rb")
        self._maps = {}

    def hello(self, name, version, labels):
        """Say it when the model is loaded and warm: frames come from now on. `labels` is every label that can be given."""
        self._send({"hello": {"name": name, "version": version, "labels": list(labels)}})

    def frames(self):
        """The frames, until the gateway closes its end."""
        for line in self._reader:
            facts = json.loads(line).get("frame")
            if facts is not None:
                yield Frame(facts, self._pixels(facts))

    def answer(self, frame, objects, size=None):
        """Every frame wants one answer, [] when nothing is seen. `box` is left, top, right, bottom as shares 0…1 of the
        picture; `box_px` the same in pixels of the picture handed out (or of `size`, width and height)."""
        self._send(
            {"frame": frame.id, "size": list(size or (frame.width, frame.height)), "objects": list(objects)})

    def _send(self, value):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        try:
            self._socket.sendall(text.encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            sys.exit(0)

    def _pixels(self, facts):
        path, end = facts["shm"], facts["offset"] + facts["bytes"]
        held = self._maps.get(path)
        if held is None or len(held) < end:
            with open(path, "rb") as file:
                held = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
            self._maps[path] = held
        return memoryview(held)[facts["offset"] : end]
