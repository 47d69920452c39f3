#!/usr/bin/env python3
"""A store with a million findings is ready at once: after an orderly end, after a kill, and with a damaged page.

    Tests/Proofs/restart_million.py [--count N] [--scratch DIR]

Fills a database on the disk of --scratch (default Benchmarks/.build/bench) with `flyonce-bench --restart`, which has to be built
(`swift build -c release` in Benchmarks), and prints how long each start took. Fails over half a second until a finding is durable after
an orderly end or a kill, or over five seconds with a damaged page."""
import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "Benchmarks" / ".build" / "release" / "flyonce-bench"
#: Milliseconds.
LIMITS = {"after an orderly end": 500, "after a kill": 500, "with a damaged page": 5000}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--scratch", default=str(ROOT / "Benchmarks" / ".build" / "bench"))
    parser.add_argument("--bench", default=str(BENCH))
    options = parser.parse_args()
    pathlib.Path(options.scratch).mkdir(parents=True, exist_ok=True)
    done = subprocess.run([options.bench, "--restart", str(options.count), "--scratch", options.scratch], text=True,
                          stdout=subprocess.PIPE)
    print(done.stdout, end="")
    if done.returncode != 0:
        raise SystemExit("restart_million: flyonce-bench failed")
    missed = []
    for what, limit in LIMITS.items():
        line = re.search(rf"{what}: .*a finding durable after (\d+) ms", done.stdout)
        if line is None:
            missed.append(f"no start {what}")
        elif int(line[1]) > limit:
            missed.append(f"{what}: {line[1]} ms, over {limit}")
    if missed:
        raise SystemExit("restart_million: " + "; ".join(missed))
    print("restart_million: every start was in time")


if __name__ == "__main__":
    sys.exit(main())
