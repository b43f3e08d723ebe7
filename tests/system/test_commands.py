# SPDX-License-Identifier: MIT
"""The verbs of the command line: results, words and exit codes."""

import fcntl
import grp
import os
import pty
import re
import shutil
import signal
import subprocess
import unittest
from decimal import Decimal

from metergate import (DEADLINE, METERGATE, PLUGIN_PATH, SystemTest, devices, exact, free_port, readings, select,
                       until, whole_lines)
from telegram import long_frame
from values import json_records, truth_of

VERBS = ["run", "check", "read", "ping", "info", "monitor", "status", "devices", "decode", "simulate", "plugins", "ports"]
NOBODY = "65534"


class Targets(SystemTest):
    """read and ping on a pty and on a TCP port."""

    def setUp(self):
        super().setUp()
        self.link, self.port = self.path("tty"), free_port()
        self.simulator = self.simulate(tcp=[self.port], ptys=[self.link], meters=3)
        self.pty = "%s?baud=38400" % self.link
        self.tcp = "tcp://127.0.0.1:%d?baud=38400&latency=50ms" % self.port

    def secondary(self, target, address):
        """What selects the meter that has this primary address there."""
        found = self.command("read", target, address).lines()[0]["meter"]
        return "%s.%s.%02X.%02X" % (found["id"], found["manufacturer"], found["version"], found["medium_code"])

    def test_read(self):
        for target in (self.pty, self.tcp):
            lines = self.command("read", target, 1, 3).lines()
            self.assertEqual([line["meter"]["address"] for line in lines], [1, 3])
            for line in lines:
                self.assertEqual(line["type"], "reading")
                answers = [a for a in select(self.simulator.log(), event="answer", address=line["meter"]["address"])
                           if a["values"] and int(a["telegram"][30:32], 16) == line["meter"]["access"]
                           and a["id"] == line["meter"]["id"]]
                self.assertEqual(json_records(line), truth_of(answers[-1]))

    def test_read_by_secondary_address(self):
        for target in (self.pty, self.tcp):
            full = self.secondary(target, 2)
            number = full.split(".")[0]
            for address in (full, number, "F" + number[1:]):
                (line,) = self.command("read", target, address).lines()
                self.assertEqual((line["meter"]["id"], line["meter"]["address"]), (number, 2))

    def test_ping(self):
        for target in (self.pty, self.tcp):
            lines = self.command("ping", target, 1, 2, 3).lines()
            self.assertEqual([line["outcome"] for line in lines], ["ok"] * 3)
            self.assertTrue(all(line["ms"] > 0 for line in lines))
            (line,) = self.command("ping", target, self.secondary(target, 3)).lines()
            self.assertEqual(line["outcome"], "ok")

    def test_what_is_written_where_stdout_goes(self):
        result = self.command("scan", self.tcp, "--addresses", "1-2", "--bus", "roof", "--write-config", "/dev/stdout",
                              code=2)
        self.assertIn("use --write-config - for stdout", result.err)
        file = self.path("nowhere/new.ini")
        result = self.command("scan", self.tcp, "--addresses", "1-2", "--bus", "roof", "--write-config", file, code=1)
        self.assertIn("%s cannot be written: there is no such folder" % file, result.err)
        self.assertEqual(self.simulator.requests(self.port), [])

    def test_unknown_address(self):
        for verb in ("read", "ping"):
            for address in ("99", "99999999"):
                result = self.command(verb, self.tcp, address, code=5)
                self.assertIn(address, result.err)
        self.assertEqual(self.command("ping", self.tcp, 99, code=5).lines()[0]["outcome"], "no-answer")

    def test_some_fail(self):
        result = self.command("read", self.tcp, 1, 99, 2, code=7)
        self.assertEqual([line["meter"]["address"] for line in result.lines()], [1, 2])
        self.assertIn("99", result.err)

    def test_table_on_a_terminal(self):
        text, code = self.on_terminal("read", self.tcp, 1)
        self.assertEqual(code, 0, text)
        self.assertNotIn("{", text)
        self.assertRegex(text, r"(?m)^\s*energy\s+[\d.]+ kWh\s*$")
        as_json, code = self.on_terminal("read", "--json", self.tcp, 1)
        self.assertEqual(exact(as_json)["type"], "reading")
        self.assertNotIn("\x1b", text)

    def on_terminal(self, *arguments):
        master, slave = pty.openpty()
        process = self.start_command(*arguments, stdout=slave)
        os.close(slave)
        text = b""
        while True:
            try:
                more = os.read(master, 65536)
            except OSError:  # EIO: nobody has the terminal open any more
                break
            if not more:
                break
            text += more
        os.close(master)
        return text.decode().replace("\r\n", "\n"), process.wait()

    def test_monitor(self):
        process = self.start_command("monitor", "--interval", 0, self.tcp, 1, 2)
        until(lambda: len(whole_lines(process.out_path)) >= 4, lambda: "four readings from %s" % process)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 0, process)
        came = [exact(line) for line in process.out.splitlines()]
        self.assertEqual({m["meter"]["address"] for m in select(came, type="reading")}, {1, 2})
        two = self.command("monitor", "--count", 2, "--interval", 0, self.pty, 3, 1).lines()
        self.assertEqual([m["meter"]["address"] for m in select(two, type="reading")], [3, 1])

    def test_monitor_that_is_cut_off(self):
        process = self.start_command("monitor", "--count", 9, "--interval", "1h", self.tcp, 1)
        until(lambda: len(whole_lines(process.out_path)) >= 1, lambda: "a reading from %s" % process)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process)

    def test_send_names_what_is_known(self):
        for words in (("105B015C16",), ("req_ud2", 1)):
            text = self.command("send", "--table", self.tcp, *words).out
            self.assertEqual(text.splitlines()[0], "127.0.0.1-%d" % self.port)

    def test_reader_that_goes_away(self):
        """Readings into a pipe that nobody reads any more: an end, not for ever."""
        reader, writer = os.pipe()
        process = self.start_command("monitor", "--interval", 0, self.tcp, 1, stdout=writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as lines:
            self.assertEqual(exact(lines.readline())["type"], "reading")
        self.assertEqual(process.wait(DEADLINE), 1, process)
        self.assertNotIn("stdout", process.err)

    def test_results_on_a_full_disk(self):
        with open("/dev/full", "w") as full:
            result = self.command("ping", self.tcp, 1, 2, code=1, stdout=full)
        self.assertEqual(result.err, "metergate ping: the results could not be written to stdout: "
                                     "No space left on device\n")

    def test_tables_into_a_file(self):
        for arguments in (("read", self.tcp, 1), ("monitor", "--count", 1, self.tcp, 1)):
            self.assertRegex(self.command(*arguments, "--table").out, r"(?m)^  energy +[\d.]+ kWh$")
        result = self.command("read", "--table", "--json", self.tcp, 1, code=2)
        self.assertEqual(result.err, "metergate read: --json and --table exclude each other; give one of them\n")


class Keys(SystemTest):
    """--key, for meters of which no configuration knows."""

    # 12345678.PAD.01.07 with 12.565 m3: mode 5, made with openssl and the key below; then in plain text.
    KEY = "000102030405060708090A0B0C0D0E0F"
    CLOSED = long_frame(0x08, 1, 0x72, "78563412 2440 01 07 55 00 1005 70C9C1E7866987B70188DE45C5FAA5AC")
    SHORT = long_frame(0x08, 2, 0x7A, "55 00 1005 70C9C1E7866987B70188DE45C5FAA5AC")
    PLAIN = long_frame(0x08, 3, 0x72, "78563413 2440 01 07 55 00 0000 03 13 15 31 00")

    def setUp(self):
        super().setUp()
        port = free_port()
        telegrams = self.write("telegrams.hex", "\n".join((self.CLOSED, self.SHORT, self.PLAIN)) + "\n")
        self.simulate("--telegrams", telegrams, tcp=[port])
        self.target = "tcp://127.0.0.1:%d?baud=38400&latency=50ms" % port

    def assert_volume(self, line):
        self.assertNotIn("error", line)
        self.assertEqual([(r["name"], r["value"]) for r in line["records"]], [("volume", Decimal("12.565"))])

    def test_read_and_monitor(self):
        self.assert_volume(self.command("read", self.target, 1, "--key", self.KEY).lines()[0])
        path = self.write("meter.key", self.KEY + "\n")
        os.chmod(path, 0o600)
        lines = self.command("monitor", "--count", 1, "--key", "file:" + path, self.target, 1).lines()
        self.assert_volume(select(lines, type="reading")[0])

    def test_without_and_with_a_wrong_key(self):
        (line,) = self.command("read", self.target, 1, code=6).lines()
        self.assertEqual((line["error"], line["records"]), ("encrypted, key needed", []))
        (line,) = self.command("read", self.target, 1, "--key", self.KEY[:-1] + "0", code=6).lines()
        self.assertEqual(line["records"], [])
        self.assertIn("decryption failed", line["error"])
        (line,) = self.command("read", self.target, 2, "--key", self.KEY, code=6).lines()
        self.assertEqual(line["records"], [])
        self.assertIn("encrypted, and without the meter's identity", line["error"])

    def test_the_next_step(self):
        self.assertIn("; give it with --key, or as `key` in the [device] section\n",
                      self.command("read", "--table", self.target, 1, code=6).out)
        self.assertIn("; if that is right, leave out --key, or `key` in the [device] section\n",
                      self.command("read", "--table", "--key", self.KEY, self.target, 3, code=6).out)

    def test_keys_that_cannot_be(self):
        for verb in ("read", "monitor"):
            result = self.command(verb, self.target, 1, "--key", self.KEY[1:], code=2)
            self.assertIn("what was given has 31 characters", result.err)
            self.assertNotIn(self.KEY[1:], result.err)
            result = self.command(verb, self.target, 1, "--key", "file:/nope", code=1)
            self.assertIn("/nope cannot be opened", result.err)
        result = self.command("ping", self.target, 1, "--key", self.KEY, code=2)
        self.assertIn("unknown option --key", result.err)


class Simulate(SystemTest):
    def test_port_in_use(self):
        port = free_port()
        self.simulate(tcp=[port])
        result = self.command("simulate", "--tcp", port, code=10)
        self.assertIn(str(port), result.err)

    def test_ends_in_order_and_takes_its_link_along(self):
        link = self.path("tty")
        simulator = self.simulate(ptys=[link], tcp=[0])
        announced = [exact(line) for line in simulator.out.splitlines()]
        for line in announced:
            self.command("ping", line["target"], 1)
        simulator.signal(signal.SIGINT)
        self.assertEqual(simulator.wait(), 0, simulator)
        self.assertFalse(os.path.lexists(link))

    def test_telegrams_that_are_wrong(self):
        path = self.write("wrong.hex", "# nothing\n1040014116\n")
        result = self.command("simulate", "--tcp", 0, "--telegrams", path, code=1)
        self.assertIn("2", result.err)
        self.assertIn("wrong.hex", result.err)


class PortErrors(SystemTest):
    """EACCES, EBUSY and ENOENT have exit codes of their own, and name the fix."""

    def test_missing_port(self):
        missing = self.path("ttyNONE")
        for verb in ("read", "ping"):
            result = self.command(verb, missing, 1, code=4)
            self.assertIn(missing, result.err)
            self.assertRegex(result.err, r"metergate ports|plugged|exist")

    def test_refused_port(self):
        result = self.command("read", "tcp://127.0.0.1:%d" % free_port(), 1, code=4)
        self.assertIn("refused", result.err)

    def test_port_locked_by_another_process(self):
        link = self.path("tty")
        self.simulate(ptys=[link], meters=1)
        held = os.open(link, os.O_RDWR | os.O_NOCTTY)
        self.addCleanup(os.close, held)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        result = self.command("read", link + "?baud=38400", 1, code=10)
        self.assertIn(str(os.getpid()), result.err)
        fcntl.flock(held, fcntl.LOCK_UN)
        self.command("read", link + "?baud=38400", 1)

    def test_no_permission(self):
        """As a user without rights on the port; everything else is readable for that user."""
        link = self.path("tty")
        self.simulate(ptys=[link], meters=1)
        os.chmod(self.folder, 0o755)
        prefix = []
        if os.geteuid() == 0:
            prefix = ["setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"]
            os.chown(os.path.realpath(link), 0, grp.getgrnam("dialout").gr_gid)
            os.chmod(os.path.realpath(link), 0o660)
        else:
            os.chmod(os.path.realpath(link), 0o000)
        folder = self.path("installed")
        os.mkdir(folder)
        shutil.copy(METERGATE, folder)
        for build in PLUGIN_PATH.split(":"):
            if os.path.exists(build + "/serial/serial.so"):
                shutil.copy(build + "/serial/serial.so", folder)
        # The source, and with it the list of suppressions, may not be readable for that user.
        sanitizer = ":".join(option for option in os.environ.get("TSAN_OPTIONS", "").split(":")
                             if not option.startswith("suppressions="))
        done = subprocess.run(prefix + [folder + "/metergate", "read", link, "1"], capture_output=True, text=True,
                              env=dict(os.environ, METERGATE_PLUGIN_PATH=folder, TSAN_OPTIONS=sanitizer),
                              timeout=DEADLINE)
        self.assertEqual(done.returncode, 9, done.stderr)
        self.assertRegex(done.stderr, "usermod -aG dialout" if prefix else "udev")
        self.assertEqual(done.stdout, "")

    def test_bus_of_a_running_gateway(self):
        """One without a control socket, which cannot be asked to do it."""
        link, port = self.path("tty"), free_port()
        self.simulate(ptys=[link], tcp=[port], meters=1)
        configuration = (
            self.head(name="cellar-pi", control="")
            + "\n[bus wire]\ntransport = serial\npath = %s\nbaud = 38400\ninterval = 0\n" % link + devices("wire", 1)
            + "\n[bus net]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 0\n" % port
            + devices("net", 1) + "\n[sink file]\nplugin = file\npath = %s\n" % self.path("readings.jsonl"))
        gateway = self.gateway(configuration)
        file = self.path("readings.jsonl")
        until(lambda: {r["bus"] for r in readings(file)} == {"wire", "net"}, lambda: "readings from %s" % gateway)
        for target, bus in ((link + "?baud=38400", "wire"), ("tcp://127.0.0.1:%d?baud=38400" % port, "net")):
            result = self.command("read", target, 1, code=10)
            self.assertIn("cellar-pi", result.err)
            self.assertIn(bus, result.err)
            self.assertIn(str(gateway.pid), result.err)
        config = self.write("same.ini", configuration)
        by_name = self.command("ping", "--config", config, "wire", code=10)
        self.assertIn("cellar-pi", by_name.err)
        second = self.command("run", config, code=10)
        self.assertIn("cellar-pi", second.err)
        self.assertTrue(gateway.running())
        gateway.stop()
        self.command("read", link + "?baud=38400", 1)


class Configured(SystemTest):
    """Targets that are buses of a configuration."""

    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.config = self.write("gateway.ini", self.head() + (
            "\n[bus roof]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\nlatency = 50ms\n" % self.port)
            + devices("roof", 2))

    def test_devices_by_name_and_all_of_them(self):
        self.simulate(tcp=[self.port], meters=2)
        (line,) = self.command("read", "--config", self.config, "roof", "m2").lines()
        self.assertEqual((line["bus"], line["device"], line["meter"]["address"]), ("roof", "m2", 2))
        everyone = self.command("ping", "roof", environment={"METERGATE_CONFIG": self.config}).lines()
        self.assertEqual([line["address"] for line in everyone], ["m1", "m2"])

    def test_wrong_names(self):
        result = self.command("read", "--config", self.config, "roof", "--key", Keys.KEY, code=2)
        self.assertIn("whose --key?", result.err)
        result = self.command("read", "--config", self.config, "cellar", 1, code=2)
        self.assertIn("cellar", result.err)
        result = self.command("read", "--config", self.config, "roof", "m9", code=2)
        self.assertIn("m9", result.err)
        result = self.command("read", "--config", self.path("none.ini"), "roof", code=3)
        self.assertIn("none.ini", result.err)


class Check(SystemTest):
    def test_no_error(self):
        config = self.write("good.ini", self.head() + "\n[bus b]\ntransport = simulator\n" + devices("b", 2)
                            + "\n[sink s]\nplugin = file\npath = -\n")
        (summary,) = self.command("check", config).lines()
        self.assertEqual((summary["ok"], summary["buses"], summary["devices"], summary["sinks"]), (True, 1, 2, 1))
        self.assertEqual(self.command("check", "--config", config).err, "")

    def test_every_error_in_one_go(self):
        lines = [
            "[gateway]",
            "name = cellar",
            "stop_timout = 5s",  # 3: unknown key, near another
            "[bus b]",
            "transport = simulator",
            "bawd = 2400",  # 6: unknown key
            "interval = soon",  # 7: no duration
            "baud = 12345",  # 8: not one of the choices
            "[bus b]",  # 9: twice
            "transport = simulator",
            "[device b/m1]",
            "address = 251",  # 12: no address
            "[device c/m1]",  # 13: no such bus
            "address = 1",
            "[sink s]",
            "plugin = fil",  # 16: no such plugin
            "[sinc t]",  # 17: no such section
            "plugin = file",
        ]
        config = self.write("bad.ini", "\n".join(lines) + "\n")
        result = self.command("check", config, code=3)
        found = {int(number) for number in re.findall(r"(?m)^%s:(\d+):\d+: " % re.escape(config), result.err)}
        self.assertEqual(found, {3, 6, 7, 8, 9, 12, 13, 16, 17}, result.err)
        for line, wish in ((3, "stop_timeout"), (6, "baud"), (16, "file"), (17, "sink")):
            (text,) = [t for t in result.err.splitlines() if t.startswith("%s:%d:" % (config, line))]
            self.assertRegex(text, r"did you mean.*%s" % wish)
        (twice,) = [t for t in result.err.splitlines() if t.startswith(config + ":9:")]
        self.assertIn("bad.ini:4", twice)
        (choice,) = [t for t in result.err.splitlines() if t.startswith(config + ":8:")]
        self.assertIn("2400", choice)
        self.assertTrue(re.search(r"%s:7:12: \[bus b\] interval: " % re.escape(config), result.err), result.err)
        self.assertEqual(self.command("run", config, code=3).out, "")

    def test_missing_configuration(self):
        self.assertIn("none.ini", self.command("check", self.path("none.ini"), code=3).err)

    def test_two_buses_on_one_port(self):
        config = self.write("two.ini", self.head() + "".join(
            "\n[bus %s]\ntransport = tcp\nhost = 127.0.0.1\nport = 4001\n" % name for name in "ab"))
        self.assertIn("4001", self.command("check", config, code=3).err)


class Help(SystemTest):
    def test_help_of_each_verb(self):
        overview = self.command("--help").out
        for verb in VERBS:
            self.assertIn("\n  " + verb, overview)
            text = self.command(verb, "--help").out
            self.assertTrue(text.startswith("usage: metergate " + verb), text)
            self.assertIn("--json", text)
            self.assertEqual(self.command("help", verb).out, text)

    def test_version(self):
        self.assertRegex(self.command("--version").out, r"^metergate \d+\.\d+\.\d+\n$")

    def test_usage_errors(self):
        wrong = [(), ("frobnicate",), ("read",), ("read", "--baud"), ("read", "/dev/null"), ("ping",),
                 ("read", "/dev/null", "251"), ("read", "/dev/null", "1234567X"), ("check", "a", "b"),
                 ("read", "tcp://127.0.0.1", "1"), ("read", "/dev/null?bawd=2400", "1"), ("simulate", "--meters", "x"),
                 ("simulate",), ("run", "--config"), ("read", "nosuch://x", "1"), ("help", "frobnicate")]
        for arguments in wrong:
            result = self.command(*arguments, code=None) if arguments else None
            if result is None:
                done = subprocess.run([METERGATE], capture_output=True, text=True, timeout=DEADLINE)
                self.assertEqual(done.returncode, 2)
                continue
            self.assertEqual(result.code, 2, result.text)
            self.assertNotEqual(result.err, "", result.text)
            self.assertEqual(result.out, "", result.text)
        self.assertIn("read", self.command("raed", code=2).err)

    def test_ports(self):
        result = self.command("ports")
        for line in result.lines():
            self.assertTrue(line["device"].startswith("/dev/"), line)
            self.assertIn("holder", line)


if __name__ == "__main__":
    unittest.main(verbosity=2)
