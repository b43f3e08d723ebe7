# SPDX-License-Identifier: MIT
"""Finding the meters of a bus, on a pseudo-terminal and over TCP, and by a gateway that goes on reading."""

import os
import re
import signal
import unittest

from metergate import SystemTest, devices, exact, free_port, json_lines, line_baud, readings, select, until, whole_lines

BAUD = 38400
IDENTITY = re.compile(r"\d{8}\.[A-Z]{3}\.[0-9A-F]{2}\.[0-9A-F]{2}")


class Bus:
    """A simulated bus, and how to name it: so that a machine with much else to do loses no answer, or with another
    latency, so that silence takes as long and a scan is not over before it is disturbed."""

    def __init__(self, simulator, name, port, speed):
        self.simulator, self.name = simulator, name
        self.port = "%s?baud=%d" % (port, speed)
        self.target = self.with_latency("50ms")

    def with_latency(self, latency):
        return "%s&latency=%s" % (self.port, latency)

    def truth(self):
        """(address, number) of each meter that said something; -1 is no address."""
        return {(a["address"], a["id"]) for a in self.simulator.answers(self.name)}

    def requests(self, first=0):
        return self.simulator.requests(self.name, first)


def meters(lines):
    """The lines of what was found. One that is told again, with its address, stands in place of the one before."""
    told = []
    for line in select(lines, type="found"):
        if line.get("again"):
            told = [other for other in told if other["secondary"] != line["secondary"] or "address" in other]
        told.append(line)
    return told


def found(result):
    """(address, number) of what was found, in any order; twice the same counts twice."""
    lines = meters(result.lines())
    return sorted((line.get("address", -1), line["meter"]["id"] if "meter" in line else "") for line in lines)


def summary(result):
    (line,) = select(result.lines(), type="summary")
    return line


class Scans(SystemTest):
    def buses(self, *options, meters=6, speed=BAUD):
        """A bus on a pseudo-terminal and one on TCP, with the same meters."""
        link, port = self.path("tty%d" % self.started), free_port()
        simulator = self.simulate("--seed", 5, *options, tcp=[port], ptys=[link], meters=meters, baud=speed)
        tcp = "tcp://127.0.0.1:%d" % port
        return [Bus(simulator, link, link, speed), Bus(simulator, tcp, tcp, speed)]

    def scans(self, buses, *arguments, code=0, check=None, latency=None):
        """One scan of each bus, side by side."""
        def work(bus):
            result = yield (code, "scan", bus.with_latency(latency) if latency else bus.target, *arguments)
            check(bus, result)
        self.together(*[work(bus) for bus in buses])


class Found(Scans):
    def test_primary(self):
        def check(bus, result):
            self.assertEqual(found(result), sorted(bus.truth()))
            self.assertEqual([address for address, _ in found(result)], [1, 2, 3, 4, 5, 6])
            self.assertTrue(summary(result)["complete"])

        buses = self.buses()
        self.scans(buses, "--addresses", "0-12", check=check)

        def bare(bus, result):
            self.assertEqual(found(result), [(5, ""), (6, "")])
        self.scans(buses, "--primary", "--addresses", "5-8,12", check=bare)

        def nobody(bus, result):
            self.assertEqual(found(result), [])
        self.scans(buses, "--primary", "--addresses", "100-103", code=5, check=nobody)

    def test_several_meters_at_one_address(self):
        def check(bus, result):
            (shared,) = select(result.lines(), type="found", state="collision")
            self.assertEqual(shared["address"], 0)
            self.assertIn("secondary scan", shared["note"])
            self.assertEqual([address for address, _ in found(result)], [0, 1, 2])
        buses = self.buses("--together", 3, "--first", 0, meters=5)
        self.scans(buses, "--addresses", "0-4", check=check)

        def apart(bus, result):
            self.assertEqual([address for address, _ in found(result)], [0, 0, 0, 1, 2])
            self.assertEqual(found(result), sorted(bus.truth()))
        self.scans(buses, "--secondary", check=apart)

    def test_secondary_complete_and_fast(self):
        def check(bus, result):
            numbers = [number for _, number in found(result)]
            self.assertEqual(len(set(numbers)), 8)
            self.assertEqual(len(numbers), 8)
            self.assertEqual({number for _, number in bus.truth()}, set(numbers))
        buses = self.buses("--secondary", 3, meters=8)
        self.scans(buses, "--secondary", check=check)
        self.scans(buses, "--secondary", "--fast", check=check)

        def some(bus, result):
            expected = sorted(number for _, number in bus.truth() if number[0] in mask[0])
            self.assertEqual([number for _, number in found(result)], expected)
        mask = sorted(number for _, number in buses[0].truth())[0][0] + "FFFFFFF"
        self.scans(buses, mask, check=some)

    def test_one_number(self):
        """Meters that differ in the manufacturer alone."""
        def check(bus, result):
            lines = select(result.lines(), type="found")
            self.assertEqual({line["meter"]["id"] for line in lines}, {"12345678"})
            self.assertEqual(len({line["secondary"] for line in lines}), 2)
            self.assertEqual(sorted(line["address"] for line in lines), [1, 2])
        buses = self.buses("--numbers", "same:12345678", meters=2)
        # A byte of the manufacturer is 256 masks.
        self.scans(buses, "--secondary", "--fast", "12345678", check=check, latency="20ms")

    def test_several_speeds(self):
        wire, net = self.buses("--meter-baud", 9600, meters=3)
        result = self.command("scan", wire.target, "--addresses", "1-4", "--baud", "38400,9600")
        self.assertEqual([(line["address"], line["baud"]) for line in select(result.lines(), type="found")],
                         [(1, 9600), (2, 9600), (3, 9600)])
        answers = wire.simulator.answers(wire.name)
        self.assertTrue(answers and all(abs(line_baud(a) - 9600) < 200 for a in answers), answers)
        result = self.command("scan", net.target, "--addresses", "1-4", "--baud", "38400,9600", code=2)
        self.assertIn("cannot change the speed of its line to 9600", result.err)
        self.assertEqual(net.requests(), [])

    def test_tables(self):
        (wire, _) = self.buses(meters=2)
        result = self.command("scan", "--table", wire.target, "--addresses", "1-3")
        self.assertRegex(result.out, r"(?m)^ *addr +identity +maker")
        self.assertRegex(result.out, r"(?m)^ *2 +\d{8}\.XSM\.10\.16 .* cold-water +38400$")
        self.assertIn("2 meters found; ", result.out)
        self.assertNotIn("{", result.out)


class Kept(Scans):
    """What a scan leaves behind: the inventory, and sections of a configuration."""

    def setUp(self):
        super().setUp()
        self.inventory = self.path("inventory.jsonl")

    def configuration(self, bus, name="gateway.ini"):
        return self.write(
            name, self.head() + "\n[bus wire]\ntransport = serial\npath = %s\nbaud = %d\nlatency = 50ms\n"
            % (bus.name, BAUD) + "\n[sink out]\nplugin = file\npath = -\n")

    def test_the_inventory(self):
        wire, _ = self.buses(meters=3)
        config = self.configuration(wire)
        result = self.command("scan", "--config", config, "wire", "--secondary", "--known", code=2)
        self.assertIn("no meter of bus wire is known yet", result.err)
        result = self.command("scan", "--config", config, "wire", "--addresses", "1-4")
        self.assertEqual({line["known"] for line in select(result.lines(), type="found")}, {False})
        kept = json_lines(self.inventory)
        self.assertEqual(sorted((k["bus"], k["address"], k["secondary"][:8]) for k in kept),
                         sorted(("wire", address, number) for address, number in wire.truth()))
        self.assertEqual(os.stat(self.inventory).st_mode & 0o777, 0o640)

        mark = len(wire.simulator.log())
        result = self.command("scan", "--config", config, "wire", "--secondary", "--known")
        lines = select(result.lines(), type="found")
        self.assertEqual({line["secondary"] for line in lines}, {k["secondary"] for k in kept})
        self.assertEqual({line["known"] for line in lines}, {True})
        self.assertEqual({(line["last_address"], line["meter"]["id"]) for line in lines}, wire.truth())
        selects = [r for r in wire.requests(mark) if r.startswith("680B0B68")]
        self.assertTrue(selects and not [r for r in selects if "F" in r[14:22]], "masks where exact ones do")

        result = self.command("scan", "--config", config, "wire", "--secondary")
        self.assertEqual({line["known"] for line in meters(result.lines())}, {True})
        self.assertEqual(found(result), sorted(wire.truth()))
        told = select(result.lines(), type="found")
        self.assertEqual([("last_address" in line, line.get("again")) for line in told], [(True, None)] * 3 + [(False, True)] * 3)
        self.assertEqual(summary(result)["found"], 3)
        table = self.command("scan", "--config", config, "wire", "--secondary", "--table").out
        self.assertRegex(table, r"(?m)^ \(2\)  \d{8}\.XSM.* 38400$")
        self.assertRegex(table, r"(?m)^   2  \d{8}\.XSM.* 38400  again, with its address$")
        self.assertIn("\n3 meters found; ", table)

    def test_a_meter_that_is_gone(self):
        wire, _ = self.buses(meters=3)
        config = self.configuration(wire)
        self.command("scan", "--config", config, "wire", "--addresses", "1-4")
        gone = sorted(k["secondary"] for k in json_lines(self.inventory))[0]
        wire.simulator.kill()
        os.unlink(wire.name)
        self.simulate("--seed", 5, "--quirk", gone[:8] + ":dead", ptys=[wire.name], meters=3)
        result = self.command("scan", "--config", config, "wire", "--secondary")
        self.assertEqual(summary(result)["not_answered"], [gone])
        self.assertEqual(len(meters(result.lines())), 2)

    def test_known_meters_that_share_an_address_are_there(self):
        """None of them says who it is in a primary scan, and each of them may have answered."""
        wire, _ = self.buses("--together", 2, meters=3)
        config = self.configuration(wire)
        self.command("scan", "--config", config, "wire", "--secondary")
        self.assertEqual(len(json_lines(self.inventory)), 3)
        result = self.command("scan", "--config", config, "wire", "--addresses", "1-3")
        self.assertEqual(len(select(result.lines(), type="found", state="collision")), 1)
        self.assertEqual(summary(result)["not_answered"], [])

    def test_sections_of_a_configuration(self):
        wire, _ = self.buses("--secondary", 1, "--together", 2, meters=4)
        config = self.configuration(wire)
        result = self.command("scan", "--config", config, "wire", "--secondary", "--write-config", config)
        self.assertIn("4 sections added to %s" % config, result.err)
        with open(config, encoding="utf-8") as file:
            text = file.read()
        sections = re.findall(r"(?m)^\[device wire/([a-z-]+-\d{8})\]\n(?:;.*\n)*address = (\S+)$", text)
        self.assertEqual(len(sections), 4)
        primary = sorted(address for _, address in sections if not IDENTITY.fullmatch(address))
        self.assertEqual(primary, ["2"])  # the others share one, or have none
        # Known by now, they are told first without their addresses.
        second = self.configuration(wire, "second.ini")
        self.command("scan", "--config", second, "wire", "--secondary", "--write-config", second)
        with open(second, encoding="utf-8") as file:
            self.assertEqual(sorted(re.findall(r"(?m)^address = (\S+)$", file.read())), sorted(a for _, a in sections))
        checked = self.command("check", config)
        self.assertEqual(exact(checked.out)["devices"], 4)
        for scan in ("--secondary", "--addresses=1-4"):
            again = self.command("scan", "--config", config, "wire", scan, "--write-config", config)
            self.assertIn("0 sections added", again.err)
        with open(config, encoding="utf-8") as file:
            self.assertEqual(file.read(), text)
        result = self.command("read", "--config", config, "wire", *[name for name, _ in sections])
        self.assertEqual(sorted(line["device"] for line in result.lines()), sorted(name for name, _ in sections))

    def test_sections_on_stdout(self):
        _, net = self.buses(meters=2)
        result = self.command("scan", net.target, "--addresses", "1-3", "--write-config", "-", code=2)
        self.assertIn("--bus NAME", result.err)
        result = self.command("scan", net.target, "--addresses", "1-3", "--write-config", "-", "--bus", "roof")
        self.assertEqual(len(re.findall(r"(?m)^\[device roof/[a-z]+-?[a-z]*-\d{8}\]$", result.out)), 2)


    def test_a_file_that_cannot_be_written_is_said_first(self):
        wire, _ = self.buses(meters=1)
        config = self.configuration(wire)
        for file in (self.path("nowhere/new.ini"), self.folder):
            result = self.command("scan", "--config", config, "wire", "--addresses", "1-2", "--write-config", file, code=1)
            self.assertIn("%s cannot be written" % file, result.err)
        self.assertEqual(wire.requests(), [])


class Interrupted(Scans):
    """Ctrl-C: what was found stands, and a token goes on from there."""

    def interrupted(self, bus, *arguments, after=1):
        """Lines of the meters found, and the token."""
        process = self.start_command("scan", bus.with_latency("500ms"), *arguments)
        until(lambda: len(select(json_lines(process.out_path), type="found")) >= after,
              lambda: "%d meters from %s" % (after, process))
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process)
        lines = json_lines(process.out_path)
        (end,) = select(lines, type="summary")
        self.assertFalse(end["complete"])
        self.assertIn("--resume=" + end["resume"], end["text"])
        return select(lines, type="found"), end["resume"]

    def goes_on(self, bus, *arguments, expected, after=1):
        """What was found before the interruption and behind it, which is all, and what was asked then."""
        first, token = self.interrupted(bus, *arguments, after=after)
        mark = len(bus.simulator.log())
        rest = self.command("scan", bus.target, *arguments, "--resume", token)
        self.assertTrue(summary(rest)["complete"])
        self.assertEqual(summary(rest)["found_before"], len(first))
        everything = {line.get("secondary", line.get("address")) for line in first + select(rest.lines(), type="found")}
        self.assertEqual(len(everything), expected)
        return first, rest, bus.requests(mark)

    def test_primary(self):
        wire, _ = self.buses(meters=8)
        first, _, requests = self.goes_on(wire, "--primary", "--addresses", "1-20", expected=8)
        known = {"%02X" % line["address"] for line in first}
        self.assertEqual([r for r in requests if r[4:6] in known], [], "who was found is not asked again")

    def test_secondary(self):
        _, net = self.buses(meters=8)
        self.goes_on(net, "--secondary", expected=8)

    def test_all_were_found_before(self):
        _, net = self.buses(meters=3)
        _, rest, _ = self.goes_on(net, "--primary", "--addresses", "1-20", expected=3, after=3)
        self.assertRegex(summary(rest)["text"], "^no further meter, 3 were found before; ")
        self.assertIn("Nothing at all has answered since it went on", summary(rest)["text"])

    def test_a_token_of_another_scan(self):
        wire, net = self.buses(meters=8)
        _, token = self.interrupted(wire, "--primary", "--addresses", "1-20")
        mark = len(wire.simulator.log())
        for arguments in (("--secondary", "--resume", token), ("--primary", "--resume", "nonsense")):
            result = self.command("scan", wire.target, *arguments, code=2)
            self.assertIn("token", result.err)
            self.assertEqual(result.out, "")
        self.assertEqual(wire.requests(mark), [])
        result = self.command("scan", net.target, "--primary", "--addresses", "1-20", "--resume", token, code=2)
        self.assertIn("the token is of another bus: ", result.err)
        self.assertEqual(net.requests(), [])


class Silent(Scans):
    """The converter takes requests and nothing answers any more."""

    def test_the_meters_fall_silent(self):
        wire, _ = self.buses(meters=8)
        scan = ("--primary", "--addresses", "1-24")
        process = self.start_command("scan", wire.with_latency("200ms"), *scan)
        until(lambda: select(json_lines(process.out_path), type="found"), lambda: "a meter from %s" % process)
        wire.simulator.signal(signal.SIGSTOP)
        self.assertEqual(process.wait(60), 5, process)
        lines = json_lines(process.out_path)
        (end,) = select(lines, type="summary")
        self.assertFalse(end["complete"])
        self.assertRegex(process.err, r"the meters fell silent during the scan: 1[-0-9]* answered before")
        # Going on, this one would answer what it was asked meanwhile.
        wire.simulator.kill()
        os.unlink(wire.name)
        self.simulate("--seed", 5, ptys=[wire.name], meters=8)
        rest = self.command("scan", wire.target, *scan, "--resume", end["resume"])
        self.assertTrue(summary(rest)["complete"])
        addresses = {line["address"] for line in select(lines, type="found") + select(rest.lines(), type="found")}
        self.assertEqual(addresses, set(range(1, 9)))


class Running(Scans):
    """A scan by a gateway whose devices go on being read."""

    def setUp(self):
        super().setUp()
        self.bus, _ = self.buses("--secondary", 6, meters=12)
        self.file = self.path("readings.jsonl")
        self.running = self.gateway(
            "\n[bus wire]\ntransport = serial\npath = %s\nbaud = %d\n" % (self.bus.name, BAUD)
            + "interval = 300ms\nlatency = 80ms\n"
            + devices("wire", 2) + devices("wire", 1, 5, interval="1h")
            + "\n[sink file]\nplugin = file\npath = %s\n" % self.file)
        until(lambda: len(readings(self.file)) >= 5, lambda: "readings of %s" % self.running)

    def scan(self, *arguments):
        return self.start_command("scan", self.bus.target, *arguments)

    def test_devices_are_read_in_between(self):
        mark = len(self.bus.simulator.log())
        process = self.scan("--secondary", "--verbose")
        self.assertEqual(process.wait(), 0, process)
        self.assertIn('gateway "test" is asked', process.err)
        lines = json_lines(process.out_path)
        self.assertEqual(len({line["secondary"] for line in select(lines, type="found")}), 12)
        self.assertEqual(sorted(line["device"] for line in lines if "device" in line), ["m1", "m2", "m5"])
        kinds = ["select" if r.startswith("680B0B68") else "read" if re.match("10[57]B0[12]", r) else "other"
                 for r in self.bus.requests(mark)]
        inside = kinds[kinds.index("select"):len(kinds) - kinds[::-1].index("select")]
        self.assertGreater(inside.count("read"), 4, "reads between the probes of the scan")
        self.running.stop()
        self.assertEqual([line for line in json_lines(self.file) if line["type"] == "device_silent"], [])

    def test_a_read_does_not_wait_for_the_scan(self):
        process = self.scan("--primary")
        until(lambda: select(json_lines(process.out_path), type="found"), lambda: "a meter from %s" % process)
        for address in ("5", "4"):
            self.command("read", self.bus.target, address)
        self.assertTrue(process.running(), "the scan was over before the reads")
        process.signal(signal.SIGINT)
        self.assertEqual(process.wait(), 130, process)
        self.assertIn("resume", select(json_lines(process.out_path), type="summary")[0])

    def test_two_scans_at_once_both_end(self):
        first = self.scan("--primary", "--addresses", "1-10")
        second = self.scan("--primary", "--addresses", "1-10")
        self.assertEqual(first.wait(), 0, first)
        self.assertEqual(second.wait(), 0, second)
        for process in (first, second):
            self.assertEqual(len(select(json_lines(process.out_path), type="found")), 6, process)
        self.assertTrue(whole_lines(self.file))


if __name__ == "__main__":
    unittest.main()
