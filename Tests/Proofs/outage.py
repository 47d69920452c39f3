#!/usr/bin/env python3
"""A live RTSP stream for some minutes; the case platform is stopped for a while in the middle: nothing lost, nothing twice.

    outage.py FLIGHT.ts [--minutes 5] [--outage 60]
"""
import argparse
import os
import shutil
import subprocess
import time

from gateway import Gateway, Platform, free_port, scratch, wait_until


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flight")
    arguments.add_argument("--minutes", type=float, default=5)
    arguments.add_argument("--outage", type=float, default=60)
    options = arguments.parse_args()
    directory = scratch("outage")
    port = free_port()
    here = os.path.dirname(os.path.abspath(__file__))
    server = subprocess.Popen(
        # Debian's own Python: it has the GStreamer bindings.
        ["/usr/bin/python3", os.path.join(here, "rtsp_server.py"), os.path.abspath(options.flight), "--port", str(port)],
        stdout=subprocess.PIPE, text=True)
    server.stdout.readline()
    platform = Platform(directory)
    gateway = Gateway(directory, f"rtsp://127.0.0.1:{port}/uav", platform, extra="    flight_gap: 60s")
    gateway.start()
    seconds = options.minutes * 60
    begin = time.monotonic()
    stop_at, start_at = (seconds - options.outage) / 2, (seconds + options.outage) / 2
    is_up = True
    resident = []
    try:
        while (now := time.monotonic() - begin) < seconds:
            if is_up and stop_at <= now < start_at:
                before = len(platform.cases())
                platform.stop()
                is_up = False
            if not is_up and now >= start_at:
                platform.start()
                is_up = True
                print(f"platform down from {stop_at:.0f} s to {now:.0f} s, with {before} cases when it went", flush=True)
            with open(f"/proc/{gateway.process.pid}/statm", encoding="ascii") as file:
                resident.append(int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20)
            time.sleep(1)
        wait_until(gateway.owes_nothing, 60, "deliveries did not end")
        status = gateway.status()
    finally:
        code = gateway.stop()
        server.terminate()
        server.wait()
    findings = {feature["id"] for feature in gateway.findings()}
    cases = platform.cases()
    platform.stop()
    doubled = [name for name, count in cases.items() if count != 1]
    book = status["books"][0]
    balance = book["produced"] - sum(book[name] for name in ("delivered", "pending", "leased", "held", "superseded", "evicted", "dead"))
    source = status["sources"][0]["counters"]
    print(f"{options.minutes} min of RTSP: {source.get('frames')} frames, {source.get('packets')} packets, "
          f"{source.get('interruptions', 0)} interruptions; {len(findings)} findings, {len(cases)} cases, {len(findings - set(cases))} not delivered, "
          f"{len(doubled)} doubled; book off by {balance}; resident {resident[len(resident) // 4]} to {resident[-1]} MiB; exit {code}")
    shutil.rmtree(directory)
    raise SystemExit(0 if findings and findings == set(cases) and not doubled and balance == 0 and code == 0 else 1)


main()
