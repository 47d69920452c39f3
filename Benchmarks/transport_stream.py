"""Puts KLV packets beside the video of an MPEG transport stream, each with the PTS of a frame.

Plain bytes and a fixed layout (one PMT section, one transport packet a KLV packet): enough for what ffmpeg writes, and
the same on every machine.
"""

PACKET = 188
KLV_PID = 0x1F1
KLV_STREAM = bytes([0x06, 0xE0 | KLV_PID >> 8, KLV_PID & 0xFF, 0xF0, 6]) + b"\x05\x04KLVA"


def crc32(data):
    """CRC-32/MPEG-2, which closes a section."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc.to_bytes(4, "big")


def payload_start(packet):
    """Offset of the payload of a packet that starts a unit; None for any other."""
    if packet[0] != 0x47 or not packet[1] & 0x40 or not packet[3] & 0x10:
        return None
    return 5 + packet[4] if packet[3] & 0x20 else 4


def pid(packet):
    return (packet[1] & 0x1F) << 8 | packet[2]


def pts(packet, start):
    """The 33-bit PTS of a PES header; None when it has none."""
    header = packet[start : start + 14]
    if len(header) < 14 or header[:3] != b"\0\0\1" or not header[7] & 0x80:
        return None
    p = header[9:]
    return (p[0] >> 1 & 7) << 30 | p[1] << 22 | p[2] >> 1 << 15 | p[3] << 7 | p[4] >> 1


def with_klv_stream(packet, start):
    """The PMT packet with the KLV stream added."""
    section = start + 1 + packet[start]
    length = (packet[section + 1] & 0x0F) << 8 | packet[section + 2]
    body = bytearray(packet[section : section + 3 + length - 4]) + KLV_STREAM
    length += len(KLV_STREAM)
    body[1:3] = bytes([body[1] & 0xF0 | length >> 8, length & 0xFF])
    made = packet[:section] + bytes(body) + crc32(body)
    return made + b"\xff" * (PACKET - len(made))


def klv_packet(klv, time, counter):
    """One transport packet: stuffing, a PES header of private_stream_1 with a PTS, the KLV packet."""
    stamp = bytes([
        0x21 | time >> 29 & 0x0E, time >> 22 & 0xFF, 1 | time >> 14 & 0xFE, time >> 7 & 0xFF, 1 | time << 1 & 0xFE])
    pes = b"\0\0\1\xbd" + (8 + len(klv)).to_bytes(2, "big") + b"\x84\x80\x05" + stamp + klv
    stuffing = PACKET - 4 - len(pes)
    if stuffing < 2:
        raise ValueError(f"{len(klv)} bytes do not fit one transport packet")
    head = bytes([0x47, 0x40 | KLV_PID >> 8, KLV_PID & 0xFF, 0x30 | counter & 0x0F])
    return head + bytes([stuffing - 1, 0]) + b"\xff" * (stuffing - 2) + pes


def add_klv(source, target, packets, interval=9000):
    """Copies `source` to `target` with a packet every `interval` ticks of 90 kHz. Returns how many were placed."""
    map_pid, due, placed = None, None, 0
    with open(source, "rb") as video, open(target, "wb") as out:
        while len(packet := video.read(PACKET)) == PACKET:
            start = payload_start(packet)
            if start is not None:
                if pid(packet) == 0:
                    entry = start + 1 + packet[start] + 8
                    map_pid = (packet[entry + 2] & 0x1F) << 8 | packet[entry + 3]
                elif pid(packet) == map_pid:
                    packet = with_klv_stream(packet, start)
                else:
                    time = pts(packet, start)
                    if time is not None and (due is None or time >= due) and placed < len(packets):
                        out.write(klv_packet(packets[placed], time, placed))
                        due = (time if due is None else due) + interval
                        placed += 1
            out.write(packet)
    return placed
