#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Checks what a build made: hardening, exported names, what is pure, closed plugins.

check_build.py hardening|exports|codec|machines|variables BUILD
check_build.py undefined BUILD COMPILER...   prints what is wrong; exits with 1
"""

import pathlib
import re
import subprocess
import sys
import tempfile

# All that the codec may need of the C library: functions without memory or effect.
PURE = {
    "memchr", "memcmp", "memcpy", "memmove", "memset", "strchr", "strcmp", "strcspn",
    "strlen", "strncmp", "strnlen", "strspn", "strstr", "__memcpy_chk", "__memmove_chk",
    "__memset_chk", "__stack_chk_fail", "_GLOBAL_OFFSET_TABLE_",
}
# The same for the master's machines, which also take memory and write text; and the rooms
# that they are in. They may call each other, the codec and the decryption.
COMPUTING = PURE | {
    "calloc", "free", "malloc", "realloc", "snprintf", "vsnprintf", "__snprintf_chk",
    "__vsnprintf_chk", "sscanf", "__isoc99_sscanf", "__popcountdi2", "strtoul",
}
MACHINES = ("link_", "scan_", "procedure_")
MACHINES_CALL = ("mg_", "secure_")
# Sections of what can change while the program runs.
WRITABLE = re.compile(r"^\.(data|bss|tdata|tbss)(?!\.rel\.ro)\b")


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


class Build:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.program = self.root / "core" / "metergate"
        self.plugins = sorted(self.root.glob("plugins/*/*.so"))
        if not self.plugins:
            sys.exit(f"{root}: no plugins were built")

    def archive(self, name):
        found = list(self.root.glob(f"core/**/lib{name}.a"))
        if len(found) != 1:
            sys.exit(f"{self.root}: lib{name}.a is not there")
        return found[0]


def symbols(file):
    """Pairs of name and whether it is defined, from the dynamic symbol table."""
    for line in output("readelf", "--wide", "--dyn-syms", str(file)).splitlines():
        words = line.split()
        if len(words) >= 8 and words[0].endswith(":") and words[0][:-1].isdigit():
            yield words[7], words[6] != "UND"


def hardening_of(file):
    """What a file lacks, in words."""
    text = output("readelf", "--wide", "--file-header", "--segments", "--dynamic", str(file))
    stack = re.search(r"GNU_STACK\s+(?:0x\S+\s+){5}(\S+)\s", text)
    wanted = {
        "position-independent": re.search(r"Type:\s+DYN", text),
        "RELRO": "GNU_RELRO" in text,
        "BIND_NOW": re.search(r"BIND_NOW|Flags:.*\bNOW\b", text),
        "a stack that is not executable": stack and "E" not in stack.group(1),
        "free of text relocations": "TEXTREL" not in text,
        "free of segments that are writable and executable": "RWE" not in text,
        "free of a search path of its own": not re.search(r"\((RPATH|RUNPATH)\)", text),
    }
    return [name for name, there in wanted.items() if not there]


def check_hardening(build):
    for file in [build.program] + build.plugins:
        for name in hardening_of(file):
            yield f"{file.name} is not, or has not: {name}"
    names = {name.split("@")[0] for name, _ in symbols(build.program)}
    if not re.search(r"FLAGS_1.*\bPIE\b", output("readelf", "-dW", str(build.program))):
        yield "metergate is no PIE"
    if "__stack_chk_fail" not in names:
        yield "metergate has no stack protector"
    if not any(name.startswith("__") and name.endswith("_chk") for name in names):
        yield "metergate has no call that FORTIFY checks"


def check_exports(build):
    for plugin in build.plugins:
        names = {name for name, defined in symbols(plugin) if defined}
        if names != {"metergate_plugin"}:
            yield f"{plugin.name} exports {' '.join(sorted(names)) or 'nothing'}"
    for name, defined in symbols(build.program):
        if defined and "@" not in name:
            yield f"metergate exports {name}"


def writable(archive):
    """Objects of an archive with something in them that can change."""
    member = ""
    for line in output("size", "-A", str(archive)).splitlines():
        words = line.split()
        if ":" in line and "(ex " in line:
            member = words[0]
        elif len(words) == 3 and WRITABLE.match(words[0]) and int(words[1]) > 0:
            yield f"{member}: {words[1]} bytes in {words[0]}"


def undefined(archive, prefixes=("",)):
    """What members of an archive define, and need from elsewhere, as two sets. Members are
    chosen by how their names begin."""
    defined, needed, chosen = set(), set(), False
    for line in output("nm", str(archive)).splitlines():
        words = line.split()
        if line.endswith(":"):
            chosen = pathlib.PurePath(line).name.startswith(prefixes)
        elif chosen and len(words) == 2 and words[0] == "U":
            needed.add(words[1])
        elif chosen and len(words) == 3:
            defined.add(words[2])
    return defined, needed - defined


def check_codec(build):
    archive = build.archive("metergate-mbus")
    defined, needed = undefined(archive)
    if not defined:
        yield "the codec archive is empty"
    for name in sorted(needed - PURE):
        yield f"the codec needs {name}"
    for text in writable(archive):
        yield f"the codec has a variable: {text}"


def check_machines(build):
    defined, needed = undefined(build.archive("metergate-core"), MACHINES)
    if not defined:
        yield "no machine of the master is in the archive of the core"
    for name in sorted(needed - COMPUTING):
        if not name.startswith(MACHINES_CALL):
            yield f"the master's machines need {name}"


def check_variables(build):
    for text in writable(build.archive("metergate-core")):
        yield f"the core has a variable at file scope: {text}"


def link_args(build, plugin):
    """How the build links a plugin."""
    target = plugin.relative_to(build.root).as_posix()
    lines = (build.root / "build.ninja").read_text().splitlines()
    for number, line in enumerate(lines):
        if line.startswith(f"build {target}: "):
            for detail in lines[number + 1:number + 6]:
                if detail.strip().startswith("LINK_ARGS ="):
                    return detail.split("=", 1)[1].split()
    sys.exit(f"{target}: build.ninja does not say how it is linked")


def links(build, compiler, arguments, source):
    """Whether a source becomes a plugin with these arguments, and what was said."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "planted.c"
        file.write_text(source)
        command = compiler + ["-fPIC", str(file), "-o", f"{folder}/planted.so"] + arguments
        done = subprocess.run(command, cwd=build.root, capture_output=True, text=True)
        return done.returncode == 0, done.stderr


def check_undefined(build, *compiler):
    open_source = "int nowhere(void);\nint planted(void)\n{\n\treturn nowhere();\n}\n"
    closed_source = "int planted(void)\n{\n\treturn 1;\n}\n"
    for plugin in build.plugins:
        arguments = link_args(build, plugin)
        linked, said = links(build, list(compiler), arguments, closed_source)
        if not linked:
            yield f"{plugin.name}: a plugin without undefined symbols fails to link: {said}"
        linked, said = links(build, list(compiler), arguments, open_source)
        if linked or "nowhere" not in said:
            yield f"{plugin.name}: would link with an undefined symbol ({said or 'silently'})"


CHECKS = {
    "hardening": check_hardening,
    "exports": check_exports,
    "codec": check_codec,
    "machines": check_machines,
    "variables": check_variables,
    "undefined": check_undefined,
}


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in CHECKS:
        sys.exit(__doc__)
    problems = list(CHECKS[arguments[0]](Build(arguments[1]), *arguments[2:]))
    for text in problems:
        print(text)
    return not problems


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
