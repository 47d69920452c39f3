#!/usr/bin/env python3
"""Counts what decoding one KLV packet allocates: the difference between two runs over the packets.

    Benchmarks/allocations.py [BENCH]

BENCH is the release binary `flyonce-bench` (default Benchmarks/.build/release/flyonce-bench). Needs a C compiler and
glibc. Ends with 1 when a packet allocates at all.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def allocations(binary, library, packets):
    done = subprocess.run([str(binary), "--klv-packets", str(packets)], capture_output=True, text=True,
                          env=dict(os.environ, LD_PRELOAD=str(library)))
    found = re.search(r"allocations (\d+)", done.stderr)
    if done.returncode != 0 or not found:
        raise SystemExit(f"allocations: {binary} failed: {done.stderr.strip()[-400:]}")
    return int(found[1])


def main():
    binary = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / ".build" / "release" / "flyonce-bench"
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "allocations.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", str(library), str(HERE / "allocations.c")], check=True)
        few, many = 10_000, 110_000
        first, second = allocations(binary, library, few), allocations(binary, library, many)
    each = (second - first) / (many - few)
    print(f"{each:.4f} allocations a packet ({first} for {few} packets, {second} for {many})")
    return 0 if each < 0.001 else 1


if __name__ == "__main__":
    sys.exit(main())
