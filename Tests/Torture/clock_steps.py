"""Clock steps: the wall clock of the daemon jumps an hour, a day, to 1970 and back, while findings come, verdicts are given and the
platform is away; the monotonic clock goes on.

Expected: nothing lost, nothing twice, and what is owed is delivered within seconds of the platform's return, whatever the clock said."""
import os
import time

import rig

STEPS = [("an hour ahead", 3600), ("an hour back", -3600), ("a day ahead", 86400), ("a day back", -86400), ("to 1970", None), ("and back", 0)]


def run(seed=1, steps=None, patience=20.0):
    directory = rig.scratch("clock")
    choose = rig.seeded(seed, "clock")
    platform = rig.proofs.Platform(directory)
    daemon = rig.Daemon(directory, rig.record(directory, 0), platform, name="clock")
    page = rig.Page(os.path.join(directory, "page"), daemon.state)
    page.set()
    journal, complaints, slowest, number = rig.Journal(), [], 0, 0
    daemon.start(page.environment())
    if not daemon.wait_settled(40):
        return rig.report("clock steps", False, "the first recording did not settle: " + daemon.said()[-300:], seed)
    done = 0
    for restart in (False, True):
        for name, seconds in steps or STEPS:
            offset = -time.time() + 3600 if seconds is None else seconds
            # The platform is away: rows wait for their next attempt by the clock that is about to step.
            platform.stop()
            words = []
            for finding in sorted(daemon.served() or {})[:4]:
                number += 1
                answer = daemon.ask(f"/v1/findings/{finding}/verdicts", "POST", {"verdict": "upheld", "why": f"word-{number}"})
                if answer and answer[0] == 200:
                    journal.took(finding, f"word-{number}")
                    words.append(finding)
            time.sleep(choose.uniform(0.3, 1.5))
            page.step(int(offset * 1000))
            if restart:
                # The step comes while the daemon is down: every lease and due time is of another clock.
                daemon.kill()
                daemon.look_at({f"uav-{number}": rig.record(directory, number)})
                daemon.start(page.environment())
                if daemon.wait_ready(30) is None:
                    complaints.append(f"{name}: not ready: {daemon.said()[-300:]}")
                    break
            time.sleep(choose.uniform(0.1, 0.5))
            platform.start()
            began = time.monotonic()
            if not daemon.wait_settled(patience):
                complaints.append(f"{name}{', over a restart' if restart else ''}: still owed {patience:.0f} s after the platform came back: "
                                  f"{(daemon.status() or {}).get('books')}")
                daemon.wait_settled(40)
            slowest = max(slowest, time.monotonic() - began)
            complaints += [f"{name}: {text}" for text in journal.lost(daemon)]
            complaints += [f"{name}: book {book}" for book in rig.unbalanced(daemon.status()["books"])]
            for feature in (daemon.served() or {}).values():
                journal.saw(feature)
            done += 1
    served, cases = daemon.served() or {}, platform.cases()
    if set(served) != set(cases) or any(count != 1 for count in cases.values()):
        complaints.append(f"{len(served)} findings, {len(cases)} cases")
    daemon.kill()
    platform.stop()
    for text in complaints[:10]:
        print("  " + text, flush=True)
    return rig.report("clock steps", not complaints, f"{done} steps of up to {time.time() / 86400:.0f} days, {journal.acknowledged} words and "
                      f"{len(served)} findings: {len(complaints)} complaints; delivered {slowest:.1f} s after the platform came back at most", seed)


def control(seed=1):
    """The daemon must see the steps at all: its time of starting says so."""
    directory = rig.scratch("clock-control")
    daemon = rig.Daemon(directory, rig.record(directory, 0), name="clock")
    page = rig.Page(os.path.join(directory, "page"), daemon.state)
    page.set()
    page.step(-86400_000 * 365)
    daemon.start(page.environment())
    daemon.wait_ready(30)
    told = (daemon.status() or {}).get("started_at", "")
    daemon.kill()
    year = time.gmtime(time.time() - 86400 * 365).tm_year
    return rig.report("clock steps, control (a year back is seen)", told.startswith(str(year)), f"started at {told or 'nothing'}")
