#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares docs/readings.md with what `metergate decode` writes.

Every VIF and VIFE, every medium and every bit of the status byte is decoded once. Each name and
unit that comes out must stand in the page, and each that stands there must come out; so must
every key of a meter and of a record. The list of units must have those of all quantities.

    check_readings.py METERGATE docs/readings.md
"""
import collections
import itertools
import json
import re
import subprocess
import sys

HEADER = "78563412 2D2C 01 04 00 {status:02X} 0000"
# Keys that decode cannot show, because nothing was routed.
ROUTED = {"gateway", "run", "seq", "device_seq", "time", "bus", "device", "label", "tags", "message"}


def long_frame(ci, data, c=0x08):
    body = bytes([c, 1, ci]) + bytes.fromhex(data)
    frame = bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])
    return frame.hex()


def record_frame(record, status=0, ci=0x72, c=0x08):
    return long_frame(ci, HEADER.format(status=status) + record, c)


def fixed_frame(status=0, medium=4, unit=5, ci=0x73):
    first, second = (medium & 3) << 6 | unit, (medium >> 2) << 6 | unit
    return long_frame(ci, "78563412 00 %02X %02X%02X 05000000 05000000" % (status, first, second))


def vibs():
    """Each VIF of each table, and each VIFE behind a volume; what is left out is not defined."""
    for code in range(0x80):
        yield "0341" if code == 0x7C else "%02X" % code
        yield "7C0141" if code == 0x7C else "%02X" % code
        yield "FB%02X" % code
        yield "FD%02X" % code if code != 0x7D else "FDFD00"
        yield "FDFD%02X" % code
        yield "93%02X" % code
        yield "93FC%02X" % code
    for code in set(range(0x80)) - {0x7B, 0x7C, 0x7D}:  # in units that are not metric
        yield "%02X3D" % (0x80 | code)
        yield "FB%02X3D" % (0x80 | code)
        yield "FD%02X3D" % (0x80 | code)


def telegrams():
    for vib in vibs():
        yield record_frame("04" + vib + "05000000")
        yield record_frame("02" + vib + "2120")
    for code in range(16):  # actions are what a master asks for
        yield record_frame("0493%02X05000000" % code, c=0x53)
    for dif, data in enumerate(["", "05", "0500", "050000", "05000000", "0000803F", "050000000000",
            "0500000000000000", "", "05", "0500", "050000", "05000000", None, "050000000000"]):
        if data is not None:
            yield record_frame("%02X13%s" % (dif, data))
            yield record_frame("%02X78%s" % (dif, data))
    for data in ("0141", "C105", "D105", "E105", "EA" + "05" * 10):
        yield record_frame("0D13" + data)
    yield record_frame("0D780141")
    for function, more in itertools.product((0, 1, 2, 3), ("", "1F0102", "0F0102")):
        yield record_frame("%02X1305" % (1 | function << 4) + more)
    yield record_frame("0413FFFFFF7F" + "02FD1705")
    yield record_frame("041300000080" + "3F")
    yield record_frame("0C13EEEEEEEE")
    yield long_frame(0x72, HEADER.format(status=0)[:-4] + "1005" + "00" * 16)
    for date in ("042E", "046D 0005 2120", "026C 2120", "066D 000005212000", "036D 000000",
            "046D 2085 2120", "04ED FC01 0005 2120"):
        yield record_frame(date)
    for status in [0, 1, 2, 3] + [1 << bit for bit in range(2, 8)]:
        yield record_frame("", status)
    for medium in range(0x100):
        yield long_frame(0x72, "78563412 2D2C 01 %02X 00 00 0000" % medium)
    for nibble, status in itertools.product(range(16), (0, 1, 2)):
        yield fixed_frame(status, nibble)
    for unit in range(0x40):
        yield fixed_frame(unit=unit)
    yield record_frame("041305000000", ci=0x76)
    yield fixed_frame(ci=0x77)
    yield long_frame(0x7A, "00 00 0000 041305000000")
    yield long_frame(0x78, "041305000000")
    yield long_frame(0x70, "08")
    yield long_frame(0x71, "08")


class Seen:
    """What came out, by kind."""

    def __init__(self):
        self.quantities = collections.defaultdict(set)
        self.modifiers, self.media, self.flags, self.codings = set(), set(), set(), set()
        self.keys = collections.defaultdict(set)

    def add(self, reading):
        meter = reading.get("meter", {})
        self.keys["Of every message"] |= reading.keys()
        self.keys["`meter`"] |= meter.keys()
        self.media |= {meter["medium"]} if "medium" in meter else set()
        self.flags |= set(meter.get("status_flags", ()))
        for record in reading["records"]:
            self.keys["`records`"] |= record.keys()
            self.quantities[record["quantity"]].add(record["unit"])
            self.modifiers |= set(record["modifiers"])
            self.codings.add(record["coding"])


def decode(metergate):
    text = "\n".join(telegrams()) + "\n"
    done = subprocess.run([metergate, "decode", "--raw"], input=text, stdout=subprocess.PIPE,
        text=True, check=False)
    seen = Seen()
    for line in done.stdout.splitlines():
        seen.add(json.loads(line))
    return seen


class Page:
    """The sections of the page by their titles."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            parts = re.split(r"^#+ (.*)$", file.read(), flags=re.MULTILINE)
        self.sections = dict(zip(parts[1::2], parts[2::2]))

    def list(self, title):
        """The list of a section without the paragraphs around it, on one line."""
        items = re.findall(r"^\* (?:.*\n)(?:  .*\n)*", self.sections[title], re.MULTILINE)
        return " ".join("".join(items).split())

    def words(self, title):
        return set(re.findall(r"`([^`]+)`", self.list(title)))

    def keys(self, title):
        """The first column of the table that has four."""
        rows = re.findall(r"^\| (`[^|]*) \|[^|]*\|[^|]*\|[^|]*\|$", self.sections[title], re.MULTILINE)
        return {key for row in rows for key in re.findall(r"`([^`]+)`", row)}

    def common(self):
        """The units for people, by those that they stand for."""
        rows = re.findall(r"^\| (\S+) \| (\S+) \| \| (\S+) \| (\S+) \|$", self.sections["Units"], re.MULTILINE)
        return dict(pair for row in rows[1:] for pair in (row[:2], row[2:]))

    def quantities(self):
        """Units stand in brackets behind the last of the quantities that share them."""
        found, sharing = collections.defaultdict(set), []
        for name, units in re.findall(r"`([^`]+)`|\[([^\]]*)\]", self.list("Quantities and units")):
            if name:
                sharing.append(name)
                found[name] |= {""}
            else:
                found[sharing[-1]] |= {unit.strip() for unit in units.split(",")}
        return found


def compare(what, documented, seen):
    for name in sorted(seen - documented):
        yield "%s \"%s\" comes out, but is not in the page" % (what, name)
    for name in sorted(documented - seen):
        yield "%s \"%s\" is in the page, but never comes out" % (what, name)


def units(documented, seen):
    """Modifiers make numbers and durations of all, and plain text has any unit."""
    for name in sorted(seen.keys() & documented.keys() - {"plain-text"}):
        more = {"", "s"} if name == "volume" else {""}
        yield from compare("unit of %s" % name, documented[name] | more, seen[name] | more)


def list_of_units(page):
    """Whatever its quantity, each unit stands in one list."""
    used = set().union(*page.quantities().values()) - {""}
    yield from compare("unit", page.words("Units") - set(page.common().values()), used)
    for base, people in page.common().items():
        if base not in used or people not in page.words("Units"):
            yield "of the units \"%s\" and \"%s\" one is not in the page" % (base, people)


def problems(page, seen):
    yield from compare("quantity", set(page.quantities()), set(seen.quantities))
    yield from list_of_units(page)
    yield from units(page.quantities(), seen.quantities)
    reserved = {name for name in seen.modifiers if name.startswith("reserved")}
    yield from compare("modifier", page.words("Modifiers"), seen.modifiers - reserved)
    yield from compare("medium", page.words("Media"), seen.media)
    yield from compare("status flag", page.words("Status flags"), seen.flags)
    yield from compare("coding", page.words("Codings"), seen.codings)
    top = page.keys("Of every message") | page.keys("Of readings")
    yield from compare("key", top - ROUTED, seen.keys["Of every message"])
    for title in ("`meter`", "`records`"):
        yield from compare("key of " + title, page.keys(title), seen.keys[title])


def main():
    metergate, path = sys.argv[1:]
    seen = decode(metergate)
    found = list(problems(Page(path), seen))
    for problem in found:
        print(problem)
    if len(seen.quantities) < 50:
        found.append("too few readings came out")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
