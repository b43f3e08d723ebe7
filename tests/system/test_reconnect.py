# SPDX-License-Identifier: MIT
"""Ports that go away and come back, and ports that are not there at the start."""

import unittest

from metergate import SystemTest, devices, free_port, gaps, json_lines, readings, select, until


class Reconnect(SystemTest):
    def start(self, bus, meters):
        self.file = self.path("readings.jsonl")
        return self.gateway(
            self.head() + "\n[bus b]\n" + bus + "interval = 0\nreconnect_min = 200ms\nreconnect_max = 1s\n"
            + devices("b", meters) + "\n[sink file]\nplugin = file\npath = %s\n" % self.file)

    def events(self, kind):
        return select(json_lines(self.file), type=kind, bus="b")

    def seq(self):
        """Of the last message so far."""
        return max([m["seq"] for m in json_lines(self.file)], default=0)

    def reads_on(self, devices_wanted):
        """Every device gives a reading from now on."""
        begin = self.seq()
        until(lambda: {r["device"] for r in readings(self.file) if r["seq"] > begin} >= devices_wanted,
              "readings of %s" % sorted(devices_wanted))

    def test_unplug_and_replug(self):
        link = self.path("tty")
        first = self.simulate(ptys=[link], meters=2)
        gateway = self.start("transport = serial\npath = %s\nbaud = 38400\n" % link, 2)
        self.reads_on({"m1", "m2"})
        self.assertEqual(self.events("bus_down"), [])
        first.kill()
        down = until(lambda: self.events("bus_down"), lambda: "bus_down from %s" % gateway)[0]
        self.assertNotEqual(down["message"], "")
        # Whoever is killed leaves the link behind; a new adapter gets the name again.
        self.simulate(ptys=[link], meters=2)
        up = until(lambda: [e for e in self.events("bus_up") if e["seq"] > down["seq"]],
                   lambda: "bus_up from %s" % gateway)[0]
        self.reads_on({"m1", "m2"})
        gateway.stop()
        messages = json_lines(self.file)
        self.assertEqual(gaps(messages), [])
        between = [m for m in readings(self.file) if down["seq"] < m["seq"] < up["seq"]]
        self.assertEqual(between, [])
        self.assertEqual(len(self.events("bus_down")), 1)

    def test_port_refused_at_start_appears(self):
        port = free_port()
        gateway = self.start("transport = tcp\nhost = localhost\nport = %d\nbaud = 38400\n" % port, 1)
        gateway.says("refused")
        until(lambda: self.events("bus_down"), lambda: "bus_down from %s" % gateway)
        self.assertEqual(readings(self.file), [])
        self.simulate(tcp=[port], meters=1)
        until(lambda: self.events("bus_up"), lambda: "bus_up from %s" % gateway)
        self.reads_on({"m1"})
        refusals = [line for line in gateway.err.splitlines() if "refused" in line]
        self.assertLess(len(refusals), 5, "one line for a change of state: %s" % gateway)
        gateway.stop()

    def test_silent_device_and_its_return(self):
        port = free_port()
        one = self.simulate(tcp=[port], meters=1)
        gateway = self.start("transport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\nsilent_max = 1s\n"
                             "latency = 20ms\n" % port, 2)
        silent = until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)
        self.assertEqual([e["device"] for e in silent], ["m2"])
        self.reads_on({"m1"})
        one.kill()
        until(lambda: self.events("bus_down"), lambda: "bus_down from %s" % gateway)
        self.simulate(tcp=[port], meters=2)
        back = until(lambda: self.events("device_back"), lambda: "device_back from %s" % gateway)
        self.assertIn("m2", [e["device"] for e in back])
        self.reads_on({"m1", "m2"})
        gateway.stop()


if __name__ == "__main__":
    unittest.main(verbosity=2)
