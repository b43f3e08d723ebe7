#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks who includes whom: the rooms of docs/design.md, and one place per dependency.

check_includes.py [ROOT]              prints FILE:LINE: and what is wrong; exits with 1
check_includes.py --self-test [ROOT]  plants forbidden includes of every kind in a copy
"""

import pathlib
import re
import shutil
import sys
import tempfile

# What a computation needs: no threads, descriptors, clock, allocation or output.
PURE = {"limits.h", "stdalign.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}

# What the master's machines may use besides: memory and text, but neither clock nor descriptor.
# What they call of these is for check_build.py.
COMPUTING = PURE | {"ctype.h", "inttypes.h", "stdarg.h", "stdio.h", "stdlib.h"}

# Headers of the C library and of the kernel; anything else needs a row in DEPENDENCIES.
LIBC = COMPUTING | {
    "assert.h", "dirent.h", "errno.h", "fcntl.h", "fnmatch.h", "ftw.h", "getopt.h",
    "glob.h", "grp.h", "langinfo.h", "libgen.h", "locale.h", "math.h",
    "netdb.h", "poll.h", "pthread.h", "pty.h", "pwd.h", "sched.h", "semaphore.h",
    "setjmp.h", "signal.h", "stdatomic.h", "strings.h",
    "syslog.h", "termios.h", "time.h", "unistd.h", "wchar.h", "endian.h", "float.h",
}
LIBC_FOLDERS = ("arpa/", "asm/", "linux/", "net/", "netinet/", "sys/")

# Dependency -> the one place that uses it: a folder, or files of which one may be it.
DEPENDENCIES = {
    "dlfcn.h": "core/gateway/plugins.c",
    "ini.h": ("core/gateway/config.c", "core/gateway/ini.c"),
    "msgpack.h": "core/route/encode*.c",
    "msgpack/": "core/route/encode*.c",
    "nettle/": "core/secure/",
    "uv.h": "core/base/loop.c",
    "zmq.h": "plugins/zeromq/",
    "cmocka.h": ("tests/unit/", "tests/virtual/"),
    "sanitizer/": "tests/fuzz/",
}
# What unit tests may use besides cmocka: they look at results with other eyes than ours.
TEST_DEPENDENCIES = {"dlfcn.h", "msgpack.h", "msgpack/", "zmq.h"}

ALL_PUBLIC = {"mbus.h", "plugin.h", "profile.h", "reading.h"}
# Fake services for tests of plugins: never part of one.
TESTING = {"testing.h", "testing_text.h"}
# The machines of a master (EN 13757-2 and -3): told the time and the bytes.
MACHINES = {"core/link", "core/scan", "core/procedure"}
CORE = MACHINES | {"core/base", "core/bus", "core/capture", "core/gateway", "core/mbus",
                   "core/route", "core/secure", "core/cli"}


class Room:
    """What the files of one folder may include, besides each other: public headers,
    headers of other rooms (all of a room, or single ones), and those of the system."""

    def __init__(self, public, rooms=(), system=LIBC):
        self.public = set(public)
        self.rooms = set(rooms)
        self.system = system


ROOMS = {
    "include/metergate/testing*.h": Room(ALL_PUBLIC | TESTING),
    "include/metergate": Room(ALL_PUBLIC, system=PURE),
    "core/base": Room({"plugin.h", "reading.h"}),
    "core/mbus": Room({"mbus.h", "profile.h", "reading.h"}, system=PURE),
    "core/secure": Room({"mbus.h", "reading.h"}, system=PURE),
    "core/link": Room(ALL_PUBLIC, {"core/secure/secure.h"}, system=COMPUTING),
    "core/scan": Room(ALL_PUBLIC, {"core/link"}, system=COMPUTING),
    "core/procedure": Room(
        ALL_PUBLIC, {"core/link", "core/secure/secure.h"}, system=COMPUTING),
    "core/capture": Room(ALL_PUBLIC, {"core/base", "core/link"}),
    "core/bus": Room(
        ALL_PUBLIC, MACHINES | {"core/base", "core/capture", "core/secure/secure.h"}),
    "core/route": Room(ALL_PUBLIC, {"core/base"}),
    "core/gateway": Room(
        ALL_PUBLIC, CORE - {"core/cli", "core/mbus", "core/secure"} | {"core/secure/secure.h"}),
    # The gateway's own headers speak of buses; telegrams and readings are shown as the
    # gateway makes and encodes them.
    "core/cli": Room(ALL_PUBLIC, {
        "core/gateway", "core/base", "core/bus/bus.h", "core/bus/assemble.h",
        "core/capture/capture.h", "core/capture/capture_read.h", "core/bus/formats.h",
        "core/capture/sniff.h", "core/capture/sniff_text.h",
        "core/route/encode.h", "core/route/encode_value.h",
        "core/secure/secure.h"}),
    "plugins/*": Room(ALL_PUBLIC),
    "docs/examples": Room(ALL_PUBLIC | TESTING),
    "tests/abi": Room(ALL_PUBLIC | TESTING),
    "tests/unit": Room(ALL_PUBLIC | TESTING, CORE | {"plugins/*"}),
    "tests/system": Room(ALL_PUBLIC | TESTING),
    # The master's machines against the simulated segment, which tests compile like a plugin's.
    "tests/virtual": Room(ALL_PUBLIC, MACHINES | {"core/base", "core/bus", "plugins/*"}),
    "tests/bench": Room(ALL_PUBLIC, CORE | {"tests/virtual"}),
    # The same property is held by a unit test and by fuzzing.
    "tests/fuzz": Room(ALL_PUBLIC, CORE | {"plugins/*", "tests/unit/roundtrip.h"}),
}

FOLDERS = ("include", "core", "plugins", "tests", "docs")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
DIRECTIVE = re.compile(r"^\s*#\s*include(?:_next)?\b\s*(.*?)\s*$")


def room_of(path):
    """The first key of ROOMS that fits the file, or the folders it is in; or None."""
    place = pathlib.PurePosixPath(path)
    while str(place) != ".":
        for room in ROOMS:
            if place.match(room) and len(place.parts) == room.count("/") + 1:
                return room
        place = place.parent
    return None


def includes(text):
    """Yields line number and target of each include directive outside comments."""
    blank = COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)
    for number, line in enumerate(blank.split("\n"), 1):
        found = DIRECTIVE.match(line)
        if found:
            yield number, found.group(1)


def in_place(path, place):
    """True when a file is the place, or one of the places, of a dependency."""
    if isinstance(place, tuple):
        return any(in_place(path, one) for one in place)
    if place.endswith("/"):
        return path.startswith(place)
    return pathlib.PurePosixPath(path).match(place)


def words(place):
    return " or ".join(place) if isinstance(place, tuple) else place


def dependency_of(header):
    for name in DEPENDENCIES:
        if header == name or (name.endswith("/") and header.startswith(name)):
            return name
    return None


class Check:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.problems = []
        self.users = {}

    def run(self):
        for folder in FOLDERS:
            for file in sorted((self.root / folder).rglob("*.[ch]")):
                self.file(file.relative_to(self.root).as_posix())
        return self.problems

    def say(self, path, line, text):
        self.problems.append((path, line, text))

    def file(self, path):
        room = room_of(path)
        text = (self.root / path).read_text(encoding="utf-8")
        for line, target in includes(text):
            if room is None:
                self.say(path, line, "this folder has no row in the table of rooms")
            elif re.fullmatch(r"<[^>]+>", target):
                self.angled(path, room, line, target[1:-1])
            elif re.fullmatch(r'"[^"]+"', target):
                self.quoted(path, room, line, target[1:-1])
            else:
                self.say(path, line, f"computed include {target}")

    def angled(self, path, room, line, header):
        rules = ROOMS[room]
        dependency = dependency_of(header)
        if header.startswith("metergate/"):
            if header.removeprefix("metergate/") not in rules.public:
                self.say(path, line, f"{room} may not include <{header}>")
        elif dependency:
            self.dependency(path, line, header, dependency)
        elif header in LIBC or header.startswith(LIBC_FOLDERS):
            if header not in rules.system and rules.system is not LIBC:
                self.say(path, line, f"{room} is pure and may not include <{header}>")
        else:
            self.say(path, line, f"<{header}> is neither libc nor a known dependency")

    def dependency(self, path, line, header, dependency):
        place = DEPENDENCIES[dependency]
        if path.startswith("tests/unit/") and dependency in TEST_DEPENDENCIES:
            return
        if not in_place(path, place):
            self.say(path, line, f"<{header}> belongs in {words(place)} only")
            return
        one_file = not (place if isinstance(place, str) else place[0]).endswith("/")
        first = self.users.setdefault(dependency, path)
        if one_file and first != path:
            self.say(path, line, f"<{header}> is already included by {first}")

    def quoted(self, path, room, line, header):
        target = self.resolve(path, header)
        if target is None:
            self.say(path, line, f'"{header}" is found neither beside the file nor in core')
            return
        other = room_of(target)
        beside = pathlib.PurePosixPath(target).parent == pathlib.PurePosixPath(path).parent
        same = other == room and ("*" not in room or beside)
        if not same and not {other, target} & ROOMS[room].rooms:
            self.say(path, line, f'{room} may not include "{header}" ({target})')

    def resolve(self, path, header):
        folders = [self.root / name for name in ("core", "plugins", "include")]
        if path.startswith("tests/bench/"):
            folders.append(self.root / "tests/virtual")
        # These compile the sources of plugins, too.
        if path.startswith(("tests/unit/", "tests/virtual/")):
            folders += sorted((self.root / "plugins").glob("*/"))
        for base in [(self.root / path).parent] + folders:
            file = base / header
            if file.is_file():
                return file.resolve().relative_to(self.root.resolve()).as_posix()
        return None


# Forbidden includes: the file to plant, and its line.
PLANTS = [
    ("core/base/planted.c", '#include "bus/planted.h"'),
    ("core/base/planted.c", '#include "route/planted.h"'),
    ("core/base/planted.c", '#include "gateway/planted.h"'),
    ("core/base/planted.c", "#include <metergate/mbus.h>"),
    ("core/base/planted.c", "#include <uv.h>"),
    ("core/mbus/planted.c", "#include <unistd.h>"),
    ("core/mbus/planted.c", "#include <stdlib.h>"),
    ("core/mbus/planted.c", "#include <stdio.h>"),
    ("core/mbus/planted.c", "#include <time.h>"),
    ("core/mbus/planted.c", "#include <sys/time.h>"),
    ("core/mbus/planted.c", "#include <pthread.h>"),
    ("core/mbus/planted.c", "#include <metergate/plugin.h>"),
    ("core/mbus/planted.c", "#include <metergate/testing.h>"),
    ("core/mbus/planted.c", '#include "base/planted.h"'),
    ("core/link/planted.c", '#include "base/planted.h"'),
    ("core/link/planted.c", '#include "bus/planted.h"'),
    ("core/link/planted.c", '#include "scan/planted.h"'),
    ("core/link/planted.c", "#include <time.h>"),
    ("core/link/planted.c", "#include <unistd.h>"),
    ("core/scan/planted.c", '#include "bus/planted.h"'),
    ("core/scan/planted.c", '#include "procedure/planted.h"'),
    ("core/scan/planted.c", "#include <time.h>"),
    ("core/procedure/planted.c", '#include "bus/planted.h"'),
    ("core/procedure/planted.c", '#include "scan/planted.h"'),
    ("core/procedure/planted.c", "#include <errno.h>"),
    ("core/capture/planted.c", '#include "bus/planted.h"'),
    ("core/capture/planted.c", "#include <uv.h>"),
    ("core/bus/planted.c", '#include "mbus/planted.h"'),
    ("core/bus/planted.c", '#include "route/planted.h"'),
    ("core/bus/planted.c", '#include "gateway/planted.h"'),
    ("core/bus/planted.c", "#include <uv.h>"),
    ("core/bus/planted.c", "#include <nettle/aes.h>"),
    ("core/bus/planted.c", '#include "secure/planted.h"'),
    ("core/secure/planted.c", '#include "base/planted.h"'),
    ("core/secure/planted.c", '#include "bus/planted.h"'),
    ("core/secure/planted.c", "#include <stdlib.h>"),
    ("core/secure/planted.c", "#include <metergate/plugin.h>"),
    ("core/route/planted.c", '#include "bus/planted.h"'),
    ("core/route/planted.c", '#include "gateway/planted.h"'),
    ("core/route/planted.c", '#include "mbus/planted.h"'),
    ("core/route/planted.c", "#include <msgpack.h>"),
    ("core/route/planted.c", "#include <msgpack/pack.h>"),
    ("core/gateway/planted.c", '#include "cli/planted.h"'),
    ("core/gateway/planted.c", '#include "mbus/planted.h"'),
    ("core/gateway/planted.c", '#include "secure/planted.h"'),
    ("core/gateway/planted.c", "#include <dlfcn.h>"),
    ("core/gateway/planted.c", "#include <ini.h>"),
    ("core/gateway/planted.c", "#include <zmq.h>"),
    ("core/gateway/planted.c", "#include <cmocka.h>"),
    ("core/gateway/planted.c", "#include <json-c/json.h>"),
    ("core/gateway/planted.c", "#include PLANTED"),
    ("core/cli/planted.c", '#include "mbus/planted.h"'),
    ("core/cli/planted.c", '#include "../bus/planted.h"'),
    ("core/cli/planted.c", '#include "route/planted.h"'),
    ("core/cli/planted.c", '#include "secure/planted.h"'),
    ("core/cli/planted.c", "#include <uv.h>"),
    ("core/elsewhere/planted.c", "#include <stdint.h>"),
    ("core/planted.c", "#include <stdint.h>"),
    ("plugins/file/planted.c", '#include "base/planted.h"'),
    ("plugins/file/planted.c", '#include "../../core/base/planted.h"'),
    ("plugins/file/planted.c", '#include "../tcp/planted.h"'),
    ("plugins/file/planted.c", "#include <metergate/testing.h>"),
    ("plugins/file/planted.c", "  #  include <zmq.h>"),
    ("plugins/file/planted.c", '/* why */ #include "route/planted.h"'),
    ("plugins/zeromq/planted.c", "#include <uv.h>"),
    ("include/metergate/planted.h", "#include <stdio.h>"),
    ("include/metergate/planted.h", "#include <uv.h>"),
    ("include/metergate/planted.h", '#include "base/planted.h"'),
    ("tests/abi/planted.c", '#include "base/planted.h"'),
    ("tests/system/planted.c", "#include <cmocka.h>"),
    ("tests/unit/planted.c", "#include <uv.h>"),
    ("tests/virtual/planted.c", '#include "gateway/planted.h"'),
    ("tests/bench/planted.c", "#include <cmocka.h>"),
    ("docs/examples/planted.c", '#include "route/planted.h"'),
]

# Includes that must stay allowed, or the check would forbid everything.
INNOCENT = [
    ("core/base/planted.c", '#include "base/planted.h"'),
    ("core/mbus/planted.c", "#include <metergate/mbus.h>"),
    ("core/mbus/planted.c", "#include <string.h>"),
    ("core/link/planted.c", "#include <stdlib.h>"),
    ("core/scan/planted.c", '#include "link/planted.h"'),
    ("core/bus/planted.c", '#include "base/planted.h"'),
    ("core/bus/planted.c", '#include "scan/planted.h"'),
    ("core/bus/planted.c", '#include "secure/secure.h"'),
    ("core/cli/planted.c", '#include "secure/secure.h"'),
    ("core/secure/planted.c", "#include <nettle/aes.h>"),
    ("core/route/planted.c", '#include "base/planted.h"'),
    ("core/gateway/planted.c", '#include "route/planted.h"'),
    ("core/cli/planted.c", '#include "gateway/planted.h"'),
    ("plugins/file/planted.c", "#include <metergate/plugin.h>"),
    ("plugins/tcp/more.c", '#include "planted.h"'),
    ("plugins/zeromq/planted.c", "#include <zmq.h>"),
    ("tests/unit/planted.c", "#include <cmocka.h>"),
    ("plugins/file/planted.c", "/* #include <uv.h> */"),
    ("plugins/file/planted.c", "// #include <uv.h>"),
]

# Two users of a dependency that is for one file.
PAIRS = [
    ("core/gateway/config.c", "core/gateway/ini.c", "#include <ini.h>"),
    ("core/route/encode_one.c", "core/route/encode_two.c", "#include <msgpack.h>"),
]


def plant(root, path, line):
    """Writes a file with the line as its third; an existing one is kept in mind."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_bytes() if file.exists() else None
    file.write_text(f"/* SPDX-License-Identifier: MIT */\n/* Planted. */\n{line}\n")
    return file, before


def pull(file, before):
    if before is None:
        file.unlink()
    else:
        file.write_bytes(before)


def found_with(root, users, *planted):
    """Problems in planted files, as a set of (path, line); `users` are those of the rest of the tree."""
    files = [plant(root, path, line) for path, line in planted]
    check = Check(root)
    check.users = dict(users)
    for path, _ in planted:
        check.file(path)
    for file, before in files:
        pull(file, before)
    return {(path, line) for path, line, _ in check.problems}


def self_test(root):
    wrong = []
    with tempfile.TemporaryDirectory() as temporary:
        copy = pathlib.Path(temporary)
        for folder in FOLDERS:
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder)
        for room in sorted(CORE) + ["plugins/tcp"]:
            plant(copy, f"{room}/planted.h", "")
        whole = Check(copy)
        whole.run()
        for path, line in PLANTS:
            if found_with(copy, whole.users, (path, line)) != {(path, 3)}:
                wrong.append(f"{path}: {line}: not found")
        for path, line in INNOCENT:
            if found_with(copy, whole.users, (path, line)):
                wrong.append(f"{path}: {line}: refused, but allowed")
        for first, second, line in PAIRS:
            # Other users of the dependency would hide which of the two is the second.
            if len(found_with(copy, whole.users, (first, line), (second, line))) == 0:
                wrong.append(f"{first} and {second}: {line}: not found")
    for text in wrong:
        print(f"self-test: {text}")
    print(f"self-test: {len(PLANTS) + len(PAIRS)} forbidden and {len(INNOCENT)} allowed"
          f" includes planted, {len(wrong)} judged wrongly")
    return not wrong


def main(arguments):
    planted = "--self-test" in arguments
    places = [word for word in arguments if not word.startswith("-")]
    root = pathlib.Path(places[0]) if places else pathlib.Path(__file__).parent.parent
    if planted:
        return self_test(root)
    problems = Check(root).run()
    for path, line, text in problems:
        print(f"{path}:{line}: {text}")
    return not problems


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
