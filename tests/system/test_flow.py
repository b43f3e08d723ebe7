# SPDX-License-Identifier: MIT
"""Twenty meters on a pty and two TCP ports, three sinks: every value is that of the simulator's log."""

import unittest

import msgpack
import zmq

from metergate import (SyslogReceiver, SystemTest, devices, free_port, gaps, json_lines, readings, select,
                       until)
from values import Truth, csv_readings, json_records, msgpack_records, syslog_reading

BUSES = {"wire": 8, "north": 6, "south": 6}  # meters on each


class Flow(SystemTest):
    def start(self):
        self.link, self.ports = self.path("tty"), {"north": free_port(), "south": free_port()}
        self.simulators = {
            "wire": self.simulate("--multi", 2, ptys=[self.link], meters=BUSES["wire"]),
            "north": self.simulate("--multi", 1, tcp=[self.ports["north"]], meters=BUSES["north"]),
            "south": self.simulate(tcp=[self.ports["south"]], meters=BUSES["south"]),
        }
        self.file, self.table = self.path("readings.jsonl"), self.path("readings.csv")
        syslog_port, zmq_port = free_port(), free_port()
        self.receiver = SyslogReceiver("udp", syslog_port)
        self.addCleanup(self.receiver.close)
        self.subscriber = zmq.Context.instance().socket(zmq.SUB)
        self.addCleanup(self.subscriber.close, 0)
        self.subscriber.set_hwm(0)
        self.subscriber.subscribe(b"metergate/1/test/")
        self.subscriber.connect("tcp://127.0.0.1:%d" % zmq_port)
        self.frames = []
        return self.gateway(
            self.head()
            + "\n[bus wire]\ntransport = serial\npath = %s\nbaud = 38400\n" % self.link + self.timing("wire")
            + "".join("\n[bus %s]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = 38400\n" % (bus, port)
                      + self.timing(bus) for bus, port in self.ports.items())
            + "\n[sink file]\nplugin = file\npath = %s\nraw = yes\n" % self.file
            + "\n[sink table]\nplugin = file\nformat = csv\npath = %s\n" % self.table
            + "\n[sink live]\nplugin = zeromq\nbind = tcp://127.0.0.1:%d\nraw = yes\nlinger = 5s\n" % zmq_port
            + "\n[sink log]\nplugin = syslog\ntransport = udp\naddress = 127.0.0.1:%d\nmax_size = 16K\n" % syslog_port)

    def timing(self, bus):
        return "interval = 500ms\nlatency = 50ms\nreconnect_min = 100ms\nreconnect_max = 500ms\n" + devices(
            bus, BUSES[bus])

    def receive(self):
        """Everything that the subscriber got so far."""
        while self.subscriber.poll(0):
            topic, body = self.subscriber.recv_multipart()
            self.frames.append((topic.decode(), msgpack.unpackb(body)))
        return self.frames

    def everybody(self, buses=BUSES, after=0):
        """Every meter of these buses gave a reading that the subscriber and the file got."""
        wanted = {(bus, "m%d" % n) for bus in buses for n in range(1, BUSES[bus] + 1)}
        heard = {(m["bus"], m["device"]) for _, m in self.receive() if m["type"] == "reading" and m["seq"] > after}
        written = {(m["bus"], m["device"]) for m in readings(self.file) if m["seq"] > after}
        return wanted <= heard and wanted <= written

    def last_seq(self):
        return max([m["seq"] for m in json_lines(self.file)], default=0)

    def event(self, kind, bus, after):
        return until(lambda: [m for m in select(json_lines(self.file), type=kind, bus=bus) if m["seq"] > after],
                     lambda: "%s of %s from %s" % (kind, bus, self.running))[0]

    def lose_south(self):
        """Its simulator dies and comes back; the others do not notice. Answers what the events frame."""
        begin = self.last_seq()
        self.simulators["south"].kill()
        down = self.event("bus_down", "south", begin)
        until(lambda: self.everybody(("wire", "north"), down["seq"]), lambda: "the others from %s" % self.running)
        gone = self.last_seq()
        self.simulators["south-2"] = self.simulate(tcp=[self.ports["south"]], meters=BUSES["south"])
        up = self.event("bus_up", "south", gone)
        until(lambda: self.everybody(BUSES, up["seq"]), lambda: "all again from %s" % self.running)
        return down, up

    def test_every_value_through_every_sink(self):
        self.running = gateway = self.start()
        until(self.everybody, lambda: "all meters from %s" % gateway)
        down, up = self.lose_south()
        accounts = gateway.stop()
        messages = json_lines(self.file)
        last = messages[-1]["seq"]
        until(lambda: self.receive()[-1][1]["seq"] == last, "the last message through zeromq")
        until(lambda: self.receiver.take()[-1].kind == "gateway_down", "the last message through syslog")

        truth = Truth(*self.simulators.values())
        self.check_accounts(accounts, messages)
        by_seq = self.check_file(truth, messages)
        self.check_zmq(truth, by_seq)
        self.check_syslog(by_seq)
        self.check_csv(by_seq)
        self.check_isolation(messages, down, up)

    def check_accounts(self, accounts, messages):
        for sink in ("file", "table", "live", "log"):
            self.assertEqual(accounts[sink]["routed"], len(messages), sink)
            self.assertEqual(accounts[sink]["delivered"], len(messages), sink)

    def check_file(self, truth, messages):
        """Answers seq -> (reading, its records) for the other sinks."""
        self.assertEqual([m["seq"] for m in messages], list(range(1, len(messages) + 1)))
        self.assertEqual(gaps(messages), [])
        by_seq = {}
        for message in select(messages, type="reading"):
            wanted = truth.of(message["telegrams"])
            self.assertEqual(json_records(message), wanted, message)
            self.assertEqual(len({r["name"] for r in wanted}), len(wanted))
            self.assertFalse(message["more_records_follow"])
            by_seq[message["seq"]] = (message, wanted)
        self.assertEqual({(m["bus"], m["device"]) for m, _ in by_seq.values() if len(m["telegrams"]) == 3},
                         {("wire", "m1"), ("wire", "m2"), ("north", "m1")})
        self.assertGreaterEqual(len({m["meter"]["medium"] for m, _ in by_seq.values()}), 5)
        return by_seq

    def check_zmq(self, truth, by_seq):
        """From the first message that the subscriber was connected for, nothing is missing."""
        seqs = [m["seq"] for _, m in self.frames]
        self.assertEqual(seqs, list(range(seqs[0], seqs[-1] + 1)))
        for topic, message in self.frames:
            parts = [message["gateway"], message.get("bus"), message.get("device")]
            self.assertEqual(topic, "metergate/1/" + "".join(part + "/" for part in parts if part))
            if message["type"] == "reading":
                self.assertEqual(msgpack_records(message), truth.of(message["telegrams"]))
                self.assertEqual(message["telegrams"], by_seq[message["seq"]][0]["telegrams"])
                self.assertEqual(message["meter"], by_seq[message["seq"]][0]["meter"])

    def check_syslog(self, by_seq):
        came = [syslog_reading(message) for message in self.receiver.take()]
        self.assertEqual([m["seq"] for m in came], list(range(1, len(came) + 1)))
        came = select(came, type="reading")
        self.assertEqual([m["seq"] for m in came], list(by_seq))
        for reading in came:
            message, wanted = by_seq[reading["seq"]]
            self.assertEqual((reading["bus"], reading["device"], reading["meter-id"]),
                             (message["bus"], message["device"], message["meter"]["id"]))
            self.assertEqual(reading["records"], [{key: r[key] for key in ("name", "unit", "value")} for r in wanted])

    def check_csv(self, by_seq):
        rows = csv_readings(self.table)
        self.assertEqual([(r["time"], r["bus"], r["device"], r["meter_id"]) for r in rows],
                         [(m["time"], m["bus"], m["device"], m["meter"]["id"]) for m, _ in by_seq.values()])
        for row, (_, wanted) in zip(rows, by_seq.values()):
            self.assertEqual(row["records"], wanted)

    def check_isolation(self, messages, down, up):
        between = [m for m in select(messages, type="reading") if down["seq"] < m["seq"] < up["seq"]]
        self.assertEqual({m["bus"] for m in between}, {"wire", "north"})
        for kind in ("bus_down", "bus_up"):
            self.assertEqual([m["bus"] for m in select(messages, type=kind)], ["south"])
        for kind in ("device_silent", "meter_changed", "sink_lost", "sink_off"):
            self.assertEqual(select(messages, type=kind), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
