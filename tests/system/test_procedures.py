# SPDX-License-Identifier: MIT
"""What a master changes in meters: on a pseudo-terminal and over TCP, on the port itself and through a running gateway.
The simulator's log is the judge."""

import os
import re
import signal
import time
import unittest
from datetime import datetime
from decimal import Decimal

from metergate import SystemTest, devices, free_port, line_baud, readings, select, until

BAUD = 38400
LATENCY = "80ms"  # fixed: what a busy machine adds is no matter of the line
SILENT = 99  # no meter has this address
HEAT, WATER, ELECTRICITY = 1, 2, 3  # addresses of the simulated meters
BEHIND = 7200  # s that all their clocks are behind


class Line:
    """A way to the meters of one simulated bus."""

    def __init__(self, simulator, target, port, serial, gateway):
        self.simulator, self.target, self.port = simulator, target, port
        self.serial, self.gateway = serial, gateway

    def words(self, verb, *words):
        """Lines of JSON from the port itself; from a gateway text for people, and who was asked."""
        flags = ("--table", "--verbose") if self.gateway else ("--json",)
        return (verb, *flags, self.target, *words)

    def answers(self, first=0, **keys):
        return self.simulator.answers(self.port, first, **keys)

    def requests(self, first=0):
        return self.simulator.requests(self.port, first)

    def mark(self):
        return len(self.simulator.log())

    def __str__(self):
        return "%s%s" % (self.target, " through a gateway" if self.gateway else "")


def value(answer, name):
    """A number as the simulated meter sent it."""
    (found,) = select(answer["values"], name=name)
    return found["value"]


class Bench(SystemTest):
    """Lines to simulators that do right, and to such as acknowledge everything and change nothing."""

    OPTIONS = ("--seed", 5, "--meter-baud", BAUD, "--meter-bauds", "9600,19200,38400", "--clock", "*:-%d" % BEHIND,
               "--alarm", "%d:4" % WATER)

    def setUp(self):
        super().setUp()
        os.environ["TZ"] = "MGT-3"  # three hours ahead of UTC, where it matters
        self.addCleanup(os.environ.pop, "TZ")
        self.sections = ""
        self.good = self.lines("good")
        self.bad = self.lines("bad", "--quirk", "*:stubborn")
        self.running = self.gateway(self.sections)
        until(lambda: os.path.exists(self.path("control.sock")), lambda: "the socket of %s" % self.running)

    def lines(self, name, *options):
        ports, ptys = [free_port(), free_port()], [self.path(name + "-own"), self.path(name + "-shared")]
        simulator = self.simulate(*self.OPTIONS, *options, tcp=ports, ptys=ptys, meters=3, baud=BAUD)
        self.sections += ("\n[bus %s-wire]\ntransport = serial\npath = %s\nbaud = %d\nlatency = %s\n"
                          "\n[bus %s-net]\ntransport = tcp\nhost = 127.0.0.1\nport = %d\nbaud = %d\nlatency = %s\n"
                          % (name, ptys[1], BAUD, LATENCY, name, ports[1], BAUD, LATENCY))
        rest = "?baud=%d&latency=%s" % (BAUD, LATENCY)
        found = [Line(simulator, path + rest, path, True, path == ptys[1]) for path in ptys]
        for port in ports:
            target = "tcp://127.0.0.1:%d" % port
            found.append(Line(simulator, target + rest, target, False, port == ports[1]))
        return found

    def on_all(self, good=None, bad=None):
        """Works for every line, side by side."""
        works = [good(line) for line in self.good] if good else []
        works += [bad(line) for line in self.bad] if bad else []
        self.together(*works)

    def asked(self, line, result):
        self.assertEqual('gateway "test" is asked' in result.err, line.gateway, result.text)

    def worked(self, line, result, words):
        self.asked(line, result)
        if line.gateway:
            self.assertIn(words, result.out, line)
            return
        (said,) = select(result.lines(), type="procedure")
        self.assertTrue(said["worked"], said)
        self.assertIn(words, said["text"], line)

    def failed(self, line, result, words):
        self.asked(line, result)
        verb = result.verb
        self.assertRegex(result.err, r"(?m)^metergate %s: .*%s" % (verb, words), line)
        if line.gateway:
            self.assertIn("failed", result.out)
            return
        (said,) = select(result.lines(), type="procedure", worked=False)
        self.assertIn("metergate %s: %s\n" % (verb, said["text"]), result.err)

    def refusals(self, line, verb, words, command, message):
        """A meter that acknowledges and stays as it was, one that is silent, and a dry run."""
        mark = line.mark()
        result = yield (0, *line.words(verb, "--dry-run", HEAT, *words))
        self.assertIn("nothing was sent", result.out)
        self.assertIn(command, result.out.replace(" ", ""), line)
        self.assertEqual(line.requests(mark), [], line)
        result = yield (1, *line.words(verb, HEAT, *words))
        self.failed(line, result, message)
        self.assertTrue([r for r in line.requests(mark) if command in r], line)
        mark = line.mark()
        result = yield (5, *line.words(verb, SILENT, *words))
        self.failed(line, result, "no answer from %d" % SILENT)
        self.assertTrue(line.requests(mark))
        self.assertEqual(line.answers(mark), [])
        self.assertFalse([r for r in line.requests(mark) if command[2:] in r], "a command to a meter that is not there")


class Procedures(Bench):
    def test_set_address(self):
        def good(line):
            result = yield (0, *line.words("set-address", HEAT, 7))
            self.worked(line, result, "answers at 7 now and no longer at 1")
            who = line.answers(address=HEAT)[0]["id"]
            mark = line.mark()
            result = yield 0, "read", line.target, 7
            self.assertEqual(result.lines()[0]["meter"]["id"], who)
            self.assertEqual({answer["id"] for answer in line.answers(mark, address=7)}, {who})
            mark = line.mark()
            result = yield (0, *line.words("set-address", 7, 7))
            self.worked(line, result, "already has the address 7; nothing was changed")
            self.assertFalse([r for r in line.requests(mark) if "017A" in r], line)
            result = yield (1, *line.words("set-address", 7, WATER))
            self.failed(line, result, "address 2 is taken: .*force")
            self.assertFalse([r for r in line.requests(mark) if "017A" in r], line)
            result = yield (None, *line.words("set-address", "--force", 7, WATER))
            self.assertNotEqual(result.code, 0)
            self.assertTrue([r for r in line.requests(mark) if "07" + "51017A02" in r], line)

        self.on_all(good, lambda line: self.refusals(line, "set-address", [7], "0151017A07", "still answers at 1"))

    def test_set_id(self):
        def good(line):
            result = yield (0, *line.words("set-id", WATER, "12345678"))
            self.worked(line, result, "is 12345678.XSM.10.16 now")
            mark = line.mark()
            result = yield 0, "read", line.target, "12345678.XSM.10.16"
            self.assertEqual(result.lines()[0]["meter"]["id"], "12345678")
            self.assertEqual({(a["address"], a["id"]) for a in line.answers(mark)}, {(WATER, "12345678")})
            result = yield (0, *line.words("set-id", WATER, "87654321.KAM.22.04"))
            self.worked(line, result, "is 87654321.KAM.22.04 now")
            result = yield 0, "read", line.target, WATER
            meter = result.lines()[0]["meter"]
            self.assertEqual((meter["id"], meter["manufacturer"], meter["version"], meter["medium"]),
                             ("87654321", "KAM", 34, "heat"))
            mark = line.mark()
            result = yield (1, *line.words("set-id", HEAT, "87654321.KAM.22.04"))
            self.failed(line, result, "another meter is called 87654321.KAM.22.04 already; .*force")
            self.assertFalse([r for r in line.requests(mark) if "51" + "0779" in r], line)

        self.on_all(good, lambda line: self.refusals(line, "set-id", ["12345678"], "01510C7978563412", "is still"))

    def test_set_baud(self):
        """The meters have 9600, 19200 and 38400 baud."""
        def good(line):
            result = yield (0, *line.words("set-baud", "--dry-run", HEAT, 9600)) if line.serial else (
                1, *line.words("set-baud", HEAT, 9600))
            self.assertEqual(line.requests(), [])
            if not line.serial:
                self.failed(line, result, "cannot change the speed of its line.* converter")
                return
            self.assertIn("01BD", result.out.replace(" ", ""))
            result = yield (0, *line.words("set-baud", HEAT, BAUD))
            self.worked(line, result, "already answers at %d baud; nothing was changed" % BAUD)
            self.assertFalse([r for r in line.requests() if "01BF" in r], line.requests())
            result = yield (0, *line.words("set-baud", HEAT, 9600))
            self.worked(line, result, "answers at 9600 baud now")
            self.assertAlmostEqual(line_baud(line.answers(address=HEAT)[-1]), 9600, delta=100)
            mark = line.mark()
            result = yield (1, *line.words("set-baud", WATER, 4800))
            self.failed(line, result, "stays at 38400 baud.*4800 baud")
            sent = select(line.simulator.log()[mark:], port=line.port, event="request")
            back = [event for event in sent if "02BF" in event["request"]]
            self.assertTrue(back, "it was told at 4800 baud to go back to 38400")
            self.assertAlmostEqual(line_baud(back[0]), 4800, delta=50)
            self.assertAlmostEqual(line_baud(line.answers(mark, address=WATER)[-1]), BAUD, delta=400)
            yield 0, "ping", line.target, WATER
            if not line.gateway:
                there = line.port + "?baud=9600"
                result = yield 0, "read", there, HEAT
                self.assertEqual(result.lines()[0]["meter"]["address"], HEAT)
                result = yield 0, "set-baud", there, HEAT, 19200
                self.assertAlmostEqual(line_baud(line.answers(address=HEAT)[-1]), 19200, delta=200)
                yield 5, "ping", there, HEAT

        def bad(line):
            if line.serial:
                yield from self.refusals(line, "set-baud", [9600], "01BD", "stays at 38400 baud")

        self.on_all(good, bad)

    def test_reset(self):
        def good(line):
            result = yield (0, *line.words("reset", HEAT))
            self.worked(line, result, "the meter sends all its records again")
            self.assertGreater(len(line.answers(address=HEAT)[-1]["values"]), 5)
            result = yield (0, *line.words("reset", "--sub-code=10", WATER, "--unverified"))
            self.assertTrue([r for r in line.requests() if "025010" in r], line)

        self.on_all(good, lambda line: self.refusals(line, "reset", [], "0150", "sends the same records"))

    def test_set_clock(self):
        def good(line):
            result = yield (0, *line.words("set-clock", HEAT))
            self.worked(line, result, "now, before it was between ")
            # Three hours of the time zone on top, and minutes are all that it tells.
            self.offsets(line, result, -BEHIND - 3 * 3600, 60)
            self.clock_is(line.answers(address=HEAT)[-1], 3 * 3600, 60)
            result = yield (0, *line.words("set-clock", "--utc", "--type=i", ELECTRICITY))
            self.offsets(line, result, -BEHIND, 2)
            self.clock_is(line.answers(address=ELECTRICITY)[-1], 0, 3)
            yield (0, *line.words("set-clock", "--time=2026-03-01T12:34:00", HEAT))
            mark = line.mark()
            yield 0, "read", line.target, HEAT
            self.assertRegex(value(line.answers(mark, address=HEAT)[-1], "datetime"), "2026-03-01T12:3[45]")

        slow = r"the clock is between 1[78]\d+ and 1[78]\d+ s slow"
        self.on_all(good, lambda line: self.refusals(line, "set-clock", [], "0151046D", slow))

    def offsets(self, line, result, before, tolerance):
        """What is printed: how far it was off, and is now."""
        if line.gateway:
            (was,) = re.search(r"before it was (?:between \d+ and )?(\d+) s slow", result.out).groups()
            self.assertAlmostEqual(-int(was), before, delta=tolerance)
            return
        (said,) = select(result.lines(), type="procedure")
        self.assertEqual(said["clock_offset_error_s"], 30 if tolerance == 60 else 0)
        self.assertAlmostEqual(said["clock_offset_before_s"], before, delta=tolerance)
        self.assertAlmostEqual(said["clock_offset_after_s"], 0, delta=tolerance)

    def clock_is(self, answer, ahead, tolerance):
        """The meter's time against that of the log."""
        shown = datetime.fromisoformat(value(answer, "datetime"))
        true = datetime.fromisoformat(answer["time"].rstrip("Z"))
        self.assertAlmostEqual((shown - true).total_seconds(), ahead, delta=tolerance + 2)

    def test_select(self):
        def good(line):
            for words, name in ((("08", "13"), "volume"), (("08 13",), "volume"), (("volume",), "volume"),
                                (("0878",), "fabrication_number")):
                result = yield (0, *line.words("select", WATER, *words))
                self.worked(line, result, "sends 1 record now")
                mark = line.mark()
                result = yield 0, "read", line.target, WATER
                self.assertEqual([record["name"] for record in result.lines()[0]["records"]], [name])
                self.assertEqual({v["name"] for v in line.answers(mark, address=WATER)[-1]["values"]}, {name})
            result = yield (0, *line.words("select", WATER, "default"))
            self.assertGreater(len(line.answers(address=WATER)[-1]["values"]), 4)
            result = yield (2, *line.words("select", WATER, "nonsense"))
            self.assertIn("neither bytes of records nor a quantity", result.err)

        same = "sends the same records"
        self.on_all(good, lambda line: self.refusals(line, "select", ["08", "14"], "01510814", same))

    def test_freeze(self):
        def good(line):
            for words, command in (((), "015C"), (("energy",), "01514083"), (("--broadcast",), "43FF5C")):
                mark = line.mark()
                result = yield (0, *line.words("freeze", HEAT, *words))
                self.worked(line, result, "in storage 1")
                self.assertTrue([r for r in line.requests(mark) if command in r], line.requests(mark))
                answers = [a for a in line.answers(mark, address=HEAT) if a["values"]]
                low, high = (Decimal(value(a, "energy")) for a in (answers[0], answers[-1]))
                self.assertTrue(low <= Decimal(value(answers[-1], "energy_storage_1")) <= high, answers)

        self.on_all(good, lambda line: self.refusals(line, "freeze", [], "015C", "the stored values are as they were"))

    def test_send(self):
        def good(line):
            result = yield (0, *line.words("send", "req_ud2", HEAT))
            self.worked(line, result, "answered with ")
            if not line.gateway:
                (telegram,) = select(result.lines(), type="procedure")[0]["telegrams"]
                self.assertEqual(telegram, line.answers()[-1]["telegram"])
                self.assertEqual(select(result.lines(), type="reading")[0]["meter"]["address"], HEAT)
            result = yield (0, *line.words("send", "ud", HEAT, "51", "017A08"))
            self.worked(line, result, "acknowledged")
            result = yield (0, *line.words("send", "--frame", "5B", "08"))
            self.assertEqual(line.answers()[-1]["address"], 8)
            mark = line.mark()
            result = yield (2, *line.words("send", "10", "40", "08", "49", "16"))
            self.assertIn("checksum of these bytes is 49, and would have to be 48", result.err)
            self.assertEqual(line.requests(mark), [])
            result = yield (5, *line.words("send", "--force", "10", "40", "08", "49", "16"))
            self.assertTrue(set(line.requests(mark)) == {"1040084916"} or not line.requests(mark), line.requests(mark))
            result = yield (0, *line.words("send", "10", "40", "08", "48", "16"))
            self.worked(line, result, "acknowledged")
            self.assertEqual(line.requests()[-1], "1040084816")
            mark = line.mark()
            result = yield (0, *line.words("send", "--dry-run", "nke", 8))
            self.assertIn("1040084816", result.out.replace(" ", ""))
            self.assertEqual(line.requests(mark), [])
            result = yield (5, *line.words("send", "req_ud2", SILENT))
            self.failed(line, result, "no answer")

        self.on_all(good)

    def test_interrupted(self):
        for line in self.good:
            mark = line.mark()
            process = self.start_command(*line.words("reset", SILENT))
            until(lambda: line.requests(mark), lambda: "a request of %s" % process)
            process.signal(signal.SIGINT)
            self.assertEqual(process.wait(), 130, process)
            self.command("ping", line.target, HEAT)

    def test_alarm(self):
        def good(line):
            result = yield (0, *line.words("alarm", WATER))
            self.worked(line, result, "alarm state 04h (bit 2 is set)")
            self.assertEqual(line.answers()[-1]["telegram"], "680404680802" + "7104" + "7F16")
            result = yield (0, *line.words("alarm", HEAT))
            self.worked(line, result, "no alarm")
            self.assertEqual(line.answers()[-1]["telegram"], "E5")
            mark = line.mark()
            result = yield (0, *line.words("alarm", "--dry-run", WATER))
            self.assertEqual(line.requests(mark), [])
            result = yield (5, *line.words("alarm", SILENT))
            self.failed(line, result, "no answer from 99")

        self.on_all(good)


class NewMeters(SystemTest):
    """Two meters at 0, as they come from the factory: only their secondary addresses tell them apart."""

    def test_they_get_addresses(self):
        link, port = self.path("tty"), free_port()
        simulator = self.simulate("--first", 0, "--together", 2, tcp=[port], ptys=[link], meters=2)

        def work(target, name):
            first, second = self.identities(simulator, name, target)
            result = yield 6, "set-address", target, 0, 5
            self.assertIn("do several meters have this address?", result.err)
            self.assertIn("Nothing was changed", result.err)
            self.assertFalse([r for r in simulator.requests(name) if "017A05" in r])
            yield 0, "set-address", target, first, 5
            yield 0, "set-address", target, second, 6
            for address, who in ((5, first), (6, second)):
                result = yield 0, "read", target, address
                self.assertEqual(result.lines()[0]["meter"]["id"], who[:8])
                self.assertEqual({a["id"] for a in simulator.answers(name, address=address)}, {who[:8]})
            yield 5, "ping", target, 0

        tcp = "tcp://127.0.0.1:%d" % port
        self.together(work(tcp + "?baud=38400", tcp), work(link + "?baud=38400", link))

    def identities(self, simulator, name, target):
        self.command("ping", target, 0, code=None)
        ids = sorted({answer["id"] for answer in simulator.answers(name, address=0)})
        self.assertEqual(len(ids), 2)
        return [who + ".XSM" for who in ids]


class Configured(SystemTest):
    """What a [device] section says of its meter."""

    def setUp(self):
        super().setUp()
        self.link, self.file = self.path("tty"), self.path("readings.jsonl")

    def bus(self, **keys):
        settings = {"transport": "serial", "path": self.link, "baud": BAUD, "interval": "200ms", "latency": LATENCY}
        settings.update(keys)
        return ("\n[sink file]\nplugin = file\npath = %s\n\n[bus wire]\n" % self.file
                + "".join("%s = %s\n" % item for item in settings.items()))

    def read(self, device, count):
        return until(lambda: len(readings(self.file, device=device)) >= count, "%d readings of %s" % (count, device))

    def test_baud_of_each_device(self):
        simulator = self.simulate("--meter-baud", BAUD, "--meter-bauds", "9600,19200,38400", ptys=[self.link], meters=3)
        self.command("set-baud", "%s?baud=%d" % (self.link, BAUD), 2, 9600)
        mark = len(simulator.log())
        gateway = self.gateway(self.bus() + devices("wire", 1) + devices("wire", 1, 2, baud=9600))
        self.read("m1", 3), self.read("m2", 3)
        for address, baud in ((1, BAUD), (2, 9600)):
            bauds = [line_baud(a) for a in simulator.answers(self.link, mark, address=address)]
            self.assertTrue(bauds and all(abs(b - baud) < baud / 50 for b in bauds), bauds)
        self.assertEqual(select(simulator.log(), event="garbage"), [])

        result = self.command("set-baud", self.link, "--all", 19200)
        said = select(result.lines(), type="procedure")
        self.assertEqual([(s["address"], s["worked"]) for s in said], [("m1", True), ("m2", True)])
        self.assertIn("the configuration of device m2", result.err)
        for address in (1, 2):
            heard = [line_baud(a) for a in simulator.answers(self.link, address=address)]
            self.assertTrue([b for b in heard if abs(b - 19200) < 400], heard)
        gateway.stop()

    def test_a_converter_has_one_speed(self):
        text = (self.head() + "\n[sink file]\nplugin = file\npath = -\n"
                + "[bus wire]\ntransport = tcp\nhost = 127.0.0.1\nport = 10001\nbaud = %d\n" % BAUD
                + devices("wire", 1) + devices("wire", 1, 2, baud=9600))
        result = self.command("check", self.write("gateway.ini", text), code=3)
        self.assertRegex(result.err, r"gateway\.ini:\d+:8: .*baud: the transport tcp cannot change the speed")

    def test_a_broadcast_is_looked_at_in_every_device(self):
        simulator = self.simulate("--meter-baud", BAUD, "--quirk", "3:stubborn", ptys=[self.link], meters=3)
        gateway = self.gateway(self.bus(interval="1h") + devices("wire", 2))
        self.read("m1", 1), self.read("m2", 1)
        mark = len(simulator.log())
        result = self.command("freeze", "--table", "--broadcast", self.link, 1)
        self.assertIn("verified at 2 of 2", result.out)
        for address in (1, 2):
            self.assertGreaterEqual(len([a for a in simulator.answers(self.link, mark, address=address) if a["values"]]), 2)
        result = self.command("freeze", "--table", "--broadcast", self.link, 3, code=1)
        self.assertIn("verified at 2 of 3 only: 0 did not answer, and 1 answered without showing that it followed; "
                      "the first of these is 3", result.err)
        gateway.stop()

    def test_wildcards_want_force(self):
        simulator = self.simulate("--meter-baud", BAUD, ptys=[self.link], meters=2)
        mark = len(simulator.log())
        target = "%s?baud=%d" % (self.link, BAUD)
        for words in (("set-address", "FFFFFFFF", 7), ("set-id", "FFFFFFFF", "12345678"), ("set-baud", "FFFFFFFF", 9600),
                      ("set-clock", "FFFFFFFF"), ("reset", "FFFFFFFF"), ("select", "FFFFFFFF", "volume"),
                      ("freeze", "FFFFFFFF")):
            result = self.command(words[0], target, *words[1:], code=1)
            self.assertIn("--force. Nothing was sent", result.err)
        self.assertEqual(simulator.requests(self.link, mark), [])

    def test_init_goes_before_each_readout(self):
        simulator = self.simulate("--meter-baud", BAUD, ptys=[self.link], meters=2)
        self.gateway(self.bus() + devices("wire", 1) + devices("wire", 1, 2, init="nke reset=10 send=510813"))
        self.read("m2", 3)
        init = ["1040024216", "6804046873025010D516", "680505685302510813C116"]  # reset 10, select 08 13
        seen = [r for r in simulator.requests(self.link) if r[-6:-4] == "02" or r[10:12] == "02"]
        readouts = [at for at, request in enumerate(seen) if re.match("10[57]B02", request)]
        self.assertGreaterEqual(len(readouts), 3)
        for at in readouts:
            self.assertEqual(seen[at - 3:at], init)
        for reading in readings(self.file, device="m2"):
            self.assertEqual([record["name"] for record in reading["records"]], ["volume"])

    def test_init_goes_before_procedures(self):
        """A meter that is silent without an application reset; how long to wait for it holds for bytes, too."""
        simulator = self.simulate("--meter-baud", BAUD, "--quirk", "2:needs-init", "--clock", "*:-%d" % BEHIND,
                                  ptys=[self.link], meters=2)
        target = "%s?baud=%d&latency=%s" % (self.link, BAUD, LATENCY)
        self.command("set-clock", target, 2, code=5)
        gateway = self.gateway(self.bus(interval="1h") + devices("wire", 1)
                               + devices("wire", 1, 2, init="reset", response="1s"))
        self.read("m2", 1)
        mark = len(simulator.log())
        self.command("set-clock", self.link, "m2")
        self.command("set-address", self.link, "m2", 7)
        seen = simulator.requests(self.link, mark)
        # Not to whoever may be at the new address, but to the meter before and after.
        readouts = [at for at, request in enumerate(seen) if request == "107B027D16"]
        self.assertGreaterEqual(len(readouts), 3)
        for at in readouts + [max(at for at, request in enumerate(seen) if request == "107B078216")]:
            self.assertEqual(seen[at - 1][10:14], seen[at][4:6] + "50", seen)
        begun = time.monotonic()
        self.command("send", self.link, "req_ud2", 2, code=5)
        self.assertGreater(time.monotonic() - begun, 3, "three tries of a second each")
        gateway.stop()

    def test_reads_of_a_day(self):
        simulator = self.simulate("--meter-baud", BAUD, ptys=[self.link], meters=2)
        gateway = self.gateway(self.bus() + devices("wire", 1) + devices("wire", 1, 2, max_reads_per_day=2))
        self.read("m1", 8)
        asked = [a for a in simulator.answers(self.link, address=2) if len(a["telegram"]) > 2]
        self.assertEqual(len(asked), 2)
        self.assertEqual(len(readings(self.file, device="m2")), 2)
        gateway.stop()


if __name__ == "__main__":
    unittest.main()
