#!/usr/bin/env python3
"""Measures FlyOnce and its anchors in one run on this machine and prints their ratios.

    Benchmarks/bench.py [--json] [--quick]

FLYONCE_BIN is the folder with the release binary `flyonce` (default .build/release of the tree). Everything made lies
under Benchmarks/.build/bench, the long flight under .build/proofs, and is made once.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import transport_stream

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.append(str(ROOT / "Tests" / "Proofs"))
import patrol  # noqa: E402
SCRATCH = HERE / ".build" / "bench"
BENCH = HERE / ".build" / "release" / "flyonce-bench"
VENV = SCRATCH / "venv"
SECONDS, RATE = 30, 30
#: Of the flight that has one finding a minute.
MINUTES = 10


def note(text):
    print(text, file=sys.stderr, flush=True)


def peak_resident(pid):
    """KiB at most so far; 0 when the process is gone."""
    try:
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except (FileNotFoundError, ProcessLookupError):
        pass
    return 0


def usage(command, environment=None):
    """Runs a command to its end: CPU seconds (user + system) and peak resident MiB of that process, what it said."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=output, stderr=errors, env=environment)
        # Not ru_maxrss: Linux counts in it what the process was before its exec, which is this one.
        memory, ended = 0, 0
        while not ended:
            memory = max(memory, peak_resident(process.pid))
            time.sleep(0.005)
            ended, status, used = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        errors.seek(0)
        said = errors.read().decode(errors="replace")
    if process.returncode != 0:
        raise SystemExit(f"bench: {command[0]} failed ({process.returncode}): {said.strip()[-400:]}")
    return {"cpu": used.ru_utime + used.ru_stime, "memory": memory / 1024, "said": said}


def build():
    """The micro part, release. Quick when nothing changed."""
    note("building flyonce-bench ...")
    done = subprocess.run(["swift", "build", "-c", "release"], cwd=HERE, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit((done.stdout + done.stderr)[-4000:])


def anchor_python(module, package):
    """An interpreter with a package of others; None when it cannot be had."""
    python = VENV / "bin" / "python"
    works = [str(python), "-c", f"import {module}"]
    if python.exists() and subprocess.run(works, capture_output=True).returncode == 0:
        return python
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True).returncode == 0
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", package]
    if made and subprocess.run(install, capture_output=True).returncode == 0:
        return python
    note(f"{package} could not be installed: what it anchors is measured without it")
    return None


def flight():
    """30 s of 1080p H.264 at 8 Mbit/s with a KLV packet ten times a second; None without ffmpeg."""
    target = SCRATCH / "flight.ts"
    if target.exists():
        return target
    if shutil.which("ffmpeg") is None:
        note("ffmpeg is not installed: no stream, no figures of whole processes")
        return None
    note("making the stream ...")
    video, packets, part = SCRATCH / "video.ts", SCRATCH / "packets", SCRATCH / "flight.part"
    made = subprocess.run(
        ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi",
         "-i", f"testsrc2=size=1920x1080:rate={RATE}", "-t", str(SECONDS), "-c:v", "libx264", "-preset", "veryfast",
         "-pix_fmt", "yuv420p", "-b:v", "8M", "-g", "60", "-bf", "0", "-f", "mpegts", str(video)],
        capture_output=True, text=True)
    if made.returncode != 0:
        note("ffmpeg could not make the stream (libx264?): " + made.stderr.strip()[-200:])
        return None
    subprocess.run([str(BENCH), "--write-packets", str(packets), str(SECONDS * 10)], check=True)
    klv = [path.read_bytes() for path in sorted(packets.iterdir())]
    placed = transport_stream.add_klv(video, part, klv)
    if placed != len(klv):
        raise SystemExit(f"bench: only {placed} of {len(klv)} KLV packets found a place in the stream")
    part.rename(target)
    video.unlink()
    shutil.rmtree(packets)
    return target


def figure(name, unit, ours, anchor, anchor_name, better="less", goal=None):
    """`goal`: the ratio that must not be exceeded."""
    return {"name": name, "unit": unit, "ours": ours, "anchor": anchor, "anchor_name": anchor_name,
            "ratio": ours / anchor if anchor else None, "better": better, "goal": goal}


def whole_processes(stream, binary, rounds):
    """CPU and memory of whole processes over the same file, ours and the anchor in turns."""
    environment = dict(os.environ, FLYONCE_MODELS=str(ROOT / "Models"))
    replay = [str(binary), "replay", "--no-evidence", str(stream)]
    gst = ["gst-launch-1.0", "-q", "filesrc", f"location={stream}", "!", "tsdemux", "!"]
    sink = ["fakesink", "sync=false"]
    pairs = [
        ("replay --decode all", replay + ["--decode", "all"],
         gst + ["h264parse", "!", "avdec_h264", "max-threads=1", "!"] + sink, "gst-launch, h264parse and avdec_h264"),
        ("replay --decode on_demand", replay + ["--decode", "on_demand"],
         gst + ["h264parse", "!"] + sink, "gst-launch, h264parse, nothing decoded"),
        ("inspect (metadata only)", [str(binary), "inspect", "--format", "ndjson", str(stream)],
         gst + ["meta/x-klv", "!"] + sink, "gst-launch, KLV demultiplexed, not decoded"),
    ]
    for name, ours, anchor, anchor_name in pairs:
        runs = {"ours": [], "anchor": []}
        for _ in range(rounds):
            runs["ours"].append(usage(ours, environment))
            runs["anchor"].append(usage(anchor))
        if name.startswith("replay"):
            said = runs["ours"][-1]["said"]
            if f"{SECONDS * RATE} frames" not in said:
                raise SystemExit(f"bench: flyonce {name} did not see {SECONDS * RATE} frames: {said.strip()}")
        middle = {who: {key: statistics.median(run[key] for run in list_) for key in ("cpu", "memory")}
                  for who, list_ in runs.items()}
        yield figure(f"{name}: CPU", "s", middle["ours"]["cpu"], middle["anchor"]["cpu"], anchor_name)
        yield figure(f"{name}: memory", "MiB", middle["ours"]["memory"], middle["anchor"]["memory"], anchor_name)


def decoding(binary, rounds):
    """A flight of ten minutes in 1080p with a finding a minute, rules, store and evidence on: what decoding everything costs
    over the decoder alone, and what is left of that when only what pictures need is decoded."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ, FLYONCE_MODELS=str(ROOT / "Models"), FLYONCE_BIN=str(binary.parent))
    os.environ.update(environment)
    stream = patrol.flight(MINUTES)
    runs = {"all": [], "on_demand": [], "anchor": []}
    for _ in range(rounds):
        for decode in ("all", "on_demand"):
            with tempfile.TemporaryDirectory(dir=SCRATCH) as output:
                command = [str(binary), "replay", "--decode", decode, "--output", output, stream]
                runs[decode].append(usage(command, environment))
                check_findings(runs[decode][-1]["said"], output)
        runs["anchor"].append(usage(
            ["gst-launch-1.0", "-q", "filesrc", f"location={stream}", "!", "tsdemux", "!", "h264parse", "!", "avdec_h264",
             "max-threads=1", "!", "fakesink", "sync=false"]))
    cpu = {who: statistics.median(run["cpu"] for run in list_) for who, list_ in runs.items()}
    yield figure(f"{MINUTES} min, decode all: CPU", "s", cpu["all"], cpu["anchor"], "gst-launch, h264parse and avdec_h264")
    yield figure(f"{MINUTES} min, decode on_demand: CPU", "s", cpu["on_demand"], cpu["all"], "replay --decode all", goal=0.05)


def check_findings(said, output):
    """Every minute's finding was made, with its picture and its clip."""
    kept = [path for path in pathlib.Path(output, "evidence").rglob("*") if path.is_file()]
    clips = sum(1 for path in kept if path.read_bytes()[4:8] == b"ftyp")
    pictures = sum(1 for path in kept if path.read_bytes()[:2] == b"\xff\xd8")
    frames = MINUTES * 60 * RATE
    if f"{frames} frames" not in said or f"{MINUTES} findings" not in said or not clips or not pictures or "missed" in said:
        raise SystemExit(f"bench: replay made {clips} clips and {pictures} pictures: {said.strip()[-300:]}")


def micro(stream, python, cel, shapely):
    command = [str(BENCH), "--json", "--models", str(ROOT / "Models"), "--anchors", str(HERE / "Anchors"),
               "--scratch", str(SCRATCH)]
    if stream:
        command += ["--stream", str(stream)]
    if python:
        command += ["--klvdata", str(python)]
    if cel:
        command += ["--cel", str(cel)]
    if shapely:
        command += ["--shapely", str(shapely)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            one = json.loads(line)
            if one["name"] == "CEL: the same, another engine" and one["anchor"]:
                one["goal"] = 0.25
            yield one
    if process.returncode != 0:
        raise SystemExit("bench: flyonce-bench failed")


def shown(value):
    if value is None:
        return "-"
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON value a figure")
    parser.add_argument("--quick", action="store_true", help="one round of the whole processes instead of five")
    options = parser.parse_args()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    build()
    python = anchor_python("klvdata", "klvdata==0.0.3")
    cel = anchor_python("cel", "common-expression-language==0.10.0")
    shapely = anchor_python("shapely", "shapely==2.1.1")
    stream = flight()
    binary = pathlib.Path(os.environ.get("FLYONCE_BIN", ROOT / ".build" / "release")) / "flyonce"
    missed = []
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())

    def show(one):
        goal = one.get("goal")
        if goal is not None and one["ratio"] > goal:
            missed.append(f"{one['name']}: {one['ratio']:.3f} is over {goal}")
        if options.json:
            return print(json.dumps(one), flush=True)
        ratio = "-" if one["ratio"] is None else shown(one["ratio"]) + "x"
        print(f"{one['name']:<40}{shown(one['ours']):>9}{shown(one['anchor']):>9} {one['unit']:<5}{ratio:>9}"
              f"  {one['better']} is better; {one['anchor_name']}", flush=True)

    if not options.json:
        print(f"{os.cpu_count()} CPUs, load {load} before the run. The ratios are what counts: ours / anchor, same run.")
        print(f"{'':<40}{'ours':>9}{'anchor':>9} {'':<5}{'ratio':>9}")
    if stream and not binary.exists():
        note(f"{binary} is missing (make build, or FLYONCE_BIN): no figures of whole processes")
    elif stream and shutil.which("gst-launch-1.0") is None:
        note("gst-launch-1.0 is not installed: no figures of whole processes")
    elif stream:
        for one in whole_processes(stream, binary, 1 if options.quick else 5):
            show(one)
        for one in decoding(binary, 1 if options.quick else 3):
            show(one)
    for one in micro(stream, python, cel, shapely):
        show(one)
    if missed:
        raise SystemExit("bench: missed: " + "; ".join(missed))


if __name__ == "__main__":
    main()
