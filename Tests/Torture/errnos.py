"""Every error a disk or a kernel gives, at the Nth call: a daemon with findings of yesterday reads a recording of today, reports it and
takes verdicts, while a call on its state directory fails.

ENOSPC, EDQUOT, EMFILE and ENFILE go on for a while and pass: the daemon must go on by itself. EIO comes once: the daemon goes on, or
opens its store anew, or ends and says why. A failed sync is followed by a power cut, since what was not synced may be gone.
Expected: nothing that was acknowledged is lost, nothing hangs, nothing crashes, and a restart without faults has every finding."""
import concurrent.futures
import errno
import os
import shutil
import threading
import time

import rig

HOLD = 600
PASSING = {"ENOSPC", "EDQUOT", "EMFILE", "ENFILE"}
# What can give what: write(2), fsync(2), rename(2), unlink(2), ftruncate(2), open(2).
KINDS = [
    ("EIO", "write", rig.WRITE), ("EIO", "sync", rig.SYNC), ("EIO", "rename", rig.RENAME), ("EIO", "unlink", rig.UNLINK),
    ("EIO", "truncate", rig.TRUNCATE), ("EIO", "open", rig.OPEN), ("ENOSPC", "write", rig.WRITE), ("ENOSPC", "sync", rig.SYNC),
    ("ENOSPC", "rename", rig.RENAME), ("ENOSPC", "open", rig.OPEN), ("EDQUOT", "write", rig.WRITE), ("EDQUOT", "open", rig.OPEN),
    ("EMFILE", "open", rig.OPEN), ("ENFILE", "open", rig.OPEN),
]


class Words(threading.Thread):
    """Verdicts on what is there, one after another; what is answered 200 goes into the journal."""

    def __init__(self, daemon, journal, findings, tag):
        super().__init__(daemon=True)
        self.gateway, self.journal, self.findings, self.tag = daemon, journal, findings, tag
        self.over = threading.Event()
        self.serial, self.answers = 0, {}

    def say(self):
        self.serial += 1
        note = f"{self.tag}-{self.serial}"
        finding = self.findings[self.serial % len(self.findings)]
        answer = self.gateway.ask(f"/v1/findings/{finding}/verdicts", "POST", {"verdict": "upheld", "why": note}, timeout=5)
        status = answer[0] if answer else None
        self.answers[status] = self.answers.get(status, 0) + 1
        if status in (200, 201):
            self.journal.took(finding, note)
        return status in (200, 201)

    def run(self):
        while not self.over.is_set() and self.serial < 60:
            self.say()
            time.sleep(0.02)


def prepare(directory):
    """A state directory with yesterday's findings, closed in order."""
    platform = rig.proofs.Platform(directory)
    daemon = rig.Daemon(os.path.join(directory, "before"), rig.record(directory, 0), platform, name="errno")
    daemon.start()
    if not daemon.wait_settled(60):
        raise SystemExit("the run before did not end: " + daemon.said()[-500:])
    findings = sorted(daemon.served())
    daemon.stop()
    platform.stop()
    return daemon.state, platform.journal, findings


def trial(directory, number, template, recording, kind, point, expected):
    """(complaints, what became of the daemon). Without `point` it counts the calls."""
    state, journal_file, old = template
    error, call, calls = kind
    folder = os.path.join(directory, f"{error}-{call}-{point}-{number}")
    os.makedirs(folder)
    disk = rig.Disk(folder, 48) if call == "sync" and point else None
    place = os.path.join(disk.mount_point, "state") if disk else os.path.join(folder, "state")
    shutil.copytree(state, place, ignore=shutil.ignore_patterns("control.sock"))
    if disk:
        os.sync()
    shutil.copy(journal_file, os.path.join(folder, "cases.journal"))
    if os.path.isdir(journal_file + ".attachments"):
        shutil.copytree(journal_file + ".attachments", os.path.join(folder, "cases.journal.attachments"))
    platform = rig.proofs.Platform(folder)
    daemon = rig.Daemon(folder, recording, platform, name="errno", state=place)
    page = rig.Page(os.path.join(folder, "page"), daemon.state)
    journal, complaints = rig.Journal(), []
    code = getattr(errno, error)
    page.set(mode=rig.FAIL if point else rig.COUNT, at=point, many=1, hold_ms=HOLD if error in PASSING else 0, calls=calls, error=code)
    daemon.start(page.environment())
    ready = daemon.wait_ready(15)
    words = Words(daemon, journal, old, f"{error}-{call}-{point}")
    words.start()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and daemon.process.poll() is None and not daemon.is_settled():
        time.sleep(0.03)
        if point and page.hits and time.monotonic() > deadline - 17.5 and error not in PASSING:
            break
    words.over.set()
    words.join(10)
    for feature in (daemon.served() or {}).values():
        journal.saw(feature)
    if not point:
        daemon.stop()
        count = page.count
        platform.stop()
        return count, sorted(journal.revisions)
    became = "was not hit" if not page.hits else "went on"
    if daemon.process.poll() is None and page.hits:
        # The error has passed, or came once: the next word must be taken, at once or when the store is open again.
        until = time.monotonic() + 15
        taken = words.say()
        while not taken and daemon.process.poll() is None and time.monotonic() < until:
            time.sleep(0.2)
            taken = words.say()
        if not taken and daemon.process.poll() is None:
            complaints.append(f"hangs: 15 s after it no word is taken {words.answers}")
    ended = daemon.process.poll()
    if ended is not None:
        became = "ended and said why"
        if ended < 0:
            complaints.append(f"crashed with signal {-ended}")
        elif not any(word in daemon.said() for word in ("error", "disk", "space", "flyonce:", "hint")):
            complaints.append(f"ended with {ended} and said nothing")
        elif error in PASSING and ready is not None:
            complaints.append(f"ended with {ended} for an error that passes")
    hit = page.hit
    if disk and ended is None:
        disk.cut(daemon.process)
    daemon.kill()
    page.close()
    daemon.start()
    if not daemon.wait_settled(40):
        complaints.append("does not settle after the restart: " + daemon.said()[-300:])
    else:
        complaints += journal.lost(daemon)
        served = sorted(daemon.served() or {})
        if served != expected:
            complaints.append(f"{len(set(expected) - set(served))} findings missing, {len(set(served) - set(expected))} too many")
        complaints += [f"book {book}" for book in rig.unbalanced(daemon.status()["books"])]
        cases = platform.cases()
        complaints += [f"{name} has {cases.get(name, 0)} cases" for name in served if cases.get(name, 0) != 1]
    daemon.kill()
    platform.stop()
    if disk:
        disk.unmount()
    daemon.log.close()
    if not complaints:
        shutil.rmtree(folder, ignore_errors=True)
    return [f"{hit[0]} of {hit[1]}: {text}" for text in complaints], became, journal.acknowledged


def run(points=14, seed=1, workers=3, only=None):
    directory = rig.scratch("errnos")
    template = prepare(directory)
    recording = rig.record(directory, 1)
    wanted, expected = [], None
    for kind in KINDS:
        if only and f"{kind[0]}-{kind[1]}" not in only:
            continue
        count, expected = trial(directory, 0, template, recording, kind, 0, None)
        choose = rig.seeded(seed, "errno", kind[0], kind[1])
        # From the first to the last, evenly, each moved by chance.
        step = max(count / points, 1)
        wanted += [(kind, min(int(index * step + choose.random() * step) + 1, max(count, 1))) for index in range(min(points, count))]
    complaints, became, acknowledged = [], {}, 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        trials = {pool.submit(trial, directory, index + 1, template, recording, kind, point, expected): (kind, point)
                  for index, (kind, point) in enumerate(wanted)}
        for future in concurrent.futures.as_completed(trials):
            kind, point = trials[future]
            found, what, words = future.result()
            became[what] = became.get(what, 0) + 1
            acknowledged += words
            for text in found:
                complaints.append(text)
                print(f"  {kind[0]} at {kind[1]} {point}: {text}", flush=True)
    ends = ", ".join(f"{count} {what}" for what, count in sorted(became.items()))
    return rig.report("errnos", not complaints and became.get("was not hit", 0) * 2 < len(wanted),
                      f"{len(wanted)} faults of {len(KINDS)} kinds: {ends}; {acknowledged} words acknowledged, "
                      f"{sum('gone' in text or 'fell' in text for text in complaints)} falsely; {len(complaints)} complaints", seed)


def control(seed=1):
    """A sync that fails and is told as done must lose what was acknowledged."""
    import power_cuts
    return power_cuts.control(seed=seed, name="errnos, control (a failed sync told as done)")
