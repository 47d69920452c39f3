#!/usr/bin/env python3
"""The same recording as a file and over UDP ends with the same matters on the case platform.

    udp.py RECORDING.ts [--pack PACK.yaml]... [--within 3]
"""
import argparse
import math
import os
import subprocess
import time

from gateway import Gateway, Platform, free_port, scratch, wait_until


def metres(one, other):
    return math.hypot((one[1] - other[1]) * 111_320, (one[0] - other[0]) * 111_320 * math.cos(math.radians(one[1])))


def matters(gateway, platform):
    cases = platform.cases()
    found = [(feature["properties"]["scene_type"], feature["geometry"] and feature["geometry"]["coordinates"], feature["properties"]["sightings"])
             for feature in gateway.findings() if cases.get(feature["id"]) == 1]
    return found, len(cases)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("recording")
    arguments.add_argument("--pack", action="append", default=[])
    arguments.add_argument("--within", type=float, default=3.0)
    options = arguments.parse_args()
    recording = os.path.abspath(options.recording)
    packs = [os.path.abspath(pack) for pack in options.pack]

    directory = scratch("file")
    platform = Platform(directory)
    gateway = Gateway(directory, recording, platform, packs)
    gateway.start()
    wait_until(gateway.is_settled, 120, "the file was not read")
    gateway.stop()
    from_file, file_cases = matters(gateway, platform)
    platform.stop()

    directory = scratch("udp")
    port = free_port()
    platform = Platform(directory)
    gateway = Gateway(directory, f"udp://127.0.0.1:{port}", platform, packs, extra="    flight_gap: 5s")
    gateway.start()
    time.sleep(2)
    subprocess.run(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-i", recording, "-map", "0", "-c", "copy", "-copy_unknown", "-f", "mpegts",
         f"udp://127.0.0.1:{port}?pkt_size=1316"], check=True, timeout=600)
    time.sleep(8)
    code = gateway.stop()
    gateway.start()
    wait_until(gateway.owes_nothing, 60, "deliveries did not end")
    gateway.stop()
    from_udp, udp_cases = matters(gateway, platform)
    platform.stop()

    left = list(from_udp)
    unmatched, worst = [], 0.0
    for scene, place, _ in from_file:
        near = [other for other in left if other[0] == scene and (place is None or other[1] and metres(place, other[1]) <= options.within)]
        if not near:
            unmatched.append((scene, place))
            continue
        best = min(near, key=lambda other: metres(place, other[1]) if place else 0)
        worst = max(worst, metres(place, best[1]) if place else 0)
        left.remove(best)
    print(f"file: {len(from_file)} findings, {file_cases} cases; UDP: {len(from_udp)} findings, {udp_cases} cases; "
          f"{len(unmatched)} only in the file, {len(left)} only over UDP, furthest apart {worst:.2f} m; exit {code}")
    raise SystemExit(0 if from_file and not unmatched and not left and code == 0 else 1)


main()
