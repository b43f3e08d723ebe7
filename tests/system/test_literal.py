# SPDX-License-Identifier: MIT
"""A telegram written by hand, whose values stand here as literals, through all three sinks."""

import unittest
from decimal import Decimal

import msgpack
import zmq

from metergate import SyslogReceiver, SystemTest, free_port, readings, select, until
from telegram import long_frame
from values import csv_readings, json_records, msgpack_records, syslog_reading

# The numbers and the bytes were worked out from the tables of EN 13757-3, one by the other.
# id 45081234, manufacturer ELS (1593h), version 2Fh, medium 04h heat, access 2Ah, status 00h
HEADER = "34120845 9315 2F 04 2A 00 0000"
RECORDS = [
    # DIB, VIB, data; name, unit, value
    ("0C 06 78563412", "energy", "Wh", "12345678000"),  # 8 digits of kWh
    ("0C 13 27048502", "volume", "m3", "2850.427"),  # 8 digits of litres
    ("0B 3B 452301", "volume_flow", "m3/h", "12.345"),  # 6 digits of l/h
    ("0A 5A 3406", "flow_temperature", "°C", "63.4"),  # 4 digits of 0.1 °C
    ("0A 5E 98F3", "return_temperature", "°C", "-39.8"),  # F in front is the minus sign
    ("02 61 3809", "temperature_difference", "K", "23.60"),  # 0938h = 2360, 0.01 K
    ("84 10 2B F0D8FFFF", "power_tariff_1", "W", "-10000"),  # FFFFD8F0h
    ("52 2B 1027", "power_storage_1_max", "W", "10000"),  # 2710h
    ("04 6D 32371F15", "datetime", "", "2008-05-31T23:50"),  # type F
    ("42 6C BF1C", "date_storage_1", "", "2013-12-31"),  # type G
    ("4C 06 01020304", "energy_storage_1", "Wh", "4030201000"),
    ("0D FD11 05 6F6C6C6548", "customer", "", "Hello"),  # last character first
]
# One digit of the data of a record, and what the value becomes by it.
CHANGES = [
    ("12345678000", "0C 06 78563412", "0C 06 78563415", "15345678000"),
    ("2850.427", "0C 13 27048502", "0C 13 27098502", "2850.927"),
    ("12.345", "0B 3B 452301", "0B 3B 462301", "12.346"),
    ("-39.8", "0A 5E 98F3", "0A 5E 98F1", "-19.8"),
    ("23.60", "02 61 3809", "02 61 3909", "23.61"),  # 0939h = 2361
    ("-10000", "84 10 2B F0D8FFFF", "84 10 2B F1D8FFFF", "-9999"),
    ("2008-05-31T23:50", "04 6D 32371F15", "04 6D 31371F15", "2008-05-31T23:49"),
    ("2013-12-31", "42 6C BF1C", "42 6C BE1C", "2013-12-30"),
    ("Hello", "0D FD11 05 6F6C6C6548", "0D FD11 05 6F6C6C654A", "Jello"),
]

TEXTS = ("datetime", "date_storage_1", "customer")


def expected(changed=None):
    """name -> (unit, value) of the telegram; `changed` is a row of CHANGES."""
    values = {}
    for _, name, unit, value in RECORDS:
        value = changed[3] if changed and changed[0] == value else value
        values[name] = (unit, value if name in TEXTS else Decimal(value))
    return values


def telegram(address, changed=None):
    data = " ".join(changed[2] if changed and row[0] == changed[1] else row[0] for row in RECORDS)
    return long_frame(0x08, address, 0x72, HEADER + data)


class Literal(SystemTest):
    def start(self):
        """One meter answers with the telegram, the others with one digit changed in it."""
        changes = [None] + CHANGES
        lines = [telegram(address, change) for address, change in enumerate(changes, 1)]
        self.wanted = {"m%d" % address: expected(change) for address, change in enumerate(changes, 1)}
        port, zmq_port, syslog_port = free_port(), free_port(), free_port()
        self.simulate("--telegrams", self.write("telegrams.hex", "\n".join(lines) + "\n"), tcp=[port])
        self.receiver = SyslogReceiver("udp", syslog_port)
        self.addCleanup(self.receiver.close)
        self.subscriber = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(self.subscriber.close, 0)
        self.subscriber.subscribe(b"metergate/1/test/b/")
        self.subscriber.bind("tcp://127.0.0.1:%d" % zmq_port)
        bus = "\n[bus b]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 0\n" % port
        for name in self.wanted:
            bus += "\n[device b/%s]\naddress = %s\n" % (name, name[1:])
        return self.gateway(
            self.head() + bus
            + "\n[sink file]\nplugin = file\npath = %s\nraw = yes\n" % self.path("readings.jsonl")
            + "\n[sink csv]\nplugin = file\nformat = csv\npath = %s\n" % self.path("readings.csv")
            + "\n[sink zmq]\nplugin = zeromq\nconnect = tcp://127.0.0.1:%d\n" % zmq_port
            + "\n[sink log]\nplugin = syslog\ntransport = udp\naddress = 127.0.0.1:%d\n" % syslog_port), lines

    def through_zmq(self):
        while self.subscriber.poll(0):
            topic, body = self.subscriber.recv_multipart()
            message = msgpack.unpackb(body)
            if message["type"] == "reading":
                self.assertEqual(topic, b"metergate/1/test/b/%s/" % message["device"].encode())
                self.zmq_came.setdefault(message["device"], msgpack_records(message))
        return set(self.zmq_came) == set(self.wanted)

    def through_syslog(self):
        came = {}
        for message in self.receiver.take():
            reading = syslog_reading(message)
            if reading["type"] == "reading":
                came.setdefault(reading["device"], reading["records"])
        return came

    def compare(self, sink, came):
        self.assertEqual(set(came), set(self.wanted), sink)
        for device, values in self.wanted.items():
            got = {r["name"]: (r["unit"], r["value"]) for r in came[device]}
            self.assertEqual(got, values, "%s: %s" % (sink, device))
        # Only the changed value differs from what the first meter says.
        base = {r["name"]: r["value"] for r in came["m1"]}
        for number, (old, _, _, new) in enumerate(CHANGES, 2):
            other = {r["name"]: r["value"] for r in came["m%d" % number]}
            differ = [(str(base[name]), str(other[name])) for name in base if base[name] != other[name]]
            self.assertEqual(len(differ), 1, (sink, number, differ))
            self.assertEqual(set(base), set(other))

    def test_every_value_at_every_sink(self):
        gateway, lines = self.start()
        self.zmq_came = {}
        until(self.through_zmq, lambda: "all meters through zeromq: %s" % gateway)
        until(lambda: set(self.through_syslog()) == set(self.wanted), lambda: "all meters through syslog: %s" % gateway)
        gateway.stop()
        came = {}
        for message in readings(self.path("readings.jsonl")):
            came.setdefault(message["device"], message)
        for number, line in enumerate(lines, 1):
            self.assertEqual([t.upper() for t in came["m%d" % number]["telegrams"]], [line])
        meter = came["m1"]["meter"]
        self.assertEqual((meter["id"], meter["manufacturer"], meter["version"], meter["medium"], meter["medium_code"],
                          meter["access"], meter["status"], meter["address"]),
                         ("45081234", "ELS", 0x2F, "heat", 4, 0x2A, 0, 1))
        self.compare("file", {name: json_records(message) for name, message in came.items()})
        self.compare("zeromq", self.zmq_came)
        self.compare("syslog", self.through_syslog())
        rows = {}
        for row in csv_readings(self.path("readings.csv")):
            rows.setdefault(row["device"], row["records"])
        self.compare("csv", rows)
        self.assertEqual(select(readings(self.path("readings.jsonl")), device="m1")[0]["records"][4]["function"],
                         "instantaneous")


if __name__ == "__main__":
    unittest.main(verbosity=2)
