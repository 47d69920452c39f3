"""What the parts of the torture share: the shim's page, a disk that loses its power, recordings, a daemon with its answers, and the
journal of what it acknowledged."""
import atexit
import hashlib
import http.client
import json
import mmap
import os
import random
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "Proofs"))

import gateway as proofs  # noqa: E402

# What is told to end takes its daemons, mounts and folders with it.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

BINARIES, MODELS, ROOT = proofs.BINARIES, proofs.MODELS, proofs.ROOT
QUICK = 0.01


def scratch(name):
    """A folder in memory where there is room: what is tortured is the daemon, not this machine's disk."""
    base = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    if base and not os.environ.get("TORTURE_DISK"):
        os.environ["TMPDIR"] = base
        proofs.tempfile.tempdir = base
    return proofs.scratch("torture-" + name)


# The shim

WRITE, SYNC, RENAME, UNLINK, TRUNCATE, OPEN = 1, 2, 4, 8, 16, 32
CHANGES = WRITE | SYNC | RENAME | UNLINK | TRUNCATE
COUNT, KILL, TORN, FAIL, LIE = range(5)


def shim():
    """Path of the built shim; built once a run."""
    path = os.path.join(os.environ.get("TORTURE_BUILD", os.path.join(ROOT, ".build", "torture")), "shim.so")
    source = os.path.join(HERE, "shim.c")
    if not os.path.exists(path) or os.path.getmtime(path) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        built = f"{path}.{os.getpid()}"
        subprocess.run(["cc", "-O2", "-Wall", "-shared", "-fPIC", "-o", built, source, "-ldl"], check=True)
        os.replace(built, path)
    return path


class Page:
    """The page that the shim and this process share."""
    FORM = "<QQQQQqIIII64s256s16s256s"

    def __init__(self, path, folder):
        with open(path, "wb") as file:
            file.write(b"\0" * 4096)
        self.path, self.folder = path, folder
        self.file = open(path, "r+b")
        self.map = mmap.mmap(self.file.fileno(), 4096)

    def set(self, mode=COUNT, at=0, many=1, hold_ms=0, calls=CHANGES, error=0, suffix=""):
        self.map[:struct.calcsize(self.FORM)] = struct.pack(
            self.FORM, 0, 0, at, many, hold_ms, 0, mode, calls, error, 0, suffix.encode(), self.folder.encode(), b"", b"")

    def step(self, milliseconds):
        """Puts the wall clock of the daemon so far ahead."""
        struct.pack_into("<q", self.map, struct.calcsize(self.FORM), milliseconds)

    def close(self):
        self.map.close()
        self.file.close()

    @property
    def count(self):
        return struct.unpack_from("<Q", self.map, 0)[0]

    @property
    def hits(self):
        return struct.unpack_from("<Q", self.map, 8)[0]

    @property
    def hit(self):
        """Which call on which file was treated first."""
        fields = struct.unpack_from(self.FORM, self.map, 0)
        return fields[-2].split(b"\0")[0].decode(), os.path.relpath(fields[-1].split(b"\0")[0].decode() or self.folder, self.folder)

    def environment(self):
        return {"LD_PRELOAD": shim(), "TORTURE_PAGE": self.path}


# The disk

class Disk:
    """An ext4 file system in a file. What the daemon wrote and did not sync is in the page cache of the mount and not in the file, so
    that a copy of the file is what a cut leaves."""
    # The journal commits on an fsync alone: what nobody synced stays where a cut loses it.
    OPTIONS = "loop,data=ordered,commit=600,noatime"

    def __init__(self, directory, mebibytes=96):
        self.directory, self.life = directory, 0
        self.mount_point = os.path.join(directory, "disk")
        os.makedirs(self.mount_point, exist_ok=True)
        self.image = os.path.join(directory, "disk-0.img")
        with open(self.image, "wb") as file:
            file.truncate(mebibytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-O", "^metadata_csum_seed", "-E", "lazy_itable_init=0,lazy_journal_init=0", "-J", "size=8",
                        self.image], check=True)
        self.is_mounted = False
        atexit.register(self.unmount)
        self.mount()

    def mount(self):
        answer = subprocess.run(["mount", "-t", "ext4", "-o", self.OPTIONS, self.image, self.mount_point], capture_output=True, text=True)
        if answer.returncode:
            raise SystemExit(f"the image cannot be mounted: {answer.stderr.strip()} (loop mounts want root)")
        self.is_mounted = True
        self.device = os.stat(self.mount_point).st_dev

    def unmount(self):
        if self.is_mounted:
            for _ in range(50):
                if subprocess.run(["umount", self.mount_point], capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                subprocess.run(["umount", "-l", self.mount_point], capture_output=True)
            self.is_mounted = False

    def writes(self):
        with open(f"/sys/dev/block/{os.major(self.device)}:{os.minor(self.device)}/stat", encoding="ascii") as file:
            fields = file.read().split()
        return fields[4], fields[8]

    def cut(self, process):
        """Stops `process`, takes the device as it is, kills, and mounts what was taken. The copy is taken again where the kernel
        wrote meanwhile: no cut would leave half of it old and half new."""
        os.kill(process.pid, signal.SIGSTOP)
        self.life += 1
        copy = os.path.join(self.directory, f"disk-{self.life}.img")
        for _ in range(20):
            before = self.writes()
            subprocess.run(["cp", "--sparse=always", self.image, copy], check=True)
            after = self.writes()
            if before == after and after[1] == "0":
                break
            time.sleep(0.05)
        else:
            raise SystemExit("the device never stood still")
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.unmount()
        os.remove(self.image)
        self.image = copy
        self.mount()


# Recordings

SCENARIO = """name: torture
seed: {seed}
start_utc: {start}
video: {{width: 320, height: 180, fps: 10, bitrate_kbps: 400, codec: h264, gop: 10}}
origin: {{lat: {lat}, lon: 118.5104, ground_hae_m: 92.0}}
path:
  - {{at_s: 0, north_m: -60, east_m: 0, above_ground_m: 60, yaw_deg: along}}
  - {{at_s: {seconds}, north_m: -46, east_m: 0}}
camera: {{hfov_deg: 26, pitch_deg: -50}}
ground: {{road_spacing_m: 0}}
analyser: {{rate_hz: 5, miss_rate: 0, wrong_label_rate: 0, confidence: {{mean: 0.85, sd: 0.02}}, box_noise_px: 0.3}}
pose_noise:
  white: {{position_m: 0.1, height_m: 0.1, yaw_deg: 0.1, pitch_deg: 0.05, roll_deg: 0.05}}
stated: {{hae: true, msl: true, undulation_m: 4.08}}
objects:
  - {{id: heap, kind: waste_pile, label: garbage, scene_type: waste.exposed, north_m: 4, east_m: -8}}
  - {{id: shed, kind: illegal_structure, label: illegal_building, scene_type: structure.illegal, north_m: 0, east_m: 9}}
"""


def record(directory, number, seconds=2, video=False):
    """A short recording of two matters at a place of its own. Without video it is metadata alone, over grey pictures."""
    folder = os.path.join(directory, f"recording-{number}")
    os.makedirs(folder, exist_ok=True)
    scenario = os.path.join(folder, "scenario.yaml")
    with open(scenario, "w", encoding="utf-8") as file:
        file.write(SCENARIO.format(seed=number + 1, start=f"2026-08-{1 + number // 1440 % 28:02}T{number // 60 % 24:02}:{number % 60:02}:00Z",
                                   lat=28.9 + number * 0.002, seconds=seconds))
    command = [os.path.join(BINARIES, "flyonce"), "simulate", scenario, "--output", folder]
    subprocess.run(command + ([] if video else ["--no-video"]), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                   env={**os.environ, "FLYONCE_MODELS": MODELS})
    return os.path.join(folder, "flight.ts")


# The daemon

class Daemon(proofs.Gateway):
    """A gateway under a name of its own, so that many can report to one platform; started with the shim or without."""

    def __init__(self, directory, url=None, platform=None, name="torture", state=None, **options):
        os.makedirs(directory, exist_ok=True)
        packs = [os.path.join(MODELS, "packs", name) for name in ("waste.yaml", "land.yaml", "urban.yaml") if
                 os.path.exists(os.path.join(MODELS, "packs", name))]
        super().__init__(directory, url, platform, packs=packs, **options)
        self.name, self.directory = name, directory
        with open(self.config, encoding="utf-8") as file:
            text = file.read().replace("name: proof", f"name: {name}")
        if state:
            text, self.state = text.replace(self.state, state), state
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def look_at(self, sources):
        """What the next life reads: URLs by name."""
        with open(self.config, encoding="utf-8") as file:
            text = file.read()
        entries = "".join(f"  {name}:\n    url: {url}\n" for name, url in sources.items())
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(re.sub(r"(?m)^sources:\n(?:[ #].*\n|\n)*", lambda _: f"sources:\n{entries}" if entries else "sources: {}\n", text))

    def start(self, environment=None, prefix=()):
        environment = {**os.environ, "FLYONCE_MODELS": MODELS, **(environment or {})}
        self.process = proofs.owned(subprocess.Popen(
            [*prefix, os.path.join(BINARIES, "flyonce"), "run", "--config", self.config], stdout=self.log, stderr=self.log, env=environment))

    def ask(self, path, method="GET", body=None, timeout=10):
        """(status, bytes), or None when nobody answers."""
        connection = http.client.HTTPConnection("flyonce.local", timeout=timeout)
        try:
            connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.sock.settimeout(timeout)
            connection.sock.connect(os.path.join(self.state, "control.sock"))
            connection.request(method, path, body=None if body is None else json.dumps(body),
                               headers={} if body is None else {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def status(self):
        answer = self.ask("/v1/status")
        return json.loads(answer[1]) if answer and answer[0] == 200 else None

    def wait_ready(self, seconds=30):
        """Seconds until it answers; None when it ended or never did."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if self.process.poll() is not None:
                return None
            if self.ask("/v1/status"):
                return time.monotonic() - begin
            time.sleep(QUICK)
        return None

    def is_settled(self):
        status = self.status()
        return bool(status) and all(source["state"] == "ended" for source in status["sources"]) and self.owes_nothing(status)

    def wait_settled(self, seconds=60):
        """True when everything was read and nothing is owed; False when it ended or took too long."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                return False
            if self.is_settled():
                return True
            time.sleep(QUICK)
        return False

    def served(self):
        """Every finding as the API serves it, by id; None when it does not answer."""
        found, cursor = {}, ""
        while True:
            answer = self.ask("/v1/findings?limit=500" + (f"&cursor={cursor}" if cursor else ""))
            if not answer or answer[0] != 200:
                return None
            page = json.loads(answer[1])
            for feature in page["features"]:
                found[feature["id"]] = feature
            new = page.get("cursor", "")
            if not page["features"] or not page.get("more") or new == cursor:
                return found
            cursor = new

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def said(self, at=0):
        """The log from a place on."""
        with open(os.path.join(self.directory, "gateway.log"), encoding="utf-8", errors="replace") as file:
            file.seek(at)
            return file.read()


def unbalanced(books):
    parts = ("delivered", "pending", "leased", "held", "superseded", "evicted", "dead")
    return [book for book in books if book["produced"] != sum(book.get(part, 0) for part in parts)]


# The journal of acknowledgements

class Journal:
    """What the daemon acknowledged, kept outside of it: findings that were marked or judged, revisions and files of evidence that
    were served, and what the platform was told."""

    def __init__(self):
        self.lock = threading.Lock()
        self.revisions = {}   # finding → newest revision seen
        self.evidence = {}    # sha256 → finding
        self.words = {}       # note → finding: marks and verdicts that were answered
        self.acknowledged = 0

    def saw(self, feature):
        with self.lock:
            facts = feature["properties"]
            self.revisions[feature["id"]] = max(self.revisions.get(feature["id"], 0), facts["revision"])
            for item in facts["evidence"]:
                self.evidence[item["sha256"]] = feature["id"]

    def took(self, finding, note):
        with self.lock:
            self.words[note] = finding
            self.revisions.setdefault(finding, 1)
            self.acknowledged += 1

    def lost(self, daemon):
        """Complaints: what was acknowledged and is not there. Asked of a daemon that runs."""
        served = daemon.served()
        if served is None:
            return ["the daemon does not list its findings"]
        complaints = []
        for finding, revision in self.revisions.items():
            if finding not in served:
                complaints.append(f"finding {finding} is gone")
            elif served[finding]["properties"]["revision"] < revision:
                complaints.append(f"finding {finding} fell from revision {revision} to {served[finding]['properties']['revision']}")
        for sha256, finding in self.evidence.items():
            answer = daemon.ask(f"/v1/evidence/{sha256}")
            if not answer or answer[0] != 200:
                complaints.append(f"evidence {sha256[:12]} of {finding} is gone ({answer and answer[0]})")
            elif hashlib.sha256(answer[1]).hexdigest() != sha256:
                complaints.append(f"evidence {sha256[:12]} of {finding} is served altered")
        texts = {finding: json.dumps(feature, ensure_ascii=False) for finding, feature in served.items()}
        for note, finding in self.words.items():
            if finding in texts and note not in texts[finding]:
                complaints.append(f"the word {note!r} on {finding} is gone")
        return complaints


def report(name, passed, text, seed=None):
    print(f"{'ok  ' if passed else 'FAIL'} {name}: {text}" + ("" if passed or seed is None else f" (seed {seed})"), flush=True)
    return passed


def seeded(seed, *parts):
    """A generator of its own for each trial, so that any one can be run alone."""
    return random.Random(int.from_bytes(hashlib.sha256(repr((seed, *parts)).encode()).digest()[:8], "big"))
