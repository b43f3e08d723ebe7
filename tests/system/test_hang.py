# SPDX-License-Identifier: MIT
"""A sink that sleeps for ever in write and a transport that hangs in open: nobody else notices."""

import os
import time
import unittest

from metergate import SystemTest, devices, free_port, gaps, json_lines, readings, select, until

INTERVAL = 0.5  # s between two readouts of each meter
METERS = 3  # on each bus
WINDOW = 10.25 * INTERVAL  # s of exchanges that are counted; ends between two readouts

HANGING_SINK = """
[sink asleep]
plugin = sleeper
queue = 20
"""

HANGING_BUS = """
[bus stuck]
transport = stuck
open_timeout = 1s

[device stuck/nobody]
address = 1
"""


class Hang(SystemTest):
    def configuration(self, ports):
        text = self.head(stop_timeout="1s")
        for number, port in enumerate(ports):
            text += "\n[bus b%d]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\ninterval = 500ms\n" % (
                number, port) + devices("b%d" % number, METERS)
        return text + "\n[sink file]\nplugin = file\npath = readings.jsonl\n\n[sink second]\nplugin = file\npath = -\n"

    def exchanges(self, simulator):
        """How many readouts each bus got in the window, which begins with the first one in the log."""
        log = select(simulator.log(), event="answer")
        data = [line for line in log if line["values"]]
        ports = sorted({line["port"] for line in data})
        counts = []
        for port in ports:
            times = [line["t"] / 1e6 for line in data if line["port"] == port]
            counts.append(sum(1 for t in times if t < times[0] + WINDOW))
        return counts

    def window_passed(self, simulator):
        """True once each bus was heard for the whole window."""
        log = [line for line in select(simulator.log(), event="answer") if line["values"]]
        first = {}
        for line in log:
            first.setdefault(line["port"], line["t"] / 1e6)
        return len(first) == 2 and time.monotonic() > max(first.values()) + WINDOW

    def run_for_window(self, more):
        ports = [free_port(), free_port()]
        simulator = self.simulate(tcp=ports, meters=METERS)
        path = self.path("readings.jsonl")
        if os.path.exists(path):
            os.remove(path)
        gateway = self.gateway(self.configuration(ports).replace("readings.jsonl", path) + more)
        until(lambda: self.window_passed(simulator), "a window of exchanges")
        begin = time.monotonic()
        accounts = gateway.stop()
        return simulator, gateway, accounts, time.monotonic() - begin

    def test_sleeping_sink_and_hanging_transport(self):
        alone, _, accounts, _ = self.run_for_window("")
        without = self.exchanges(alone)
        self.assertNotIn("asleep", accounts)
        self.assertTrue(all(count >= 10 * METERS - 2 for count in without), without)

        simulator, gateway, accounts, took = self.run_for_window(HANGING_SINK + HANGING_BUS)
        beside = self.exchanges(simulator)
        for number, count in enumerate(beside):
            self.assertLessEqual(abs(count - without[number]), 1, (without, beside))

        # The other sinks miss nothing.
        path = self.path("readings.jsonl")
        came = readings(path)
        self.assertEqual(gaps(came), [])
        self.assertEqual({(r["bus"], r["device"]) for r in came},
                         {("b%d" % b, "m%d" % m) for b in (0, 1) for m in range(1, METERS + 1)})
        self.assertTrue(all(min(r["device_seq"] for r in select(came, bus=b, device=d)) == 1
                            for b, d in {(r["bus"], r["device"]) for r in came}))
        for sink in ("file", "second"):
            account = accounts[sink]
            self.assertEqual(account["delivered"], account["routed"], accounts)
        self.assertEqual(accounts["file"]["delivered"], len(json_lines(path)))
        self.assertEqual(accounts["second"]["delivered"], len(gateway.out.splitlines()))

        # What the hung one lost is counted to the last reading.
        asleep = accounts["asleep"]
        self.assertEqual(asleep["delivered"], 0, accounts)
        self.assertEqual(asleep["rejected"], 0, accounts)
        self.assertEqual(asleep["dropped"] + asleep["queued"], asleep["routed"])
        lost_events = len(select(json_lines(path), type="sink_lost"))
        about_itself = sum(1 for m in json_lines(path) if "asleep" in (m.get("message") or ""))
        self.assertGreater(lost_events, 0)
        self.assertLessEqual(accounts["file"]["routed"] - about_itself, asleep["routed"])
        self.assertGreaterEqual(accounts["file"]["routed"], asleep["routed"])

        # It stops in time, and says who hung.
        self.assertLess(took, 10.0)
        tail = gateway.err
        for name in ("asleep", "stuck"):
            self.assertTrue(any(name in line and "hang" in line for line in tail.splitlines()), gateway)


if __name__ == "__main__":
    unittest.main(verbosity=2)
