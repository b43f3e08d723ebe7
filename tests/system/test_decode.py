# SPDX-License-Identifier: MIT
"""metergate decode: telegrams in hex to JSON lines, in their order, whatever becomes of each."""

import unittest
from decimal import Decimal

from metergate import SystemTest
from telegram import long_frame

# Worked by hand. Volume of 12.565 m3: 24 bits, 3115h = 12565, VIF 13h = 10^-3 m3.
HEADER = "78563412 2440 01 07 55 00 0000"  # 12345678, PAD, version 1, water, access 55h
VOLUME = long_frame(0x08, 1, 0x72, HEADER + "03 13 15 31 00")
# A DIF that is reserved, behind a record that is right.
RESERVED = long_frame(0x08, 1, 0x72, HEADER + "01 13 05" + "3F")
# A record whose four data bytes are cut off after two.
SHORT = long_frame(0x08, 1, 0x72, HEADER + "01 13 05" + "04 13 01 02")
WRONG_SUM = VOLUME[:-4] + "00" + "16"


class Decode(SystemTest):
    def decode(self, text, *arguments, code=0):
        path = self.write("input%d" % self.started, text)
        with open(path) as file:
            return self.command("decode", *arguments, code=code, stdin=file)

    def test_one_from_stdin(self):
        (line,) = self.decode(VOLUME + "\n").lines()
        self.assertEqual(line["schema"], 1)
        meter = line["meter"]
        self.assertEqual((meter["id"], meter["manufacturer"], meter["version"], meter["medium"], meter["access"]),
                         ("12345678", "PAD", 1, "water", 0x55))
        self.assertEqual((meter["address"], meter["ci"], meter["status"], meter["signature"]), (1, 0x72, 0, 0))
        (record,) = line["records"]
        self.assertEqual((record["quantity"], record["unit"], record["value"]), ("volume", "m3", Decimal("12.565")))
        self.assertEqual((record["dib"], record["vib"]), ("03", "13"))
        self.assertFalse(line["more_records_follow"])
        self.assertIsNone(line.get("error"))

    def test_case_does_not_matter(self):
        same = [line["records"] for line in self.decode(VOLUME.lower() + "\n  " + VOLUME.upper() + "  \r\n").lines()]
        self.assertEqual(same[0], same[1])

    def test_all_bad(self):
        self.assertEqual(len(self.decode(WRONG_SUM + "\n" + RESERVED + "\n", code=6).lines()), 2)

    def test_order_and_errors(self):
        lines = ["zz" + VOLUME, VOLUME, VOLUME[:-2], WRONG_SUM, RESERVED, VOLUME, SHORT, VOLUME[:-1]]
        result = self.decode("\n".join(lines) + "\n", code=7)
        answers = result.lines()
        self.assertEqual(len(answers), len(lines), result.text)
        for number, answer in enumerate(answers):
            right = lines[number] == VOLUME
            self.assertEqual(bool(answer.get("error")), not right, (lines[number], answer))
            if not right:
                self.assertIsInstance(answer["error_offset"], int, answer)
        by_line = dict(zip(lines, answers))
        # Records before the fault stand; the offset is that of the DIF, or of the first byte that is missing.
        for bad, offset in ((RESERVED, 22), (SHORT, 26)):
            good = [r for r in by_line[bad]["records"] if r.get("quality") != "error"]
            self.assertEqual([(r["quantity"], r["value"]) for r in good], [("volume", Decimal("0.005"))], by_line[bad])
            self.assertEqual(by_line[bad]["error_offset"], offset, by_line[bad])
        self.assertEqual(by_line[WRONG_SUM]["error_offset"], len(VOLUME) // 2 - 2)
        # Of a line that is no hex, the offset counts characters.
        self.assertEqual(by_line["zz" + VOLUME]["error_offset"], 0)
        self.assertEqual(by_line[VOLUME[:-1]]["error_offset"], len(VOLUME) - 1)
        for broken in (WRONG_SUM, VOLUME[:-2], "zz" + VOLUME, VOLUME[:-1]):
            self.assertFalse(by_line[broken].get("records"), by_line[broken])

    def test_files_in_order(self):
        other = long_frame(0x08, 2, 0x72, HEADER + "01 13 07")
        one, two = self.write("one.hex", VOLUME + "\n\n" + other + "\n"), self.write("two.hex", VOLUME + "\n")
        answers = self.command("decode", one, two).lines()
        self.assertEqual([a["meter"]["address"] for a in answers], [1, 2, 1])

    def test_key_behind_a_telegram_is_accepted(self):
        (line,) = self.decode(VOLUME + " 000102030405060708090A0B0C0D0E0F\n").lines()
        self.assertEqual(line["records"][0]["value"], Decimal("12.565"))

    def test_missing_file(self):
        result = self.command("decode", self.path("none.hex"), code=None)
        self.assertNotEqual(result.code, 0)
        self.assertIn("none.hex", result.err)
        self.assertEqual(result.out, "")

    def test_missing_file_does_not_take_the_others_with_it(self):
        there = self.write("there.hex", VOLUME + "\n")
        result = self.command("decode", self.path("none.hex"), there, code=1)
        self.assertIn("none.hex", result.err)
        self.assertEqual(len(result.lines()), 1)

    def test_nul_is_no_hex_digit(self):
        (answer,) = self.decode("68\0" + VOLUME + "\n", code=6).lines()
        self.assertEqual((answer["error"], answer["error_offset"]), ("no hex digit", 2))

    def test_empty_input(self):
        self.assertEqual(self.decode("").out, "")

    def test_ack_and_short_frames(self):
        """Frames that are right and carry no readings."""
        answers = self.decode("E5\n1040014116\n" + VOLUME + "\n", code=None).lines()
        self.assertEqual(len(answers), 3)
        self.assertEqual(answers[2]["records"][0]["value"], Decimal("12.565"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
