"""Nanoseconds klvdata takes for one packet: klvdata_packets.py HEX COUNT."""
import sys
import time

from klvdata import StreamParser

packet, count = bytes.fromhex(sys.argv[1]), int(sys.argv[2])
stream = packet * count
start = time.perf_counter_ns()
items = sum(len(parsed.items) for parsed in StreamParser(stream))
elapsed = time.perf_counter_ns() - start
if items < count * 10:
    sys.exit(f"{items} items in {count} packets")
print(elapsed / count)
