#!/usr/bin/env python3
"""A dock of eight aircraft at 10 Hz for a minute over a real broker, which is killed and started again in the middle: every
pose that reached the broker comes out, in order and at once; after the gap they go on.

    mqtt.py [--aircraft 8] [--rate 10] [--seconds 60] [--down 3] [--max-age 1.0] [-- COMMAND…]

COMMAND prints the poses as NDJSON; the address of the broker is added to it.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timezone

from dji_dock import Aircraft
from gateway import BINARIES, free_port, owned, scratch

COMMAND = [os.path.join(BINARIES, "flyonce"), "inspect", "--format", "ndjson"]


class Broker:
    def __init__(self, port):
        self.configuration = os.path.join(scratch("broker"), "broker.conf")
        with open(self.configuration, "w") as file:
            file.write(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
        self.start()

    def start(self):
        program = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.process = owned(subprocess.Popen([program, "-c", self.configuration], stderr=subprocess.DEVNULL))

    def kill(self):
        self.process.kill()
        self.process.wait()


class Reader(threading.Thread):
    """The command under proof, and the poses it prints with the moment they came."""

    def __init__(self, command):
        super().__init__(daemon=True)
        # A file, not a pipe that fills while nobody reads it.
        self.said = tempfile.TemporaryFile("w+")
        self.process = owned(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.said, text=True))
        self.lines = []

    def run(self):
        for line in self.process.stdout:
            self.lines.append((time.time(), line))

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def end(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.said.seek(0)
        return self.said.read().strip()


def milliseconds(text):
    moment = datetime.strptime(text[:26], "%Y-%m-%dT%H:%M:%S.%f").replace(tzinfo=timezone.utc)
    return round(moment.timestamp() * 1000)


def poses(lines):
    """By aircraft: (time of the pose, when it came), and what does not agree with what was sent."""
    found = {}
    for came, line in lines:
        pose = json.loads(line)
        if pose.get("dialect") == "dji-osd" and "utc" in pose and pose.get("fix"):
            found.setdefault(pose["stream"], []).append((milliseconds(pose["utc"]), came, pose))
    return found


def examine(aircraft, found, down, up, options):
    """What is wrong with the poses of one aircraft; prints its figures."""
    mine = found.get(aircraft.serial, [])
    wrong = []
    # Around the kill nobody can say what the broker still handed on.
    def settled(at):
        return at < down - 1 or at > up + options.settle
    sent = {key for key, at in aircraft.sent.items() if settled(at)}
    received = {key for key, _, _ in mine}
    lost = sent - received
    if lost:
        wrong.append(f"{len(lost)} poses were lost")
    times = [key for key, _, pose in mine]
    if times != sorted(times):
        wrong.append("poses are out of order")
    ages = [came - key / 1000 for key, came, _ in mine if settled(key / 1000)]
    worst = max(ages, default=float("inf"))
    if worst > options.max_age:
        wrong.append(f"a pose was {worst:.2f} s old when it came")
    gaps = [(after - before) / 1000 for before, after in zip(times, times[1:])]
    longest = max(gaps, default=0)
    if longest < options.down * 0.9:
        wrong.append(f"there is no gap of {options.down} s, though the broker was away")
    if longest > options.down + options.settle:
        wrong.append(f"poses went on only after {longest:.1f} s")
    for key, _, pose in mine:
        truth = aircraft.pose(key / 1000)
        if abs(pose["lat"] - truth["latitude"]) > 1e-6 or abs(pose["heights"]["hae_m"] - truth["height"]) > 1e-3:
            wrong.append("a pose is not what was sent")
            break
    print(f"{aircraft.serial}: sent {len(aircraft.sent)}, not taken while the broker was away {aircraft.unsent}, "
          f"received {len(received)}, lost {len(lost)}, oldest {worst * 1000:.0f} ms, gap {longest:.1f} s")
    return [f"{aircraft.serial}: {text}" for text in wrong]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--aircraft", type=int, default=8)
    arguments.add_argument("--rate", type=int, default=10)
    arguments.add_argument("--seconds", type=float, default=60)
    arguments.add_argument("--down", type=float, default=3)
    arguments.add_argument("--settle", type=float, default=8)
    arguments.add_argument("--max-age", type=float, default=1.0)
    arguments.add_argument("command", nargs="*")
    options = arguments.parse_args()
    if not (shutil.which("mosquitto") or os.path.exists("/usr/sbin/mosquitto")):
        print("mosquitto is absent: passed over")
        return 0
    port = free_port()
    broker = Broker(port)
    time.sleep(1)
    reader = Reader((options.command or COMMAND) + [f"mqtt://127.0.0.1:{port}"])
    reader.start()
    time.sleep(2)
    fleet = [Aircraft(number, port, options.rate) for number in range(1, options.aircraft + 1)]
    for aircraft in fleet:
        aircraft.start()
    began = time.time()
    time.sleep(options.seconds / 2 - options.down / 2)
    down = time.time()
    broker.kill()
    time.sleep(options.down)
    broker.start()
    up = time.time()
    time.sleep(max(0, began + options.seconds - time.time()))
    for aircraft in fleet:
        aircraft.ends.set()
    time.sleep(2)
    cpu, lived = reader.cpu_seconds(), time.time() - began
    said = reader.end()
    broker.kill()
    found = poses(reader.lines)
    wrong = [text for aircraft in fleet for text in examine(aircraft, found, down, up, options)]
    strangers = set(found) - {aircraft.serial for aircraft in fleet} - {aircraft.dock for aircraft in fleet}
    if strangers:
        wrong.append(f"poses of nobody: {sorted(strangers)}")
    print(f"{cpu:.2f} s of CPU in {lived:.0f} s ({100 * cpu / lived:.1f} % of a core) for {len(reader.lines)} lines")
    if said:
        print("it said: " + said[-500:])
    for text in wrong:
        print("WRONG: " + text)
    print("mqtt: " + ("failed" if wrong else "all poses came, in order, and went on after the broker's restart"))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
