#!/usr/bin/env python3
"""Thousands of damaged streams through demultiplexer, parser, metadata and, for a share, pictures and clips: no crash, no
hang, no promise of the seams broken, memory flat.

    fuzz.py [--count 10000] [--from 1] [--jobs N] [--limit 60] [--streams DIRECTORY] [FLIGHT.ts]

Streams are made with ffmpeg (H.264, H.265 and MPEG-2 in transport packets of 188 and 192 bytes, MP4, Matroska), from the head
of the flight given, and from the samples beside the tree when they are there. A variant is made again from its seed alone.
"""
import argparse
import concurrent.futures
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BINARY = os.path.join(os.environ.get("FLYONCE_BIN", os.path.join(ROOT, ".build", "release")), "stream-fuzz")
SAMPLES = os.path.join(ROOT, "..", "shared", "samples", "klv")
# Bytes of each stream: enough for several groups of pictures, few enough for thousands of runs. A flight has larger pictures.
HEAD = 400 * 188
BATCH = 250


def make(directory, flight):
    picture = ["-f", "lavfi", "-i", "testsrc=size=160x120:rate=25:duration=2", "-pix_fmt", "yuv420p"]
    h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "12"]
    for name, options in {
        "h264.ts": h264, "h264.m2ts": h264 + ["-mpegts_m2ts_mode", "1"], "h264.mp4": h264, "h264.mkv": h264,
        "h265.ts": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=12"],
        "h265.mp4": ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=12"],
        "mpeg2.ts": ["-c:v", "mpeg2video", "-g", "12"],
    }.items():
        subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *picture, *options,
                        os.path.join(directory, name)], check=True)
    samples = ["osh_uas.ts", "h264_klv.ts", "synth_drone_klv.ts", "synth_drone_klv_nopts.ts", "synth_drone_klv_sync15.ts"]
    found = [os.path.join(SAMPLES, name) for name in samples if os.path.exists(os.path.join(SAMPLES, name))]
    if not found:
        print("no samples beside the tree: made streams only")
    for path in found + ([flight] if flight else []):
        with open(path, "rb") as whole, open(os.path.join(directory, os.path.basename(path)), "wb") as head:
            head.write(whole.read(HEAD * (8 if path == flight else 1)))


class Batch:
    """Runs seeds in a child; a crash or a hang costs the one seed, and the rest goes on in a new child."""

    def __init__(self, options, streams):
        self.options, self.streams = options, streams
        self.done, self.failures, self.slowest, self.memory = 0, [], (0, 0), []
        self.frames = self.packets = self.pictures = 0

    def run(self, first, count):
        seed, end = first, first + count
        while seed < end:
            seed = self.child(seed, end - seed)
        return self

    def child(self, first, count):
        scratch = tempfile.mkdtemp(prefix="flyonce-fuzz-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
        process = subprocess.Popen(
            [BINARY, "--from", str(first), "--count", str(count), "--scratch", scratch, *self.streams],
            stdout=subprocess.PIPE, stderr=open(os.path.join(scratch, "errors"), "wb"), text=True)
        lines = queue.Queue()
        reading = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout] and None or lines.put(None))
        reading.start()
        current, what, next_seed, reason = None, "", first, None
        resident = []
        while True:
            try:
                line = lines.get(timeout=self.options.limit)
            except queue.Empty:
                reason = f"no end after {self.options.limit} s"
                process.kill()
                break
            if line is None:
                break
            word, *rest = line.split()
            if word == "begin":
                current, what = int(rest[0]), " ".join(rest[1:])
            elif word == "breach":
                self.fail(current, what, " ".join(rest[1:]), scratch)
            elif word == "end":
                _, ms, frames, packets, pictures, rss = map(int, rest)
                self.done += 1
                self.frames, self.packets, self.pictures = self.frames + frames, self.packets + packets, self.pictures + pictures
                self.slowest = max(self.slowest, (ms, current))
                resident.append(rss)
                next_seed, current = current + 1, None
            elif word == "done":
                next_seed = first + count
        process.wait()
        reading.join()
        if len(resident) > 100:
            self.memory.append((resident[len(resident) // 2], resident[-1]))
        if next_seed < first + count:
            if current is None:
                sys.exit(f"the child ended before seed {next_seed}: {open(os.path.join(scratch, 'errors')).read()[-2000:]}")
            errors = open(os.path.join(scratch, "errors"), errors="replace").read()
            self.fail(current, what, reason or f"ended with {process.returncode}: {errors[-1500:]}", scratch)
            next_seed = current + 1
        shutil.rmtree(scratch, ignore_errors=True)
        return next_seed

    def fail(self, seed, what, reason, scratch):
        kept = os.path.join(ROOT, ".build", "fuzz")
        os.makedirs(kept, exist_ok=True)
        for name in os.listdir(scratch):
            if name.startswith(f"variant-{seed}-"):
                shutil.copy(os.path.join(scratch, name), kept)
        print(f"seed {seed} ({what}): {reason}\n  variant in {kept}", flush=True)
        self.failures.append(seed)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flight", nargs="?")
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--from", type=int, default=1, dest="first")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--limit", type=float, default=60, help="seconds that a variant may take")
    arguments.add_argument("--streams", help="a directory of streams to damage instead of those made here")
    options = arguments.parse_args()
    directory = options.streams or tempfile.mkdtemp(prefix="flyonce-streams-")
    if not options.streams:
        make(directory, options.flight)
    streams = sorted(os.path.join(directory, name) for name in os.listdir(directory))
    begun = time.time()
    starts = range(options.first, options.first + options.count, BATCH)
    with concurrent.futures.ThreadPoolExecutor(max(options.jobs, 1)) as pool:
        batches = list(pool.map(
            lambda first: Batch(options, streams).run(first, min(BATCH, options.first + options.count - first)), starts))
    if not options.streams:
        shutil.rmtree(directory)
    failures = sorted({seed for batch in batches for seed in batch.failures})
    grown = max((last - middle for batch in batches for middle, last in batch.memory), default=0) / 1024
    slowest = max(batch.slowest for batch in batches)
    print(f"{sum(b.done for b in batches)} variants of {len(streams)} streams read in {time.time() - begun:.0f} s: "
          f"{sum(b.frames for b in batches)} frames, {sum(b.packets for b in batches)} metadata packets, "
          f"{sum(b.pictures for b in batches)} pictures; slowest {slowest[0]} ms (seed {slowest[1]}); "
          f"memory of a process grew by at most {grown:.0f} MB over the second half of its batch")
    if grown > 40:  # 20 MB of the allocator's own were seen
        failures.append("memory")
    if failures:
        sys.exit(f"failed: {failures}")


if __name__ == "__main__":
    main()
