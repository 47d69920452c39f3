#!/usr/bin/env python3
"""Many live 1080p30 streams of 4 Mbit/s at once, with metadata ten times a second and a finding a minute, pictures and clips
taken: not one metadata packet may be lost.

    streams.py [--streams 32] [--seconds 300] [--carrier srt|udp] [--find-limit 32,48,64,96] [--profile FILE]

Prints a line a run: metadata packets sent and received, frames, findings, and what the daemon itself used. The senders are
one process of their own, and not counted. Fails when a metadata packet or a frame of the run was lost. --find-limit tries the
numbers given, each for --seconds, and stops at the first that loses. --profile writes where the CPU goes (perf).
"""
import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time

import patrol
from gateway import Gateway, scratch, wait_until

HERE = os.path.dirname(os.path.abspath(__file__))


def free_ports(count):
    """Ports that nothing listens on, likely."""
    base = random.randrange(20_000, 30_000 - 2 * count)
    return [base + 2 * index for index in range(count)]


def counted(status, name):
    return sum(source["counters"].get(name, 0) for source in status["sources"])


def losses(status):
    """What the sources count of loss and damage, by name."""
    words = ("dropped", "gap", "bad_", "missed", "interruptions", "off_line", "restarts")
    names = sorted({name for source in status["sources"] for name in source["counters"]})
    return {name: total for name in names if any(word in name for word in words) and (total := counted(status, name))}


class Sampler:
    """The daemon's figures over a run."""

    def __init__(self, gateway):
        self.gateway = gateway
        self.begin = gateway.process_figures()
        self.at = time.monotonic()
        self.peak = self.begin["resident"]

    def look(self):
        self.last = self.gateway.process_figures()
        self.peak = max(self.peak, self.last["resident"])

    def cores(self):
        return (self.last["cpu"] - self.begin["cpu"]) / (time.monotonic() - self.at)


def run(count, options, flight):
    directory = scratch("streams")
    ports = free_ports(count)
    if options.carrier == "srt":
        urls = [f"srt://127.0.0.1:{port}?mode=listener&latency=200" for port in ports]
    else:
        urls = [f"udp://127.0.0.1:{port}" for port in ports]
    gateway = Gateway(directory, sources={f"uav-{index + 1}": url for index, url in enumerate(urls)}, extra="    silent_after: 10s\n")
    gateway.start()
    sender = None
    try:
        wait_until(lambda: (gateway.status() or {}).get("ready"), 60, "the daemon did not start")
        time.sleep(1)
        sender = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "sender.py"), flight, options.carrier, str(options.seconds), *map(str, ports)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if sender.stdout.readline().strip() != "sending":
            raise SystemExit("the sender did not start")
        sampler = Sampler(gateway)
        profile = options.profile and subprocess.Popen(
            ["perf", "record", "-q", "-F", "199", "-g", "-p", str(gateway.process.pid), "-o", options.profile, "sleep", "20"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + options.seconds + 0.5
        while time.monotonic() < deadline:
            sampler.look()
            time.sleep(1)
        sampler.look()
        cores, last = sampler.cores(), sampler.last
        sent = json.loads(sender.stdout.readline())
        status = gateway.status()
        if profile:
            profile.wait()
    finally:
        if sender:
            sender.stdin.close()
            sender.wait(60)
        code = gateway.stop()
    packets, frames = counted(status, "packets"), counted(status, "frames")
    lost = sent["packets"] * count - packets
    uneven = [source["name"] for source in status["sources"] if source["counters"].get("packets", 0) != sent["packets"]]
    print(f"{count} {options.carrier} streams for {options.seconds:g} s: {sent['packets'] * count} metadata packets sent, {packets} "
          f"received, {lost} lost ({len(uneven)} streams); {frames} frames, {counted(status, 'findings_opened')} findings; daemon "
          f"{cores:.2f} cores ({1000 * cores / count:.1f} thousandths a stream), {sampler.begin['resident']:.0f} to {last['resident']:.0f} MiB "
          f"(peak {sampler.peak:.0f}), {last['threads']} threads, {last['files']} files; senders {sent['cpu'] / options.seconds:.2f} cores, "
          f"late by {sent['late'] * 1000:.0f} ms at worst, {sent['failed']} refused; lost by count {losses(status)}; exit {code}", flush=True)
    if options.keep:
        print(f"log and state: {directory}")
    else:
        shutil.rmtree(directory)
    return lost == 0 and sent["failed"] == 0 and code == 0 and not losses(status)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--streams", type=int, default=32)
    arguments.add_argument("--seconds", type=float, default=300)
    arguments.add_argument("--carrier", choices=["srt", "udp"], default="srt")
    arguments.add_argument("--find-limit", help="numbers of streams, with commas")
    arguments.add_argument("--profile")
    arguments.add_argument("--keep", action="store_true", help="keep the daemon's log and state")
    options = arguments.parse_args()
    flight = patrol.flight(max(1, -(-int(options.seconds) // 60)))
    if not options.find_limit:
        raise SystemExit(0 if run(options.streams, options, flight) else 1)
    good = 0
    for count in map(int, options.find_limit.split(",")):
        if not run(count, options, flight):
            break
        good = count
    print(f"{good} streams without loss, of {options.find_limit} tried")
    raise SystemExit(0 if good else 1)


main()
