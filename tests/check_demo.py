#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Runs conf/demo.sh as a user does: readings scroll, a subscriber sees them too, Ctrl-C.

check_demo.py ROOT   builds in ROOT/build-demo; prints what is wrong; exits with 1
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time

BUILD_SECONDS = 600  # for the build, on a slow machine
FIRST_SECONDS = 10  # from the start of the gateway to readings of three kinds of meters
STOP_SECONDS = 30
MEDIA = {"heat", "electricity"}  # and a kind of water
COUNTERS = {"energy", "volume"}
LAST_LINE = "sh conf/demo.sh /dev/ttyUSB0 5"


class Lines:
    """The lines of a pipe with the time at which they came, read by a thread."""

    def __init__(self, pipe):
        self.lines = []
        threading.Thread(target=self.collect, args=(pipe,), daemon=True).start()

    def collect(self, pipe):
        for line in pipe:
            self.lines.append((time.monotonic(), line.rstrip("\n")))

    def texts(self):
        return [line for _, line in list(self.lines)]


def until(look, seconds, what):
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)


def readings(lines):
    """Times and readings; a line that is no JSON is an error."""
    parsed = [(when, json.loads(line)) for when, line in list(lines.lines)]
    return [(when, one) for when, one in parsed if one["type"] == "reading"]


def three_kinds(lines):
    """The time at which heat, water and electricity had been read, or None."""
    media = set()
    for when, reading in readings(lines):
        media.add(reading["meter"]["medium"])
        if MEDIA <= media and any("water" in medium for medium in media):
            return when
    return None


def seen_by_both(lines, subscriber):
    """Devices of which the subscriber printed a counter that also stands in the lines."""
    output = "\n".join(subscriber.texts())
    devices = set()
    for _, reading in readings(lines):
        for record in reading["records"]:
            if record["name"] in COUNTERS and str(record["value"]) in output:
                devices.add(reading["device"])
    return devices


def start(command, root):
    process = subprocess.Popen(
        command, cwd=root, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=dict(os.environ, PYTHONUNBUFFERED="1"))
    return process, Lines(process.stdout), Lines(process.stderr)


def check(root, processes):
    demo, out, said = start(["sh", "conf/demo.sh"], root)
    processes.append(demo)
    until(lambda: demo.poll() is not None or any("Ctrl-C" in line for line in said.texts()),
          BUILD_SECONDS, "the end of the build")
    began = time.monotonic()
    until(lambda: demo.poll() is not None or three_kinds(out), FIRST_SECONDS * 3,
          "readings of heat, water and electricity")
    assert demo.poll() is None, "\n".join(said.texts())
    took = three_kinds(out) - began
    assert took <= FIRST_SECONDS, f"three kinds of meters took {took:.1f} s"

    subscriber, heard, _ = start(["/usr/bin/python3", "docs/examples/subscribe.py"], root)
    processes.append(subscriber)
    until(lambda: len(seen_by_both(out, heard)) >= 3, 30,
          "three devices whose counters the subscriber printed as well")

    # As a terminal does it: to the script and all that belongs to it.
    os.killpg(demo.pid, signal.SIGINT)
    code = demo.wait(STOP_SECONDS)
    until(lambda: said.texts() and said.texts()[-1].strip() == LAST_LINE, 5, LAST_LINE)
    text = "\n".join(said.texts())
    assert code == 0, f"exit code {code}:\n{text}"
    for account in ("bus simulated:", "sink screen:", "sink live:"):
        assert account in text, f"no account of {account} in\n{text}"


def end(process):
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def main(root):
    processes = []
    try:
        check(root, processes)
    except AssertionError as wrong:
        print(wrong)
        return False
    finally:
        for process in processes:
            end(process)
    return True


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1]) else 1)
