# SPDX-License-Identifier: MIT
"""What the system tests share: processes with deadlines, configurations, readers of what leaves."""

import ctypes
import faulthandler
import fcntl
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
from decimal import Decimal

METERGATE = os.environ["METERGATE"]
PLUGIN_PATH = os.environ["METERGATE_PLUGIN_PATH"]
SOURCE = os.environ["METERGATE_SOURCE"]

DEADLINE = 40.0  # s for anything that normally takes less than one; slow machines included
POLL = 0.02  # s between two looks
STOP_DEADLINE = 25.0  # s that a process may take to end, far above every stop_timeout used here

WHOLE_FILE = 550.0  # s after which a test that hangs says where, and ends

PORT_FIRST, PORT_LAST = 20000, 29999  # below the ports that the kernel hands out by itself
PR_SET_PDEATHSIG = 1

faulthandler.dump_traceback_later(WHOLE_FILE, exit=True)
_reserved = []  # locks of the ports that this process uses


def until(look, what, seconds=DEADLINE):
    """Polls look() until it answers something true, which is returned."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError("not within %g s: %s" % (seconds, what() if callable(what) else what))
        time.sleep(POLL)


def free_port():
    """A port of the loopback that nobody serves and no other test of this machine will take."""
    folder = os.path.join(tempfile.gettempdir(), "metergate-test-ports-%d" % os.getuid())
    os.makedirs(folder, exist_ok=True)
    for _ in range(1000):
        port = random.randint(PORT_FIRST, PORT_LAST)
        lock = os.open(os.path.join(folder, str(port)), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            os.close(lock)
            continue
        _reserved.append(lock)
        return port
    raise AssertionError("no free port")


def exact(text):
    """JSON with its numbers as they are written."""
    return json.loads(text, parse_float=Decimal)


def whole_lines(path):
    """The complete lines of a file that may be growing, or not be there yet."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except FileNotFoundError:
        return []
    return data[: data.rfind(b"\n") + 1].decode().splitlines()


def json_lines(path):
    return [exact(line) for line in whole_lines(path)]


def readings(path, **keys):
    """The readings in a file of JSON lines, for example of bus="pty"."""
    return select(json_lines(path), type="reading", **keys)


def select(messages, **keys):
    return [m for m in messages if all(m.get(k) == v for k, v in keys.items())]


def gaps(messages):
    """Devices whose device_seq does not count 1, 2, 3 ... from the first one that came."""
    last, found = {}, []
    for message in select(messages, type="reading"):
        name = message["bus"] + "/" + message["device"]
        if message["device_seq"] != last.get(name, message["device_seq"] - 1) + 1:
            found.append((name, last[name], message["device_seq"]))
        last[name] = message["device_seq"]
    return found


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Process:
    """One process of ours; what it writes goes to files, so that it never waits for a reader."""

    def __init__(self, arguments, folder, name, environment=None, stdin=None, stdout=None, cwd=None):
        self.arguments = [str(a) for a in arguments]
        self.out_path = os.path.join(folder, name + ".out")
        self.err_path = os.path.join(folder, name + ".err")
        with open(self.out_path, "ab") as out, open(self.err_path, "ab") as err:
            self.popen = subprocess.Popen(
                self.arguments, stdin=stdin or subprocess.DEVNULL, stdout=stdout or out, stderr=err,
                env=dict(os.environ, **(environment or {})), cwd=cwd, preexec_fn=_die_with_parent)
        self.pid = self.popen.pid

    @property
    def out(self):
        with open(self.out_path, errors="replace") as file:
            return file.read()

    @property
    def err(self):
        with open(self.err_path, errors="replace") as file:
            return file.read()

    def __str__(self):
        return "%s\n--- exit code: %s, stdout:\n%s\n--- stderr:\n%s" % (
            " ".join(self.arguments), self.popen.poll(), self.out[-3000:], self.err[-6000:])

    def running(self):
        return self.popen.poll() is None

    def signal(self, number):
        self.popen.send_signal(number)

    def wait(self, seconds=STOP_DEADLINE):
        """The exit code; a process that does not end in time fails the test."""
        try:
            return self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError("still running after %g s: %s" % (seconds, self)) from None

    def says(self, text, seconds=DEADLINE):
        """Waits for a text on stderr."""
        until(lambda: text in self.err or not self.running(), lambda: "%r from %s" % (text, self), seconds)
        if text not in self.err:
            raise AssertionError("ended without saying %r: %s" % (text, self))

    def kill(self):
        if self.running():
            self.popen.kill()
        self.popen.wait()


class Simulator(Process):
    """`metergate simulate`, with its log."""

    def __init__(self, folder, name, *arguments, tcp=(), ptys=(), meters=None, baud=38400, log=None):
        self.log_path = log or os.path.join(folder, name + ".log")
        self.tcp, self.ptys = list(tcp), list(ptys)
        line = [METERGATE, "simulate", "--log", self.log_path, "--baud", baud]
        for port in self.tcp:
            line += ["--tcp", port]
        for link in self.ptys:
            line += ["--pty", link]
        if meters is not None:
            line += ["--meters", meters]
        super().__init__(line + list(arguments), folder, name)

    def serves(self):
        """Waits until every port can be opened."""
        until(lambda: not self.running() or self._ready(), lambda: "ports of %s" % self)
        if not self.running():
            raise AssertionError("ended: %s" % self)
        return self

    def _ready(self):
        """For each port there is a line that says how to read it."""
        return len(whole_lines(self.out_path)) == len(self.tcp) + len(self.ptys)

    def log(self):
        return json_lines(self.log_path)

    def answers(self, port, first=0, **keys):
        """What meters sent on a port, from line `first` of the log on."""
        return select(self.log()[first:], port=port, event="answer", **keys)

    def requests(self, port, first=0, **keys):
        """What the master sent there: frames in hex."""
        return [line["request"] for line in select(self.log()[first:], port=port, event="request", **keys)]


class Gateway(Process):
    """`metergate run` with a configuration."""

    def accounts(self):
        """sink -> {"routed": ..., "delivered": ...} as printed at the end."""
        found = {}
        for name, words in re.findall(r"(?m)^sink (\S+): (routed \d+ = .*?);", self.err):
            found[name] = {word: int(number) for word, number in re.findall(r"(\w+) (\d+)", words)}
        return found

    def stop(self, code=0, seconds=STOP_DEADLINE):
        """SIGTERM, the end, and the accounts, of which every one must hold."""
        self.signal(signal.SIGTERM)
        ended = self.wait(seconds)
        assert ended == code, "exit code %s, expected %s: %s" % (ended, code, self)
        accounts = self.accounts()
        assert accounts, "no accounts: %s" % self
        for sink, a in accounts.items():
            right = a["routed"] == a["delivered"] + a["rejected"] + a["dropped"] + a["queued"]
            assert right, "account of %s: %s in %s" % (sink, a, self)
        return accounts


class Result:
    """What a command that has ended gave."""

    def __init__(self, process):
        self.code, self.out, self.err = process.wait(DEADLINE), process.out, process.err
        self.verb = process.arguments[1]
        self.text = str(process)

    def lines(self):
        return [exact(line) for line in self.out.splitlines()]


class SystemTest(unittest.TestCase):
    """A test with a folder of its own and processes that do not outlive it."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="metergate-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.started = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def _name(self, word):
        self.started += 1
        return "%02d-%s" % (self.started, word)

    def _keep(self, process):
        self.addCleanup(self._end, process)
        return process

    def _end(self, process):
        """Whatever its exit code was: a report of a sanitizer is a failure."""
        process.kill()
        self.assertIsNone(re.search(r"Sanitizer|runtime error:", process.err), process)

    def simulate(self, *arguments, **keys):
        """A simulator whose ports can be opened."""
        return self._keep(Simulator(self.folder, self._name("simulate"), *arguments, **keys)).serves()

    def gateway(self, configuration, **keys):
        """A running gateway; [gateway] is put in front when the text does not begin with it."""
        if "[gateway]" not in configuration:
            configuration = self.head() + configuration
        path = self.write(self._name("gateway") + ".ini", configuration)
        return self._keep(Gateway([METERGATE, "run", path], self.folder, self._name("run"), **keys))

    def head(self, **keys):
        settings = {"name": "test", "state_dir": self.folder, "control": self.path("control.sock"),
                    "stop_timeout": "5s", "log_level": "debug"}
        settings.update(keys)
        return "[gateway]\n" + "".join("%s = %s\n" % item for item in settings.items())

    def start_command(self, *arguments, **keys):
        return self._keep(Process([METERGATE, *arguments], self.folder, self._name(arguments[0].strip("-")), **keys))

    def command(self, *arguments, code=0, **keys):
        """One verb to its end, with the exit code that it must have; None for any."""
        result = Result(self.start_command(*arguments, **keys))
        if code is not None:
            self.assertEqual(result.code, code, result.text)
        return result

    def together(self, *works):
        """Runs several works side by side. A work is a generator: it yields commands, each with the exit code that it
        must have in front (None for any), and is sent their results."""
        waiting = {}
        for work in works:
            self._go_on(work, None, waiting)
        while waiting:
            ended = until(lambda: [w for w in waiting if not waiting[w][1].running()],
                          lambda: "\n".join(str(process) for _, process in waiting.values()))
            for work in ended:
                code, process = waiting.pop(work)
                result = Result(process)
                if code is not None:
                    self.assertEqual(result.code, code, result.text)
                self._go_on(work, result, waiting)

    def _go_on(self, work, result, waiting):
        try:
            code, *arguments = work.send(result)
        except StopIteration:
            return
        waiting[work] = code, self.start_command(*arguments)


def line_baud(event):
    """The speed at which something of a simulator's log went over the wire: 11 bits a byte."""
    size = len(event["telegram" if event["event"] == "answer" else "request"]) // 2
    return round(size * 11 * 1000000 / (event["end"] - event["at"]))


def devices(bus, count, first=1, **keys):
    """[device] sections bus/m1 ... with primary addresses from `first`."""
    extra = "".join("%s = %s\n" % item for item in keys.items())
    return "".join("\n[device %s/m%d]\naddress = %d\n%s" % (bus, n, n, extra) for n in range(first, first + count))


# ---- syslog ----

_SYSLOG = re.compile(
    r"<(\d{1,3})>1 (\S+) (\S+) (\S+) (\S+) (\S+) (-|(?:\[[^ =\]\"]+(?: [^ =\]\"]+=\"(?:[^\"\\\]]|\\[\"\\\]])*\")*\])+)"
    r"(?: (.*))?", re.DOTALL)
_ELEMENT = re.compile(r"\[([^ =\]\"]+)((?: [^ =\]\"]+=\"(?:[^\"\\\]]|\\[\"\\\]])*\")*)\]")
_PARAMETER = re.compile(r" ([^ =\]\"]+)=\"((?:[^\"\\\]]|\\[\"\\\]])*)\"")


class SyslogMessage:
    """One message of RFC 5424; anything else raises ValueError."""

    def __init__(self, data):
        text = data.decode("utf-8")
        match = _SYSLOG.fullmatch(text)
        if match is None:
            raise ValueError("not RFC 5424: %r" % text)
        (priority, self.time, self.host, self.app, self.process, self.kind, elements, message) = match.groups()
        self.facility, self.severity = divmod(int(priority), 8)
        self.message = (message or "").removeprefix("\ufeff")
        self.elements = {}
        for name, parameters in _ELEMENT.findall(elements):
            self.elements[name] = {key: re.sub(r"\\([\"\\\]])", r"\1", value)
                                   for key, value in _PARAMETER.findall(parameters)}


class SyslogReceiver:
    """Collects messages from UDP, TCP with octet counting, or a unix datagram socket."""

    def __init__(self, kind, where):
        self.messages, self.faults, self.lock = [], [], threading.Lock()
        self.closed, self.connections = False, []
        if kind == "unix":
            self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self.socket.bind(where)
        else:
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.socket.bind(("127.0.0.1", where))
        self.socket.settimeout(POLL)
        if kind == "tcp":
            self.socket.listen(5)
        self.thread = threading.Thread(target=self._accept if kind == "tcp" else self._receive, daemon=True)
        self.thread.start()

    def _take(self, data):
        try:
            message = SyslogMessage(data)
        except ValueError as error:
            with self.lock:
                self.faults.append(str(error))
            return
        with self.lock:
            self.messages.append(message)

    def _receive(self):
        while not self.closed:
            try:
                self._take(self.socket.recv(1 << 17))
            except socket.timeout:
                continue

    def _accept(self):
        while not self.closed:
            try:
                connection, _ = self.socket.accept()
            except socket.timeout:
                continue
            connection.settimeout(POLL)
            self.connections.append(connection)
            self._serve(connection)

    def _serve(self, connection):
        """One sender at a time: LENGTH SP MESSAGE ... until it hangs up or we do."""
        buffer = b""
        while not self.closed:
            match = re.match(rb"(\d+) ", buffer)
            if match and len(buffer) >= match.end() + int(match.group(1)):
                end = match.end() + int(match.group(1))
                self._take(buffer[match.end():end])
                buffer = buffer[end:]
                continue
            try:
                more = connection.recv(1 << 16)
            except socket.timeout:
                continue
            except OSError:
                break
            if not more:
                break
            buffer += more
        if buffer and not self.closed:
            self.faults.append("torn message %r" % buffer[:80])
        connection.close()

    def take(self):
        """All messages so far."""
        with self.lock:
            assert not self.faults, self.faults
            return list(self.messages)

    def close(self):
        self.closed = True
        self.thread.join()
        self.socket.close()
