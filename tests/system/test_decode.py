# SPDX-License-Identifier: MIT
"""metergate decode: telegrams in hex, dumps and bytes to readings, in their order, whatever becomes of each."""

import os
import shutil
import subprocess
import unittest
import xml.etree.ElementTree
from decimal import Decimal

from metergate import DEADLINE, METERGATE, SystemTest
from telegram import long_frame

# Worked by hand. Volume of 12.565 m3: 24 bits, 3115h = 12565, VIF 13h = 10^-3 m3.
HEADER = "78563412 2440 01 07 55 00 0000"  # 12345678, PAD, version 1, water, access 55h
VOLUME = long_frame(0x08, 1, 0x72, HEADER + "03 13 15 31 00")
# A DIF that is reserved, behind a record that is right.
RESERVED = long_frame(0x08, 1, 0x72, HEADER + "01 13 05" + "3F")
# A record whose four data bytes are cut off after two.
SHORT = long_frame(0x08, 1, 0x72, HEADER + "01 13 05" + "04 13 01 02")
WRONG_SUM = VOLUME[:-4] + "00" + "16"
# The same record without a header: what a compact frame may follow.
VOLUME_PLAIN = long_frame(0x08, 1, 0x78, "03 13 15 31 00")
KEY = "000102030405060708090A0B0C0D0E0F"
OTHER_KEY = "000102030405060708090A0B0C0D0E00"
# The volume of above and fillers, mode 5, one block: AES-128-CBC with KEY and the vector
# 24 40 78 56 34 12 01 07 55 55 55 55 55 55 55 55, made with openssl.
CIPHER = "70C9C1E7866987B70188DE45C5FAA5AC"
ENCRYPTED = long_frame(0x08, 1, 0x72, "78563412 2440 01 07 55 00 1005" + CIPHER)
SHORT_HEADER = long_frame(0x08, 1, 0x7A, "55 00 1005" + CIPHER)


def crc_of(digits):
    """CRC of EN 13757 over the bytes, as two bytes, low byte first."""
    crc = 0
    for byte in bytes.fromhex(digits):
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x3D65 if crc & 0x8000 else 0)) & 0xFFFF
    return (~crc & 0xFFFF).to_bytes(2, "little").hex()


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
        # Of a line that is no hex, the offset counts characters: to the digit that stands alone.
        self.assertEqual(by_line["zz" + VOLUME]["error_offset"], 0)
        self.assertEqual(by_line[VOLUME[:-1]]["error_offset"], len(VOLUME) - 2)
        for broken in (WRONG_SUM, VOLUME[:-2], "zz" + VOLUME, VOLUME[:-1]):
            self.assertFalse(by_line[broken].get("records"), by_line[broken])

    def test_files_in_order(self):
        other = long_frame(0x08, 2, 0x72, HEADER + "01 13 07")
        one, two = self.write("one.hex", VOLUME + "\n\n" + other + "\n"), self.write("two.hex", VOLUME + "\n")
        answers = self.command("decode", one, two).lines()
        self.assertEqual([a["meter"]["address"] for a in answers], [1, 2, 1])

    def assert_volume(self, answer):
        self.assertEqual([(r["quantity"], r["value"]) for r in answer["records"]], [("volume", Decimal("12.565"))], answer)
        self.assertNotIn("error", answer)

    def assert_refused(self, answer, *words):
        """Nothing was made of the telegram but its header, and the error says why."""
        self.assertEqual(answer["records"], [], answer)
        for word in words:
            self.assertIn(word, answer["error"])

    def test_key_of_a_line(self):
        for key in (KEY, KEY.lower()):
            (answer,) = self.decode(ENCRYPTED + " " + key + "\n").lines()
            self.assert_volume(answer)
        self.assertEqual((answer["meter"]["id"], answer["meter"]["security_mode"]), ("12345678", 5))

    def test_key_for_all_lines(self):
        for answer in self.decode(ENCRYPTED + "\n" + ENCRYPTED + "\n", "--key", KEY).lines():
            self.assert_volume(answer)

    def test_key_of_a_line_goes_first(self):
        text = ENCRYPTED + " " + KEY + "\n" + ENCRYPTED + "\n"
        right, wrong = self.decode(text, "--key", OTHER_KEY, code=7).lines()
        self.assert_volume(right)
        self.assert_refused(wrong)

    def test_key_from_a_file(self):
        path = self.write("meter.key", KEY + "\n")
        os.chmod(path, 0o600)
        (answer,) = self.decode(ENCRYPTED + "\n", "--key", "file:" + path).lines()
        self.assert_volume(answer)

    def test_key_file_without_a_key(self):
        path = self.write("meter.key", "none\n")
        os.chmod(path, 0o600)
        result = self.decode(ENCRYPTED + "\n", "--key", "file:" + path, code=2)
        self.assertIn("what the file holds has 4 characters", result.err)

    def test_key_file_that_others_can_read(self):
        path = self.write("open.key", KEY + "\n")
        os.chmod(path, 0o644)
        result = self.decode(ENCRYPTED + "\n", "--key", "file:" + path, code=2)
        self.assertIn("chmod 600 " + path, result.err)
        self.assertNotIn(KEY, result.text.split("--- exit code", 1)[1])

    def test_without_a_key(self):
        (answer,) = self.decode(ENCRYPTED + "\n", code=6).lines()
        self.assert_refused(answer, "encrypted", "key")
        self.assertEqual(answer["meter"]["id"], "12345678")

    def test_plain_text_is_refused_where_there_is_a_key(self):
        for answer in self.decode(VOLUME + " " + KEY + "\n", code=6).lines() + self.decode(
                VOLUME + "\n", "--key", KEY, code=6).lines():
            self.assert_refused(answer, "plain text", "key")

    def test_short_header_needs_an_identity(self):
        (answer,) = self.decode(SHORT_HEADER + "\n", "--key", KEY, code=6).lines()
        self.assert_refused(answer, "identity")
        (answer,) = self.decode(SHORT_HEADER + "\n", "--key", KEY, "--address", "12345678.PAD.01.07").lines()
        self.assert_volume(answer)

    def test_wrong_keys_are_not_repeated(self):
        for key in (KEY[:-1], KEY + "0", "g" + KEY[1:], "credential:meter", ""):
            result = self.decode(ENCRYPTED + "\n", "--key", key, code=2)
            self.assertIn("32 hex digits", result.err)
            self.assertEqual(result.out, "")
            self.assertNotIn(KEY[2:20], result.err)
        self.assertIn("character 3 of what was given", self.decode("", "--key", KEY[:2] + "O" + KEY[3:], code=2).err)
        (answer,) = self.decode(ENCRYPTED + " " + KEY[:-1] + "\n", code=6).lines()
        self.assertIn("has 31 hex digits", answer["error"])
        self.assertNotIn(KEY[2:20], answer["error"])

    def test_the_address_has_to_be_whole(self):
        for address in ("12345678", "1234567F.PAD.01.07", "12345678FF240107", "12345678.PAD.01", "5", "x"):
            result = self.decode(SHORT_HEADER + "\n", "--key", KEY, "--address", address, code=2)
            self.assertIn("--address " + address, result.err)
            self.assertIn("12345678.KAM.10.04", result.err)

    def test_compact_frames_after_a_full_one(self):
        signature, crc = crc_of("0313"), crc_of("0313153100")
        compact = long_frame(0x08, 1, 0x79, signature + crc + "153100")
        unknown, full, known = self.decode("\n".join([compact, VOLUME_PLAIN, compact]) + "\n", code=7).lines()
        self.assert_refused(unknown)
        self.assert_volume(full)
        self.assert_volume(known)

    def test_blanks_between_bytes(self):
        spaced = " ".join(VOLUME[i:i + 2] for i in range(0, len(VOLUME), 2))
        for answer in self.decode(spaced + "  # a comment\n" + spaced.lower() + "\n").lines():
            self.assert_volume(answer)

    def test_what_is_wrong_in_the_input(self):
        path = self.write("tests.hex", VOLUME + "\n\n1040014116104001g\n" + VOLUME + "0\n")
        answers = self.command("decode", path, code=7).lines()
        hint = "; --loose also takes dumps with 0x, blanks and colons"
        self.assertEqual(
            [(a.get("error"), a.get("error_offset")) for a in answers],
            [(None, None), (path + ":3:17: 'g' is no hex digit" + hint, 16),
             (path + ":4:%d: a byte has two hex digits, and the last of %d stands alone; see whether the line was cut"
              % (len(VOLUME) + 1, len(VOLUME) + 1), len(VOLUME))])
        result = self.command("decode", "--table", path, code=7)
        self.assertIn(path + ":3:17: 'g' is no hex digit" + hint + "\n", result.err)
        self.assertNotIn("no hex digit", result.out)
        (answer,) = self.decode("0x68\n", code=6).lines()
        self.assertEqual(answer["error"], "stdin:1:2: 'x' is no hex digit" + hint)

    def test_loose(self):
        pairs = [VOLUME[i:i + 2] for i in range(0, len(VOLUME), 2)]
        array = ["  " + ", ".join("0x" + pair for pair in pairs[at:at + 8]) + "," for at in range(0, len(pairs), 8)]
        dump = ["%08x  %-48s |....|" % (at, " ".join(pairs[at:at + 16]).lower()) for at in range(0, len(pairs), 16)]
        lines = [VOLUME, ":".join(pairs), "-".join(pairs), ",".join(pairs), "{" + "; ".join(pairs) + "}",
                 '"' + "".join("\\x" + pair for pair in pairs) + '"',
                 "const uint8_t telegram[] = {", *array, "};", "unsigned int telegram_len = %d;" % len(pairs),
                 *dump, "%08x" % len(pairs), "# the end"]
        answers = self.decode("\n".join(lines) + "\n", "--loose").lines()
        self.assertEqual(len(answers), 8)
        for answer in answers:
            self.assert_volume(answer)
        (answer,) = self.decode(" ".join("0x" + e[0] + e[1] for e in zip(ENCRYPTED[::2], ENCRYPTED[1::2])) + " " + KEY,
                                "--loose").lines()
        self.assert_volume(answer)
        (answer,) = self.decode("RX 10 40 01 41 16\n", "--loose", code=6).lines()
        self.assertTrue(answer["error"].startswith("stdin:1:1: 'R' is neither a hex digit nor a separator; "), answer)

    def write_bytes(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def test_binary(self):
        volume = bytes.fromhex(VOLUME)
        path = self.write_bytes("bus.bin", volume + b"\xE5" + b"\x00\x01" + volume)
        first, ack, lost, last = self.command("decode", path, code=7).lines()
        self.assert_volume(first)
        self.assertNotIn("error", ack)
        self.assert_volume(last)
        at = len(volume) + 1
        self.assertEqual(
            (lost["error"], lost["error_offset"]),
            ("%s, offset %d: 2 bytes that belong to no telegram: no frame begins with this byte" % (path, at), at))

    def test_binary_can_be_demanded(self):
        path = self.write_bytes("noise.bin", b"00" + bytes.fromhex(VOLUME))
        lost, answer = self.command("decode", "--binary", path, code=7).lines()
        self.assertIn(", offset 0: 2 bytes ", lost["error"])
        self.assert_volume(answer)
        with open(self.write_bytes("stdin.bin", bytes.fromhex(VOLUME)), "rb") as file:
            (answer,) = self.command("decode", stdin=file).lines()
        self.assert_volume(answer)

    def test_table(self):
        result = self.decode(VOLUME + "\n" + WRONG_SUM + "\n", "--table", code=7)
        self.assertTrue(result.out.startswith("stdin:1\n  meter          12345678.PAD.01.07\n  manufacturer   PAD"), result)
        self.assertIn("\n  volume  12.565 m3\n", result.out)
        self.assertIn("\nstdin:2\n  error: checksum wrong (byte %d of the telegram)\n" % (len(VOLUME) // 2 - 2), result.out)

    def test_xml(self):
        result = self.decode(VOLUME + "\n", "--xml")
        tree = xml.etree.ElementTree.fromstring(result.out.encode())
        self.assertEqual([e.text for e in tree.find("SlaveInformation")],
                         ["12345678", "PAD", "1", None, "Water", "85", "00", "0000"])
        self.assertEqual([(e.tag, e.text) for e in tree.find("DataRecord")],
                         [("Function", "Instantaneous value"), ("StorageNumber", "0"), ("Unit", "m^3"),
                          ("Quantity", "Volume"), ("Value", "12.565000")])
        result = self.decode(WRONG_SUM + "\nzz\n", "--xml", code=6)
        self.assertEqual(result.out.count("<MBusData>"), 2)
        self.assertIn("        <Error>checksum wrong</Error>\n", result.out)
        self.assertIn("stdin:1: checksum wrong\nstdin:2:1: 'z' is no hex digit", result.err)

    def test_explain(self):
        out = self.decode(VOLUME + "\n", "--explain").out
        self.assertTrue(out.startswith("stdin:1\n"), out)
        self.assertIn("15 31 00", out)
        self.assertIn("12.565 m3", out)
        opened = self.decode(ENCRYPTED + "\n", "--explain", "--key", KEY).out
        self.assertIn("12.565 m3", opened)
        closed = self.decode(ENCRYPTED + "\n", "--explain", code=6).out
        self.assertNotIn("12.565", closed)
        self.assertIn("\nerror: encrypted, key needed; give it with --key, or behind the telegram\n", closed)
        for text in (opened, closed):
            self.assertIn("    19  70 C9 C1 E7 86 69 87 B7   encrypted    cipher text, 16 bytes\n", text)
        # What was decrypted keeps its place in the frame.
        self.assertIn("\ndecrypted, 16 bytes:\n\n    19  2F 2F  ", opened)
        self.assertIn("\n    23  15 31 00                    data       12.565 m3 ", opened)

    def test_modes_exclude_each_other(self):
        for pair in (("json", "table"), ("json", "explain"), ("json", "xml"), ("table", "explain"), ("table", "xml"),
                     ("explain", "xml"), ("loose", "binary")):
            result = self.decode(VOLUME, *("--" + word for word in reversed(pair)), code=2)
            self.assertEqual(result.err, "metergate decode: --%s and --%s exclude each other; give one of them\n" % pair)
            self.assertEqual(result.out, "")
        self.assertIn("leave out --raw or --xml", self.decode(VOLUME, "--raw", "--xml", code=2).err)

    def test_raw(self):
        (answer,) = self.decode(VOLUME + "\n", "--raw").lines()
        self.assertEqual((answer["telegrams"], answer["records"][0]["data"]), ([VOLUME], "153100"))

    def test_missing_file(self):
        result = self.command("decode", self.path("none.hex"), code=None)
        self.assertNotEqual(result.code, 0)
        self.assertIn("none.hex", result.err)
        self.assertEqual(result.out, "")

    def test_a_telegram_is_no_file(self):
        self.assertIn("echo HEX | metergate decode", self.command("decode", VOLUME, code=1).err)

    def test_missing_file_does_not_take_the_others_with_it(self):
        there = self.write("there.hex", VOLUME + "\n")
        result = self.command("decode", self.path("none.hex"), there, code=1)
        self.assertIn("none.hex", result.err)
        self.assertEqual(len(result.lines()), 1)

    def test_nul_is_no_hex_digit(self):
        (answer,) = self.decode("68\0" + VOLUME + "\n", code=6).lines()
        self.assertEqual(answer["error"], "stdin:1:3: byte 00h is no hex digit; --binary takes telegrams as bytes")
        self.assertEqual(answer["error_offset"], 2)

    def test_input_that_may_not_be_read(self):
        """As a user without rights on the file; the executable is readable for that user."""
        path = self.write("closed.hex", VOLUME + "\n")
        os.chmod(path, 0o000)
        os.chmod(self.folder, 0o755)
        program = shutil.copy(METERGATE, self.folder)
        prefix = []
        if os.geteuid() == 0:
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        done = subprocess.run(prefix + [program, "decode", path], capture_output=True, text=True, timeout=DEADLINE,
                              env=dict(os.environ, TSAN_OPTIONS=""))
        self.assertEqual(done.returncode, 9, done.stderr)
        # Behind it, a build that measures coverage complains that its files are not for this user.
        first = done.stderr.split("\n")[0]
        self.assertEqual(first, "metergate decode: %s cannot be read: Permission denied" % path)
        self.command("decode", self.path("none.hex"), code=1)

    def test_reader_that_goes_away(self):
        """Telegrams without end into a pipe that nobody reads any more: an end, without a word."""
        endless = subprocess.Popen(["yes", VOLUME], stdout=subprocess.PIPE)
        self.addCleanup(endless.wait)
        reader, writer = os.pipe()
        process = self.start_command("decode", stdin=endless.stdout, stdout=writer)
        endless.stdout.close()
        os.close(writer)
        with os.fdopen(reader, "rb") as lines:
            self.assertIn(b'"value":12.565', lines.readline())
        self.assertEqual(process.wait(DEADLINE), 1, process)
        self.assertEqual(process.err, "")

    def test_results_on_a_full_disk(self):
        with open(self.write("one.hex", VOLUME + "\n")) as file, open("/dev/full", "w") as full:
            result = self.command("decode", code=1, stdin=file, stdout=full)
        self.assertEqual(result.err, "metergate decode: the results could not be written to stdout: "
                                     "No space left on device\n")

    def test_next_step_where_a_key_is_missing_or_too_much(self):
        self.assertIn("encrypted, key needed (byte 19 of the telegram); give it with --key, or behind the telegram\n",
                      self.decode(ENCRYPTED + "\n", "--table", code=6).out)
        self.assertIn("; if that is right, leave out the key\n",
                      self.decode(VOLUME + "\n", "--table", "--key", KEY, code=6).out)

    def test_hints_about_lines(self):
        (part, rest) = self.decode(VOLUME[:32] + "\n" + VOLUME[32:] + "\n", code=6).lines()
        self.assertEqual(part["error"], "the frame is not complete; --loose takes telegrams over several lines")
        self.assertEqual(rest["error"], "no frame begins with this byte")
        (two,) = self.decode(VOLUME + VOLUME + "\n", code=6).lines()
        self.assertEqual(two["error"], "bytes follow the end of the frame; put each telegram on a line of its own, or "
                         "make bytes of the digits: xxd -r -p FILE | metergate decode --binary")

    def test_time_in_front_of_a_loose_line(self):
        spaced = " ".join(VOLUME[i:i + 2] for i in range(0, len(VOLUME), 2))
        time, right = self.decode("10:11:12 " + spaced + "\n" + spaced + "\n", "--loose", code=7).lines()
        self.assertEqual(time["error"], "stdin:1:1: no telegram begins with this 10h, but one does further on; take away "
                         "what stands in front of the telegram, such as a time")
        self.assert_volume(right)

    def test_octal_offsets(self):
        pairs = [VOLUME[i:i + 2] for i in range(0, len(VOLUME), 2)]
        dump = ["%07o %s" % (at, " ".join(pairs[at:at + 16])) for at in range(0, len(pairs), 16)]
        (answer,) = self.decode("\n".join(dump + ["%07o" % len(pairs)]) + "\n", "--loose").lines()
        self.assert_volume(answer)

    def test_utf16(self):
        for coding in ("utf-16", "utf-16-be", "utf-16-le"):
            path = self.write_bytes(coding + ".hex", (VOLUME + "\r\n").encode(coding))
            (answer,) = self.command("decode", path, code=6).lines()
            self.assertEqual(answer["error"], path + ":1:1: the file is UTF-16; save it as UTF-8 or plain text, or "
                             "convert it: iconv -f UTF-16 -t UTF-8 FILE | metergate decode")

    def test_empty_input(self):
        self.assertEqual(self.decode("").out, "")

    def test_ack_and_short_frames(self):
        """Frames that are right and carry no readings."""
        answers = self.decode("E5\n1040014116\n" + VOLUME + "\n", code=None).lines()
        self.assertEqual(len(answers), 3)
        self.assertEqual(answers[2]["records"][0]["value"], Decimal("12.565"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
