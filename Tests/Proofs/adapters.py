#!/usr/bin/env python3
"""Every adapter against a receiver of its own, with answers that are lost after the receiver acted and kills of the gateway in
between: as many cases as findings, each once.

    adapters.py FLIGHT.ts [--kills 6] [--seed 1] [--only NAME]

The receivers: the reference platform (which also answers wrongly), a city's gateway after a shipped template, an Open311 server that
numbers at once and one that numbers late, and a CloudEvents receiver with the CloudEvents project's own library.
"""
import argparse
import json
import os
import random
import time
import urllib.request

from city_gateway import CityGateway
from gateway import Gateway, Platform, scratch, wait_until
from open311_server import Open311
from proof_server import ProofServer

COMMON = """    entitled_to_originals: true
    case_poll: 1s
    release: {default: auto}
    retry: {initial: 100ms, maximum: 2s}
"""


def destination(kind, url, more):
    return f"\ndestinations:\n  receiver:\n    kind: {kind}\n    url: {url}\n{COMMON}{more}"


def run(options, name, settings):
    """The gateway over one flight, killed again and again, then left alone until nothing is owed. Gives its findings."""
    directory = scratch(name)
    gateway = Gateway(directory, options.flight, settings=settings(directory))
    choose = random.Random(options.seed)
    for _ in range(options.kills):
        gateway.start()
        time.sleep(choose.uniform(0.3, 4))
        gateway.kill()
    gateway.start()
    wait_until(gateway.is_settled, 900, f"{name}: deliveries did not end")
    return gateway


def secret(directory, text):
    path = os.path.join(directory, "secret")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    return path


def stages(gateway):
    return {feature["id"]: feature["properties"].get("case", {}) for feature in gateway.findings()}


def told(name, findings, cases, doubled, complaints, more=""):
    passed = bool(findings) and findings == cases and not doubled and not complaints
    print(f"{name}: {len(findings)} findings, {len(cases)} with a case, {len(findings - cases)} missing, {len(doubled)} doubled{more}"
          + (f"; {complaints[:3]}" if complaints else ""), flush=True)
    return passed


def reference(options):
    folder = scratch("platform")
    platform = Platform(folder, "--drop-answers", "0.2", "--fail-rate", "0.1")

    def admin(path, value):
        request = urllib.request.Request(
            f"http://127.0.0.1:{platform.port}/admin/{path}", json.dumps(value).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    admin("cruelty", {"fail_rate": 0.1, "drop_answers": 0.2, "wrong_answers": 0.3})
    gateway = run(options, "reference", lambda _: destination("four-platform", f"http://127.0.0.1:{platform.port}", ""))
    admin("cruelty", {})
    cases = platform.cases()
    if not cases:
        raise SystemExit("reference: the flight has no findings")
    findings = {feature["id"] for feature in gateway.findings()}
    way = [("accepted", [], None), ("accepted", ["returned"], "不属本单位"), ("handling", ["suspended"], "挂账"), ("handling", ["rework"], "返工"),
           ("closed", [], None)]
    number = next(iter(platform.summary()["external_ids"].values()))["number"]
    seen = []
    for stage, flags, message in way:
        admin(f"cases/{number}/stage", {"stage": stage, "flags": flags, "message": message})

        def arrived():
            case = next((case for case in stages(gateway).values() if case.get("number") == number), {})
            return (case.get("stage"), case.get("flags", [])) == (stage, flags)
        wait_until(arrived, 20, f"reference: {stage} {flags} did not come back")
        seen.append(stage + "".join("+" + flag for flag in flags))
    gateway.stop()
    platform.stop()
    return told("reference platform", findings, set(cases), [name for name, count in cases.items() if count != 1], [],
                f"; came back: {' '.join(seen)}")


def city(options):
    keeper = CityGateway()
    server = ProofServer(keeper.answer, lost=0.3, failed=0.1, seed=options.seed)
    gateway = run(options, "city", lambda directory: destination("four-platform", server.url, f"""    template: city-json
    template_settings: {{source_code: UAV, area_code: "330824"}}
    signing:
      scheme: app-key
      key_id: flyonce-01
      secret_file: {secret(directory, "city-secret")}
      digest: sm3
      in: headers
      names: {{key: X-App-Key, timestamp: X-Timestamp, nonce: X-Nonce, signature: X-Sign}}
      text: "${{parameters}}&body=${{body_sm3}}&secret=${{secret}}"
"""))
    findings = {feature["id"] for feature in gateway.findings()}
    seen = []
    for stage, expected in (("受理", ("accepted", [])), ("退回", ("accepted", ["returned"])), ("挂账", ("handling", ["suspended"])),
                            ("不予受理", ("rejected", []))):
        keeper.move(keeper.cases[0], stage, "意见")
        wait_until(lambda: (lambda case: (case.get("stage"), case.get("flags", [])))(stages(gateway).get(keeper.cases[0]["id"], {})) == expected,
                   20, f"city: {stage} did not come back")
        seen.append(stage)
    gateway.stop()
    server.stop()
    ids = [case["id"] for case in keeper.cases]
    return told("city gateway by template, SM3", findings, set(ids), [one for one in set(ids) if ids.count(one) > 1], keeper.complaints,
                f"; {server.dropped} answers lost; came back: {' '.join(seen)}")


def open311(options, late):
    keeper = Open311(late=late, most=50)
    server = ProofServer(keeper.answer, lost=0.3, failed=0.1, seed=options.seed)
    gateway = run(options, "open311", lambda directory: destination("open311", server.url + "/v2", f"""    token_file: {secret(directory, "proof-key")}
    open311:
      jurisdiction_id: city.example
      services: {{"waste.*": "006", "*": "099"}}
      list_limit: 50
      settling: {late + 1 if late else 0}s
"""))
    placed = {feature["id"] for feature in gateway.findings() if feature["geometry"]}
    marks = [row["form"]["description"].rsplit("[flyonce:", 1)[1].rstrip("]") for row in keeper.rows]
    wait_until(lambda: all(not case.get("number", "token:").startswith("token:") for name, case in stages(gateway).items() if name in placed),
               60, "open311: the numbers did not come")
    keeper.close(keeper.rows[0]["number"], "done")
    wait_until(lambda: stages(gateway)[marks[0]].get("stage") == "closed", 60, "open311: the end did not come back")
    wrong = [name for name, case in stages(gateway).items() if name in placed
             and case["number"] not in [row["number"] for row, mark in zip(keeper.rows, marks) if mark == name]]
    gateway.stop()
    server.stop()
    return told(f"Open311, numbers {'late' if late else 'at once'}", placed, set(marks), [one for one in set(marks) if marks.count(one) > 1],
                keeper.complaints + wrong, f"; {server.dropped} answers lost")


def events(options, mode, batch):
    from cloudevents_receiver import Receiver
    keeper = Receiver()
    server = ProofServer(keeper.answer, lost=0.3, failed=0.1, seed=options.seed)
    gateway = run(options, "cloudevents", lambda _: destination(
        "cloudevents", server.url, f"    cloudevents: {{mode: {mode}, batch: {batch}, batch_wait: 100ms}}\n"))
    findings = {feature["id"] for feature in gateway.findings()}
    gateway.stop()
    server.stop()
    return told(f"CloudEvents {mode}{f', batches of {batch}' if batch > 1 else ''}", findings, keeper.findings(), [], keeper.complaints,
                f"; {len(keeper.events)} events, {keeper.repeated} repetitions of them, {server.dropped} answers lost, "
                f"largest batch {keeper.largest_batch}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("flight")
    arguments.add_argument("--kills", type=int, default=6)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--only", action="append")
    options = arguments.parse_args()
    options.flight = os.path.abspath(options.flight)
    proofs = {
        "reference": lambda: reference(options), "city": lambda: city(options), "open311": lambda: open311(options, 0),
        "open311-late": lambda: open311(options, 3), "structured": lambda: events(options, "structured", 1),
        "binary": lambda: events(options, "binary", 1), "batch": lambda: events(options, "structured", 8),
    }
    try:
        import cloudevents.core  # noqa: F401
    except ImportError:
        print("CloudEvents were not tried: the Python package cloudevents is not there")
        proofs = {name: proof for name, proof in proofs.items() if name in ("reference", "city", "open311", "open311-late")}
    passed = [proof() for name, proof in proofs.items() if not options.only or name in options.only]
    raise SystemExit(0 if passed and all(passed) else 1)


main()
