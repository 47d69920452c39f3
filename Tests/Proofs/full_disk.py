#!/usr/bin/env python3
"""A small disk fills up beneath a running daemon, to the last byte, and is emptied again: findings of a live stream go on without
clips, then without pictures, then new ones are refused; all of it ends without a restart, and nothing that was answered is lost.

    full_disk.py FLIGHT.ts [--mebibytes 256]

Wants root, for an ext4 image behind a loop device.
"""
import argparse
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time

from gateway import BINARIES, MODELS, Gateway, Platform, free_port, owned, scratch, wait_until

SETTINGS = """
evidence:
  clip_before: 1s
  clip_after: 1s
metadata_log:
  enabled: false
retention:
  free: {{room: {room}, without_clips: {clips}, without_pictures: {pictures}, refuse: {refuse}}}
  reserve: 2MiB
"""


def ask(gateway, method, path, body=None):
    """Status and answer, over the control socket."""
    connection = http.client.HTTPConnection("flyonce.local", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.sock.settimeout(60)
    try:
        connection.sock.connect(os.path.join(gateway.state, "control.sock"))
        connection.request(method, path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    except OSError as error:
        return 0, str(error)
    finally:
        connection.close()


class Marks:
    """New findings at will: what a person marks on the live picture, of one scene type after the other, at ever other places."""

    def __init__(self, gateway):
        self.gateway = gateway
        with open(os.path.join(MODELS, "catalogue.yaml"), encoding="utf-8") as file:
            self.scenes = [line.split("id:")[1].strip() for line in file if line.strip().startswith("- id:")]
        self.made = 0
        self.kept = []

    def make(self):
        """The finding, or the status of a refusal."""
        source = next(iter(self.gateway.asked()["sources"]))
        scene = self.scenes[self.made % len(self.scenes)]
        left = 0.1 + 0.7 * (self.made * 0.37 % 1)
        self.made += 1
        for back in (12, 20, 30):
            status, answer = ask(self.gateway, "POST", "/v1/sources/uav-1/marks", {
                "frame": max(source["counters"]["frames"] - 1 - back, 0), "box": [left, 0.5, left + 0.05, 0.55],
                "scene_type": scene, "by": "proof"})
            if status == 201:
                self.kept.append(answer["finding"])
                return answer["finding"]
            if status != 409:
                return status
        return status


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flight")
    arguments.add_argument("--mebibytes", type=int, default=256)
    options = arguments.parse_args()
    if os.geteuid() != 0:
        print("full_disk: not done, it wants root")
        return 0
    directory = scratch("full-disk")
    image, mount = os.path.join(directory, "disk.img"), os.path.join(directory, "disk")
    size = options.mebibytes << 20
    with open(image, "wb") as file:
        file.truncate(size)
    subprocess.run(["mkfs.ext4", "-q", "-m", "0", "-F", image], check=True)
    os.mkdir(mount)
    subprocess.run(["mount", "-o", "loop", image, mount], check=True)
    try:
        return prove(directory, mount, size, os.path.abspath(options.flight))
    finally:
        subprocess.run(["umount", "-l", mount], check=False)


def restore(gateway, copy, state):
    """A daemon on the copy of the database, with evidence, chain and keys beside it, as docs/retention.md says."""
    os.mkdir(state, 0o700)
    shutil.copy(copy, os.path.join(state, "flyonce.db"))
    for name in ("evidence", "chain", "keys"):
        shutil.copytree(os.path.join(gateway.state, name), os.path.join(state, name))
    with open(gateway.config, encoding="utf-8") as file:
        text = file.read()
    with open(gateway.config, "w", encoding="utf-8") as file:
        file.write(text.replace(gateway.state, state))
    gateway.state = state
    gateway.start()
    wait_until(lambda: gateway.asked() is not None, 30, "the restored gateway did not start")
    seen = {"epoch": gateway.asked()["store"]["epoch"], "findings": set(), "pictures": 0}
    _, page = ask(gateway, "GET", "/v1/findings?limit=1000")
    for feature in page["features"]:
        seen["findings"].add(feature["id"])
        for item in feature["properties"]["evidence"]:
            if item["kind"] == "picture" and ask_status(gateway, f"/v1/evidence/{item['sha256']}") == 200:
                seen["pictures"] += 1
    seen["code"] = gateway.stop()
    return seen


def ask_status(gateway, path):
    connection = http.client.HTTPConnection("flyonce.local", timeout=60)
    connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.sock.connect(os.path.join(gateway.state, "control.sock"))
        connection.request("HEAD", path)
        return connection.getresponse().status
    finally:
        connection.close()


def prove(directory, mount, size, flight):
    port = free_port()
    here = os.path.dirname(os.path.abspath(__file__))
    server = owned(subprocess.Popen(
        ["/usr/bin/python3", os.path.join(here, "rtsp_server.py"), flight, "--port", str(port)], stdout=subprocess.PIPE, text=True))
    server.stdout.readline()
    platform = Platform(directory)
    steps = {"room": size * 12 // 100, "clips": size * 9 // 100, "pictures": size * 45 // 1000, "refuse": size * 18 // 1000}
    gateway = Gateway(directory, f"rtsp://127.0.0.1:{port}/uav", platform, extra="    flight_gap: 60s",
                      settings=SETTINGS.format(**steps))
    gateway.state = os.path.join(mount, "state")
    with open(gateway.config, encoding="utf-8") as file:
        text = file.read()
    with open(gateway.config, "w", encoding="utf-8") as file:
        file.write(text.replace(os.path.join(directory, "state"), gateway.state))
    filler = os.path.join(mount, "filler")
    faults = []
    marks = Marks(gateway)
    verdicts = []

    def expect(condition, words):
        if not condition:
            faults.append(words)
            print("  FAULT: " + words, flush=True)

    def free():
        facts = os.statvfs(mount)
        return facts.f_bavail * facts.f_frsize

    def fill(left):
        """Leaves so many bytes free; 0 for none at all."""
        with open(filler, "ab") as file:
            while (more := free() - left) > 0:
                try:
                    file.write(b"\xa5" * min(more, 1 << 20))
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    break

    def reach(name, left):
        # What retention takes away meanwhile makes room again.
        def is_there():
            fill(left)
            return level() == name
        wait_until(is_there, 60, f"the level did not become {name}")

    def level():
        return (gateway.asked() or {}).get("retention", {}).get("level")

    def evidence(finding):
        status, feature = ask(gateway, "GET", f"/v1/findings/{finding}")
        if status != 200:
            return None, []
        kinds = {item["kind"] for item in feature["properties"]["evidence"]}
        left_out = [value for reason in feature["properties"]["rule"]["reasons"]
                    if reason["condition"].startswith("evidence left out") for value in [reason["values"].get("left_out")]]
        return kinds, left_out

    def marked(count):
        """Findings that were kept and statuses of those that were not."""
        found, refused = [], []
        for _ in range(count):
            answer = marks.make()
            (found if isinstance(answer, str) else refused).append(answer)
            time.sleep(0.7)
        return found, refused

    def uphold(finding):
        status, _ = ask(gateway, "POST", f"/v1/findings/{finding}/verdicts", {"verdict": "handled", "why": f"proof {len(verdicts)}"})
        if status == 200:
            verdicts.append(finding)
        return status

    gateway.start()
    try:
        wait_until(lambda: (gateway.asked() or {"sources": [{"counters": {}}]})["sources"][0]["counters"].get("frames", 0) > 60, 60,
                   "no frames came")
        pid = gateway.process.pid
        before, refused = marked(4)
        time.sleep(4)
        expect(level() == "normal" and len(before) == 4, f"at first: level {level()}, refused {refused}")
        expect(all({"picture", "clip"} <= (evidence(finding)[0] or set()) for finding in before), "findings before have picture and clip")

        reach("without_clips", (steps["clips"] + steps["pictures"]) // 2)
        found, refused = marked(4)
        time.sleep(4)
        kinds = [evidence(finding) for finding in found]
        expect(len(found) >= 3, f"findings go on without clips: {refused}")
        new = [(kind, out) for finding, (kind, out) in zip(found, kinds) if finding not in before]
        expect(all("picture" in kind and "clip" not in kind for kind, _ in new), f"pictures and no clips: {new}")
        expect(all("clip" in str(out) for _, out in new), f"what is left out is said: {new}")
        without_clips = found

        reach("without_pictures", (steps["pictures"] + steps["refuse"]) // 2)
        found, refused = marked(4)
        kinds = [evidence(finding) for finding in found if finding not in before + without_clips]
        expect(len(found) >= 3, f"findings go on without pictures: {refused}")
        expect(all(not kind & {"picture", "clip"} for kind, _ in kinds), f"no pictures: {kinds}")
        expect(all("picture" in str(out) for _, out in kinds), f"what is left out is said: {kinds}")

        reach("refusing", steps["refuse"] // 2)
        known = set(before + without_clips + found)
        found, refused = marked(5)
        expect(set(found) <= known and 503 in refused, f"new findings are refused: {found} {refused}")
        answers = [uphold(finding) for finding in before]
        expect(all(answer == 200 for answer in answers), f"verdicts go on: {answers}")
        status = gateway.asked()
        expect(status["retention"]["reserve_bytes"] == 0, "the reserve is given free")

        fill(0)
        for finding in before + without_clips:
            uphold(finding)
        found, refused = marked(5)
        time.sleep(10)
        expect(gateway.process.poll() is None and gateway.asked() is not None, "the daemon lives on a disk without a byte")

        os.unlink(filler)
        began = time.monotonic()
        wait_until(lambda: level() == "normal", 120, "the level did not become normal again")
        back = time.monotonic() - began
        found, refused = marked(6)
        time.sleep(5)
        fresh = [finding for finding in found if finding not in known]
        kinds = [evidence(finding)[0] for finding in fresh]
        expect(fresh and all({"picture", "clip"} <= (kind or set()) for kind in kinds), f"pictures and clips again: {kinds} {refused}")
        # An answer that no byte was left for is asked for again when its lease ends.
        wait_until(gateway.owes_nothing, 660, "deliveries did not end")
        status = gateway.status()
        expect(gateway.process.pid == pid, "without a restart")
        copied = {feature["id"] for feature in gateway.findings()}
        copy = os.path.join(directory, "copy.db")
        exported = subprocess.run([os.path.join(BINARIES, "flyonce"), "export", "--config", gateway.config, "--database", copy],
                                  capture_output=True, text=True, check=False)
        expect(exported.returncode == 0, f"flyonce export --database while it runs: {exported.stderr[-400:]}")
    finally:
        code = gateway.stop()
        server.terminate()
        server.wait()
    features = {feature["id"]: feature for feature in gateway.findings()}
    lost = [finding for finding in marks.kept if finding not in features]
    expect(not lost, f"findings that were answered and are not there: {lost}")
    unsaid = [finding for finding in set(verdicts)
              if len(features.get(finding, {"properties": {}})["properties"].get("verdicts", [])) < verdicts.count(finding)]
    expect(not unsaid, f"verdicts that were answered and are not there: {unsaid}")
    cases = platform.cases()
    platform.stop()
    doubled = [name for name, count in cases.items() if count != 1]
    expect(not doubled and set(features) == set(cases), f"a case a finding: {len(features)} findings, {len(cases)} cases, {doubled} doubled")
    book = status["books"][0]
    balance = book["produced"] - sum(book[name] for name in ("delivered", "pending", "leased", "held", "superseded", "evicted", "dead"))
    expect(balance == 0, f"the book is off by {balance}")
    expect(code == 0, f"the daemon ended with {code}")
    verified = subprocess.run([os.path.join(BINARIES, "flyonce"), "verify", gateway.state], capture_output=True, text=True, check=False)
    expect(verified.returncode == 0, f"flyonce verify: {verified.stdout[-800:]}{verified.stderr[-200:]}")
    restored = restore(gateway, copy, os.path.join(directory, "restored"))
    expect(restored["epoch"] not in (None, status["store"]["epoch"]), f"a restored gateway begins a new epoch: {restored}")
    # What is found between the copy and the end is not in the copy.
    expect(copied <= restored["findings"] <= set(features),
           f"a restored gateway has the findings: {len(copied)}, {len(restored['findings'])} restored, {len(features)} at the end")
    expect(restored["pictures"] > 0 and restored["code"] == 0, f"a restored gateway shows its pictures: {restored['pictures']}")
    counters = status["counters"]
    source = status["sources"][0]["counters"]
    print(f"{size >> 20} MiB filled to the last byte: {len(features)} findings, {len(marks.kept)} of {marks.made} marks and "
          f"{len(verdicts)} verdicts answered, {len(lost) + len(unsaid)} lost; left out {source.get('clips_left_out_disk_full', 0)} clips, "
          f"{source.get('pictures_left_out_disk_full', 0)} pictures, refused {source.get('findings_refused_disk_full', 0)} findings; "
          f"{counters.get('evidence_removed', 0)} files taken away and sealed; all well {back:.0f} s after there was room; book off by {balance}; exit {code}")
    return 1 if faults else 0


sys.exit(main())
