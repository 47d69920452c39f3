"""Sends one transport stream to many ports at its own pace, from one process: UDP, or SRT through libsrt itself.

Run as a process of its own: `sender.py FILE udp|srt SECONDS PORT...`. Every stream begins at its own moment of the first
second, so that key frames do not come together. Prints a line of JSON at the end: what was sent, how late at worst.
"""
import bisect
import ctypes
import json
import select
import socket
import struct
import sys
import time

import patrol

DATAGRAM = 7 * patrol.PACKET


def schedule(data):
    """Seconds after the beginning at which each datagram is due, and the number of metadata units begun up to its end."""
    marks, metadata = [], [0]
    for at in range(0, len(data) - patrol.PACKET + 1, patrol.PACKET):
        begin = patrol.payload(data, at)
        starts = begin is not None and data[at + 1] & 0x40
        pid = patrol.read_pid(data, at)
        metadata.append(metadata[-1] + (1 if starts and pid == patrol.METADATA else 0))
        if starts and pid == patrol.VIDEO:
            marks.append((at // patrol.PACKET, patrol.read_time(data, begin + 9) / 90_000))
    packets = [mark[0] for mark in marks]
    first, step = marks[0][1], marks[1][1] - marks[0][1]
    marks.append((len(data) // patrol.PACKET, marks[-1][1] + step))
    due = []
    for end in range(7, len(data) // patrol.PACKET + 1, 7):
        index = max(0, bisect.bisect_right(packets, end) - 1)
        (a, at), (b, to) = marks[index], marks[index + 1]
        due.append(at - first + (to - at) * max(0, end - a) / max(1, b - a))
    return due, [metadata[min((index + 1) * 7, len(metadata) - 1)] for index in range(len(due))]


class UDP:
    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
        self.socket.connect(("127.0.0.1", port))

    def send(self, piece):
        try:
            self.socket.send(piece)
        except ConnectionRefusedError:
            pass

    def close(self):
        self.socket.close()


class SRT:
    """A caller. Live mode: messages of up to 1316 bytes, delivered in order after the latency."""
    library = None
    SRTO_LATENCY = 23

    def __init__(self, port, latency=200):
        if SRT.library is None:
            name = next((name for name in ("libsrt-gnutls.so.1.5", "libsrt.so.1.5", "libsrt-openssl.so.1.5") if loads(name)), None)
            if name is None:
                raise SystemExit("libsrt is not installed")
            SRT.library = ctypes.CDLL(name)
            SRT.library.srt_startup()
        self.handle = self.library.srt_create_socket()
        self.library.srt_setsockflag(self.handle, self.SRTO_LATENCY, ctypes.byref(ctypes.c_int(latency)), 4)
        address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(port), socket.inet_aton("127.0.0.1"))
        for _ in range(50):
            if self.library.srt_connect(self.handle, address, len(address)) == 0:
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"nobody answers SRT on port {port}")
        self.failed = 0

    def send(self, piece):
        if self.library.srt_send(self.handle, bytes(piece), len(piece)) < 0:
            self.failed += 1

    def close(self):
        self.library.srt_close(self.handle)


def loads(name):
    try:
        ctypes.CDLL(name)
        return True
    except OSError:
        return False


def main():
    path, kind, seconds, *ports = sys.argv[1:]
    with open(path, "rb") as file:
        data = file.read()
    due, metadata = schedule(data)
    last = bisect.bisect_right(due, float(seconds))
    view = memoryview(data)
    streams = [(UDP if kind == "udp" else SRT)(int(port)) for port in ports]
    begin = time.monotonic() + 0.2
    offsets = [index / len(streams) for index in range(len(streams))]
    next_ = [0] * len(streams)
    late = 0.0
    print("sending", flush=True)
    while min(next_) < last:
        now = time.monotonic() - begin
        for index, stream in enumerate(streams):
            moment = now - offsets[index]
            at = next_[index]
            if at < last and due[at] <= moment:
                late = max(late, moment - due[at])
                while at < last and due[at] <= moment:
                    stream.send(view[at * DATAGRAM:(at + 1) * DATAGRAM])
                    at += 1
                next_[index] = at
        time.sleep(0.003)
    time.sleep(2)  # what is under way within SRT's latency
    failed = sum(getattr(stream, "failed", 0) for stream in streams)
    used = time.process_time()
    print(json.dumps({"packets": metadata[last - 1], "bytes": last * DATAGRAM, "late": late, "failed": failed, "cpu": used}), flush=True)
    select.select([sys.stdin], [], [], 30)
    for stream in streams:
        stream.close()


if __name__ == "__main__":
    main()
