"""Power cuts: the state directory lies on an ext4 file system in a file. Every life of the daemon reads two
recordings, reports to a case
platform, and answers marks and verdicts. At a random moment it is stopped, the device is copied as it is - without what only the page
cache holds -, the daemon is killed, and starts again on the copy. What it had acknowledged must be there.

The control does the same while every sync of the write-ahead log is swallowed, as `PRAGMA synchronous=NORMAL` would leave it out: that
must lose something."""
import concurrent.futures
import json
import os
import threading
import time

import rig

class Load(threading.Thread):
    """Asks and judges, and writes down what is answered."""

    def __init__(self, daemon, journal, choose):
        super().__init__(daemon=True)
        self.daemon_, self.journal, self.choose = daemon, journal, choose
        self.over = threading.Event()
        self.serial = 0

    def run(self):
        while not self.over.is_set():
            answer = self.daemon_.ask("/v1/findings?limit=500", timeout=3)
            if self.over.is_set() or not answer or answer[0] != 200:
                time.sleep(0.02)
                continue
            features = json.loads(answer[1])["features"]
            for feature in features:
                self.journal.saw(feature)
            for _ in range(6):
                if not features or self.over.is_set():
                    break
                feature = self.choose.choice(features)
                self.serial += 1
                note = f"word-{self.journal.acknowledged}-{self.serial}-{self.choose.randrange(1 << 30)}"
                answer = self.daemon_.ask(f"/v1/findings/{feature['id']}/verdicts", "POST", {"verdict": "upheld", "why": note, "by": "torture"},
                                          timeout=3)
                if answer and answer[0] in (200, 201):
                    self.journal.took(feature["id"], note)
            time.sleep(0.01)


def cuts(directory, count, seed, worker, lie=False, feed=None):
    """(cuts made, acknowledged operations, complaints): one life of a gateway over many cuts."""
    os.makedirs(directory, exist_ok=True)
    disk = rig.Disk(directory, 192)
    platform = rig.proofs.Platform(directory)
    daemon = rig.Daemon(directory, "none", platform, name=f"cut-{worker}", state=os.path.join(disk.mount_point, "state"),
                        # Nothing is to go for want of room: what is gone was lost.
                        settings="retention: {reserve: 0, free: {room: 0, without_clips: 0, without_pictures: 0, refuse: 0}}\n")
    page = rig.Page(os.path.join(directory, "page"), daemon.state)
    environment = page.environment() if lie else {}
    if lie:
        page.set(mode=rig.LIE, at=1, many=1 << 62, calls=rig.SYNC, suffix="flyonce.db-wal")
    journal, complaints, moments = rig.Journal(), [], []
    choose = rig.seeded(seed, "cuts", worker)
    daemon.look_at(feed(0))
    daemon.start(environment)
    for cut in range(count):
        if daemon.wait_ready(30) is None:
            complaints.append(f"cut {cut}: not ready: {daemon.said()[-300:]}")
            break
        load = Load(daemon, journal, rig.seeded(seed, "load", worker, cut))
        load.start()
        time.sleep(choose.uniform(0.05, 1.2))
        disk.cut(daemon.process)
        load.over.set()
        load.join(10)
        told = {name: case["revision"] for name, case in platform.summary()["external_ids"].items()}
        began = time.monotonic()
        daemon.look_at(feed(cut + 1))
        daemon.start(environment)
        ready = daemon.wait_ready(30)
        moments.append(time.monotonic() - began)
        if ready is None:
            complaints.append(f"cut {cut}: not ready after it: {daemon.said()[-300:]}")
            break
        lost = journal.lost(daemon)
        served = daemon.served() or {}
        lost += [f"finding {name} is at the platform and gone here" for name in told if name not in served]
        status = daemon.status()
        lost += [f"book {book}" for book in rig.unbalanced(status["books"] if status else [])]
        complaints += [f"cut {cut}: {text}" for text in lost]
        if lost and lie:
            break
        if len(complaints) > 20:
            break
    else:
        cut = count
    made = disk.life
    if not lie and not complaints:
        if not daemon.wait_ready(30):
            complaints.append("not ready at the end")
        rig.proofs.wait_until(lambda: daemon.owes_nothing(), 60, "deliveries did not end")
        served, cases = daemon.served() or {}, platform.cases()
        doubled = [name for name, many in cases.items() if many != 1]
        missing = set(served) - set(cases)
        if doubled or missing:
            complaints.append(f"{len(missing)} findings without a case, {len(doubled)} with two")
    daemon.kill()
    findings = len(journal.revisions)
    platform.stop()
    disk.unmount()
    return made, journal.acknowledged, findings, len(journal.evidence), complaints, max(moments or [0])


def feeder(directory, many=60):
    """Recordings, a pair for each life; a null packet more makes it another file that shows the same place."""
    stock = [open(rig.record(directory, index), "rb").read() for index in range(many)]

    def feed(life):
        sources = {}
        for number in (2 * life, 2 * life + 1):
            path = os.path.join(directory, f"flight-{number:05}.ts")
            if not os.path.exists(path):
                with open(path, "wb") as file:
                    file.write(stock[number % many] + (b"\x47\x1f\xff\x10" + b"\xff" * 184) * (number // many))
            sources[f"uav-{number % 2}"] = path
        return sources
    return feed


def run(count=100, seed=1, workers=2):
    directory = rig.scratch("power")
    feed = feeder(directory, min(60, 2 * count + 2))
    shares = [count // workers + (worker < count % workers) for worker in range(workers)]
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(lambda worker: cuts(os.path.join(directory, str(worker)), shares[worker], seed, worker, feed=feed), range(workers)))
    made = sum(one[0] for one in done)
    complaints = [text for one in done for text in one[4]]
    for text in complaints[:10]:
        print("  " + text, flush=True)
    acknowledged, findings, files = (sum(one[index] for one in done) for index in (1, 2, 3))
    return rig.report("power cuts", not complaints and made >= count and acknowledged > 0 and findings > 0,
                      f"{made} cuts, {acknowledged} acknowledged words on {findings} findings with {files} files of evidence: "
                      f"{len(complaints)} lost; ready again after {max(one[5] for one in done):.1f} s at most", seed)


def control(count=20, seed=1, name="power cuts, control (syncs of the log swallowed)"):
    directory = rig.scratch("power-control")
    made, acknowledged, findings, files, complaints, _ = cuts(
        os.path.join(directory, "lie"), count, seed, 0, lie=True, feed=feeder(directory, 20))
    return rig.report(name, bool(complaints),
                      f"after {made} cuts {len(complaints)} of {acknowledged} acknowledged were lost, such as: {(complaints or ['nothing'])[0][:100]}")
