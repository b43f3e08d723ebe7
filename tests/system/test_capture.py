# SPDX-License-Identifier: MIT
"""Captures: recorded by a gateway and by `record`, decoded, played again, and listened to."""

import os
import re
import signal
import socket
import threading
import unittest

from metergate import DEADLINE, METERGATE, SOURCE, Process, SystemTest, free_port, json_lines, until, whole_lines
from telegram import long_frame

ASK = bytes.fromhex("105B015C16")
NKE = bytes.fromhex("1040014116")
WAKE = bytes.fromhex("1040004016")  # SND_NKE to 0, which nobody answers here
TELEGRAM = bytes.fromhex(long_frame(0x08, 1, 0x78, "01 13 7B"))  # 0.123 m3


def example():
    """The capture that docs/capture.md writes out."""
    with open(os.path.join(SOURCE, "docs/capture.md"), encoding="utf-8") as file:
        block = re.search(r"```\n(89 4D[^`]*)```", file.read()).group(1)
    return bytes.fromhex(block)


class Wire:
    """A TCP port behind which a master and its meters are heard; what comes back is kept."""

    def __init__(self):
        self.port = free_port()
        self.heard = b""
        self.client = None
        self.socket = socket.create_server(("127.0.0.1", self.port))
        self.socket.settimeout(DEADLINE)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        client, _ = self.socket.accept()
        self.client = client
        try:
            while True:
                data = client.recv(4096)
                if not data:
                    break
                self.heard += data
        except OSError:
            pass

    def target(self):
        return "tcp://127.0.0.1:%d?baud=2400" % self.port

    def wake(self, heard):
        """What comes before a port is ready is thrown away: asks until it is heard."""
        until(lambda: self.client is not None, "a connection")
        until(lambda: self.say(WAKE) or heard(), "something heard", seconds=DEADLINE)

    def say(self, data):
        self.client.sendall(data)

    def close(self):
        self.socket.close()
        if self.client is not None:
            self.client.close()


class Capture(SystemTest):
    def wire(self):
        wire = Wire()
        self.addCleanup(wire.close)
        return wire

    def put(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def get(self, path):
        with open(path, "rb") as file:
            return file.read()

    def replay(self, path, *arguments):
        """The target that `replay` says, and its process."""
        process = self._keep(Process([METERGATE, "replay", path, "--tcp", "0", *arguments], self.folder, self._name("replay")))
        until(lambda: whole_lines(process.out_path) or not process.running(), lambda: "a target of %s" % process)
        return json_lines(process.out_path)[0]["target"], process

    def readings(self):
        """What the file sink has of readings so far."""
        return [line for line in json_lines(self.path("out.jsonl")) if line["type"] == "reading"]

    def test_the_example_of_the_documentation(self):
        path = self.put("example.mgc", example())
        (line,) = self.command("decode", path).lines()
        self.assertEqual((line["bus"], line["device"], line["time"]), ("cellar", "1", "2026-03-01T12:00:00.151Z"))
        (record,) = line["records"]
        self.assertEqual((record["quantity"], str(record["value"]), record["unit"]), ("volume", "0.123", "m3"))

    def test_explain_shows_both_directions(self):
        text = self.command("decode", "--explain", self.put("example.mgc", example())).out
        request, answer = text.index("REQ_UD2 to 1, FCB 0"), text.index("answer from 1")
        self.assertLess(request, answer)
        self.assertIn("2026-03-01T12:00:00.151Z", text)

    def test_a_cut_capture_is_decoded_up_to_the_cut(self):
        whole = example()
        result = self.command("decode", self.put("cut.mgc", whole + whole[:-3]), code=7)
        first, second = result.lines()
        self.assertEqual(len(first["records"]), 1)
        self.assertIn("16 bytes of the file cannot be read: cut off", second["error"])

    def test_what_a_gateway_records_is_what_it_read(self):
        port = free_port()
        self.simulate(tcp=[port], meters=2)
        capture = self.path("heat.mgc")
        gateway = self.gateway(
            "[bus heat]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ncapture = %s\n"
            "[device heat/m1]\naddress = 1\ninterval = 1s\n"
            "[sink out]\nplugin = file\npath = %s\n" % (port, capture, self.path("out.jsonl")))
        until(lambda: len(self.readings()) >= 2, lambda: "readings of %s" % gateway)
        os.rename(capture, capture + ".1")
        gateway.signal(signal.SIGUSR1)
        until(lambda: os.path.exists(capture), "a new file after the rotation")
        before = len(self.readings())
        until(lambda: len(self.readings()) > before, "another reading")
        gateway.stop()
        read = [line["meter"]["access"] for line in self.readings()]
        found = []
        for path in (capture + ".1", capture):
            lines = self.command("decode", path).lines()
            self.assertTrue(all(line["bus"] == "heat" and line["device"] == "1" for line in lines), lines)
            found += [line["meter"]["access"] for line in lines]
        self.assertEqual(found[:len(read)], read)
        self.assertEqual(os.stat(capture).st_mode & 0o777 & ~0o640, 0)

    def test_a_recorded_bus_is_read_again(self):
        port = free_port()
        self.simulate(tcp=[port], meters=1)
        capture = self.path("bus.mgc")
        self.gateway(
            "[bus heat]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ncapture = %s\n"
            "[device heat/m1]\naddress = 1\ninterval = 1h\n"
            "[sink out]\nplugin = file\npath = %s\n" % (port, capture, self.path("out.jsonl")))
        (reading,) = until(self.readings, "a reading")
        until(lambda: self.command("decode", capture, code=None).lines(), "the capture")
        target, _ = self.replay(capture, "--speed", "0")
        self.assertTrue(target.endswith("?baud=38400"), target)
        (again,) = self.command("read", target, "1").lines()
        self.assertEqual(again["records"], reading["records"])
        self.assertEqual(again["meter"], reading["meter"])
        self.command("read", target, "2", code=5)

    def test_the_transport_replay_is_a_bus_of_a_configuration(self):
        path = self.put("example.mgc", example())
        gateway = self.gateway(
            "[bus old]\ntransport = replay\nfile = %s\nspeed = 0\n[device old/m1]\naddress = 1\n"
            "[sink out]\nplugin = file\npath = %s\n" % (path, self.path("out.jsonl")))
        (reading,) = until(self.readings, lambda: "a reading of %s" % gateway)
        gateway.stop()
        self.assertEqual(str(reading["records"][0]["value"]), "0.123")

    def test_record_writes_what_is_heard_and_sends_nothing(self):
        wire, path = self.wire(), self.path("heard.mgc")
        recorder = self.start_command("record", wire.target(), path)
        wire.wake(lambda: os.path.exists(path) and os.path.getsize(path) > 35)
        wire.say(NKE + b"\xE5")
        wire.say(ASK + TELEGRAM)
        until(lambda: TELEGRAM in self.get(path), "the telegram in the file")
        recorder.signal(signal.SIGINT)
        self.assertEqual(recorder.wait(), 0, recorder)
        self.assertRegex(recorder.err, r"\d+ bytes of the bus are in ")
        self.assertEqual(wire.heard, b"")
        (line,) = self.command("decode", path).lines()
        self.assertEqual(str(line["records"][0]["value"]), "0.123")
        target, _ = self.replay(path, "--speed", "0")
        (again,) = self.command("read", target, "1").lines()
        self.assertEqual(str(again["records"][0]["value"]), "0.123")

    def test_record_ends_by_itself_and_goes_on_in_the_same_file(self):
        path, codes = self.path("heard.mgc"), []
        while codes.count(0) < 2:
            # On a slow machine the time may be over before the port is open.
            codes.append(self.command("record", self.wire().target(), path, "--duration", "300ms", code=None).code)
            self.assertIn(codes[-1], (0, 4))
            held = self.get(path) if os.path.exists(path) else b""
            self.assertEqual(held.count(b"\x89MGC\r\n\x1A\n"), codes.count(0))

    def test_record_that_is_refused_touches_no_file(self):
        port, old = free_port(), self.put("old.mgc", example())
        gateway = self.gateway("[bus heat]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\n"
                               "[sink out]\nplugin = file\npath = %s\n" % (port, self.path("out.jsonl")))
        gateway.says("bus heat is down")
        for path in (old, self.path("new.mgc")):
            result = self.command("record", "tcp://127.0.0.1:%d" % port, path, code=10)
            self.assertRegex(result.err, "(?s)is served by gateway.*`capture = FILE`")
            self.command("record", "tcp://127.0.0.1:%d?bawd=3" % port, path, code=2)
        result = self.command("listen", "tcp://127.0.0.1:%d" % port, code=10)
        self.assertRegex(result.err, "(?s)is served by gateway.*`metergate monitor` shows")
        self.assertEqual(self.get(old), example())
        self.assertFalse(os.path.exists(self.path("new.mgc")))

    def test_a_port_that_never_opens_is_no_success(self):
        port, file = free_port(), self.path("shut")
        for verb, *rest in (("listen",), ("record", self.path("shut.mgc")), ("monitor", "1")):
            limits = () if verb == "monitor" else ("--duration", "300ms")
            target = "tcp://127.0.0.1:%d" % port
            process = self.start_command(verb, target, *rest, *limits)
            if verb == "monitor":
                process.says("is down")
                process.signal(signal.SIGINT)
            self.assertEqual(process.wait(), 4, process)
            self.assertRegex(process.err, r"(?m)^metergate %s: nothing could be heard: .*127\.0\.0\.1" % verb)
            self.assertNotIn("bytes of the bus", process.err)
        self.assertFalse(os.path.exists(self.path("shut.mgc")))
        old = self.put("old.mgc", example())
        self.command("record", target, old, "--duration", "300ms", code=4)
        self.assertEqual(self.get(old), example())
        process = self.start_command("listen", file)
        process.says("waits for " + file)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 4, process)

    def test_a_duration_that_is_cut_short(self):
        for limits, code in (((), 0), (("--duration", "1h"), 130)):
            path = self.path("cut-%d.mgc" % code)
            for words, result in ((("listen",), None), (("record", path), path)):
                wire = self.wire()
                process = self.start_command(words[0], wire.target(), *words[1:], *limits)
                file = result or process.out_path
                wire.wake(lambda: os.path.exists(file) and os.path.getsize(file) > 35)
                process.signal(signal.SIGINT)
                self.assertEqual(process.wait(), code, process)

    def test_record_refuses_a_file_that_is_none(self):
        path = self.write("notes.txt", "of last year\n")
        result = self.command("record", "tcp://127.0.0.1:%d" % free_port(), path, code=1)
        self.assertIn("no capture; take another name", result.err)
        with open(path) as file:
            self.assertEqual(file.read(), "of last year\n")

    def test_listen_shows_who_asks_and_who_answers(self):
        wire = self.wire()
        listener = self.start_command("listen", wire.target(), "--count", "1")
        wire.wake(lambda: whole_lines(listener.out_path))
        wire.say(NKE)
        wire.say(b"\xE5" + ASK + TELEGRAM)
        self.assertEqual(listener.wait(), 0, listener)
        lines = [line for line in json_lines(listener.out_path) if line.get("address") != 0]
        self.assertEqual([line["type"] for line in lines], ["request", "ack", "request", "reading"])
        self.assertEqual([line.get("request") for line in lines[:3]], ["SND_NKE", "SND_NKE", "REQ_UD2"])
        self.assertEqual((lines[3]["device"], str(lines[3]["records"][0]["value"])), ("1", "0.123"))
        self.assertEqual(wire.heard, b"")

    def test_listen_bears_answers_alone_and_noise(self):
        wire = self.wire()
        listener = self.start_command("listen", wire.target(), "--count", "2")
        wire.wake(lambda: whole_lines(listener.out_path))
        wire.say(TELEGRAM[:-1] + b"\x17" + TELEGRAM + b"\x00\xFF\x68" + TELEGRAM)
        self.assertEqual(listener.wait(), 0, listener)
        lines = [line for line in json_lines(listener.out_path) if line.get("address") != 0]
        self.assertEqual([line["type"] for line in lines], ["noise", "reading", "noise", "reading"])
        self.assertEqual(lines[2]["raw"], "00FF68")

    def test_a_port_that_is_missing_is_waited_for_in_words(self):
        for verb, *rest in (("listen",), ("record", self.path("late.mgc"))):
            port = self.path("tty-" + verb)
            process = self.start_command(verb, port + "?baud=2400", *rest)
            until(lambda: "%s: waits for %s?baud=2400, and goes on" % (verb, port) in process.err,
                  lambda: "words of %s" % process)
            self.assertIn("%s is not there" % port, process.err)
            self.simulate(ptys=[port], meters=1, baud=2400)
            until(lambda: "is up again" in process.err, lambda: "the port of %s" % process)
            process.signal(signal.SIGINT)
            process.wait()

    def test_replay_names_what_it_wants(self):
        path = self.put("example.mgc", example())
        self.assertIn("--tcp PORT or --pty LINK", self.command("replay", path, code=2).err)
        self.assertIn("--tcp and --pty exclude each other",
                      self.command("replay", path, "--tcp", "0", "--pty", self.path("tty"), code=2).err)
        self.assertIn('speed: "x" is none', self.command("replay", path, "--tcp", "0", "--speed", "x", code=2).err)

    def test_replay_of_what_is_no_capture(self):
        notes, none = self.write("notes.txt", "of last year\n"), self.path("none.mgc")
        self.assertIn("metergate replay: %s: it is no capture" % notes,
                      self.command("replay", notes, "--tcp", "0", code=1).err)
        for verb in (("replay", none, "--tcp", "0"), ("decode", none)):
            self.assertEqual(self.command(*verb, code=1).err,
                             "metergate %s: %s cannot be read: No such file or directory\n" % (verb[0], none))


if __name__ == "__main__":
    unittest.main()
