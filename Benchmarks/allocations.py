#!/usr/bin/env python3
"""Counts what decoding one KLV packet and classifying one frame allocate: the difference between two runs.

    Benchmarks/allocations.py [BENCH]

BENCH is the release binary `flyonce-bench` (default Benchmarks/.build/release/flyonce-bench). Needs a C compiler and
glibc. The frame has 20 objects, its rules are seven copies of every shipped pack. Ends with 1 when a packet allocates at
all, or a frame more than 500 times: most of them are the reasons of the detections that it gives.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def allocations(binary, library, option, count):
    models = ["--models", str(HERE.parent / "Models")]
    done = subprocess.run([str(binary), option, str(count), *models], capture_output=True, text=True,
                          env=dict(os.environ, LD_PRELOAD=str(library)))
    found = re.search(r"allocations (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise SystemExit(f"allocations: {binary} failed: {done.stderr.strip()[-400:]}")
    return int(found[1])


def each(binary, library, option, what, few, many):
    first, second = allocations(binary, library, option, few), allocations(binary, library, option, many)
    answer = (second - first) / (many - few)
    print(f"{answer:.4f} allocations a {what} ({first} for {few}, {second} for {many})")
    return answer


def main():
    binary = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / ".build" / "release" / "flyonce-bench"
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "allocations.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(HERE / "allocations.c")], check=True)
        packet = each(binary, library, "--klv-packets", "packet", 10_000, 110_000)
        frame = each(binary, library, "--rule-frames", "frame", 400, 2_400)
    return 0 if packet < 0.001 and frame < 500 else 1


if __name__ == "__main__":
    sys.exit(main())
