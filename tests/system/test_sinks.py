# SPDX-License-Identifier: MIT
"""What each kind of sink promises by itself: files, syslog over TCP, ZeroMQ with CURVE."""

import datetime
import os
import signal
import unittest

import msgpack
import zmq
from zmq.utils.monitor import recv_monitor_message

from metergate import SyslogReceiver, SystemTest, devices, exact, free_port, json_lines, readings, select, until
from values import CSV_COLUMNS, csv_readings, json_records, syslog_reading


class Sinks(SystemTest):
    def start(self, sinks, interval="20ms", **keys):
        """Two meters inside the process, without the pace of a wire."""
        return self.gateway(self.head() + "\n[bus b]\ntransport = simulator\nmeters = 2\npacing = no\ninterval = %s\n"
                            % interval + devices("b", 2) + sinks, **keys)


class File(Sinks):
    def sink(self, path, **keys):
        return "\n[sink file]\nplugin = file\npath = %s\n" % path + "".join("%s = %s\n" % k for k in keys.items())

    def check_whole(self, messages):
        """One run without a gap, up to the last message."""
        self.assertEqual([m["seq"] for m in messages], list(range(1, len(messages) + 1)))
        self.assertEqual(messages[-1]["type"], "gateway_down")

    def test_rotation_by_size(self):
        path, size = self.path("readings.jsonl"), 30000
        gateway = self.start(self.sink(path, rotate_size=size, rotate_keep=1000))
        until(lambda: os.path.exists(path + ".3"), lambda: "three rotations by %s" % gateway)
        accounts = gateway.stop()
        parts = [path]
        while os.path.exists("%s.%d" % (path, len(parts))):
            parts.insert(0, "%s.%d" % (path, len(parts)))
        self.assertTrue(all(os.path.getsize(part) <= size for part in parts))
        messages = [m for part in parts for m in json_lines(part)]
        self.check_whole(messages)
        self.assertEqual(accounts["file"]["delivered"], len(messages))

    def test_only_so_many_are_kept(self):
        path = self.path("readings.jsonl")
        gateway = self.start(self.sink(path, rotate_size=8000, rotate_keep=2))
        until(lambda: len(select(json_lines(path + ".2"), type="reading")) and json_lines(path)
              and json_lines(path + ".2")[0]["seq"] > 1, lambda: "three rotations by %s" % gateway)
        gateway.stop()
        self.assertFalse(os.path.exists(path + ".3"))
        messages = [m for part in (path + ".2", path + ".1", path) for m in json_lines(part)]
        self.assertEqual([m["seq"] for m in messages], list(range(messages[0]["seq"], messages[-1]["seq"] + 1)))

    def test_reopen_for_logrotate(self):
        path = self.path("readings.jsonl")
        gateway = self.start(self.sink(path))
        until(lambda: len(readings(path)) > 3, lambda: "readings from %s" % gateway)
        os.rename(path, path + ".old")
        gateway.signal(signal.SIGUSR1)
        until(lambda: len(readings(path)) > 3, lambda: "a new file from %s" % gateway)
        gateway.stop()
        self.check_whole(json_lines(path + ".old") + json_lines(path))

    def test_torn_line_after_kill(self):
        path = self.path("readings.jsonl")
        first = self.start(self.sink(path))
        until(lambda: len(readings(path)) > 3, lambda: "readings from %s" % first)
        first.kill()
        torn = b'{"schema":1,"type":"reading","gateway":"te'
        with open(path, "r+b") as file:
            whole = file.read()
            file.truncate(whole.rfind(b"\n") + 1)
            file.seek(0, os.SEEK_END)
            file.write(torn)
        before = len(json_lines(path))
        second = self.start(self.sink(path))
        until(lambda: len(readings(path)) > before + 3, lambda: "more readings from %s" % second)
        second.stop()
        with open(path, "rb") as file:
            data = file.read()
        self.assertNotIn(torn + b"{", data)
        self.assertTrue(data.endswith(b"\n"))
        messages = json_lines(path)
        runs = [m["run"] for m in messages]
        self.assertLess(runs[0], runs[-1])
        self.assertEqual(len(set(runs)), 2)
        self.check_whole([m for m in messages if m["run"] == runs[-1]])
        self.assertIn("cut off %d bytes" % len(torn), second.err)

    def test_csv(self):
        table, lines = self.path("readings.csv"), self.path("readings.jsonl")
        for _ in range(2):
            before = len(readings(lines))
            gateway = self.start(self.sink(table, format="csv").replace("[sink file]", "[sink csv]") + self.sink(lines))
            until(lambda: len(readings(lines)) > before + 3, lambda: "readings from %s" % gateway)
            gateway.stop()
        with open(table, newline="") as file:
            text = file.read()
        self.assertEqual(text.count(",".join(CSV_COLUMNS)), 1)
        self.assertEqual(text.count("\n"), text.count("\r\n"))
        rows, objects = csv_readings(table), readings(lines)
        self.assertEqual([(r["time"], r["device"], r["meter_id"]) for r in rows],
                         [(m["time"], m["device"], m["meter"]["id"]) for m in objects])
        self.assertEqual([r["records"] for r in rows], [json_records(m) for m in objects])

    def test_common_units(self):
        base, common = self.path("base.jsonl"), self.path("common.jsonl")
        people = self.sink(common, units="common").replace("[sink file]", "[sink people]")
        gateway = self.start(self.sink(base) + people)
        until(lambda: len(readings(common)) > 1, lambda: "readings from %s" % gateway)
        gateway.stop()
        pairs = [pair for messages in zip(readings(base), readings(common))
                 for pair in zip(*(json_records(message) for message in messages))]
        self.assertTrue([pair for pair in pairs if pair[0]["unit"] == "Wh"])
        for first, second in pairs:
            shift = {"Wh": "kWh", "W": "kW"}.get(first["unit"])
            self.assertEqual(second["unit"], shift or first["unit"])
            self.assertEqual(second["value"], first["value"] / 1000 if shift else first["value"])


class Curve(Sinks):
    """Only subscribers whose key is on the list get anything."""

    def setUp(self):
        super().setUp()
        self.public, secret = (key.decode() for key in zmq.curve_keypair())
        self.secret = self.write("curve.secret", secret)
        os.chmod(self.secret, 0o600)
        self.endpoint = "tcp://127.0.0.1:%d" % free_port()
        self.context = zmq.Context()
        self.addCleanup(self.context.destroy, 0)

    def sink(self, allow):
        return "\n[sink live]\nplugin = zeromq\nbind = %s\ncurve_secret = file:%s\n" % (
            self.endpoint, self.secret) + ("allow = %s\n" % allow if allow else "")

    def subscribe(self, keys):
        socket = self.context.socket(zmq.SUB)
        if keys is not None:
            socket.curve_publickey, socket.curve_secretkey = keys
            socket.curve_serverkey = self.public.encode()
        monitor = socket.get_monitor_socket(zmq.EVENT_ALL)
        self.addCleanup(self.drop, socket, monitor)
        socket.subscribe(b"")
        socket.connect(self.endpoint)
        return socket, monitor

    def drop(self, socket, monitor):
        socket.disable_monitor()
        monitor.close(0)
        socket.close(0)

    def refused(self, monitor):
        """True once the other end said no; what else happens on the connection is read over."""
        while monitor.poll(0):
            if recv_monitor_message(monitor)["event"] in (
                    zmq.EVENT_HANDSHAKE_FAILED_AUTH, zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL,
                    zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL):
                return True
        return False

    def count(self, socket, wanted):
        """How many messages came, once there were as many as wanted."""
        while socket.poll(0):
            topic, body = socket.recv_multipart()
            self.assertEqual(msgpack.unpackb(body)["gateway"], "test")
            self.came += 1
        return self.came >= wanted

    def test_allowed_and_unknown_key(self):
        friend, stranger = zmq.curve_keypair(), zmq.curve_keypair()
        gateway = self.start(self.sink('"%s"' % friend[0].decode()))
        gateway.says("publishes at")
        (good, _), (bad, bad_monitor), (plain, plain_monitor) = (
            self.subscribe(friend), self.subscribe(stranger), self.subscribe(None))
        self.came = 0
        until(lambda: self.count(good, 5), lambda: "readings from %s" % gateway)
        until(lambda: self.refused(bad_monitor), "a refusal of the unknown key")
        until(lambda: self.refused(plain_monitor), "a refusal without any key")
        self.came = 0
        until(lambda: self.count(good, 5), lambda: "more readings from %s" % gateway)
        self.assertEqual((bad.poll(0), plain.poll(0)), (0, 0))
        accounts = gateway.stop()
        self.assertEqual(accounts["live"]["delivered"], accounts["live"]["routed"])

    def test_any(self):
        gateway = self.start(self.sink("any"))
        gateway.says("publishes at")
        socket, _ = self.subscribe(zmq.curve_keypair())
        self.came = 0
        until(lambda: self.count(socket, 3), lambda: "readings from %s" % gateway)
        gateway.stop()

    def test_refused_without_a_list(self):
        path = self.path("readings.jsonl")
        gateway = self.start(self.sink("") + "\n[sink file]\nplugin = file\npath = %s\n" % path)
        gateway.says("allow = any")
        until(lambda: len(readings(path)) > 3, lambda: "readings from %s" % gateway)
        accounts = gateway.stop()
        self.assertEqual(accounts["live"]["delivered"], 0)
        self.assertEqual(accounts["live"]["dropped"], accounts["live"]["routed"])
        with open(self.secret) as file:
            self.assertNotIn(file.read(), gateway.err)

    def test_secret_that_others_can_read(self):
        os.chmod(self.secret, 0o644)
        config = self.write("open.ini", self.head() + self.sink("any"))
        self.assertIn("curve.secret", self.command("check", config, code=3).err)


class SyslogTcp(Sinks):
    def test_octet_counting_and_reconnect(self):
        """A receiver that is restarted gets everything since it closed the connection, and no torn message."""
        port, path = free_port(), self.path("readings.jsonl")
        first = SyslogReceiver("tcp", port)
        self.addCleanup(first.close)
        gateway = self.start(
            "\n[sink log]\nplugin = syslog\ntransport = tcp\naddress = 127.0.0.1:%d\n" % port
            + "\n[sink file]\nplugin = file\npath = %s\n" % path, interval="100ms")
        until(lambda: len(first.take()) > 5, lambda: "messages from %s" % gateway)
        first.close()
        closed = datetime.datetime.now(datetime.timezone.utc)
        gone = json_lines(path)[-1]["seq"]
        until(lambda: json_lines(path)[-1]["seq"] > gone + 5, lambda: "readings meanwhile from %s" % gateway)
        second = SyslogReceiver("tcp", port)
        self.addCleanup(second.close)
        until(lambda: len(second.take()) > 5, lambda: "messages after the restart from %s" % gateway)
        accounts = gateway.stop()
        account = accounts["log"]
        self.assertEqual((account["rejected"], account["dropped"], account["queued"]), (0, 0, 0), gateway)
        # What the gateway says about this very sink goes to the others only.
        meant = {m["seq"]: m for m in json_lines(path) if "sink log" not in m.get("message", "")}
        until(lambda: syslog_reading(second.take()[-1])["seq"] == max(meant), "the last message")
        before = [syslog_reading(m)["seq"] for m in first.take()]
        after = [syslog_reading(m)["seq"] for m in second.take()]
        self.assertEqual(before, list(meant)[:len(before)])
        self.assertEqual(after, list(meant)[-len(after):])
        # Nobody acknowledges: what was on its way when the connection broke is lost, nothing else.
        lost = [m["time"] for seq, m in meant.items() if before[-1] < seq < after[0]]
        late = [t for t in lost if datetime.datetime.fromisoformat(t) > closed]
        self.assertEqual(late, [])


class SyslogLocal(Sinks):
    def test_local_socket(self):
        """The socket of this machine, which appears only after the gateway."""
        path, socket = self.path("readings.jsonl"), self.path("log")
        gateway = self.start("\n[sink log]\nplugin = syslog\naddress = %s\nfacility = local3\nseverity = notice\n"
                             "types = reading\nformat = json\n" % socket
                             + "\n[sink file]\nplugin = file\npath = %s\n" % path)
        gateway.says("start a syslog server")
        receiver = SyslogReceiver("unix", socket)
        self.addCleanup(receiver.close)
        until(lambda: len(receiver.take()) > 5, lambda: "messages from %s" % gateway)
        accounts = gateway.stop()
        self.assertEqual(accounts["log"]["delivered"], accounts["log"]["routed"])
        until(lambda: len(receiver.take()) == accounts["log"]["delivered"], "the rest of the messages")
        messages = receiver.take()
        self.assertEqual({(m.facility, m.severity, m.app, m.process, m.kind) for m in messages},
                         {(19, 5, "metergate", str(gateway.pid), "reading")})
        self.assertEqual([exact(m.message) for m in messages], readings(path))


if __name__ == "__main__":
    unittest.main(verbosity=2)
