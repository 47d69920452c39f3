#!/usr/bin/env python3
"""A flight that looks again at what an earlier one found, its daemon killed on the way and started again: what it says of each
finding must be what it says when nobody kills it, and every finding must be cleared, seen and told of once.

    reflight_kill.py [--scenario Models/scenarios/town-three-flights.yaml] [--kills 5] [--seed 1]

Counts of looks may differ by two, and are told: where the flight moved a finding's place before the kill, it comes into the picture a
frame sooner or later. Exits 1 when a run with a kill says anything else, and says what.
"""
import argparse
import os
import random
import shutil
import sqlite3
import subprocess
import time

from gateway import BINARIES, MODELS, ROOT, Gateway, Platform, scratch, wait_until

SETTINGS = """
reflights:
  size_m: 2
  pixels: 8
"""


def said(gateway):
    """What the flights said, and what became of the findings. Revisions may be more: a kill cuts sightings in two."""
    connection = sqlite3.connect(f"file:{gateway.state}/flyonce.db?mode=ro", uri=True)
    try:
        rows = sorted(connection.execute(
            "SELECT hex(finding), hex(flight), decision, doubt, looks, sightings, last_look FROM reflights"))
    finally:
        connection.close()
    findings = {}
    for finding in gateway.findings():
        facts = finding["properties"]
        conditions = [reason["condition"] for reason in facts["rule"]["reasons"]]
        findings[finding["id"]] = (
            facts["status"], facts["sightings"], facts["last_seen"], conditions.count("looked for again and not there"))
    return rows, findings


def agree(row, other):
    return other is not None and row[2:4] == other[2:4] and all(abs(a - b) <= 2 for a, b in zip(row[4:6], other[4:6]))


def fly(folder, video, platform, kill_after=None):
    gateway = Gateway(folder, video, platform, settings=SETTINGS)
    gateway.start()
    if kill_after is not None:
        time.sleep(kill_after)
        gateway.kill()
        gateway.start()
    wait_until(lambda: gateway.asked() is not None, 60, "the daemon did not start")
    wait_until(gateway.is_settled, 600, f"the flight did not end: see {folder}/gateway.log")
    gateway.stop()
    return gateway


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--scenario", default=os.path.join(MODELS, "scenarios", "town-three-flights.yaml"))
    arguments.add_argument("--kills", type=int, default=5)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    os.environ.setdefault("FLYONCE_MODELS", os.path.join(ROOT, "Models"))
    folder = scratch("reflight-kill")
    subprocess.run([os.path.join(BINARIES, "flyonce"), "simulate", options.scenario, "--output", folder, "--no-video"], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    videos = [os.path.join(folder, f"flight-{number}.ts") for number in (1, 2)]
    before = os.path.join(folder, "before")
    os.makedirs(before)
    platform = Platform(folder)
    fly(before, videos[0], platform)

    def second(name, kill_after=None):
        trial = os.path.join(folder, name)
        shutil.copytree(before, trial)
        began = time.monotonic()
        gateway = fly(trial, videos[1], platform, kill_after)
        return said(gateway), time.monotonic() - began

    whole, seconds = second("whole")
    cleared = sum(row[2] == "cleared" for row in whole[0])
    print(f"undisturbed: {len(whole[0])} words on {len(whole[1])} findings, {cleared} cleared, in {seconds:.1f} s", flush=True)
    chance = random.Random(options.seed)
    failed = cleared == 0
    for number in range(options.kills):
        moment = chance.uniform(0.3, max(seconds - 1, 0.5))
        told, _ = second(f"kill-{number}", moment)
        words = [{row[:2]: row for row in rows} for rows in (whole[0], told[0])]
        rows = [row for one, other in (words, words[::-1]) for key, row in one.items() if not agree(row, other.get(key))]
        moved = sum(row[4:] != words[1].get(key, row)[4:] for key, row in words[0].items())
        findings = [key for key in whole[1].keys() | told[1].keys() if whole[1].get(key) != told[1].get(key)]
        print(f"killed after {moment:.1f} s: {len(rows)} words differ, {len(findings)} findings differ, {moved} looks were counted otherwise",
              flush=True)
        for row in sorted(rows, key=str)[:6]:
            print(f"  {'undisturbed' if row in whole[0] else 'killed'}: {row}")
        for key in findings[:3]:
            print(f"  {key}: {whole[1].get(key)}, and {told[1].get(key)} when killed")
        failed |= bool(rows or findings)
    twice = {name: count for name, count in platform.cases().items() if count != 1}
    if twice:
        print(f"{len(twice)} findings have more than one case")
    platform.stop()
    raise SystemExit(1 if failed or twice else 0)


main()
