#!/usr/bin/env python3
"""The town flown three times, with other noise each time: 20 minutes after the first flight everything is the same finding and
no case is new; a week later what stays is the same, and who stood there is new. The third flight is killed again and again
while it is read, and ends with the very counts of an undisturbed reading.

    again.py [--kills 5] [--seed 1]
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import time

from gateway import BINARIES, MODELS, Gateway, Platform, scratch, wait_until

PASSING = {"worker.no_dust_mask", "smoke.visible"}


def fly(directory, name, seed, start):
    """The town from another seed, at another time, with the camera a little off in another way."""
    with open(os.path.join(MODELS, "scenarios", "town.yaml"), encoding="utf-8") as file:
        text = file.read()
    text = re.sub(r"(?m)^seed: .*$", f"seed: {seed}", text)
    text = re.sub(r"(?m)^start_utc: .*$", f"start_utc: {start}", text)
    text = re.sub(r"position_m: 0\.6, height_m: -0\.7, yaw_deg: 0\.5", f"position_m: {0.3 + seed % 3 * 0.3:.1f}, height_m: 0.4, yaw_deg: -0.4", text)
    path = os.path.join(directory, name + ".yaml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    out = os.path.join(directory, name)
    subprocess.run([os.path.join(BINARIES, "flyonce"), "simulate", path, "--output", out], check=True, capture_output=True)
    return os.path.join(out, "flight.ts")


def is_read(gateway):
    """Asked of the daemon alone: the database answers before it is up."""
    status = gateway.asked()
    return bool(status) and bool(status["sources"]) and all(source["state"] == "ended" for source in status["sources"]) \
        and gateway.owes_nothing(status)


def read(directory, flight, platform, kills=0, choose=None):
    """The findings by id after a daemon has read the flight to its end."""
    gateway = Gateway(directory, flight, platform)
    for _ in range(kills):
        gateway.start()
        time.sleep(choose.uniform(0.3, 2.5))
        gateway.kill()
    gateway.start()
    wait_until(lambda: is_read(gateway), 300, "a flight was not read to its end")
    gateway.stop()
    return {feature["id"]: feature["properties"] for feature in gateway.findings()}


def sightings(findings):
    return {name: (properties["sightings"], properties["status"]) for name, properties in findings.items()}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    flights = scratch("flights")
    morning = fly(flights, "morning", 20260820, "2026-08-20T02:00:00Z")
    later = fly(flights, "later", 20260821, "2026-08-20T02:20:00Z")
    week = fly(flights, "week", 20260828, "2026-08-27T02:00:00Z")
    directory = scratch("again")
    platform = Platform(directory)
    first = read(directory, morning, platform)
    cases = platform.cases()
    second = read(directory, later, platform)
    grown = sum(second[name]["sightings"] > first[name]["sightings"] for name in first if name in second)
    seen_later = sum(second[name]["last_seen"] > first[name]["last_seen"] for name in first if name in second)
    pictures = sum(
        len([item for item in second[name]["evidence"] if item["kind"] == "picture" and not item["redacted"]])
        > len([item for item in first[name]["evidence"] if item["kind"] == "picture" and not item["redacted"]]) for name in first if name in second)
    new_cases = len(set(platform.cases()) - set(cases))
    print(f"first flight: {len(first)} findings, {len(cases)} cases; 20 minutes later: {len(set(second) - set(first))} new findings, "
          f"{grown} with more sightings, {seen_later} seen later, {pictures} with more pictures, {new_cases} new cases", flush=True)
    passed = (len(first) == 8 and set(second) == set(first) and grown == 8 and seen_later == 8 and pictures == 8
              and new_cases == 0 and set(cases) == set(first))

    calm = scratch("calm")
    shutil.copytree(os.path.join(directory, "state"), os.path.join(calm, "state"), ignore=shutil.ignore_patterns("*.sock", "lock"))
    expected = read(calm, week, None)
    third = read(directory, week, platform, options.kills, random.Random(options.seed))
    new = {name: third[name]["scene_type"] for name in set(third) - set(second)}
    same = [name for name in second if third[name]["sightings"] > second[name]["sightings"]]
    counts = platform.cases()
    doubled = [name for name, count in counts.items() if count != 1]
    print(f"a week later, {options.kills} kills: {len(same)} seen again, {len(new)} new ({', '.join(sorted(new.values()))}), "
          f"{len(doubled)} doubled cases; counts of an undisturbed reading: {'the same' if sightings(third) == sightings(expected) else 'others'}")
    passed &= (len(same) == 5 and len(new) == 3 and set(new.values()) <= PASSING and not doubled and set(counts) == set(third)
               and sightings(third) == sightings(expected))
    platform.stop()
    raise SystemExit(0 if passed else 1)


main()
