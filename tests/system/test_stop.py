# SPDX-License-Identifier: MIT
"""How the gateway ends: exchanges end, queues drain, accounts are printed, and always in time."""

import os
import signal
import time
import unittest

from metergate import SystemTest, devices, exact, free_port, json_lines, readings, select, until


TWICE = 0.5  # s after which a second signal is meant as one


class Stop(SystemTest):
    def start(self, sinks, baud=38400, meters=3, **head):
        port = free_port()
        self.simulator = self.simulate(tcp=[port], meters=meters, baud=baud)
        bus = "\n[bus b]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = %d\ninterval = 0\n" % (port, baud)
        return self.gateway(self.head(**head) + bus + devices("b", meters) + sinks)

    def answered(self, count):
        """Waits until the simulator gave that many telegrams."""
        until(lambda: len([a for a in select(self.simulator.log(), event="answer") if a["values"]]) >= count,
              "%d answers" % count)

    def file_sink(self):
        return "\n[sink file]\nplugin = file\npath = %s\nraw = yes\n" % self.path("readings.jsonl")

    def check_nothing_is_lost(self, number):
        gateway = self.start(self.file_sink(), baud=2400)
        self.answered(3)
        gateway.signal(number)
        self.assertEqual(gateway.wait(), 0, gateway)
        accounts = gateway.accounts()
        messages = json_lines(self.path("readings.jsonl"))
        account = accounts["file"]
        self.assertEqual((account["rejected"], account["dropped"], account["queued"]), (0, 0, 0), gateway)
        self.assertEqual(account["delivered"], len(messages), gateway)
        self.assertEqual(messages[-1]["type"], "gateway_down")
        # The exchange on the wire was finished: every telegram that a meter gave is in a reading.
        given = [a["telegram"].upper() for a in select(self.simulator.log(), event="answer") if a["values"]]
        came = [t.upper() for r in select(messages, type="reading") for t in r["telegrams"]]
        self.assertEqual(given, came)
        self.assertEqual(gateway.out, "")

    def test_sigterm_finishes_the_exchange_and_drains(self):
        self.check_nothing_is_lost(signal.SIGTERM)

    def test_sigint_does_the_same(self):
        self.check_nothing_is_lost(signal.SIGINT)

    def test_one_signal_that_arrives_twice(self):
        """As from timeout(1), which signals the process and its group: still an orderly end."""
        gateway = self.start(self.file_sink(), baud=2400)
        self.answered(1)
        gateway.signal(signal.SIGTERM)
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.wait(), 0, gateway)
        self.assertEqual(gateway.accounts()["file"]["dropped"], 0, gateway)

    def test_second_signal_ends_at_once(self):
        gateway = self.start("\n[sink full]\nplugin = file\npath = /dev/full\n", stop_timeout="120s")
        self.answered(3)
        gateway.signal(signal.SIGTERM)
        gateway.says("stopping")
        first = time.monotonic()
        until(lambda: time.monotonic() > first + TWICE, "time in which a signal counts as the same one")
        begin = time.monotonic()
        gateway.signal(signal.SIGTERM)
        self.assertEqual(gateway.wait(), 130, gateway)
        self.assertLess(time.monotonic() - begin, 10.0)
        account = gateway.accounts()["full"]
        self.assertEqual(account["delivered"], 0, gateway)
        self.assertGreaterEqual(account["routed"], 3, gateway)

    def check_undelivered_is_counted(self, sink, word):
        gateway = self.start(self.file_sink() + "\n[sink bad]\n" + sink, stop_timeout="1s")
        self.answered(6)
        begin = time.monotonic()
        accounts = gateway.stop()
        self.assertLess(time.monotonic() - begin, 8.0, gateway)
        good, bad = accounts["file"], accounts["bad"]
        self.assertEqual(good["delivered"], good["routed"], gateway)
        self.assertEqual(bad["delivered"], 0, gateway)
        self.assertEqual(bad["dropped"] + bad["rejected"] + bad["queued"], bad["routed"], gateway)
        self.assertGreaterEqual(bad["routed"], len(readings(self.path("readings.jsonl"))), gateway)
        named = [line for line in gateway.err.splitlines() if "bad" in line and word in line]
        self.assertTrue(named, gateway)

    def test_full_device(self):
        self.check_undelivered_is_counted("plugin = file\npath = /dev/full\n", "space")

    def test_refused_syslog(self):
        self.check_undelivered_is_counted(
            "plugin = syslog\ntransport = tcp\naddress = 127.0.0.1:%d\n" % free_port(), "no syslog server")

    def test_broken_pipe_on_stdout(self):
        """Readings on stdout for a reader that goes away: the rest goes on."""
        reader, writer = os.pipe()
        port = free_port()
        self.simulator = self.simulate(tcp=[port], meters=2)
        text = self.head() + "\n[bus b]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 0\n" % (
            port) + devices("b", 2) + self.file_sink() + "\n[sink out]\nplugin = file\npath = -\n"
        gateway = self.gateway(text, stdout=writer)
        os.close(writer)
        with os.fdopen(reader, "rb") as lines:
            first = exact(lines.readline())
        self.assertEqual(first["gateway"], "test")
        self.answered(len(select(self.simulator.log(), event="answer")) + 4)
        accounts = gateway.stop()
        self.assertGreater(accounts["out"]["dropped"] + accounts["out"]["rejected"], 0, gateway)
        self.assertEqual(accounts["file"]["delivered"], accounts["file"]["routed"], gateway)


if __name__ == "__main__":
    unittest.main(verbosity=2)
