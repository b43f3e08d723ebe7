# SPDX-License-Identifier: MIT
"""Meters that encrypt: the right key gives the values, and nothing else does."""

import os
import unittest
from decimal import Decimal

from metergate import SystemTest, exact, free_port, readings, until
from telegram import long_frame

KEY = "3F1A9B0C5D7E8F60718293A4B5C6D7E8"
OTHER_KEY = "3F1A9B0C5D7E8F60718293A4B5C6D7E9"

# id 45081234, manufacturer ELS (1593h), version 2Fh, medium 04h heat, access 2Ah, status 00h
IDENTITY = "34120845 9315 2F 04"
METER = "45081234.ELS.2F.04"
# The records, and behind 2F 2F the same encrypted in security mode 5 with the key above;
# made with another implementation of AES.
PLAIN = "0C 06 78563412  0C 13 27048502  0B 3B 452301"
CIPHER = "60FC70389A8155F930E5029CDD7FFF1B 063667AA082A18926A4786D913693011"
# Energy and DIF 1Fh, access 2Bh; then the volume, access 2Ch.
FIRST = "DB4F2AEC30262BAA920B7E842EA13258"
SECOND = "E8211C591BFCBF2D1B1D40B47A7A9AA4"

VALUES = {
    "energy": ("Wh", Decimal("12345678000")),
    "volume": ("m3", Decimal("2850.427")),
    "volume_flow": ("m3/h", Decimal("12.345")),
}


def closed(address):
    return long_frame(0x08, address, 0x72, IDENTITY + "2A 00 2005" + CIPHER)


def closed_short(address):
    return long_frame(0x08, address, 0x7A, "2A 00 2005" + CIPHER)


def plain(address):
    return long_frame(0x08, address, 0x72, IDENTITY + "2A 00 0000" + PLAIN)


def two(address):
    return "%s + %s" % (long_frame(0x08, address, 0x72, IDENTITY + "2B 00 1005" + FIRST),
                        long_frame(0x08, address, 0x72, IDENTITY + "2C 00 1005" + SECOND))


def two_and_one_identity(address):
    return "%s + %s" % (long_frame(0x08, address, 0x72, IDENTITY + "2B 00 1005" + FIRST),
                        long_frame(0x08, address, 0x7A, "2C 00 1005" + SECOND))


def device(name, address, **keys):
    lines = ["%s = %s\n" % item for item in keys.items()]
    return "\n[device b/%s]\naddress = %d\n%s" % (name, address, "".join(lines))


class Secure(SystemTest):
    def bus(self, *telegrams):
        port = free_port()
        self.simulate("--telegrams", self.write("telegrams.hex", "\n".join(telegrams) + "\n"), tcp=[port])
        return "\n[bus b]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 0\n" % port

    def configuration(self, text):
        """A file with keys in it, which only its owner may read."""
        path = self.write("secure.ini", self.head() + text)
        os.chmod(path, 0o600)
        return path

    def sink(self):
        return "\n[sink file]\nplugin = file\npath = %s\nraw = yes\n" % self.path("readings.jsonl")

    def first_readings(self, text, names):
        """name -> the first reading of each device, once all have one."""
        umask = os.umask(0o077)
        self.addCleanup(os.umask, umask)
        gateway = self.gateway(self.head() + text + self.sink())
        path = self.path("readings.jsonl")
        until(lambda: {m["device"] for m in readings(path)} == set(names), lambda: "readings: %s" % gateway)
        gateway.stop()
        self.assertNotIn(KEY.lower(), (gateway.err + gateway.out).lower())
        with open(path) as file:
            self.assertNotIn(KEY.lower(), file.read().lower())
        came = {}
        for message in readings(path):
            came.setdefault(message["device"], message)
        return came

    def assert_values(self, message, wanted=VALUES):
        self.assertNotIn("error", message)
        self.assertEqual({r["name"]: (r["unit"], r["value"]) for r in message["records"]}, wanted)

    def assert_two(self, message):
        """All of a readout whose first telegram says inside that there is a second one."""
        self.assertNotIn("error", message)
        self.assertEqual(len(message["telegrams"]), 2)
        records = {r["name"]: (r["unit"], r["value"]) for r in message["records"]}
        self.assertEqual({name: records.get(name) for name in ("energy", "volume")},
                         {name: VALUES[name] for name in ("energy", "volume")})

    def assert_closed(self, message, words):
        self.assertIn(words, message["error"])
        self.assertFalse(message.get("records"), message)
        self.assertEqual(message["meter"]["id"], "45081234")

    def test_the_right_key_alone_gives_values(self):
        came = self.first_readings(
            self.bus(closed(1), closed(2), closed(3), plain(4), plain(5), two(6))
            + device("right", 1, key=KEY)
            + device("none", 2)
            + device("wrong", 3, key=OTHER_KEY)
            + device("downgraded", 4, key=KEY)
            + device("open", 5)
            + device("two", 6, key=KEY.lower()),
            ["right", "none", "wrong", "downgraded", "open", "two"])
        self.assert_values(came["right"])
        self.assert_closed(came["none"], "key needed")
        self.assert_closed(came["wrong"], "decryption failed")
        self.assert_closed(came["downgraded"], "plain text")
        self.assert_values(came["open"])
        self.assert_two(came["two"])
        self.assertEqual(came["right"]["telegrams"], [closed(1)])

    def test_a_short_header_needs_an_identity(self):
        came = self.first_readings(
            self.bus(closed_short(1), closed_short(2), closed_short(3), two_and_one_identity(4))
            + device("expected", 1, key=KEY, expect=METER)
            + device("other", 2, key=KEY, expect="45081234.ELV.2F.04")
            + device("nobody", 3, key=KEY)
            + device("said", 4, key=KEY),
            ["expected", "other", "nobody", "said"])
        self.assert_values(came["expected"])
        for name in ("other", "nobody"):
            self.assertFalse(came[name].get("records"), came[name])
        self.assertIn("decryption failed", came["other"]["error"])
        self.assertIn("identity", came["nobody"]["error"])
        self.assert_two(came["said"])

    def test_a_key_in_a_file_is_for_its_owner(self):
        text = self.bus(closed(1)) + device("d", 1, key="file:meter.key") + self.sink()
        path = self.configuration(text)
        secret = self.write("meter.key", KEY + "\n")
        os.chmod(secret, 0o644)
        refused = self.command("check", path, code=3)
        self.assertIn("[device b/d] key: ", refused.err)
        self.assertIn("chmod 600", refused.err)
        os.chmod(secret, 0o600)
        self.command("check", path)
        self.write("meter.key", KEY[:-1] + "\n")
        refused = self.command("check", path, code=3)
        self.assertIn("[device b/d] key: is no AES key: want 32 hex digits", refused.err)
        for result in (refused.out, refused.err):
            self.assertNotIn(KEY[:8], result)

    def test_a_command_uses_the_key_of_the_configuration(self):
        text = self.bus(closed(1), closed(2)) + device("d", 1, key="file:meter.key") + self.sink()
        path = self.configuration(text)
        os.chmod(self.write("meter.key", KEY), 0o600)
        for address in ("d", "1"):
            result = self.command("read", "--config", path, "b", address)
            self.assert_values(exact(result.out))
        # A key is for one address.
        result = self.command("read", "--config", path, "b", "2", code=6)
        self.assert_closed(exact(result.out), "key needed")


if __name__ == "__main__":
    unittest.main(verbosity=2)
