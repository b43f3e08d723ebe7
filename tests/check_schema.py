#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks docs/reading.schema.json with python3-jsonschema: against docs/readings.md, against what
`metergate decode` writes of many telegrams, and against the messages of a running gateway.

The schema allows keys that it does not know, since later versions add some. Here it is closed, so
that each key that comes out must stand in it.

Takes METERGATE, METERGATE_PLUGIN_PATH and METERGATE_SOURCE from the environment.
"""

import json
import os
import random
import re
import sys
import unittest
from decimal import Decimal

import jsonschema
import msgpack
import zmq

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "system")]

import check_readings  # noqa: E402
from metergate import SOURCE, SystemTest, devices, exact, free_port, json_lines, readings, until  # noqa: E402

SCHEMA = os.path.join(SOURCE, "docs", "reading.schema.json")
PAGE = os.path.join(SOURCE, "docs", "readings.md")
SEEDS = os.path.join(SOURCE, "tests", "fuzz", "corpus", "telegram")
CORPUS = os.path.join(SOURCE, "..", "shared", "corpus", "public")  # where it lies beside the checkout

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")

# Telegrams that one would not think of while reading the tables: C to data, without a frame.
LITERALS = """
    080172 78563412 2D2C 10 04 55 00 0000  0C06 EEEEEEEE 026C EFFF 046D 0018B61D 026C 0000
    080172 78563412 2D2C 10 04 55 1F 0000  066D FFFFFF160000 036D 1E2D0C 046D 801FB61B 046D 3F1FFFFF
    080172 78563412 2DAC 10 04 55 00 0000  0779 785634122D2C1004 02FD0A 2D2C 02FD0A 0000 0779 FFFFFFFFFFFFFFFF
    080172 78563412 3862 10 99 55 00 0000  0513 0000C07F 0513 0000807F 0513 000080FF 0513 01000000
    080172 78563412 2D2C 10 04 55 00 1005  0102030405060708090A0B0C0D0E0F10
    080172 78563412 2D2C 10 04 55 00 1005  010609
    08017A 55 00 1005  0102030405060708090A0B0C0D0E0F10
    080172 78563412 2D2C 10 04 55 00 0000  849010FB8273 01000000 DF01 0F 010203
    080172 78563412 2D2C 10 04 55 00 0000  0D78 00 0D13 C0 0D13 E0 0D13 D0 0D6D E101
    080178 0D06 F0 00112233445566778899AABBCCDDEEFF
    080172 78563412 2D2C 10 04 55 00 0000  01FC02 7978 07 017C00 07 01FC81 41 13 05
    080172 78563412 2D2C 10 04 55 00 0000  0493BD3D 01000000 07867D7D7D7D FFFFFFFFFFFFFF7F
    080172 78563412 2D2C 10 04 55 00 0000  0E06 999999999999 0E06 9999999999F9 0A06 2BF1
    080173 78563412 0A 00 E97E 01000000 35010000
    080173 78563412 0A 01 0001 FFFFFFFF 00000080
    080173 78563412 0A 00 4041 59592300 31120000
    080173 78563412 0A 01 4041 59592300 31121500
    080173 78563412 0A 00 7E7E 01000000 02000000
    080176 12345678 2C2D 10 04 55 00 0000  0413 00000001 066D 00000A160B00
    080178 0413 01000000
    080179 1234 5678 01020304
    08017B 55 00 0000 1234 5678 01020304
    080169 06 1234 0413 0406
    0801A0 0102030405
    0801B7
    080170
    080170 08
    08016E 55 00 0000 03
    08016F 78563412 2D2C 10 04 55 00 0000 01
    080171 21
    080174 55 00 0000 04
    080175 78563412 2D2C 10 04 55 00 0000 08
    08018B 78563412 2D2C 10 04 55 00 0000
    08017C 78563412 2D2C 10 04 55 00 0000
    080190 05 0048 00 7A 55 00 0000 0413 01000000
    0801FF
    530151 0413 01000000
    530152 78563412 2D2C 1004
    5301BD
"""
# The same two records whole, as a compact frame, and encrypted (mode 5).
WHOLE = "080178 0413 05000000 0C06 12340000"
COMPACT = "080179 7D0C 9531 05000000 12340000"
ENCRYPTED = "080172 78563412 2D2C 10 04 55 00 1005 68BE18700E8793400F579558B81B0BEB"
KEY = "000102030405060708090A0B0C0D0E0F"
GARBAGE = 150  # telegrams of random bytes
CORPUS_LINES = 300  # of each file, taken evenly
SEED = 13757


def framed(body):
    frame = bytes([0x68, len(body), len(body), 0x68]) + body + bytes([sum(body) & 0xFF, 0x16])
    return frame.hex()


def literals():
    return [framed(bytes.fromhex(line)) for line in LITERALS.splitlines() if line.strip()]


def seeds():
    """Those of the fuzzer: options, then telegrams with their length before them."""
    for name in sorted(os.listdir(SEEDS)):
        with open(os.path.join(SEEDS, name), "rb") as file:
            data = file.read()
        at = 1
        while at < len(data):
            part = data[at + 1:at + 1 + data[at]]
            at += 1 + data[at]
            if part:
                yield part.hex() if data[0] & 4 or len(part) < 3 else framed(part)


def garbage():
    """Bytes in frames that are right, and telegrams with one bit turned."""
    dice = random.Random(SEED)
    whole = literals()
    for _ in range(GARBAGE):
        yield framed(bytes([8, 1, dice.choice([0x72, 0x76, 0x78, 0x7A, 0x73])]) + dice.randbytes(dice.randrange(80)))
        bits = bytearray.fromhex(dice.choice(whole))[4:-2]
        bits[dice.randrange(len(bits))] ^= 1 << dice.randrange(8)
        yield framed(bytes(bits))
        yield dice.randbytes(dice.randrange(1, 30)).hex()
    yield "68"
    yield "e5"
    yield "no telegram"


def corpus():
    """Real telegrams, where there are such."""
    for name in ("wired.jsonl", "malformed.jsonl"):
        path = os.path.join(CORPUS, name)
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                lines = [json.loads(line)["hex"] for line in file]
            yield from (line for line in lines[::-(-len(lines) // CORPUS_LINES)] if line)


def closed(schema):
    """The schema without room for keys that it does not name."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(part) for key, part in schema.items()}
    if found.get("type") == "object" and "required" in found and "if" not in found:
        found.setdefault("additionalProperties", False)
    return found


def from_msgpack(message):
    """The message as JSON has it: the numbers exact and in one piece."""
    for record in message.get("records", ()):
        value = record["value"]
        if "mantissa" in record:
            assert isinstance(value, float), record
            record["value"] = Decimal(record.pop("mantissa")).scaleb(record.pop("exponent"))
            assert float(record["value"]) == value, record
        elif isinstance(value, str) and record["coding"] != "lvar-text" and NUMBER.fullmatch(value):
            record["value"] = Decimal(value)
    return message


def valid_reading():
    """What the violations are planted in."""
    return exact("""{"schema":1,"type":"reading","gateway":"g","run":1,"seq":2,"device_seq":1,
        "time":"2026-11-22T05:59:00.123Z","bus":"b","device":"d","label":"l","tags":{"area":"north"},
        "meter":{"id":"12345678","manufacturer":"KAM","manufacturer_name":"Kamstrup A/S","version":16,
            "medium":"heat","medium_code":4,"address":5,"ci":114,"access":17,"status":4,
            "status_flags":["power-low"],"signature":1312,"security_mode":5},
        "records":[
            {"name":"energy","function":"instantaneous","storage":0,"tariff":0,"subunit":0,"quantity":"energy",
             "unit":"Wh","value":12345000.5,"modifiers":[],"dib":"0C","vib":"06","coding":"bcd8"},
            {"name":"date","function":"maximum","storage":1,"tariff":0,"subunit":0,"quantity":"date","unit":"",
             "value":null,"modifiers":[],"dib":"42","vib":"6C","coding":"date-G","quality":"invalid",
             "reason":"recurring date","shown":"*-*-15","data":"EFFF"},
            {"name":"manufacturer_data","function":null,"storage":0,"tariff":0,"subunit":0,
             "quantity":"manufacturer-data","unit":"","value":"0102","modifiers":[],"dib":"0F","vib":"",
             "coding":"raw","vendor":true,"data":"0102"}],
        "more_records_follow":false,"error":"e","error_offset":12,"app_error":0,"alarm":1,
        "flags":["partial"],"telegrams":["E5"]}""")


def valid_event(kind, **keys):
    return dict({"schema": 1, "type": kind, "gateway": "g", "run": 1, "seq": 2, "time": "2026-11-22T05:59:00.123Z",
                 "message": "m"}, **keys)


def at(message, path):
    for step in path:
        message = message[step]
    return message


ABSENT = object()

# Where, and what is put there.
VIOLATIONS = [
    ([], "schema", 2), ([], "schema", ABSENT), ([], "type", "bus_gone"), ([], "type", ABSENT),
    ([], "records", ABSENT), ([], "records", {}), ([], "more_records_follow", ABSENT),
    ([], "more_records_follow", 0), ([], "seq", 0), ([], "seq", "2"), ([], "seq", ABSENT), ([], "run", ABSENT),
    ([], "device_seq", 1.5), ([], "device_seq", ABSENT), ([], "bus", ABSENT), ([], "time", ABSENT),
    ([], "time", "2026-11-22 05:59:00"), ([], "bus", ""), ([], "label", None), ([], "tags", {}),
    ([], "tags", {"a": 1}), ([], "error", ""), ([], "error", ABSENT), ([], "error_offset", -1),
    ([], "app_error", 256), ([], "alarm", -1), ([], "flags", []), ([], "flags", ["late"]),
    ([], "flags", ["partial", "partial"]), ([], "flags", ABSENT), ([], "telegrams", []), ([], "telegrams", ["e5"]),
    ([], "telegrams", ["E"]), ([], "message", "m"), ([], "meter", ABSENT), ([], "unknown", 1),
    (["meter"], "id", "1234567"), (["meter"], "id", 12345678), (["meter"], "id", ABSENT),
    (["meter"], "manufacturer", "kam"), (["meter"], "manufacturer", ABSENT), (["meter"], "manufacturer_name", ""),
    (["meter"], "manufacturer_name", None), (["meter"], "version", 256), (["meter"], "version", ABSENT),
    (["meter"], "medium", "milk"), (["meter"], "medium", ABSENT), (["meter"], "medium_code", "4"),
    (["meter"], "address", ABSENT), (["meter"], "ci", ABSENT), (["meter"], "ci", 300), (["meter"], "access", ABSENT),
    (["meter"], "status", ABSENT), (["meter"], "status_flags", ["tired"]), (["meter"], "status_flags", ABSENT),
    (["meter"], "signature", 65536), (["meter"], "signature", ABSENT), (["meter"], "security_mode", 0),
    (["meter"], "security_mode", 6), (["meter"], "security_mode", "5"), (["meter"], "unknown", 1),
    (["records", 0], "name", ABSENT), (["records", 0], "name", "a b"), (["records", 0], "function", "average"),
    (["records", 0], "function", None), (["records", 0], "storage", -1), (["records", 0], "storage", 1 << 41),
    (["records", 0], "tariff", 1 << 20), (["records", 0], "subunit", 1 << 10), (["records", 0], "subunit", ABSENT),
    (["records", 0], "quantity", "zeal"), (["records", 0], "quantity", "volume"),
    (["records", 0], "quantity", "manufacturer-data"), (["records", 0], "unit", "m3"), (["records", 0], "unit", ""),
    (["records", 0], "unit", "s"), (["records", 0], "unit", ABSENT), (["records", 0], "value", None),
    (["records", 0], "value", True), (["records", 0], "value", "12345"), (["records", 0], "value", ABSENT),
    (["records", 0], "modifiers", ["slow"]), (["records", 0], "modifiers", "average"),
    (["records", 0], "modifiers", ABSENT), (["records", 0], "dib", "0c"), (["records", 0], "vib", "6"),
    (["records", 0], "coding", "bcd7"), (["records", 0], "coding", "none"), (["records", 0], "coding", "date-G"),
    (["records", 0], "coding", ABSENT), (["records", 0], "vendor", True), (["records", 0], "vendor", False),
    (["records", 0], "summer", 1), (["records", 0], "ambiguous", "yes"), (["records", 0], "quality", "good"),
    (["records", 0], "reason", "r"), (["records", 0], "shown", "EEEE"), (["records", 0], "data", 12),
    (["records", 0], "unknown", 1), (["records", 1], "value", "2026-11-22"), (["records", 1], "value", 1),
    (["records", 1], "quality", ABSENT), (["records", 1], "quality", "good"), (["records", 1], "reason", ABSENT),
    (["records", 1], "reason", ""), (["records", 1], "shown", ""), (["records", 1], "shown", None),
    (["records", 1], "data", ABSENT), (["records", 2], "vendor", ABSENT), (["records", 2], "value", 12),
    (["records", 2], "value", "01 02"), (["records", 2], "data", ABSENT), (["records", 2], "quantity", "energy"),
    (["records", 2], "function", "maximum"), (["records", 2], "vib", "06"), (["records", 2], "coding", "lvar-binary"),
]
EVENT_VIOLATIONS = [
    valid_event("bus_gone", bus="b"), valid_event("bus_up"), valid_event("bus_up", bus="b", device="d"),
    valid_event("device_silent", bus="b"), valid_event("meter_changed", device="d"), valid_event("gateway_up", bus="b"),
    valid_event("bus_silent", bus="b", device="d"), valid_event("device_alarm", bus="b"),
    valid_event("identity_refused", device="d"),
    valid_event("sink_lost", device="d"), valid_event("sink_off", message=""), valid_event("sink_off", records=[]),
    valid_event("sink_off", device_seq=1), valid_event("sink_off", flags=[]), valid_event("sink_off", time="now"),
    valid_event("sink_off", more_records_follow=False), valid_event("sink_off", unknown=1),
]


class SchemaTest(SystemTest):
    @classmethod
    def setUpClass(cls):
        with open(SCHEMA, encoding="utf-8") as file:
            cls.schema = json.load(file)
        cls.open = jsonschema.Draft202012Validator(cls.schema)
        cls.closed = jsonschema.Draft202012Validator(closed(cls.schema))

    def right(self, message, source=""):
        """The message is as the schema says, and its names are unique."""
        for error in self.closed.iter_errors(message):
            deepest = max([error, *(error.context or ())], key=lambda e: len(e.path))
            self.fail("%s: %s at %s" % (source or message, deepest.message, list(deepest.absolute_path)))
        names = [record["name"] for record in message.get("records", ())]
        self.assertEqual(len(names), len(set(names)), source)


class Schema(SchemaTest):
    """The schema alone."""

    def test_is_a_schema(self):
        self.assertEqual(self.schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_accepts_what_is_right(self):
        self.right(valid_reading())
        self.right({"schema": 1, "type": "reading", "records": [], "more_records_follow": False, "error": "e",
                    "error_offset": 0})
        for kind in ("gateway_up", "gateway_down", "sink_off", "sink_back", "sink_lost"):
            self.right(valid_event(kind))
        for kind in ("bus_up", "bus_down", "bus_silent"):
            self.right(valid_event(kind, bus="b"))
        for kind in ("device_silent", "device_back", "device_alarm", "meter_changed", "identity_refused"):
            self.right(valid_event(kind, bus="b", device="d", flags=["unsynced"]))

    def test_refuses_each_violation(self):
        for path, key, value in VIOLATIONS:
            message = valid_reading()
            if value is ABSENT:
                del at(message, path)[key]
            else:
                at(message, path)[key] = value
            self.assertFalse(self.closed.is_valid(message), (path, key, value))
        for message in EVENT_VIOLATIONS:
            self.assertFalse(self.closed.is_valid(message), message)

    def test_is_open_for_keys_of_later_versions(self):
        for path in ([], ["meter"], ["records", 0]):
            message = valid_reading()
            at(message, path)["later"] = 1
            self.assertTrue(self.open.is_valid(message), path)
            self.assertFalse(self.closed.is_valid(message), path)
        self.assertTrue(self.open.is_valid(valid_event("gateway_up", later=1)))


class Page(SchemaTest):
    """The schema and the page list the same."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = check_readings.Page(PAGE)
        cls.defs = cls.schema["$defs"]

    def same(self, listed, documented):
        self.assertEqual(len(listed), len(set(listed)), "listed twice")
        self.assertEqual(sorted(listed), sorted(documented))

    def test_words(self):
        meter = self.defs["meter"]["properties"]
        self.same(self.defs["quantity"]["enum"], self.page.quantities())
        self.same(self.defs["coding"]["enum"], self.page.words("Codings"))
        self.same(self.defs["record"]["properties"]["modifiers"]["items"]["anyOf"][1]["enum"],
                  self.page.words("Modifiers"))
        self.same(meter["medium"]["enum"], self.page.words("Media"))
        self.same(meter["status_flags"]["items"]["enum"], self.page.words("Status flags"))
        self.same([kind for kind in self.schema["properties"]["type"]["enum"] if kind != "reading"],
                  re.findall(r"`(\w+)`", " ".join(re.findall(r"(?m)^\| (`[^|]*) \|[^|]*\|[^|]*\|$",
                                                            self.page.sections["Events"]))))

    def test_keys(self):
        whole = self.page.keys("Of every message")
        self.same(self.defs["reading"]["properties"], (whole | self.page.keys("Of readings")) - {"message"})
        self.same(self.defs["event"]["properties"], whole - {"device_seq", "label", "tags"})
        self.same(self.defs["meter"]["properties"], self.page.keys("`meter`"))
        self.same(self.defs["record"]["properties"], self.page.keys("`records`"))

    def test_units_of_quantities(self):
        units = {}
        for rule in self.defs["unit"]["allOf"]:
            for name in rule["if"]["properties"]["quantity"]["enum"]:
                self.assertNotIn(name, units)
                units[name] = set(rule["then"]["properties"]["unit"]["enum"])
        documented, common = self.page.quantities(), self.page.common()
        self.assertEqual(common["Wh"], "kWh")
        self.same(list(units), documented.keys() - {"plain-text"})
        for name, base in documented.items():
            if name != "plain-text":
                base = base - {""} or {""}
                self.assertEqual(units[name], base | {common[unit] for unit in base if unit in common}, name)


class Decode(SchemaTest):
    """What `metergate decode` writes."""

    def check(self, telegrams, *flags):
        telegrams = list(telegrams)
        done = self.command("decode", "--json", *flags, self.write("telegrams", "\n".join(telegrams) + "\n"), code=None)
        lines = done.out.splitlines()
        self.assertEqual(len(lines), len(telegrams), done.text)
        messages = [exact(line) for line in lines]
        for telegram, message in zip(telegrams, messages):
            self.right(message, telegram)
        return messages

    def test_every_code(self):
        self.check(check_readings.telegrams())

    def test_literals(self):
        for flags in ((), ("--raw",)):
            messages = self.check(literals(), *flags)
        seen = {key for message in messages for part in (message, message["meter"], *message["records"])
                for key in part}
        self.assertLessEqual({"manufacturer_name", "security_mode", "shown", "reason", "vendor", "summer", "ambiguous",
                              "error", "error_offset", "app_error", "alarm", "flags", "telegrams"}, seen)

    def test_compact_and_encrypted(self):
        whole, compact, encrypted = (framed(bytes.fromhex(body)) for body in (WHOLE, COMPACT, ENCRYPTED))
        messages = self.check([whole, compact, encrypted, encrypted + " " + KEY, whole + " " + KEY])
        values = [[(r["name"], r["value"]) for r in message["records"]] for message in messages]
        good = [("volume", Decimal("0.005")), ("energy", 3412000)]
        self.assertEqual(values, [good, good, [], good, []])
        errors = [message.get("error") for message in messages]
        self.assertEqual(errors, [None, None, "encrypted, key needed", None,
                                  "plain text although a key is set for this meter"])
        self.assertEqual([message["meter"].get("security_mode") for message in messages], [None, None, 5, 5, None])

    def test_seeds(self):
        self.assertGreater(len(self.check(seeds())), 50)

    def test_garbage(self):
        self.check(garbage())

    def test_corpus(self):
        self.check(corpus())


class Running(SchemaTest):
    """What leaves a gateway through its sinks: all of it, from the first event to the last."""

    def sink(self, name, **keys):
        return "\n[sink %s]\n" % name + "".join("%s = %s\n" % item for item in keys.items())

    def receive(self):
        while self.subscriber.poll(0):
            self.heard.append(from_msgpack(msgpack.unpackb(self.subscriber.recv_multipart()[1])))
        return self.heard

    def kinds(self, messages):
        return {message["type"] for message in messages}

    def comes(self, *kinds):
        """Waits until the file has messages of these kinds."""
        until(lambda: set(kinds) <= self.kinds(json_lines(self.paths["raw"])),
              lambda: "%s from %s" % (kinds, self.running))

    def test_sinks(self):
        self.paths = {name: self.path(name) for name in ("base", "common", "raw")}
        port, late, self.heard = free_port(), free_port(), []
        self.subscriber = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(self.subscriber.close, 0)
        self.subscriber.subscribe(b"")
        self.subscriber.connect("tcp://127.0.0.1:%d" % port)
        self.running = self.gateway(
            self.head()
            + "\n[bus b]\ntransport = simulator\nmeters = 3\npacing = no\ninterval = 50ms\nlatency = 20ms\n"
            + devices("b", 3, label="Flat", **{"tag.area": "north"}) + "\n[device b/gone]\naddress = 77\n"
            + "\n[bus late]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 100ms\n" % late
            + "reconnect_min = 100ms\nreconnect_max = 200ms\n\n[device late/m]\naddress = 1\n"
            + self.sink("base", plugin="file", path=self.paths["base"])
            + self.sink("common", plugin="file", path=self.paths["common"], units="common")
            + self.sink("raw", plugin="file", path=self.paths["raw"], raw="yes")
            + self.sink("live", plugin="zeromq", bind="tcp://127.0.0.1:%d" % port, raw="yes"))
        self.comes("reading", "bus_down", "device_silent")
        self.simulate(tcp=[late], meters=1)
        self.comes("bus_up")
        until(lambda: readings(self.paths["raw"], bus="late"), lambda: "a reading from %s" % self.running)
        until(lambda: "reading" in self.kinds(self.receive()), lambda: "a subscription to %s" % self.running)
        self.running.stop()
        for path in self.paths.values():
            messages = json_lines(path)
            self.assertLessEqual({"gateway_up", "gateway_down", "bus_up", "reading"}, self.kinds(messages))
            for message in messages:
                self.right(message)
        written = {message["seq"]: message for message in json_lines(self.paths["raw"])}
        for message in self.receive():
            self.right(message)
            self.assertEqual(message, written[message["seq"]])
        units = {record["unit"] for message in readings(self.paths["common"]) for record in message["records"]}
        self.assertIn("kWh", units)


if __name__ == "__main__":
    unittest.main(verbosity=2)
