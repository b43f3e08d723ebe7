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
        self.assertIn("the connection to the gateway was lost before it had answered whole", process.err)
        self.assertIn("what it found so far stands", process.err)


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
        result = self.command("read", "--config", self.config, "roof/*", code=2)
        self.assertIn("roof/*", result.err)
        self.running.stop()
        lines = self.command("read", "--config", self.config, "*/m1").lines()
        self.assertEqual({(line["bus"], line["device"]) for line in lines}, {("wire", "m1"), ("net", "m1")})

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
        done = subprocess.run(prefix + [folder + "/metergate", "status", "--config", self.config], timeout=DEADLINE,
                              capture_output=True, text=True, env=dict(os.environ, TSAN_OPTIONS=sanitizer))
        self.assertEqual(done.returncode, 9, done.stderr)
        self.assertIn("its group may", done.stderr)
        self.assertIn(self.socket, done.stderr)

    def test_a_gateway_that_dies(self):
        process = self.start_command("monitor", "--config", self.config)
        until(lambda: len(whole_lines(process.out_path)) > 0, lambda: "a line of %s" % process)
        self.running.kill()
        self.assertEqual(process.wait(), 1, process)
        self.assertIn("the connection to the gateway was lost", process.err)


class Told(Running):
    """What a gateway says of itself."""

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
        self.assertEqual(process.wait(), 130, process)
        self.assertEqual({r["bus"] for r in readings(process.out_path)}, {"wire"})

    def watchers(self):
        client = Client(self.socket)
        control = client.ask("status")[0]["control"]
        client.close()
        return control["commands"] - self.statuses(control)

    def statuses(self, control):
        """Every other connection asked for the status alone."""
        return control["connections"] - 2

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


if __name__ == "__main__":
    unittest.main()
