#!/usr/bin/env python3
"""A long backlog goes out with flat memory: an outbox of COUNT findings to a receiver on this machine (nginx, 204), the memory of the
process looked at every second, the books at the end.

    backlog.py [COUNT]      1,000,000 unless said; about 4 GB under Benchmarks/.build while it runs
"""
import os
import subprocess
import sys

count = sys.argv[1] if len(sys.argv) > 1 else "1000000"
here = os.path.dirname(os.path.abspath(__file__))
bench = os.path.join(here, "..", "..", "Benchmarks")
subprocess.run(["swift", "build", "-c", "release", "--product", "flyonce-bench"], cwd=bench, check=True, stdout=subprocess.DEVNULL)
raise SystemExit(subprocess.run([".build/release/flyonce-bench", "--backlog", count], cwd=bench).returncode)
