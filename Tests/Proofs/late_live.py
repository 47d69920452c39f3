#!/usr/bin/env python3
"""A live stream whose metadata are late: told as it flies, put right in what is open, and remembered for the next flight.

    late_live.py [--scenario Models/scenarios/town-three-flights.yaml] [--offset-ms 300] [--rate 4]

The first two flights of a scenario, sent over UDP at a multiple of their pace, the daemon started anew between them. Exits 1 when
a goal is missed and says which:

    told        the first flight's offset is taken within 60 ms of the truth
    corrected   findings that opened before it was known are told again
    remembered  the second flight takes it from its first frame on
    places      every finding lies within 3 m of what is there
"""
import argparse
import os
import subprocess
import time

from gateway import MODELS, ROOT, Gateway, Platform, free_port, scratch, wait_until
from town_flights import metres, read, simulate


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scenario", default=os.path.join(MODELS, "scenarios", "town-three-flights.yaml"))
    arguments.add_argument("--offset-ms", type=int, default=300)
    arguments.add_argument("--rate", type=float, default=4)
    options = arguments.parse_args()
    os.environ.setdefault("FLYONCE_MODELS", os.path.join(ROOT, "Models"))
    folder = scratch("late-live")
    simulate(options.scenario, folder, options.offset_ms)
    platform, port = Platform(folder), free_port()
    gateway = Gateway(folder, f"udp://127.0.0.1:{port}", platform, extra="    flight_gap: 5s\n")
    complaints = []

    def timing():
        return gateway.asked()["sources"][0].get("timing", {})

    def fly(number):
        """What the status said of the timing, second by second."""
        gateway.start()
        wait_until(lambda: gateway.asked() is not None, 60, "the daemon did not start")
        time.sleep(1)
        sender = subprocess.Popen(
            ["ffmpeg", "-hide_banner", "-loglevel", "error", "-readrate", str(options.rate), "-i",
             os.path.join(folder, f"flight-{number}.ts"), "-map", "0", "-c", "copy", "-copy_unknown", "-f", "mpegts",
             f"udp://127.0.0.1:{port}?pkt_size=1316"])
        said = []
        while sender.poll() is None:
            said.append(timing())
            time.sleep(1)
        time.sleep(8)
        said.append(timing())
        corrected = gateway.asked()["sources"][0]["counters"].get("places_corrected", 0)
        gateway.stop()
        return said, corrected

    said, corrected = fly(1)
    print(f"first flight: {said[-1]}, {corrected} findings put right", flush=True)
    if abs(said[-1].get("late_s", 0) - options.offset_ms / 1000) > 0.06:
        complaints.append("told: the first flight's offset is not that of the scenario")
    if not corrected:
        complaints.append("corrected: no finding was told again")
    said, _ = fly(2)
    print(f"second flight: {next((one for one in said if one.get('late_s')), {})}, then {said[-1]}", flush=True)
    if not any(one.get("from") == "remembered" for one in said):
        complaints.append("remembered: the second flight did not begin with it")
    there = [
        (feature["properties"]["scene_type"], feature["geometry"]["coordinates"])
        for number in (1, 2) for feature in read(folder, f"truth-{number}.geojson")["features"]]
    off = sorted(
        min(metres(finding["geometry"]["coordinates"], place) for scene, place in there
            if scene == finding["properties"]["scene_type"])
        for finding in gateway.findings() if finding["geometry"])
    print(f"{len(off)} findings, {off[len(off) // 2]:.1f} m off (median), {off[-1]:.1f} m at most", flush=True)
    if off[-1] > 3:
        complaints.append(f"places: {sum(one > 3 for one in off)} findings lie more than 3 m off")
    platform.stop()
    for complaint in complaints:
        print(f"falls short: {complaint}", flush=True)
    raise SystemExit(1 if complaints else 0)


main()
