"""Seeded damage to every kind of file in the state directory: flipped bits, cut ends, zeroed and swapped pages, bytes behind the end. For
each the daemon starts on a copy of a state directory with findings, evidence, owed reports and tokens.

Expected: ready within five seconds each; nothing altered is served, by the API or to the platform; what is missing was counted or said
(quarantine, status, journal). Harmless is what changes nothing of what is served."""
import collections
import concurrent.futures
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import time

import proxy as proxies
import rig

READY = 5.0
PAGE = 4096
AGAIN = 1 << 40
UNTOUCHED, FORGED = -1, -2


def prepare(directory, lives=3):
    """A state directory after a kill: what was delivered, what is owed, a write-ahead log, tokens. With what it served."""
    platform = rig.proofs.Platform(directory)
    daemon = rig.Daemon(os.path.join(directory, "before"), rig.record(directory, 0), platform, name="damage")
    subprocess.run([os.path.join(rig.BINARIES, "flyonce"), "token", "create", "torture", "--config", daemon.config], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for life in range(lives):
        daemon.look_at({f"uav-{life}": rig.record(directory, life)})
        daemon.start()
        if life < lives - 1:
            if not daemon.wait_settled(60):
                raise SystemExit("the run before did not end: " + daemon.said()[-500:])
            for finding in list(daemon.served())[:1]:
                daemon.ask(f"/v1/findings/{finding}/verdicts", "POST", {"verdict": "upheld", "why": f"life {life}"})
            rig.proofs.wait_until(daemon.owes_nothing, 20, "the verdicts were not delivered")
            daemon.stop()
        if life == lives - 2:
            # What the last life finds stays owed.
            platform.stop()
    rig.proofs.wait_until(lambda: len(daemon.served() or {}) == 2 * lives and all(
        source["state"] == "ended" for source in daemon.status()["sources"]), 60, "the last recording was not read")
    newest = daemon.served()
    daemon.kill()
    # Of each finding every revision there was: an older one is not altered, it is what a lost tail leaves.
    originals = {name: {plain(feature)} for name, feature in newest.items()}
    with sqlite3.connect(f"file:{daemon.state}/flyonce.db?mode=ro", uri=True) as database:
        for (feature,) in database.execute("SELECT feature FROM revisions"):
            originals.setdefault(json.loads(feature)["id"], set()).add(plain(feature))
    hashes = sorted({item["sha256"] for feature in newest.values() for item in feature["properties"]["evidence"]})
    return daemon.state, {name: plain(feature) for name, feature in newest.items()}, originals, hashes


def kind_of(path):
    """What a file of the state directory is, in a word."""
    name = os.path.basename(path)
    if path.startswith("evidence/"):
        return "evidence " + name.rsplit(".", 1)[-1] if re.match(r"[0-9a-f]{64}\.", name) else "evidence " + name
    for part in ("metadata/", "manifests/", "chain/", "keys/", "quarantine/"):
        if path.startswith(part):
            return part.rstrip("/")
    if name.startswith("case-cursor"):
        return "case-cursor"
    return re.sub(r"[0-9a-f-]{36}", "ID", path)


def damage(path, choose):
    """Alters a file; says how, or None where there is nothing to alter."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    size = len(data)
    ways = ["bits", "bits", "bits", "cut", "append"] if size else ["append"]
    if size >= 64:
        ways += ["zero"]
    if size >= 3 * PAGE:
        ways += ["page zeroed", "pages swapped", "bits"]
    way = choose.choice(ways)
    if way == "bits":
        count = choose.choice([1, 1, 1, 2, 8, 64])
        for _ in range(count):
            data[choose.randrange(size)] ^= 1 << choose.randrange(8)
        way = f"{count} bits"
    elif way == "cut":
        data = data[: choose.randrange(size)]
    elif way == "append":
        data += choose.randbytes(choose.randrange(1, 5000))
    elif way == "zero":
        at, length = choose.randrange(size), choose.randrange(1, 2000)
        data[at:at + length] = bytes(len(data[at:at + length]))
    elif way == "page zeroed":
        at = choose.randrange(size // PAGE) * PAGE
        data[at:at + PAGE] = bytes(PAGE)
    elif way == "pages swapped":
        one, other = (choose.randrange(size // PAGE) * PAGE for _ in range(2))
        data[one:one + PAGE], data[other:other + PAGE] = data[other:other + PAGE], data[one:one + PAGE]
    with open(path, "r+b") as file:
        file.truncate(len(data))
        file.write(data)
    return way


def plain(feature):
    """A feature without what deliveries and people add to it in revisions."""
    value = json.loads(feature) if isinstance(feature, (str, bytes)) else json.loads(json.dumps(feature))
    facts = value["properties"]
    for name in ("case", "revision", "seq", "epoch", "verdicts"):
        facts.pop(name, None)
    return json.dumps(value, sort_keys=True)


SAID = re.compile(r"warning|error|quarantin|damage|salvag|lost|gone|corrupt|altered|unreadable|removed|moved|aside", re.IGNORECASE)


def troubles(daemon):
    """Lines of the log that say that something is wrong, without their times and numbers."""
    return {re.sub(r"[0-9a-f]{8,}|\d+|/\S+", "#", line) for line in daemon.said().splitlines() if SAID.search(line)}


def trial(directory, number, seed, template, kinds, only_kind=None, usual=frozenset()):
    """(file kind, way, outcome, complaints, seconds to ready)."""
    state, newest, originals, hashes = template
    again, number = number >= AGAIN, number % AGAIN if number >= 0 else number
    choose = rig.seeded(seed, "damage", number)
    folder = os.path.join(directory, f"d{number}{'-again' * again}")
    place = os.path.join(folder, "state")
    shutil.copytree(state, place, ignore=shutil.ignore_patterns("control.sock"))
    # The database has the most to break.
    names = sorted(kinds) + [kind for kind in sorted(kinds) if kind.startswith("flyonce.db")] * 2
    kind = only_kind or names[number % len(names)]
    path = choose.choice(kinds[kind])
    before = open(os.path.join(place, path), "rb").read()
    way = damage(os.path.join(place, path), choose) if number >= 0 else forge(place) if number == FORGED else "left as it was"
    if number >= 0 and open(os.path.join(place, path), "rb").read() == before:
        shutil.rmtree(folder)
        return kind, way, "unchanged", [], 0
    platform = Receiver()
    daemon = rig.Daemon(folder, "none", platform=platform, name="damage", state=place)
    daemon.look_at({})
    daemon.start()
    ready = daemon.wait_ready(READY * 3)
    complaints, outcome = [], "harmless"
    if ready is None:
        ended = daemon.process.poll()
        complaints.append(f"not ready: {'ended with ' + str(ended) if ended is not None else 'hangs'}: {daemon.said()[-160:].strip()}")
    else:
        if ready > READY:
            complaints.append(f"ready after {ready:.1f} s")
        now = daemon.served()
        # What is met is set aside while it is told to come again.
        until = time.monotonic() + 20
        while now is None and time.monotonic() < until:
            time.sleep(0.5)
            now = daemon.served()
        missing = []
        if now is None:
            answer = daemon.ask("/v1/findings?limit=500")
            complaints.append(f"the findings are not listed: {answer and answer[0]} {answer and answer[1][:120]}")
            now = {}
        for name, feature in now.items():
            if plain(feature) not in originals.get(name, ()):
                complaints.append(f"serves {name} altered")
        missing += [name for name in newest if name not in now or plain(now[name]) != newest[name]]
        for sha256 in hashes:
            answer = daemon.ask(f"/v1/evidence/{sha256}")
            if not answer or answer[0] != 200:
                missing.append(sha256)
            elif hashlib.sha256(answer[1]).hexdigest() != sha256:
                complaints.append(f"serves evidence {sha256[:12]} altered")
        platform.settle(daemon)
        for body in platform.bodies:
            told = json.loads(body)
            finding = told.get("external_id")
            feature = told.get("finding")
            if plain(feature) not in originals.get(finding, ()):
                complaints.append(f"reports {finding} altered")
        for sha256, data in platform.files:
            if hashlib.sha256(data).hexdigest() != sha256:
                complaints.append(f"sends evidence {sha256[:12]} altered")
        status = daemon.status()
        complaints += [f"book {book}" for book in rig.unbalanced(status["books"] if status else [])]
        counted = {name: value for name, value in (status or {}).get("counters", {}).items() if value and re.search(
            r"quarantin|damage|salvag|lost|corrupt|altered|missing", name)}
        said = troubles(daemon) - usual
        if number == UNTOUCHED:
            usual_lines.update(said)
        if missing:
            outcome = "counted" if counted or said else "uncounted"
            if outcome == "uncounted":
                complaints.append(f"{len(missing)} missing and nothing said: {missing[0][:13]}")
        elif counted or said:
            outcome = "counted"
    daemon.kill()
    platform.stop()
    daemon.log.close()
    if not complaints:
        shutil.rmtree(folder, ignore_errors=True)
    return kind, way, outcome, [f"{path} ({way}): {text}" for text in complaints], ready or 0


# What is said where nothing is damaged.
usual_lines = set()


class Receiver(proxies.Proxy):
    """A platform that takes everything and keeps the bytes."""

    def __init__(self):
        self.bodies, self.files = [], []
        super().__init__(0)

    def handle(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        status = 200
        if request.command == "PUT":
            self.files.append((request.path.rsplit("/", 1)[-1], body))
            answer = {}
        elif request.path.startswith("/v1/cases"):
            answer = {"cases": [], "cursor": "-", "more": False}
        else:
            told = json.loads(body)
            asked = [item["sha256"] for item in told.get("attachments", []) if item["sha256"] not in {name for name, _ in self.files}]
            if asked:
                status = 424
                answer = {"type": "/problems/attachments-missing", "title": "missing", "status": 424, "missing": asked}
            else:
                self.bodies.append(body)
                answer = {"case_number": "LX-1", "number": "LX-1", "external_id": told["external_id"], "stage": "reported"}
        data = json.dumps(answer).encode()
        kind = "application/problem+json" if status == 424 else "application/json"
        request.wfile.write(f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data)

    def settle(self, daemon, seconds=1.5):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and not daemon.owes_nothing():
            time.sleep(rig.QUICK)


def run(count=1000, seed=1, workers=3, only=None, kind=None):
    directory = rig.scratch("corruption")
    template = prepare(directory)
    kinds = collections.defaultdict(list)
    for folder, _, names in os.walk(template[0]):
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), template[0])
            if name != "control.sock":
                kinds[kind_of(path)].append(path)
    for paths in kinds.values():
        paths.sort()
    outcomes, slowest, complaints, altered = collections.Counter(), 0, [], 0
    calm = trial(directory, UNTOUCHED, seed, template, kinds)
    if calm[3]:
        return rig.report("corruptions", False, f"without any damage: {calm[3]}", seed)
    usual = frozenset(usual_lines)
    by_kind, late = collections.Counter(), set()
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        wanted = [only] if only is not None else range(count)
        for number, (what, way, outcome, found, ready) in zip(wanted, pool.map(
                lambda number: trial(directory, number, seed, template, kinds, kind, usual), wanted)):
            outcomes[outcome] += 1
            slowest = max(slowest, ready)
            by_kind[what] += 1
            for text in found:
                complaints.append(text)
                if " ready after " in text:
                    late.add(number)
                if len(complaints) <= 40:
                    print(f"  {number}: {text}", flush=True)
    # Whether it was slow, or the machine, is seen when it is alone.
    slow = [text for text in complaints if " ready after " in text]
    if slow and not only and len(slow) == len(complaints) <= 10:
        print("  once more, one at a time:", flush=True)
        numbers = sorted(late)
        complaints = [text for number in numbers for text in trial(directory, number + AGAIN, seed, template, kinds, kind, usual)[3]]
        for text in complaints:
            print(f"  {text}", flush=True)
    altered = sum("altered" in text for text in complaints)
    return rig.report("corruptions", not complaints,
                      f"{count} over {len(by_kind)} kinds of file ({', '.join(sorted(by_kind))}): {outcomes['harmless'] + outcomes['unchanged']} harmless, "
                      f"{outcomes['counted']} counted, {altered} served altered, {len(complaints)} complaints; ready after {slowest:.1f} s at most", seed)


# XXH64 as the rows of the store carry it, for the control alone. Source: https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md
MASK = (1 << 64) - 1
PRIMES = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5)


def rotate(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK


def mix(lane, word):
    return rotate((lane + word * PRIMES[1]) & MASK, 31) * PRIMES[0] & MASK


def merge(digest, lane):
    return ((digest ^ mix(0, lane)) * PRIMES[0] + PRIMES[3]) & MASK


def xxh64(data, seed):
    at, one, two = 0, PRIMES[0], PRIMES[1]
    if len(data) >= 32:
        lanes = [(seed + one + two) & MASK, (seed + two) & MASK, seed, (seed - one) & MASK]
        while len(data) - at >= 32:
            for lane in range(4):
                lanes[lane] = mix(lanes[lane], int.from_bytes(data[at + 8 * lane:at + 8 * lane + 8], "little"))
            at += 32
        digest = sum(rotate(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK
        for lane in lanes:
            digest = merge(digest, lane)
    else:
        digest = (seed + PRIMES[4]) & MASK
    digest = (digest + len(data)) & MASK
    while len(data) - at >= 8:
        digest = (rotate(digest ^ mix(0, int.from_bytes(data[at:at + 8], "little")), 27) * one + PRIMES[3]) & MASK
        at += 8
    if len(data) - at >= 4:
        digest = (rotate(digest ^ (int.from_bytes(data[at:at + 4], "little") * one & MASK), 23) * two + PRIMES[2]) & MASK
        at += 4
    for byte in data[at:]:
        digest = rotate(digest ^ (byte * PRIMES[4] & MASK), 11) * one & MASK
    digest = (digest ^ digest >> 33) * two & MASK
    digest = (digest ^ digest >> 29) * PRIMES[2] & MASK
    return digest ^ digest >> 32


def forge(state):
    """Alters every revision and makes its digest anew, as no damage does: the daemon cannot tell."""
    with sqlite3.connect(state + "/flyonce.db") as database:
        for seq, finding, revision, feature in database.execute("SELECT seq, finding, revision, feature FROM revisions").fetchall():
            altered, seed = feature.replace(b"structure", b"stricture"), 0
            for key in (int.from_bytes(finding[:8], "big"), int.from_bytes(finding[8:], "big"), revision, seq):
                seed = merge(seed, key)
            digest = xxh64(altered, seed)
            database.execute("UPDATE revisions SET feature = ?, digest = ? WHERE seq = ?",
                             (altered, digest - (1 << 64) if digest >> 63 else digest, seq))
    return "rows forged"


def control(seed=1):
    """Rows altered with their digest made anew, which the daemon takes for whole: the comparison must notice what is served."""
    directory = rig.scratch("corruption-control")
    complaints = trial(directory, FORGED, seed, prepare(directory), {"flyonce.db": ["flyonce.db"]})[3]
    noticed = sum("altered" in text for text in complaints)
    return rig.report("corruptions, control (rows forged with their digest)", noticed > 0, f"{noticed} altered ones noticed")
