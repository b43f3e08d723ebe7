#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Measures `metergate decode --json` against the telegram corpus beside the checkout.

    run.py METERGATE PERCENT [CORPUS]

Compares wired telegrams only, in the strict way and in random order, and fails when less
than PERCENT of them come out as expected, of the well-formed ones alone or of all. CORPUS
is the folder with compare.py; without it, ../shared/corpus beside the checkout. Exits with
77 when there is none.
"""
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77
FILES = ("wired.jsonl", "malformed.jsonl")


def is_wired(entry):
    """An empty telegram cannot be sent as a line, so it is none."""
    return entry["kind"].startswith("wired") and entry["hex"] != ""


def wired_only(source, target):
    """Copies the telegrams of wired kinds and says how many there are."""
    with source.open(encoding="utf-8", newline="\n") as stream:
        lines = [
            line for line in stream if is_wired(json.loads(line))
        ]
    target.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def compare(corpus, command, files):
    """The number of telegrams that passed, and what compare.py printed."""
    run = subprocess.run(
        [sys.executable, str(corpus / "compare.py"), "--strict", "--shuffle", "1"]
        + ["--cmd", command, "--adapter", str(corpus / "adapter_metergate.py")]
        + [str(file) for file in files],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        check=False,
    )
    found = re.search(r"^(\d+) passed, (\d+) failed", run.stdout, re.MULTILINE)
    return (int(found.group(1)) if found else 0), run.stdout


def share(title, passed, total):
    percent = 100.0 * passed / total if total else 0.0
    print("%s: %d of %d telegrams right, %.2f %%" % (title, passed, total, percent))
    return percent


def measure(corpus, command, least):
    with tempfile.TemporaryDirectory() as folder:
        files = [pathlib.Path(folder) / name for name in FILES]
        totals = [
            wired_only(corpus / "public" / file.name, file) for file in files
        ]
        passed, _ = compare(corpus, command, files[:1])
        lowest = share("well-formed", passed, totals[0])
        passed, output = compare(corpus, command, files)
        print(output, end="")
        lowest = min(lowest, share("all", passed, sum(totals)))
    if lowest < least:
        print("below the %.2f %% that are asked for" % least)
        return 1
    return 0


def main(arguments):
    if len(arguments) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    corpus = pathlib.Path(
        arguments[3] if len(arguments) == 4 else ROOT.parent / "shared" / "corpus"
    )
    if not (corpus / "compare.py").is_file():
        print("no corpus at %s: nothing compared" % corpus)
        return SKIPPED
    command = "%s decode --json -" % shlex.quote(str(pathlib.Path(arguments[1]).resolve()))
    return measure(corpus, command, float(arguments[2]))


if __name__ == "__main__":
    sys.exit(main(sys.argv))
