# SPDX-License-Identifier: MIT
"""A running gateway does what its control socket is told, and the command line finds it."""

import json
import os
import pty
import shutil
import signal
import socket
import stat
import subprocess
import unittest

from metergate import (DEADLINE, METERGATE, SystemTest, devices, exact, free_port, readings, select, until,
                       whole_lines)

NOBODY = "65534"


class Client:
    """One connection to a control socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(DEADLINE)
        try:
            self.socket.connect(path)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def send(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def line(self):
        line = self.file.readline()
        assert line.endswith(b"\n"), "a torn line: %r" % line
        return exact(line)

    def ask(self, line):
        """The lines of an answer; the last of them ends it."""
        self.send(line)
        lines = [self.line()]
        while "done" not in lines[-1] and "error" not in lines[-1]:
            lines.append(self.line())
        return lines

    def close(self):
        self.file.close()
        self.socket.close()


class Running(SystemTest):
    """A gateway with a bus on a pty and one on TCP; its devices are not due for an hour."""

    METERS = 3

    def setUp(self):
        super().setUp()
        self.link, self.port, self.socket = self.path("tty"), free_port(), self.path("control.sock")
        self.simulator = self.simulate("--manufacturer", "KAM", tcp=[self.port], ptys=[self.link], meters=self.METERS)
        self.file = self.path("readings.jsonl")
        self.text = (
            self.head(name="cellar-pi")
            + "\n[bus wire]\ntransport = serial\npath = %s\nbaud = 38400\ninterval = 1h\n" % self.link
            + devices("wire", 2)
            + "\n[bus net]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\nlatency = 50ms\ninterval = 1h\n"
            % self.port
            + devices("net", 2)
            + "\n[sink file]\nplugin = file\npath = %s\n" % self.file)
        self.config = self.write("same.ini", self.text)
        self.pty = self.link + "?baud=38400"
        self.tcp = "tcp://127.0.0.1:%d?baud=38400" % self.port
        self.run_gateway()

    def run_gateway(self):
        self.running = self.gateway(self.text)
        until(lambda: os.path.exists(self.socket), lambda: "the socket of %s" % self.running)

    def connect(self):
        client = Client(self.socket)
        self.addCleanup(client.close)
        return client

    def settled(self):
        """Waits until every device was read for the first time."""
        def names():
            return {(r["bus"], r["device"]) for r in readings(self.file)}
        until(lambda: len(names()) == 4, lambda: "four devices from %s" % self.running)


class Socket(Running):
    def test_rights_and_end(self):
        mode = os.stat(self.socket).st_mode
        self.assertTrue(stat.S_ISSOCK(mode))
        self.assertEqual(stat.S_IMODE(mode), 0o660)
        self.running.stop()
        self.assertFalse(os.path.exists(self.socket))

    def test_several_commands_on_a_connection(self):
        client = self.connect()
        answer = client.ask("read wire 1")
        self.assertEqual((answer[0]["type"], answer[0]["bus"], answer[0]["device"]), ("reading", "wire", "m1"))
        self.assertEqual(answer[-1], {"done": True, "code": 0, "devices": 1, "failed": 0})
        self.assertEqual(client.ask("frobnicate")[0]["code"], 2)
        self.assertEqual(client.ask("ping net/* wire/m2")[-1], {"done": True, "code": 0, "devices": 3, "failed": 0})

    def test_what_a_dead_gateway_left_is_replaced(self):
        self.running.kill()
        self.assertTrue(os.path.exists(self.socket))
        self.run_gateway()
        until(lambda: self.alive(), "somebody who listens")
        self.assertEqual(self.connect().ask("status")[0]["gateway"], "cellar-pi")

    def alive(self):
        try:
            Client(self.socket).close()
            return True
        except ConnectionRefusedError:
            return False

    def test_a_second_gateway_leaves_the_socket_alone(self):
        other = self.gateway(self.head(name="other") + "\n[sink file]\nplugin = file\npath = -\n")
        other.says("another process listens on")
        self.assertNotIn("runs without", other.err)
        self.assertTrue(other.running())
        self.assertEqual(self.connect().ask("status")[0]["gateway"], "cellar-pi")
        other.stop()
        self.assertEqual(self.connect().ask("status")[0]["gateway"], "cellar-pi")

    def test_hanging_up_cancels(self):
        client = Client(self.socket)
        client.send("monitor")
        until(lambda: self.connections("commands") >= 1, "the command")
        client.close()
        until(lambda: self.connect().ask("read wire 1")[-1]["code"] == 0, "others go on")
        self.running.stop()

    def connections(self, name):
        return self.connect().ask("status")[0]["control"][name]

    def test_cancel_ends_a_command_and_keeps_the_connection(self):
        client = self.connect()
        client.send("monitor")
        client.send("cancel")
        line = client.line()
        while "done" not in line:
            line = client.line()
        self.assertEqual(line["code"], 130)
        self.assertEqual(client.ask("status")[-1]["code"], 0)

    def test_a_stop_ends_what_runs(self):
        client = self.connect()
        client.send("monitor")
        until(lambda: self.connections("commands") >= 2, "the command")
        self.running.stop()
        lines = [json.loads(line) for line in client.file]
        self.assertEqual(lines[-1]["code"], 130)


class Cut(Running):
    METERS = 5

    def test_a_scan_that_a_stop_cuts_off_keeps_what_was_found(self):
        process = self.start_command("scan", "--secondary", self.tcp)
        until(lambda: len(whole_lines(process.out_path)) >= 1, lambda: "a meter found by %s" % process)
        self.running.stop()
        self.assertEqual(process.wait(), 130, process)
        self.assertIn("metergate scan: the gateway stops before it has answered whole", process.err)
        lines = [json.loads(line) for line in process.out.splitlines()]
        self.assertGreaterEqual(len(select(lines, type="found")), 1)
        (end,) = select(lines, type="summary")
        self.assertRegex(end["resume"], r"^s\..*[^.]$")
        self.assertIn("\n--resume=%s\n" % end["resume"], end["text"])
        self.command("scan", "--secondary", self.tcp, "--resume", end["resume"])

    def test_a_scan_whose_gateway_dies(self):
        process = self.start_command("scan", "--secondary", self.tcp)
        until(lambda: len(whole_lines(process.out_path)) >= 1, lambda: "a meter found by %s" % process)
        self.running.kill()
        self.assertEqual(process.wait(), 1, process)
        self.assertIn('gateway "cellar-pi" ended before it had answered (see its log, and start it again); '
                      "what it found so far stands, but there is no token", process.err)


class Held(SystemTest):
    def test_a_command_that_holds_the_port_is_no_gateway(self):
        link = self.path("tty")
        self.simulate(ptys=[link], meters=1)
        holder = self.start_command("monitor", link + "?baud=38400", 1)
        until(lambda: readings(holder.out_path), lambda: "a reading of %s" % holder)
        for verb in ("read", "listen"):
            result = self.command(verb, link + "?baud=38400", *((1,) if verb == "read" else ()), code=10)
            self.assertIn("is in use by another metergate process, %d" % holder.pid, result.err)
            self.assertNotIn("gateway", result.err)


class Missing(SystemTest):
    def test_a_socket_that_cannot_be_made_is_a_warning(self):
        blocked = self.write("file", "")
        gateway = self.gateway(self.head(control=blocked + "/control.sock")
                               + "\n[sink file]\nplugin = file\npath = -\n")
        gateway.says("no control socket at %s/control.sock" % blocked)
        gateway.says("set control in [gateway]")
        self.assertTrue(gateway.running())
        gateway.stop()

    def test_no_gateway(self):
        config = self.write("gateway.ini", self.head())
        for verb in ("status", "devices", "monitor"):
            result = self.command(verb, "--config", config, code=1)
            self.assertIn(self.path("control.sock"), result.err)
            self.assertIn("metergate run", result.err)
            self.assertEqual(result.out, "")

    def test_a_configuration_that_is_not_there(self):
        result = self.command("status", "--config", self.path("none.ini"), code=3)
        self.assertIn("none.ini", result.err)


class Forwarded(Running):
    """Verbs of the command line, which find the gateway by the port."""

    def test_read_and_ping_through_the_gateway(self):
        self.settled()
        for target, bus in ((self.pty, "wire"), (self.tcp, "net")):
            before = len(readings(self.file, bus=bus))
            lines = self.command("read", target, 2, 1).lines()
            self.assertEqual([(line["gateway"], line["bus"], line["device"], line["meter"]["address"]) for line in lines],
                             [("cellar-pi", bus, "m1", 1), ("cellar-pi", bus, "m2", 2)])
            until(lambda: len(readings(self.file, bus=bus)) == before + 2, "what was read goes to the sinks")
            pings = self.command("ping", target, 1, 3).lines()
            self.assertEqual([(line["address"], line["outcome"]) for line in pings], [("1", "ok"), ("3", "ok")])

    def test_by_name(self):
        lines = self.command("read", "--config", self.config, "wire", "m2").lines()
        self.assertEqual([(line["bus"], line["device"]) for line in lines], [("wire", "m2")])
        lines = self.command("ping", "--config", self.config, "wire").lines()
        self.assertEqual([line["address"] for line in lines], ["m1", "m2"])

    def test_patterns(self):
        lines = self.command("read", "--config", self.config, "*/m1", "wire/m2").lines()
        self.assertEqual({(line["bus"], line["device"]) for line in lines}, {("wire", "m1"), ("net", "m1"), ("wire", "m2")})
        for words, wrong in ((("roof/*",), "roof/*"), (("*/m1", "*/n?"), "*/n?"), (("*/m1", "5"), "5")):
            result = self.command("read", "--config", self.config, *words, code=2)
            self.assertIn('has nothing that fits "%s"' % wrong, result.err)
            self.assertEqual(result.out, "")
        self.running.stop()
        lines = self.command("read", "--config", self.config, "*/m1").lines()
        self.assertEqual({(line["bus"], line["device"]) for line in lines}, {("wire", "m1"), ("net", "m1")})

    def test_a_pattern_that_fits_on_one_bus_only(self):
        """One gateway serves both buses, and is asked for each of them."""
        self.running.stop()
        self.text += devices("net", 1, first=3)
        config = self.write("uneven.ini", self.text)
        self.run_gateway()
        for _ in ("with the gateway", "without"):
            lines = self.command("ping", "--config", config, "*/m[13]").lines()
            self.assertEqual([(line["bus"], line["address"].split("/")[-1]) for line in lines],
                             [("wire", "m1"), ("net", "m1"), ("net", "m3")])
            (line,) = self.command("ping", "--config", config, "*/*3").lines()
            self.assertEqual(line["bus"], "net")
            self.running.kill()

    def test_a_device_that_is_spelled_wrong(self):
        config = self.write("named.ini", self.text + "[device net/kitchen]\naddress = 3\n")
        self.running.stop()
        result = self.command("read", "--config", config, "net", "kichen", code=2)
        self.assertIn('"kichen" is no device of bus net and no address; did you mean "kitchen"? For an address want 0-250',
                      result.err)
        result = self.command("read", "--config", config, "net", "300", code=2)
        self.assertIn('"300" is no device of bus net and no address: want 0-250', result.err)

    def test_some_fail(self):
        result = self.command("read", self.tcp, 1, 99, 2, code=7)
        self.assertEqual([line["device"] for line in result.lines()], ["m1", "m2"])
        self.assertRegex(result.err, r"(?m)^metergate read: 99: ")
        self.command("read", self.tcp, 99, code=5)

    def test_tables(self):
        result = self.command("read", "--table", self.pty, 1)
        self.assertRegex(result.out, r"(?m)^wire/m1$")
        self.assertRegex(result.out, r"(?m)^\s*energy\s+[\d.]+ kWh\s*$")
        self.assertNotIn("{", result.out)

    def test_direct_is_refused(self):
        result = self.command("read", "--direct", self.pty, 1, code=10)
        self.assertIn("cellar-pi", result.err)

    def test_a_key_is_of_no_use(self):
        result = self.command("read", "--key", "00" * 16, self.pty, 1, code=2)
        self.assertIn("its own keys", result.err)

    def test_who_is_asked(self):
        result = self.command("read", "--verbose", self.pty, 1)
        self.assertIn('gateway "cellar-pi" is asked, which serves %s as bus "wire"' % os.path.realpath(self.link),
                      result.err)

    def test_without_a_socket_the_port_is_busy(self):
        self.running.stop()
        self.text = self.text.replace("control = " + self.socket, "control = " + self.path("none/there/c.sock"))
        gateway = self.gateway(self.text)
        gateway.says("no control socket")
        until(lambda: self.command("read", self.pty, 1, code=None).code == 10, "the port is taken")
        result = self.command("read", self.pty, 1, code=10)
        for word in ("cellar-pi", "wire", str(gateway.pid), "it has no control socket"):
            self.assertIn(word, result.err)

    def test_a_socket_that_is_gone(self):
        os.unlink(self.socket)
        result = self.command("read", self.pty, 1, code=10)
        self.assertIn("its control socket %s cannot be used: No such file" % self.socket, result.err)

    def test_no_right_to_the_socket(self):
        """As a user who is not in its group."""
        prefix = []
        if os.geteuid() == 0:
            prefix = ["setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"]
        else:
            os.chmod(self.socket, 0)
        folder = self.path("installed")
        os.mkdir(folder)
        shutil.copy(METERGATE, folder)
        os.chmod(self.folder, 0o755)
        # The source, and with it the list of suppressions, may not be readable for that user.
        sanitizer = ":".join(option for option in os.environ.get("TSAN_OPTIONS", "").split(":")
                             if not option.startswith("suppressions="))
        for words in (("status", "--config", self.config), ("read", self.pty, "1")):
            done = subprocess.run([*prefix, folder + "/metergate", *words], timeout=DEADLINE,
                                  capture_output=True, text=True, env=dict(os.environ, TSAN_OPTIONS=sanitizer))
            self.assertEqual(done.returncode, 9, done.stderr)
            self.assertIn("its group may", done.stderr)
            self.assertIn(self.socket, done.stderr)

    def test_a_gateway_that_dies(self):
        process = self.start_command("monitor", "--config", self.config)
        until(lambda: len(whole_lines(process.out_path)) > 0, lambda: "a line of %s" % process)
        self.running.kill()
        self.assertEqual(process.wait(), 1, process)
        self.assertIn('gateway "cellar-pi" ended before it had answered (see its log, and start it again)\n',
                      process.err)


class Told(Running):
    """What a gateway says of itself."""

    asked_here = 0  # how often the status was asked for

    def test_status(self):
        self.settled()
        lines = self.command("status", "--config", self.config).lines()
        self.assertEqual(lines[0]["gateway"], "cellar-pi")
        self.assertEqual(lines[0]["pid"], self.running.pid)
        self.assertGreater(lines[0]["memory_kib"], 0)
        (sink,) = lines[0]["sinks"]
        self.assertEqual(sink["routed"], sink["delivered"] + sink["rejected"] + sink["dropped"] + sink["queued"])
        self.assertEqual([line["bus"] for line in lines[1:]], ["wire", "net"])
        for bus in lines[1:]:
            self.assertEqual((bus["state"], bus["devices"], bus["silent"]), ("open", 2, []))
            self.assertEqual(bus["counters"]["readings"], 2)
        text = self.command("status", "--table", "--config", self.config).out
        self.assertRegex(text, r"(?m)^gateway cellar-pi$")
        self.assertRegex(text, r"(?m)^bus wire: open$")
        self.assertRegex(text, r"(?m)^sink file: routed \d+ = ")

    def test_devices(self):
        self.settled()
        lines = self.command("devices", "--config", self.config).lines()
        self.assertEqual([(line["bus"], line["device"], line["address"]) for line in lines],
                         [("wire", "m1", "1"), ("wire", "m2", "2"), ("net", "m1", "1"), ("net", "m2", "2")])
        self.assertTrue(all(line["link"]["quality"] == "good" for line in lines), lines)

    def test_info_is_cached_with_its_age(self):
        self.settled()
        (reading,) = self.command("read", self.pty, 1).lines()
        asked = len(self.asked(1))
        (known,) = self.command("info", self.pty, 1).lines()
        self.assertEqual(len(self.asked(1)), asked)
        self.assertFalse(known["fresh"])
        self.assertGreaterEqual(known["age_s"], 0)
        for key in ("id", "manufacturer", "version", "medium", "medium_code"):
            self.assertEqual(known["meter"][key], reading["meter"][key])
        self.assertEqual(known["meter"]["manufacturer_name"], "Kamstrup A/S")
        self.assertEqual(known["baud"], 38400)
        (fresh,) = self.command("info", "--fresh", self.pty, "m1").lines()
        self.assertTrue(fresh["fresh"])
        self.assertGreater(len(self.asked(1)), asked)

    def asked(self, address):
        return [a for a in select(self.simulator.log(), event="answer", address=address) if a["values"]]

    def test_info_of_a_meter_that_is_not_configured(self):
        (line,) = self.command("info", self.tcp, 3).lines()
        self.assertEqual((line["configured"], line["fresh"], line["device"]), (False, True, "3"))
        self.assertEqual(readings(self.file, device="3"), [])
        self.assertIn("manufacturer  ", self.command("info", "--table", self.tcp, 3).out)
        self.assertIn("99: ", self.command("info", self.tcp, 99, code=5).err)

    def test_info_without_a_gateway(self):
        self.running.stop()
        (line,) = self.command("info", self.tcp, 3).lines()
        self.assertEqual((line["configured"], line["fresh"]), (False, True))

    def test_monitor(self):
        process = self.start_command("monitor", "--config", self.config, "wire")
        other = self.start_command("monitor", "--count", 1, self.tcp, 2)
        until(lambda: self.watchers() == 2, "two that watch")
        self.command("read", self.pty, 1)
        self.command("read", self.tcp, 1, 2)
        self.assertEqual(other.wait(), 0, other)
        last = exact(other.out.splitlines()[-1])
        self.assertEqual((last["bus"], last["device"]), ("net", "m2"))
        until(lambda: readings(process.out_path, device="m1"), lambda: "a reading of %s" % process)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 0, process)
        self.assertEqual({r["bus"] for r in readings(process.out_path)}, {"wire"})

    def test_a_monitor_of_what_is_not_there(self):
        for words, said in ((("wire/foo*",), 'nothing fits "wire/foo*"'),
                            (("wire", "77"), "no device of bus wire has the address 77"),
                            (("wire", "mm1"), 'did you mean "m1"')):
            result = self.command("monitor", "--config", self.config, *words, code=2)
            self.assertIn(said, result.err)

    def test_a_monitor_that_ends_before_its_time(self):
        """Ctrl-C is the end of one without a count; a count is cut off by it, and any by the end of the gateway."""
        counted = self.start_command("monitor", "--config", self.config, "--count", 9, "wire")
        endless = self.start_command("monitor", "--config", self.config, "wire")
        until(lambda: self.watchers() == 2, "two that watch")
        counted.signal(signal.SIGINT)
        self.assertEqual(counted.wait(), 130, counted)
        self.running.stop()
        self.assertEqual(endless.wait(), 130, endless)

    def watchers(self):
        """Commands that have begun but for those that ask this."""
        client = Client(self.socket)
        commands = client.ask("status")[0]["control"]["commands"]
        client.close()
        self.asked_here += 1
        return commands - self.asked_here

    def test_a_monitor_that_is_not_read(self):
        """It loses readings, and nobody waits for it."""
        client = self.connect()
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.send("monitor")
        for _ in range(20):
            self.command("read", self.tcp, 1, 2)
        self.running.stop()


class Interrupted(Running):
    METERS = 2

    def test_ctrl_c_keeps_what_was_read(self):
        """Devices that do not answer take their time; the first one was read before."""
        process = self.start_command("read", self.tcp, 1, *range(20, 60))
        until(lambda: len(whole_lines(process.out_path)) == 1, lambda: "a reading of %s" % process)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process)
        self.assertEqual([r["device"] for r in readings(process.out_path)], ["m1"])
        self.command("ping", self.tcp, 1)

    def test_ctrl_c_without_a_gateway(self):
        self.running.stop()
        process = self.start_command("read", self.tcp, 1, *range(20, 60))
        until(lambda: len(whole_lines(process.out_path)) == 1, lambda: "a reading of %s" % process)
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process)

    def test_a_terminal_shows_text(self):
        master, slave = pty.openpty()
        process = self.start_command("read", self.pty, 1, stdout=slave)
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
        self.assertEqual(process.wait(), 0, process)
        self.assertIn(b"wire/m1", text)
        self.assertNotIn(b"{", text)
        self.assertNotIn(b"\x1b", text)


class Hanging(Running):
    """A gateway that does not answer, as one that was stopped."""

    ASKED = 'asked gateway "cellar-pi" to stop this; press Ctrl-C again to leave now\n'

    def setUp(self):
        super().setUp()
        self.settled()
        self.running.signal(signal.SIGSTOP)
        self.silent = ('process %d of gateway "cellar-pi" does not answer; it hangs or is stopped: see its log, end it '
                       "with kill -9 %d, and start it again" % (self.running.pid, self.running.pid))

    def waiting(self, *arguments):
        """A command that would not die of Ctrl-C any more."""
        process = self.start_command(*arguments)
        until(lambda: self.catches(process, signal.SIGINT), lambda: "a handler of %s" % process)
        return process

    def catches(self, process, number):
        with open("/proc/%d/status" % process.pid) as file:
            (mask,) = [int(line.split()[1], 16) for line in file if line.startswith("SigCgt:")]
        return mask >> (number - 1) & 1

    def test_ctrl_c(self):
        reader = self.waiting("read", self.tcp, 1)
        changer = self.waiting("set-address", self.tcp, 3, 30)
        for process in (reader, changer):
            process.signal(signal.SIGINT)
        for process, words in ((reader, ""),
                               (changer, ". Here, it is unknown whether the meter was changed; "
                                         "ping or read it at 3 and at 30 before you ask again")):
            self.assertEqual(process.wait(), 130, process)
            name = process.arguments[1]
            self.assertEqual(process.err, "metergate %s: %smetergate %s: %s%s\n" % (
                name, self.ASKED, name, self.silent, words))
        # What waited for it unseen is not done any more when it wakes up.
        self.running.signal(signal.SIGCONT)
        lines = self.command("ping", self.tcp, 3, 30, code=7).lines()
        self.assertEqual([line["outcome"] for line in lines], ["ok", "no-answer"])

    def test_ctrl_c_again(self):
        changer = self.waiting("set-address", self.tcp, 3, 30)
        changer.signal(signal.SIGINT)
        changer.says(self.ASKED)
        until(lambda: changer.signal(signal.SIGINT) or not changer.running(), lambda: "the end of %s" % changer)
        self.assertEqual(changer.wait(), 130, changer)
        self.assertRegex(changer.err, 'left before gateway "cellar-pi" had answered: it is unknown|does not answer')

    def test_status_and_devices(self):
        for process in [self.start_command(verb, "--config", self.config) for verb in ("status", "devices")]:
            self.assertEqual(process.wait(DEADLINE), 1, process)
            self.assertEqual(process.err, "metergate %s: %s\n" % (process.arguments[1], self.silent))

    def test_so_many_wait_that_nobody_else_can(self):
        waiting = []
        self.addCleanup(lambda: [client.close() for client in waiting])
        while len(waiting) < 1000:
            waiting.append(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            waiting[-1].setblocking(False)
            try:
                waiting[-1].connect(self.socket)
            except BlockingIOError:
                break
        status = self.start_command("status", "--config", self.config)
        reader = self.start_command("read", self.tcp, 1)
        self.assertEqual(status.wait(DEADLINE), 1, status)
        self.assertIn("the gateway at %s does not answer; it hangs" % self.socket, status.err)
        self.assertEqual(reader.wait(DEADLINE), 10, reader)
        self.assertIn("(process %d), and its control socket" % self.running.pid, reader.err)
        self.assertIn("it hangs or is stopped", reader.err)


if __name__ == "__main__":
    unittest.main()
