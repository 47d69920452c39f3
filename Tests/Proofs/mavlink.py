#!/usr/bin/env python3
"""Sums of every message of MAVLink by pymavlink, for the tests to hold theirs against; and a log of every message there is.

    mavlink.py sums LOG        a line a message name: name, count, and two sums over all values of its fields
    mavlink.py make LOG [N]    writes N rounds of every message with random values, in versions 1 and 2, signed and not

Exits with 3 when pymavlink is not installed (pip install pymavlink).
"""
import math
import random
import struct
import sys
import time

try:
    from pymavlink.dialects.v10 import all as first
    from pymavlink.dialects.v20 import all as second
except ImportError:
    sys.exit(3)


def records(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 0
    while start + 10 <= len(data):
        is_second = data[start + 8] == 0xFD
        size = data[start + 9] + (12 + 13 * (data[start + 10] & 1) if is_second else 8)
        yield is_second, data[start + 8:start + 8 + size]
        start += 8 + size


def numbers(value):
    if isinstance(value, str):
        return [float(byte) for byte in value.encode()]
    return [float(v) for v in value] if isinstance(value, (list, tuple)) else [float(value)]


def sums(path):
    readers = {False: first.MAVLink(None), True: second.MAVLink(None)}
    found = {}
    began = time.time()
    count = 0
    for is_second, frame in records(path):
        try:
            message = readers[is_second].decode(bytearray(frame))
        except Exception:  # damaged, or cut off: it says so in its own class of error
            continue
        count += 1
        entry = found.setdefault(message.get_type(), [0, 0.0, 0.0])
        entry[0] += 1
        for place, field in enumerate(type(message).ordered_fieldnames):
            for index, number in enumerate(numbers(getattr(message, field))):
                if math.isfinite(number):
                    entry[1] += number
                    entry[2] += number * ((place * 31 + index) % 97 + 1)
    print(f"# {count} {count / (time.time() - began)}")
    for name in sorted(found):
        print(name, found[name][0], found[name][1].hex(), found[name][2].hex())


def value(kind, length, is_last):
    if kind == "char" and not length:
        return random.choice("abc").encode()
    if kind == "char":
        text = "".join(random.choice("abcXYZ 0189") for _ in range(random.randrange(length + 1)))
        return text.encode()[:length].decode(errors="ignore").encode()
    def one():
        if is_last or random.random() < 0.3:
            return 0
        if kind in ("float", "double"):
            return random.choice([random.uniform(-1e6, 1e6), float("nan"), 0.5, -1.0])
        bits = {"8": 8, "1": 16, "3": 32, "6": 64}[kind.replace("uint", "").replace("int", "")[0]]
        low, high = (0, 2 ** bits - 1) if kind.startswith("u") else (-2 ** (bits - 1), 2 ** (bits - 1) - 1)
        return random.choice([low, high, random.randint(low, high)])
    return [one() for _ in range(length)] if length else one()


def make(path, rounds):
    random.seed(5)
    writers = []
    for dialect in (first, second, second):
        writer = dialect.MAVLink(None, srcSystem=3, srcComponent=7)
        writers.append((dialect, writer))
    signer = writers[2][1]
    signer.signing.secret_key = bytes(range(32))
    signer.signing.sign_outgoing = True
    stamp = 1_748_743_200_000_000
    with open(path, "wb") as file:
        for _ in range(rounds):
            for dialect, writer in writers:
                for kind in dialect.mavlink_map.values():
                    if dialect is first and kind.id > 255:
                        continue
                    lengths = dict(zip(kind.ordered_fieldnames, kind.array_lengths))
                    is_short = random.random() < 0.5
                    values = []
                    for name, form in zip(kind.fieldnames, kind.fieldtypes):
                        is_last = is_short and name in kind.ordered_fieldnames[-3:]
                        values.append(value(form, lengths[name], is_last))
                    frame = kind(*values).pack(writer)
                    writer.seq = (writer.seq + 1) % 256
                    stamp += 10_000
                    file.write(struct.pack(">Q", stamp) + frame)


if sys.argv[1] == "sums":
    sums(sys.argv[2])
else:
    make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
