"""SIGKILL at the Nth change of a file: the daemon reads a short recording and reports to a case platform, and is killed at the Nth
write, sync, rename, unlink or truncation of its state directory; at every other point half of the write is done first. Then it is
started again, without the shim, until nothing is owed.

Expected: the findings of a run that nobody disturbed, a case each, books that balance."""
import concurrent.futures
import os
import shutil

import rig


def facts(served):
    """What must be the same in every run; ids are of the gateway's name."""
    return sorted((feature["properties"]["scene_type"], feature["properties"]["first_seen"], feature["properties"]["sightings"],
                   tuple(sorted(item["sha256"] for item in feature["properties"]["evidence"] if item["kind"] == "picture")))
                  for feature in served.values())


def trial(directory, recording, platform, point, expected):
    """(complaints, what was hit)."""
    name = f"kill-{point}" if point else "calm"
    folder = os.path.join(directory, name)
    daemon = rig.Daemon(folder, recording, platform, name=name)
    page = rig.Page(os.path.join(folder, "page"), daemon.state)
    page.set(mode=(rig.COUNT if point == 0 else rig.KILL if point % 2 else rig.TORN), at=point)
    complaints = []
    daemon.start(page.environment())
    settled = daemon.wait_settled(60)
    if settled and point:
        # Fewer calls than that until all was done; the rest are those of the stop.
        daemon.process.terminate()
        daemon.process.wait(40)
    hit = page.hit if page.hits else None
    if point == 0:
        served = facts(daemon.served() or {})
        daemon.stop()
        count = page.count
        page.close()
        return served, count
    if not settled and daemon.process.poll() is None:
        complaints.append("hung before the kill")
    daemon.kill()
    daemon.start()
    if not daemon.wait_settled(60):
        complaints.append("did not end after the restart: " + daemon.said()[-300:])
        daemon.kill()
    else:
        served = daemon.served()
        status = daemon.status()
        if served is None or facts(served) != expected:
            complaints.append(f"findings differ: {facts(served or {})}")
        wrong = rig.unbalanced(status["books"])
        if wrong:
            complaints.append(f"books: {wrong}")
        mine = set(served or {})
        daemon.stop()
        cases = platform.cases()
        missing = mine - set(cases)
        doubled = [one for one in mine if cases.get(one, 0) > 1]
        if missing or doubled:
            complaints.append(f"{len(missing)} without a case, {len(doubled)} with two")
    page.close()
    if not complaints:
        daemon.log.close()
        shutil.rmtree(folder, ignore_errors=True)
    return complaints, (hit, set(served or {}) if not complaints else set())


def run(points=520, seed=1, only=None, workers=2):
    directory = rig.scratch("kill-points")
    recording = rig.record(directory, 0)
    platform = rig.proofs.Platform(directory)
    expected, calls = trial(directory, recording, platform, 0, None)
    if not expected or calls < 50:
        return rig.report("kill points", False, f"the undisturbed run found {len(expected)} in {calls} calls")
    # Every point there is, or so many spread over them evenly.
    wanted = [only] if only else sorted({1 + index * calls // points for index in range(points)} if points < calls else
                                        set(range(1, calls + 1)))
    # Threads interleave anew in each run: what was left of the number wanted is drawn.
    choose = rig.seeded(seed, "kill points")
    while not only and len(wanted) < points:
        wanted.append(choose.randrange(1, calls))
    names, killed, complaints = set(), {}, []
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        trials = {}
        for index, point in enumerate(wanted):
            trials[pool.submit(trial, os.path.join(directory, str(index)), recording, platform, point, expected)] = point
        for future in concurrent.futures.as_completed(trials):
            found, rest = future.result()
            for complaint in found:
                complaints.append((trials[future], complaint))
                print(f"  point {trials[future]}: {complaint}", flush=True)
            hit, ids = rest
            names |= ids
            if hit:
                killed[hit[0]] = killed.get(hit[0], 0) + 1
    summary = platform.summary()
    extra = set(summary["external_ids"]) - names
    platform.stop()
    kills = sum(killed.values())
    lost = sum("findings differ" in text for _, text in complaints)
    passed = not complaints and (only or kills >= min(points, calls) * 0.95)
    kinds = ", ".join(f"{count} {name}" for name, count in sorted(killed.items()))
    return rig.report("kill points", passed, f"{kills} kills in {len(wanted)} runs of {calls} calls ({kinds}); {lost} runs lost a finding, "
                      f"{summary['cases']} cases of {len(names) + len(expected)} findings, {len(complaints)} complaints", seed)


def control(seed=1):
    """The write-ahead log is thrown away before the restart, as if it had not been there: that must lose what was reported."""
    directory = rig.scratch("kill-control")
    recording = rig.record(directory, 0)
    platform = rig.proofs.Platform(directory)
    expected, calls = trial(directory, recording, platform, 0, None)
    lost, earlier = 0, set(platform.cases())
    for index in range(4):
        folder = os.path.join(directory, f"control-{index}")
        daemon = rig.Daemon(folder, recording, platform, name=f"control-{index}")
        page = rig.Page(os.path.join(folder, "page"), daemon.state)
        page.set(mode=rig.KILL, at=max(calls * (index + 8) // 12, 1))
        daemon.start(page.environment())
        daemon.wait_settled(30)
        daemon.kill()
        mine, earlier = set(platform.cases()) - earlier, set(platform.cases())
        for suffix in ("-wal", "-shm"):
            if os.path.exists(daemon.state + "/flyonce.db" + suffix):
                os.remove(daemon.state + "/flyonce.db" + suffix)
        # The recording is not read again: what the platform has of this gateway must be in the store.
        daemon.look_at({})
        daemon.start()
        served = set(daemon.served() or {}) if daemon.wait_ready(10) else set()
        daemon.kill()
        lost += bool(mine - served)
        page.close()
    platform.stop()
    return rig.report("kill points, control (the log is thrown away)", lost > 0, f"{lost} of 4 runs lost what the platform has")
