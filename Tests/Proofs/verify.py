#!/usr/bin/env python3
"""`flyonce verify` on the state directory of a real run: unaltered as it is; each of 200 seeded alterations is found and named.

    verify.py FLIGHT.ts [--alterations 200] [--seed 1]
"""
import argparse
import base64
import hashlib
import json
import os
import random
import shutil
import sqlite3
import subprocess

from gateway import BINARIES, Gateway, Platform, scratch, wait_until

FLYONCE = os.path.join(BINARIES, "flyonce")
# Bytes of a line from its signature's name on.
SUFFIX = 104


def verify(path, *options):
    done = subprocess.run([FLYONCE, "verify", path, "--format", "ndjson", *options], capture_output=True, text=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def lines_of(path):
    with open(path, "rb") as file:
        return file.read().split(b"\n")[:-1]


def save(path, lines):
    with open(path, "wb") as file:
        file.write(b"".join(line + b"\n" for line in lines))


def flip(path, choose, low=0, high=None):
    with open(path, "r+b") as file:
        data = bytearray(file.read())
        at = choose.randrange(low, high or len(data))
        data[at] ^= 1 << choose.randrange(8)
        file.seek(0)
        file.write(data)
    return at


def sign_again(line, folder):
    """The line signed by a key that openssl makes now."""
    key, public = os.path.join(folder, "other.pem"), os.path.join(folder, "other.der")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True, capture_output=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public], check=True)
    with open(public, "rb") as file:
        name = hashlib.sha256(file.read()).hexdigest()[:16]
    text = line[:-SUFFIX]
    text = text[: text.rindex(b'"key":"') + 7] + name.encode() + b'"'
    signed, signature = os.path.join(folder, "signed"), os.path.join(folder, "signature")
    with open(signed, "wb") as file:
        file.write(text)
    subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-in", signed, "-out", signature], check=True)
    with open(signature, "rb") as file:
        return text + b',"signature":"' + base64.b64encode(file.read()) + b'"}'


class Copy:
    """A copy of the state directory, and the ways to alter it. Each answers whether a fault names what it did."""

    def __init__(self, path, choose):
        self.path, self.choose = path, choose
        self.chain = os.path.join(path, "chain", "00000001.ndjson")
        self.files = sorted(
            os.path.join(folder, name) for folder, _, names in os.walk(os.path.join(path, "evidence")) for name in names)

    def bit_of_line(self):
        lines = lines_of(self.chain)
        at = self.choose.randrange(len(lines))
        begin = sum(len(line) + 1 for line in lines[:at])
        flip(self.chain, self.choose, begin, begin + len(lines[at]))
        return lambda fault: fault.get("line") in (at + 1, at + 2)

    def line_removed(self):
        lines = lines_of(self.chain)
        at = self.choose.randrange(len(lines) - 1)
        save(self.chain, lines[:at] + lines[at + 1:])
        return lambda fault: fault["fault"] == "missing_lines" and fault["line"] == at + 1

    def chain_cut(self):
        size = os.path.getsize(self.chain)
        os.truncate(self.chain, self.choose.randrange(1, size))
        return lambda fault: fault["fault"] == "missing_lines"

    def line_of_another_key(self):
        lines = lines_of(self.chain)
        at = self.choose.randrange(1, len(lines))
        lines[at] = sign_again(lines[at], os.path.dirname(self.path))
        save(self.chain, lines)
        return lambda fault: fault["fault"] == "key" and fault["line"] == at + 1

    def head_bit(self):
        path = os.path.join(self.path, "chain", "head")
        flip(path, self.choose, 0, os.path.getsize(path) - 1)
        return lambda fault: fault.get("file") == "chain/head"

    def file_bit(self):
        path = self.choose.choice(self.files)
        flip(path, self.choose)
        return self.names(path, "altered_file")

    def file_missing(self):
        path = self.choose.choice(self.files)
        os.remove(path)
        return self.names(path, "missing_file")

    def picture_swapped(self):
        one, other = self.choose.sample(self.files, 2)
        shutil.copyfile(other, one)
        return self.names(one, "altered_file")

    @staticmethod
    def names(path, kind):
        sha256 = os.path.basename(path).split(".")[0]
        return lambda fault: fault["fault"] == kind and fault["sha256"] == sha256 and fault["finding"]

    def row(self, sql):
        database = sqlite3.connect(os.path.join(self.path, "flyonce.db"))
        rows = database.execute("SELECT id, seq FROM findings ORDER BY seq").fetchall()
        one, seq = self.choose.choice(rows)
        database.execute(sql, {"id": one, "seq": seq})
        database.commit()
        database.close()
        text = one.hex()
        finding = "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
        return lambda fault: fault.get("finding") == finding and fault["fault"] in ("altered_row", "missing_row")

    def feature_altered(self):
        return self.row("UPDATE revisions SET feature = CAST(replace(CAST(feature AS TEXT), 'yellow', 'red') || ' ' AS BLOB)"
                        " WHERE seq = :seq")

    def row_deleted(self):
        return self.row("DELETE FROM findings WHERE id = :id")

    def record_altered(self):
        return self.row("UPDATE findings SET body = CAST(CAST(body AS TEXT) || ' ' AS BLOB) WHERE id = :id")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("flight")
    parser.add_argument("--alterations", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    options.flight = os.path.abspath(options.flight)
    folder = scratch("verify")
    platform = Platform(folder)
    gateway = Gateway(folder, options.flight, platform)
    gateway.start()
    wait_until(gateway.is_settled, 120, "the run did not end")
    gateway.stop()
    platform.stop()
    state = gateway.state
    code, said = verify(state)
    whole = said[-1]
    if code != 0 or whole["result"] != "unaltered" or whole["findings"] == 0:
        raise SystemExit(f"the control is not unaltered: {said}")
    pin = whole["keys"][-1]
    choose = random.Random(options.seed)
    kinds = ["bit_of_line", "line_removed", "chain_cut", "line_of_another_key", "head_bit", "file_bit", "file_missing",
             "picture_swapped", "feature_altered", "row_deleted", "record_altered"]
    found, named = 0, 0
    for number in range(options.alterations):
        path = os.path.join(folder, "altered")
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(state, path, ignore=shutil.ignore_patterns("*.sock"))
        kind = kinds[number % len(kinds)]
        fits = getattr(Copy(path, choose), kind)()
        code, said = verify(path, "--key", pin)
        faults = [one for one in said if "fault" in one]
        found += code == 1
        if code == 1 and any(fits(fault) for fault in faults):
            named += 1
        else:
            print(f"  {number} {kind}: exit {code}, {[fault['text'] for fault in faults]}")
    code, said = verify(state, "--key", pin)
    print(f"verify: {whole['lines']} lines, {whole['findings']} findings, {whole['files']} files; "
          f"{options.alterations} alterations, {found} found, {named} named; unaltered before and after: {code == 0}")
    raise SystemExit(0 if found == named == options.alterations and code == 0 else 1)


if __name__ == "__main__":
    main()
