#!/usr/bin/env python3
"""Writes the MAVLink message definitions that FlyOnce reads: Sources/Telemetry/MAVLink/MAVLinkTable*.swift.

    python3 -m venv venv && venv/bin/pip install pymavlink && venv/bin/python deploy/mavlink-messages.py

They are those of pymavlink's `all` dialect: common, ardupilotmega and everything that does not contradict them. A message
is a line `id crc_extra NAME field field …` in wire order; a line that begins with a space goes on with the one before. A
field is a letter for its type (those of Python's struct; s: characters), its name and, of an array, `:` and its length;
`|` stands before the extension fields.
"""
import pathlib
import textwrap
import xml.etree.ElementTree

from pymavlink.dialects.v20 import all as dialect

LETTERS = {
    "int8_t": "b", "uint8_t": "B", "int16_t": "h", "uint16_t": "H", "int32_t": "i", "uint32_t": "I",
    "int64_t": "q", "uint64_t": "Q", "float": "f", "double": "d", "char": "s", "uint8_t_mavlink_version": "B",
}
LINES = 380
NAMES = {message.msgname for message in dialect.mavlink_map.values()}
FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Sources/Telemetry/MAVLink"


def bases():
    """How many fields of a message stand before its extensions, which only the XML says."""
    counts = {}
    for path in pathlib.Path(dialect.__file__).parent.glob("*.xml"):
        for message in xml.etree.ElementTree.parse(path).iter("message"):
            if message.get("name") in NAMES:
                tags = [child.tag for child in message if child.tag in ("field", "extensions")]
                counts[message.get("name")] = (tags + ["extensions"]).index("extensions")
    return counts


def crc(data):
    value = 0xFFFF
    for byte in data:
        t = (byte ^ value) & 0xFF
        t = (t ^ (t << 4)) & 0xFF
        value = (value >> 8) ^ (t << 8) ^ (t << 3) ^ (t >> 4)
    return value


def extra(name, fields):
    """CRC_EXTRA of these base fields."""
    data = bytearray((name + " ").encode())
    for kind, field, length in fields:
        data += f"{kind} {field} ".encode()
        if length:
            data.append(length)
    value = crc(data)
    return (value & 0xFF) ^ (value >> 8)


def definition(message):
    fields = []
    for field in message.ordered_fieldnames:
        index = message.fieldnames.index(field)
        # The lengths of the class stand in wire order, the types in the order of the definition.
        length = message.array_lengths[message.ordered_fieldnames.index(field)]
        fields.append((message.fieldtypes[index], field, length))
    plain = [("uint8_t" if k == "uint8_t_mavlink_version" else k, f, n) for k, f, n in fields]
    base = BASES[message.msgname]
    if extra(message.msgname, plain[:base]) != message.crc_extra:
        raise SystemExit(f"{message.msgname}: its first {base} fields do not give CRC_EXTRA {message.crc_extra}")
    words = []
    for index, (kind, field, length) in enumerate(fields):
        if index == base:
            words.append("|")
        words.append(LETTERS[kind] + field + (f":{length}" if length else ""))
    return f"{message.id} {message.crc_extra} {message.msgname} " + " ".join(words)


BASES = bases()


def main():
    lines = []
    for identifier in sorted(dialect.mavlink_map):
        wrapped = textwrap.wrap(
            definition(dialect.mavlink_map[identifier]), 108, subsequent_indent=" ", break_long_words=False,
            break_on_hyphens=False)
        lines.append(wrapped)
    parts, part = [], []
    for wrapped in lines:
        if len(part) + len(wrapped) > LINES:
            parts.append(part)
            part = []
        part += wrapped
    parts.append(part)
    for old in FOLDER.glob("MAVLinkTable*.swift"):
        old.unlink()
    for number, part in enumerate(parts, 1):
        body = "\n".join("        " + line for line in part)
        (FOLDER / f"MAVLinkTable{number}.swift").write_text(
            "// Written by deploy/mavlink-messages.py, which says what the lines mean.\n"
            "extension MAVLinkTable {\n"
            f"    static let part{number} = \"\"\"\n{body}\n        \"\"\"\n}}\n")
    names = ", ".join(f"part{n}" for n in range(1, len(parts) + 1))
    (FOLDER / "MAVLinkTable.swift").write_text(
        "// Written by deploy/mavlink-messages.py.\n"
        "/// Definitions of the messages of MAVLink's `common` and `ardupilotmega` dialects, and of the dialects that agree\n"
        "/// with them.\n"
        f"enum MAVLinkTable {{\n    static let parts = [{names}]\n}}\n")
    print(f"{len(lines)} messages in {len(parts)} files")


main()
