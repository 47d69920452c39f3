#!/usr/bin/env python3
"""A flight of any length in 1080p30 at 4 Mbit/s, with ten metadata packets a second and one matter a minute.

    patrol.py MINUTES OUTPUT.ts

One minute is simulated (Models/scenarios/patrol.yaml) and kept in .build/proofs. Its copies follow one another without a
seam: clocks and counters of the transport stream go on, and so do the UTC and the latitudes of the metadata, whose checksums
are made anew. FLYONCE_BIN is the folder with the release binary `flyonce`.
"""
import os
import struct
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
KEPT = os.path.join(ROOT, ".build", "proofs")
PACKET = 188
SECONDS = 60
TICKS = SECONDS * 90_000
#: Flown north in a minute, degrees of latitude: 540 m at 28.9 degrees north.
NORTH = 540 / 110_814
#: ST 0601 items that hold a latitude: sensor, frame centre, target, full corners.
LATITUDES = {13, 23, 40, 67, 82, 84, 86, 88}
LOCAL_SET = bytes.fromhex("060e2b34020b01010e01030101000000")
VIDEO, METADATA = 0x41, 0x42


def minute():
    """The transport stream of one minute, simulated when it is not there yet."""
    path = os.path.join(KEPT, "patrol", "flight.ts")
    if not os.path.exists(path):
        print("simulating one minute in 1080p, once ...", file=sys.stderr, flush=True)
        binary = os.path.join(os.environ.get("FLYONCE_BIN", os.path.join(ROOT, ".build", "release")), "flyonce")
        part = os.path.join(KEPT, "patrol.part")
        environment = dict(os.environ, FLYONCE_MODELS=os.environ.get("FLYONCE_MODELS", os.path.join(ROOT, "Models")))
        subprocess.run([binary, "simulate", "patrol", "--output", part], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, env=environment)
        os.rename(part, os.path.join(KEPT, "patrol"))
    with open(path, "rb") as file:
        return file.read()


def read_pid(data, at):
    return (data[at + 1] & 0x1F) << 8 | data[at + 2]


def payload(data, at):
    """Where the payload of the packet at `at` begins; None when it has none."""
    if not data[at + 3] & 0x10:
        return None
    return at + (5 + data[at + 4] if data[at + 3] & 0x20 else 4)


def read_time(data, at):
    """A 33-bit time of a PES header."""
    p = data[at:at + 5]
    return (p[0] >> 1 & 7) << 30 | p[1] << 22 | p[2] >> 1 << 15 | p[3] << 7 | p[4] >> 1


def write_time(data, at, time):
    time &= (1 << 33) - 1
    data[at:at + 5] = bytes([
        data[at] & 0xF0 | time >> 29 & 0x0E | 1, time >> 22 & 0xFF, 1 | time >> 14 & 0xFE, time >> 7 & 0xFF, 1 | time << 1 & 0xFE])


def move_clock(data, at, ticks):
    """Adds to the PCR of the packet at `at`, when it has one."""
    if data[at + 3] & 0x20 and data[at + 4] and data[at + 5] & 0x10:
        field = int.from_bytes(data[at + 6:at + 12], "big")
        base = (field >> 15) + ticks & (1 << 33) - 1
        data[at + 6:at + 12] = (base << 15 | field & 0x7FFF).to_bytes(6, "big")


def move_times(data, at, ticks):
    """Adds to the times of a PES header that begins at `at`."""
    flags = data[at + 7] >> 6
    if flags & 2:
        write_time(data, at + 9, read_time(data, at + 9) + ticks)
    if flags == 3:
        write_time(data, at + 14, read_time(data, at + 14) + ticks)


def items(data, at, end):
    """Tag, start and end of the value of every item of a local set."""
    while at < end:
        tag = 0
        while True:
            tag, at = tag << 7 | data[at] & 0x7F, at + 1
            if not data[at - 1] & 0x80:
                break
        length, at = data[at], at + 1
        if length & 0x80:
            count = length & 0x7F
            length, at = int.from_bytes(data[at:at + count], "big"), at + count
        yield tag, at, at + length
        at += length


def moved_packet(klv, minutes):
    """A local set of ST 0601 so many minutes later and further north."""
    if klv[:16] != LOCAL_SET:
        raise SystemExit("patrol: the metadata is not what the simulator writes")
    klv = bytearray(klv)
    ((_, start, end),) = items(klv, 15, len(klv))
    for tag, at, stop in items(klv, start, end):
        if tag == 2:
            klv[at:stop] = (int.from_bytes(klv[at:stop], "big") + minutes * SECONDS * 1_000_000).to_bytes(8, "big")
        elif tag in LATITUDES and stop - at == 4:
            value = struct.unpack_from(">i", klv, at)[0]
            struct.pack_into(">i", klv, at, value + round(minutes * NORTH / 90 * (2**31 - 1)))
        elif tag == 1:
            total = sum(byte << 8 if index % 2 == 0 else byte for index, byte in enumerate(klv[:at]))
            klv[at:stop] = (total & 0xFFFF).to_bytes(2, "big")
    return klv


def copy(first, minutes, counters):
    """The minute `first`, so many minutes later. `counters` adds to the continuity counter of each PID."""
    data = bytearray(first)
    pieces = []
    steps = {}

    def write():
        unit = b"".join(bytes(data[a:b]) for a, b in pieces)
        if not unit:
            return
        head = 9 + unit[8]
        end = 6 + int.from_bytes(unit[4:6], "big")
        unit = unit[:head] + moved_packet(unit[head:end], minutes) + unit[end:]
        for a, b in pieces:
            data[a:b], unit = unit[:b - a], unit[b - a:]

    for at in range(0, len(data) - PACKET + 1, PACKET):
        pid = read_pid(data, at)
        begin = payload(data, at)
        move_clock(data, at, minutes * TICKS)
        if begin is None:
            continue
        steps[pid] = steps.get(pid, 0) + 1
        data[at + 3] = data[at + 3] & 0xF0 | (data[at + 3] + counters.get(pid, 0)) & 0x0F
        starts = data[at + 1] & 0x40
        if pid == METADATA:
            if starts:
                write()
                pieces = []
            pieces.append((begin, at + PACKET))
        if starts and data[begin:begin + 3] == b"\0\0\1":
            move_times(data, begin, minutes * TICKS)
    write()
    for pid, count in steps.items():
        counters[pid] = (counters.get(pid, 0) + count) % 16
    return data


def write_flight(minutes, path):
    """Writes a flight of so many minutes."""
    first = minute()
    counters = {}
    with open(path + ".part", "wb") as out:
        for index in range(minutes):
            out.write(copy(first, index, counters))
    os.rename(path + ".part", path)


def flight(minutes):
    """The path of a flight of so many minutes, made when it is not there yet."""
    path = os.path.join(KEPT, f"patrol-{minutes}.ts")
    if not os.path.exists(path):
        os.makedirs(KEPT, exist_ok=True)
        write_flight(minutes, path)
    return path


if __name__ == "__main__":
    if len(sys.argv) != 3 or not sys.argv[1].isdigit():
        raise SystemExit(__doc__)
    write_flight(int(sys.argv[1]), sys.argv[2])
