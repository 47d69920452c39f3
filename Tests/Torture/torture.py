#!/usr/bin/env python3
"""The proving ground: `make torture`. Each part with its control, which must show a loss or a fault; a line a part, and exit 0 only when all
held.

    torture.py [--only PART ...] [--seed 1] [--workers 2] [--quick] [--cuts 100] [--points 500] [--errnos 12] [--corruptions 1000]
               [--kills 12] [--seeds 200] [--hours 48] [--no-controls]

Parts: simulation, kills, errnos, corruptions, proxy, clock, cuts. docs/torture.md says what each does. Power cuts and failed syncs want
root, for loop mounts; without it they are left out, and said so. The binaries are those of .build/release, or of FLYONCE_BIN.
"""
import argparse
import os
import subprocess
import time

import clock_steps
import corruption
import errnos
import kill_points
import power_cuts
import proxy
import rig

FAULTS = ["forgotten-key", "taken-for-delivered", "gives-up", "forgets-waiting"]


def simulate(seed, seeds, hours, fault=None):
    command = [os.path.join(rig.BINARIES, "delivery-simulation"), "--seed", str(seed), "--seeds", str(seeds), "--hours", str(hours),
               "--folder", rig.scratch("simulation")]
    answer = subprocess.run(command + (["--fault", fault] if fault else []), capture_output=True, text=True)
    return answer.returncode, answer.stdout.strip().splitlines() or [answer.stderr.strip()]


def simulation(options):
    code, lines = simulate(options.seed, options.seeds, options.hours)
    for line in lines[:-1]:
        print("  " + line, flush=True)
    return rig.report("simulation", code == 0, lines[-1])


def simulation_control(options):
    passed = True
    for fault in FAULTS:
        code, lines = simulate(options.seed, 8, options.hours, fault)
        passed &= rig.report(f"simulation, control ({fault})", code == 1 and lines[0].startswith("seed"), lines[0][:120])
    return passed


def is_root():
    return os.geteuid() == 0


def parts(options):
    """name → (the part, its control)."""
    seed = options.seed
    return {
        "simulation": (lambda: simulation(options), lambda: simulation_control(options)),
        "cuts": (lambda: power_cuts.run(options.cuts, seed, options.workers), lambda: power_cuts.control(20, seed)),
        "kills": (lambda: kill_points.run(options.points, seed, options.point, options.workers), lambda: kill_points.control(seed)),
        "errnos": (lambda: errnos.run(options.errnos, seed, options.workers), lambda: errnos.control(seed)),
        "corruptions": (lambda: corruption.run(options.corruptions, seed, options.workers, options.corruption), lambda: corruption.control(seed)),
        "proxy": (lambda: proxy.run(options.kills, seed=seed), lambda: proxy.control(seed)),
        "clock": (lambda: clock_steps.run(seed), lambda: clock_steps.control(seed)),
    }


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--only", nargs="+", metavar="PART")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--workers", type=int, default=min(max((os.cpu_count() or 2) - 1, 1), 4))
    arguments.add_argument("--quick", action="store_true", help="a tenth of everything")
    arguments.add_argument("--cuts", type=int, default=100)
    arguments.add_argument("--points", type=int, default=510)
    arguments.add_argument("--point", type=int, help="this kill point alone")
    arguments.add_argument("--errnos", type=int, default=12, help="faults of each kind")
    arguments.add_argument("--corruptions", type=int, default=1000)
    arguments.add_argument("--corruption", type=int, help="this corruption alone")
    arguments.add_argument("--kills", type=int, default=12, help="behind the proxy")
    arguments.add_argument("--seeds", type=int, default=120, help="of the simulation")
    arguments.add_argument("--hours", type=float, default=48, help="of each seed")
    arguments.add_argument("--no-controls", action="store_true")
    options = arguments.parse_args()
    if options.quick:
        for name in ("cuts", "points", "errnos", "corruptions", "kills", "seeds"):
            setattr(options, name, max(getattr(options, name) // 10, 2))
    every = parts(options)
    wanted = options.only or list(every)
    unknown = [name for name in wanted if name not in every]
    if unknown:
        raise SystemExit(f"no part {unknown[0]}: {', '.join(every)}")
    passed, began, left_out = True, time.monotonic(), []
    for name in wanted:
        if name == "cuts" and not is_root():
            left_out.append(name)
            continue
        part, control = every[name]
        at = time.monotonic()
        passed &= bool(part())
        if not options.no_controls and options.point is None and options.corruption is None and (name != "errnos" or is_root()):
            passed &= bool(control())
        print(f"     {name} took {time.monotonic() - at:.0f} s", flush=True)
    if left_out:
        print(f"not run: {', '.join(left_out)} (loop mounts want root)")
    print(f"torture: {'all held' if passed else 'FAILED'} after {(time.monotonic() - began) / 60:.1f} min, seed {options.seed}", flush=True)
    raise SystemExit(0 if passed else 1)


if __name__ == "__main__":
    main()
