# SPDX-License-Identifier: MIT
"""What goes wrong on a bus: values stay right, failures are said in words, and the next exchange works."""

import select as selectors
import socket
import threading
import time
import unittest

from metergate import SystemTest, devices, free_port, json_lines, readings, select, until
from values import json_records, truth_of

BAUD = 9600
TICK = 0.002


class Converter:
    """A level converter at a TCP port: passes bytes on to a simulator, and does to them what a test wants."""

    def __init__(self, far):
        self.far = far
        self.request = lambda data: [(0, data)]  # what goes to the meters: [(seconds later, bytes)]
        self.answer = lambda data: [(0, data)]  # what goes to the master
        self.at_once = lambda data: []  # what the master gets for its request, without the meters
        self.hang_up_after = None  # bytes of answers, once
        self.deaf = False  # nothing passes
        self.closed = False
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = free_port()
        self.listener.bind(("127.0.0.1", self.port))
        self.listener.listen(5)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def close(self):
        self.closed = True
        self.thread.join()
        self.listener.close()

    def _run(self):
        while not self.closed:
            if not selectors.select([self.listener], [], [], 0.05)[0]:
                continue
            near = self.listener.accept()[0]
            far = socket.create_connection(("127.0.0.1", self.far))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with near, far:
                self._serve(near, far)

    def _serve(self, near, far):
        queue = []  # (when, where to, bytes)
        while not self.closed:
            ready = selectors.select([near, far], [], [], TICK)[0]
            now = time.monotonic()
            for end in ready:
                try:
                    data = end.recv(4096)
                except OSError:
                    return
                if not data:
                    return
                if self.deaf:
                    continue
                if end is near:
                    self._put(queue, near, now, self.at_once(data))
                    self._put(queue, far, now, self.request(data))
                elif not self._hangs_up(data, near):
                    self._put(queue, near, now, self.answer(data))
                else:
                    return
            due = [entry for entry in queue if entry[0] <= now]
            queue = [entry for entry in queue if entry[0] > now]
            for _, where, part in due:
                try:
                    where.sendall(part)
                except OSError:
                    return

    @staticmethod
    def _put(queue, where, now, parts):
        """Bytes stay in their order, whatever the delays are."""
        for after, part in parts:
            last = max([when for when, other, _ in queue if other is where], default=0)
            queue.append((max(now + after, last), where, part))

    def _hangs_up(self, data, near):
        if self.hang_up_after is None:
            return False
        if len(data) < self.hang_up_after:
            self.hang_up_after -= len(data)
            return False
        near.sendall(data[: self.hang_up_after])
        self.hang_up_after = None
        return True


class Bench(SystemTest):
    def converter(self, *arguments, meters=3, **keys):
        """A converter before simulated meters."""
        port = free_port()
        self.simulator = self.simulate(*arguments, tcp=[port], meters=meters, baud=BAUD, **keys)
        box = Converter(port)
        self.addCleanup(box.close)
        self.target = "tcp://127.0.0.1:%d?baud=%d" % (box.port, BAUD)
        return box

    def truths(self):
        return [(a["id"], truth_of(a)) for a in select(self.simulator.log(), event="answer") if a["values"]]

    def right(self, lines):
        """Each reading is what its meter sent, to the last digit."""
        truths = self.truths()
        for line in lines:
            self.assertIn((line["meter"]["id"], json_records(line)), truths)

    def reads(self, *addresses, target=None):
        result = self.command("read", target or self.target, *addresses)
        lines = result.lines()
        self.assertEqual([str(line["device"]) for line in lines], [str(a) for a in addresses], result.text)
        self.right(lines)
        return result

    def fails(self, *words, addresses=(1, 2), code=7, target=None):
        """The first address fails with these words, and those behind it are read all the same."""
        result = self.command("read", target or self.target, *addresses, code=code)
        self.assertEqual([str(line["device"]) for line in result.lines()], [str(a) for a in addresses[1:]], result.text)
        for word in words:
            self.assertIn(word, result.err)
        self.right(result.lines())

    def running(self, bus, meters, **keys):
        self.file = self.path("readings.jsonl")
        text = (self.head() + "\n[bus b]\n" + bus + "baud = %d\ninterval = 0\nsilent_max = 1s\n" % BAUD
                + devices("b", meters, **keys) + "\n[sink file]\nplugin = file\npath = %s\n" % self.file)
        return self.gateway(text)

    def behind(self, box, meters):
        """A gateway that reads through the converter."""
        return self.running("transport = tcp\nhost = 127.0.0.1\nport = %d\nreconnect_min = 100ms\nreconnect_max = 500ms\n"
                            % box.port, meters)

    def events(self, kind):
        return select(json_lines(self.file), type=kind, bus="b")

    def reads_on(self, wanted):
        begin = max([m["seq"] for m in json_lines(self.file)], default=0)
        until(lambda: {r["device"] for r in readings(self.file) if r["seq"] > begin} >= wanted,
              "readings of %s" % sorted(wanted))


class Echo(Bench):
    def test_echo_of_the_level_converter(self):
        self.converter("--echo")
        self.reads(1, 2, 3)

    def test_echo_that_comes_at_once(self):
        self.converter().at_once = lambda data: [(0, data)]
        self.reads(1, 2, 3)

    def test_echo_that_comes_late(self):
        box = self.converter()
        box.at_once = lambda data: [(0.03, data)]
        box.answer = lambda data: [(0.06, data)]
        self.reads(1, 2, 3)

    def test_echo_in_pieces(self):
        self.converter().at_once = lambda data: [(0.004 * at, data[at: at + 2]) for at in range(0, len(data), 2)]
        self.reads(1, 2, 3)

    def test_echo_without_an_answer_is_named(self):
        box = self.converter()
        box.at_once = lambda data: [(0, data)]
        self.fails("only the converter's echo", "check address, baud rate and wiring", addresses=(9, 1))


class Noise(Bench):
    def test_noise_at_switching(self):
        box = self.converter()
        box.at_once = lambda data: [(0, b"\x00\xff")]
        self.reads(1, 2, 3)

    def test_garbage_before_an_answer(self):
        box = self.converter()
        box.at_once = lambda data: [(0, b"\xfd\x00\x40\x04")] if data[0] == 0x10 and data[1] & 0x0F == 0x0B else []
        self.reads(1, 2, 3)

    def test_one_byte_of_a_hundred(self):
        gateway = self.running("transport = simulator\nmeters = 20\nblock = 0\ndisturbed = 1%%\nlog = %s\n"
                               % self.path("wire.log"), 20)
        until(lambda: len({r["device"] for r in readings(self.file)}) == 20, lambda: "20 meters from %s" % gateway)
        gateway.stop()
        truths = [(a["id"], truth_of(a)) for a in json_lines(self.path("wire.log"))
                  if a["event"] == "answer" and a["values"]]
        for line in readings(self.file):
            self.assertIn((line["meter"]["id"], json_records(line)), truths)

    def test_parity_noise_is_named(self):
        gateway = self.running("transport = simulator\nmeters = 2\ndisturbed = 30%\n", 2)
        event = until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)[0]
        self.assertRegex(event["message"], "parity errors|no frame|broke off")
        self.assertRegex(event["message"], "check|is the line disturbed|scan by secondary address|latency")
        self.assertEqual(readings(self.file), [])
        gateway.stop()

    def test_wrong_baud_rate(self):
        gateway = self.running("transport = simulator\nmeters = 2\nmeter_baud = 2400\n", 2)
        event = until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)[0]
        self.assertIn("baud rate", event["message"])
        gateway.stop()


class Collision(Bench):
    def test_two_meters_at_one_address(self):
        self.converter("--together", 2, "--numbers", "random", meters=3)
        self.fails("several meters", "scan", addresses=(1, 2))

    def test_break_of_a_converter(self):
        gateway = self.running("transport = simulator\nmeters = 3\ntogether = 2\nbreaks = yes\n", 2)
        event = until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)[0]
        self.assertEqual(event["device"], "m1")
        self.assertIn("several meters", event["message"])
        self.assertIn("scan by secondary address", event["message"])
        self.reads_on({"m2"})
        gateway.stop()

    def test_another_master(self):
        box = self.converter()
        foreign = bytes.fromhex("105B096416")
        sent = []

        def ask(data):
            """Once, another master's request stands where the answer should begin."""
            if data[0] == 0x10 and data[1] & 0x0F == 0x0B and not sent:
                sent.append(data)
                return [(0, foreign)]
            return []
        box.at_once = ask
        self.reads(1, 2, 3)
        self.assertEqual(len(sent), 1)

    def test_another_master_that_goes_on_is_named(self):
        box = self.converter()
        box.at_once = lambda data: [(0, bytes.fromhex("105B096416"))] if data[2] == 1 else []
        box.request = lambda data: [] if data[2] == 1 else [(0, data)]
        self.fails("another master", addresses=(1, 2))


class Converters(Bench):
    def test_goes_away_in_the_middle_of_a_telegram(self):
        box = self.converter()
        gateway = self.behind(box, 3)
        self.reads_on({"m1", "m2", "m3"})
        box.hang_up_after = 40
        down = until(lambda: self.events("bus_down"), lambda: "bus_down from %s" % gateway)[0]
        self.assertNotEqual(down["message"], "")
        until(lambda: self.events("bus_up"), lambda: "bus_up from %s" % gateway)
        self.reads_on({"m1", "m2", "m3"})
        gateway.stop()
        self.right(readings(self.file))

    def test_goes_away_in_the_middle_of_a_procedure(self):
        box = self.converter()

        def cut(data):
            """The acknowledgement of the new address still comes through."""
            if b"\x51\x01\x7A" in data:
                box.hang_up_after = 1
            return [(0, data)]
        box.request = cut
        result = self.command("set-address", self.target, 1, 20, code=4)
        self.assertRegex(result.err, r"metergate set-address: the port 127\.0\.0\.1:%d: " % box.port)
        self.assertIn("it is unknown whether the meter answers at 1 or at 20 now: ping both", result.err)
        (said,) = select(result.lines(), type="procedure")
        self.assertFalse(said["worked"])
        self.assertEqual(said["steps"][-1]["outcome"], "stopped")

    def test_goes_away_in_the_middle_of_a_readout(self):
        box = self.converter()
        box.hang_up_after = 40
        result = self.command("read", self.target, 1, code=4)
        self.assertRegex(result.err, r"the port 127\.0\.0\.1:%d: .*; is the converter powered" % box.port)

    def test_stalls(self):
        box = self.converter()
        gateway = self.behind(box, 3)
        self.reads_on({"m1", "m2", "m3"})
        box.answer = lambda data: [(3, data)]
        until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)
        box.answer = lambda data: [(0, data)]
        self.reads_on({"m1", "m2", "m3"})
        gateway.stop()
        self.right(readings(self.file))

    def test_slow_and_fast_again(self):
        box = self.converter()
        box.request = box.answer = lambda data: [(0.25, data)]
        gateway = self.behind(box, 3)
        self.reads_on({"m1", "m2", "m3"})
        box.request = box.answer = lambda data: [(0, data)]
        self.reads_on({"m1", "m2", "m3"})
        box.request = box.answer = lambda data: [(0.25, data)]
        self.reads_on({"m1", "m2", "m3"})
        gateway.stop()
        self.right(readings(self.file))

    def test_byte_by_byte(self):
        self.converter().answer = lambda data: [(0.001 * at, data[at: at + 1]) for at in range(len(data))]
        self.reads(1, 2, 3)

    def test_merges_a_frame(self):
        self.converter("--block", "300ms")
        self.reads(1, 2, 3)

    def test_splits_a_frame(self):
        self.converter().answer = lambda data: [(0, data[:5]), (0.02, data[5:9]), (0.04, data[9:])]
        self.reads(1, 2, 3)

    def test_many_meters_fall_silent_at_once(self):
        box = self.converter(meters=4)
        gateway = self.behind(box, 4)
        self.reads_on({"m1", "m2", "m3", "m4"})
        box.deaf = True
        event = until(lambda: self.events("bus_silent"), lambda: "bus_silent from %s" % gateway)[0]
        self.assertIn("the converter may be overloaded", event["message"])
        self.assertIn("measure the bus voltage", event["message"])
        box.deaf = False
        until(lambda: self.events("device_back"), lambda: "device_back from %s" % gateway)
        self.reads_on({"m1", "m2", "m3", "m4"})
        self.assertEqual(len(self.events("bus_silent")), 1)
        gateway.stop()


class Meters(Bench):
    """Quirks of meters in the field: the one that has it, and the next one."""

    def quirk(self, name, multi=0, *more):
        return self.converter("--quirk", "1:" + name, "--multi", multi, *more)

    def test_forgets_the_frame_count_bit(self):
        self.quirk("ignores-fcb", 1)
        self.reads_all(1, 2)

    def reads_all(self, *addresses):
        """Readings of several telegrams: complete, and each of them as it was sent."""
        result = self.command("read", self.target, *addresses)
        values = [record for _, records in self.truths() for record in records]
        for line in result.lines():
            self.assertFalse(line["more_records_follow"], result.text)
            for record in json_records(line):
                self.assertIn(record, values)
        self.assertEqual([str(line["device"]) for line in result.lines()], [str(a) for a in addresses], result.text)

    def test_several_telegrams(self):
        self.quirk("dfc-more", 1)
        self.reads_all(1, 2)

    def test_frame_count_bit_is_stuck(self):
        self.quirk("stuck-fcb", 1)
        result = self.command("read", self.target, 1, 2, code=None)
        self.assertRegex(result.err + result.out, "cannot be read")
        self.assertEqual(str(result.lines()[-1]["device"]), "2")

    def test_needs_a_reset(self):
        self.quirk("needs-reset")
        self.reads(1, 2, 3)

    def test_does_not_acknowledge_a_reset(self):
        self.quirk("mute-reset")
        self.reads(1, 2, 3)

    def test_answers_254_only_once(self):
        self.converter("--quirk", "1:once-at-254", "--multi", 1, meters=1)
        self.reads_all(254)

    def test_late_acknowledge(self):
        self.quirk("late-ack")
        self.reads(1, 2, 3)

    def test_late_answers(self):
        self.quirk("late")
        self.reads(1, 2, 3)

    def test_wrong_address_in_the_answer(self):
        self.quirk("wrong-address")
        self.fails("asked 1, but address", "any_address = yes")

    def test_dead(self):
        self.quirk("dead")
        self.fails("no answer from 1", "check address, baud rate and wiring")

    def test_no_data_now(self):
        self.quirk("busy")
        self.fails("has no data now")

    def test_acknowledges_and_gives_no_data(self):
        self.quirk("mute-data")
        self.fails("no answer from 1")

    def test_stays_selected(self):
        self.converter("--quirk", "1:keeps-selected", "--numbers", "consecutive:10000001")
        self.command("read", self.target, "10000001")
        for number in ("10000002", "10000003"):
            (line,) = self.command("read", self.target, number).lines()
            self.assertEqual(line["meter"]["id"], number)
            self.right([line])

    def test_several_telegrams_cut_in_the_middle(self):
        box = self.converter("--multi", 1)
        requests = []

        def ask(data):
            """The meter does not hear any request for its second telegram."""
            if data[0] == 0x10 and data[2] == 1 and data[1] & 0x0F == 0x0B:
                if not requests or data[1] == requests[0]:
                    requests.append(data[1])
                    return [(0, data)]
                return []
            return [(0, data)]
        box.request = ask
        result = self.command("read", self.target, 1, 2, code=None)
        self.assertIn("telegram 2: no answer from 1", result.err + result.out)
        self.assertIn("this reading lacks it", result.err + result.out)
        self.assertEqual(str(result.lines()[-1]["device"]), "2")
        box.request = lambda data: [(0, data)]
        self.reads_all(1, 2)

    def test_an_alarm(self):
        gateway = self.running("transport = simulator\nmeters = 2\nalarm = 1:4\n", 2)
        event = until(lambda: self.events("device_alarm"), lambda: "device_alarm from %s" % gateway)[0]
        self.assertEqual(event["device"], "m1")
        self.assertIn("alarm state 04h", event["message"])
        self.assertIn("manual of the meter", event["message"])
        self.reads_on({"m1", "m2"})
        self.assertEqual(len(self.events("device_alarm")), 1)
        gateway.stop()

    def test_dead_among_living(self):
        gateway = self.running("transport = simulator\nmeters = 4\ndead = 2\n", 4)
        until(lambda: self.events("device_silent"), lambda: "device_silent from %s" % gateway)
        begin = time.monotonic()
        self.reads_on({"m1", "m3", "m4"})
        self.assertLess(time.monotonic() - begin, 10)
        gateway.stop()
        self.assertEqual(select(readings(self.file), device="m2"), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
