#!/usr/bin/env python3
"""kill -9 at random moments: on a file source the platform ends with exactly the findings of an undisturbed run; on a live
source nothing that was stored is lost and nothing arrives twice.

    kill.py FLIGHT.ts [--kills 20] [--seed 1]
"""
import argparse
import math
import os
import random
import subprocess
import time

from gateway import Gateway, Platform, free_port, owned, scratch, wait_until


def file_source(options):
    """Undisturbed, then killed again and again: the same cases."""
    calm, rough = scratch("calm"), scratch("rough")
    platform = Platform(calm)
    gateway = Gateway(calm, options.flight, platform)
    gateway.start()
    started = time.monotonic()
    wait_until(gateway.is_settled, 120, "the undisturbed run did not end")
    took = time.monotonic() - started
    gateway.stop()
    expected = platform.cases()
    platform.stop()

    platform = Platform(rough)
    gateway = Gateway(rough, options.flight, platform)
    choose = random.Random(options.seed)
    for _ in range(options.kills):
        gateway.start()
        time.sleep(choose.uniform(0.02, max(took, 0.5)))
        gateway.kill()
    gateway.start()
    wait_until(gateway.is_settled, 120, "the disturbed run did not end")
    gateway.stop()
    got = platform.cases()
    platform.stop()
    doubled = [name for name, cases in got.items() if cases != 1]
    missing, extra = set(expected) - set(got), set(got) - set(expected)
    print(f"file source: {options.kills} kills; {len(expected)} findings undisturbed, {len(got)} disturbed, "
          f"{len(missing)} missing, {len(extra)} extra, {len(doubled)} with more than one case")
    return not (missing or extra or doubled) and len(expected) > 0


def metres(one, other):
    scale = 111_320.0
    return math.hypot((one[1] - other[1]) * scale, (one[0] - other[0]) * scale * math.cos(math.radians(one[1])))


def live_source(options):
    """A stream that plays on, whatever happens to the gateway."""
    directory = scratch("live")
    port = free_port()
    platform = Platform(directory)
    gateway = Gateway(directory, f"udp://127.0.0.1:{port}", platform, extra="    flight_gap: 60s")
    sender = owned(subprocess.Popen(
        ["ffmpeg", "-hide_banner", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", options.flight, "-map", "0", "-c", "copy",
         "-copy_unknown", "-f", "mpegts", "-mpegts_flags", "+resend_headers", f"udp://127.0.0.1:{port}?pkt_size=1316"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
    choose = random.Random(options.seed + 1)
    stored = set()
    lost = 0
    try:
        for _ in range(options.kills):
            gateway.start()
            time.sleep(choose.uniform(2, 9))
            gateway.kill()
            now = {feature["id"] for feature in gateway.findings()} if os.path.exists(gateway.state + "/flyonce.db") else set()
            lost += len(stored - now)
            stored |= now
        gateway.start()
        time.sleep(20)
    finally:
        sender.terminate()
        sender.wait()
    wait_until(gateway.owes_nothing, 60, "deliveries did not end")
    gateway.stop()
    features = {feature["id"]: feature for feature in gateway.findings()}
    lost += len(stored - set(features))
    cases = platform.cases()
    platform.stop()
    undelivered = set(features) - set(cases)
    doubled = [name for name, count in cases.items() if count != 1]
    twice = []
    listed = [feature for feature in features.values() if feature["geometry"]]
    for index, one in enumerate(listed):
        for other in listed[index + 1:]:
            if one["properties"]["scene_type"] == other["properties"]["scene_type"] and \
                    metres(one["geometry"]["coordinates"], other["geometry"]["coordinates"]) < options.apart:
                twice.append((one["properties"]["scene_type"], one["id"], other["id"]))
    print(f"live source: {options.kills} kills; {len(features)} findings stored, {lost} lost, {len(undelivered)} not delivered, "
          f"{len(doubled)} with more than one case, {len(twice)} pairs of one scene type within {options.apart} m {twice}")
    return lost == 0 and not undelivered and not doubled and not twice and len(features) > 0


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flight")
    arguments.add_argument("--kills", type=int, default=20)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--apart", type=float, default=8.0, help="matters of one scene type lie further apart than this, metres")
    arguments.add_argument("--only", choices=["file", "live"])
    options = arguments.parse_args()
    options.flight = os.path.abspath(options.flight)
    passed = True
    if options.only != "live":
        passed &= file_source(options)
    if options.only != "file":
        passed &= live_source(options)
    raise SystemExit(0 if passed else 1)


main()
