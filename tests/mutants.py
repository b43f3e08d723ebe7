#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Plants faults of one token in the codec, and wants the tests of the codec to find them.

    mutants.py [--seed N] [--count N] [--jobs N] [--root DIR] [--work DIR] [--least PERCENT]
               [--only PATTERN] [--without TEST] [--list]

Each mutant is compiled alone and run against every unit test that needs nothing but the
codec; who survives is run once more under the address and undefined-behaviour sanitizers.
A mutant is killed when a test fails, crashes or takes longer than ten seconds. One that
does not compile, or compiles to the same machine code, is no mutant: another is drawn.
Prints the share of killed mutants for each file, and each survivor with its line before
and after. Exits with 1 when less than PERCENT of them were killed.
"""

import argparse
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIMEOUT = 10  # seconds that a test may take
MEMORY = 2 << 30  # bytes; the sanitizers reserve more, and are not limited
SANITIZE = "-fsanitize=address,undefined"
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-fPIC", "-w", "-Iinclude", "-Icore",
         "-Itests/unit"]
BUILDS = {
    "plain": ["-O1"],
    "sanitized": ["-O1", SANITIZE, "-fno-sanitize-recover=all"],
}

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<include>^[ \t]*\#[ \t]*(?:include|ifndef|ifdef|endif|define[ \t]+MBUS_)[^\n]*)
  | (?P<string>"(?:\\.|[^"\\\n])*")
  | (?P<char>'(?:\\.|[^'\\\n])*')
  | (?P<number>\b(?:0[xX][0-9A-Fa-f]+|\d+)[uUlL]*\b)
  | (?P<word>[A-Za-z_]\w*)
  | (?P<operator><<=|>>=|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--|->|[-+*/%&|^]=|[^\s\w])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

OTHER = {
    "+": "-", "-": "+", "<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=",
    "!=": "==", "&&": "||", "||": "&&", "&": "|", "|": "&", "<<": ">>", ">>": "<<",
    "++": "--", "--": "++", "+=": "-=", "-=": "+=", "|=": "&=", "!": "",
}
WORDS = {"true": "false", "false": "true"}
STATEMENT = re.compile(
    r"\*?\w[\w.>\[\]+*/ -]*(?:[-+|&*/%^]?=|<<=|>>=|\+\+|--)[^=]|\w+\(|break$|continue$")
DECLARATION = re.compile(r"(?:static|const|enum|struct|unsigned|signed|return|goto|typedef|"
                         r"extern|size_t|bool|int|char|u?int\d+_t)\b")

# One change: in which file, which characters, what stands there instead, and its kind.
Mutant = collections.namedtuple("Mutant", "file start end text kind")


def tokens_of(source):
    return [(found.lastgroup, found.start(), found.end(), found.group())
            for found in TOKEN.finditer(source)
            if found.lastgroup not in ("comment", "include")]


def enum_groups(sources):
    """Maps each enumerator to the others of its enum."""
    groups = {}
    for source in sources:
        text = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
        for body in re.findall(r"enum(?:\s+\w+)?\s*\{(.*?)\}", text, re.DOTALL):
            names = re.findall(r"(?:^|,)\s*([A-Z]\w+)", body)
            for name in names:
                groups[name] = [other for other in names if other != name]
    return groups


def changed_number(text, draw):
    digits = text.rstrip("uUlL")
    suffix = text[len(digits):]
    value = int(digits, 0)
    value += 1 if value == 0 or draw.random() < 0.5 else -1
    return (f"0x{value:X}" if digits.lower().startswith("0x") else str(value)) + suffix


def enum_spans(source):
    return [found.span() for found in re.finditer(r"enum[^;{()]*\{.*?\}", source, re.DOTALL)]


def token_mutants(file, source, tokens, groups, draw):
    strings = sorted({text for kind, _, _, text in tokens if kind == "string"})
    enums = enum_spans(source)
    for index, (kind, start, end, text) in enumerate(tokens):
        if kind == "number":
            yield Mutant(file, start, end, changed_number(text, draw), "number")
        elif kind == "string" and len(strings) > 1:
            other = draw.choice([string for string in strings if string != text])
            yield Mutant(file, start, end, other, "string")
        elif kind == "word" and text in WORDS:
            yield Mutant(file, start, end, WORDS[text], "constant")
        elif kind == "word" and groups.get(text):
            if not any(first <= start < last for first, last in enums):
                yield Mutant(file, start, end, draw.choice(groups[text]), "enumerator")
        elif kind == "operator" and text in OTHER:
            kind = "logic" if text in ("&&", "||", "!") else "operator"
            if text not in ("*", "&", "-", "+") or binary(tokens, index):
                yield Mutant(file, start, end, OTHER[text], kind)
            elif text in "+-":
                yield Mutant(file, start, end, "" if text == "-" else "-", "operator")


def binary(tokens, index):
    """Whether an operator has something on its left that it can join."""
    if index == 0:
        return False
    kind, _, _, text = tokens[index - 1]
    return kind in ("number", "char") or text in (")", "]") or \
        (kind == "word" and text not in ("return", "case", "sizeof"))


def statement_mutants(file, source, tokens):
    """Statements of function bodies, each left out."""
    begin, parentheses = None, 0
    for _, start, end, text in tokens:
        if text in "([":
            parentheses += 1
        elif text in ")]":
            parentheses -= 1
        if text in ("{", "}", ":") or (text == ";" and parentheses == 0):
            statement = source[begin:start] if begin is not None else ""
            if text == ";" and STATEMENT.match(statement) and \
                    not DECLARATION.match(statement):
                yield Mutant(file, begin, end, ";", "statement")
            begin = None
        elif begin is None and parentheses == 0:
            begin = start


def all_mutants(root, only, draw):
    """Lists of mutants, by kind."""
    files = sorted(root.glob("core/mbus/*.[ch]"))
    groups = enum_groups([file.read_text(encoding="utf-8") for file in
                          [*files, *sorted(root.glob("include/metergate/*.h"))]])
    kinds = collections.defaultdict(list)
    for file in files:
        if only and not re.search(only, file.name):
            continue
        source = file.read_text(encoding="utf-8")
        tokens = tokens_of(source)
        name = str(file.relative_to(root))
        mutants = [*token_mutants(name, source, tokens, groups, draw)]
        if file.suffix == ".c":
            mutants += statement_mutants(name, source, tokens)
        for mutant in mutants:
            kinds[mutant.kind].append(mutant)
    return kinds


def drawn(kinds, draw):
    """All mutants in random order, each kind as often as the others while it lasts."""
    left = {kind: draw.sample(mutants, len(mutants)) for kind, mutants in
            sorted(kinds.items())}
    while any(left.values()):
        for kind in sorted(left):
            if left[kind]:
                yield left[kind].pop()


def codec_tests(root):
    """Names of the unit tests that link the codec alone."""
    rows = []
    for file in [*root.glob("core/**/meson.build"), *root.glob("tests/**/meson.build")]:
        rows += re.findall(r"'(\w+)': 'mbus'", file.read_text(encoding="utf-8"))
    return sorted(name for name in set(rows) if (root / f"tests/unit/test_{name}.c").exists())


def limit_memory():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


class Bench:
    """The codec as a shared object, so that a mutant takes one compilation and one link."""

    def __init__(self, root, work, without):
        self.root, self.work = root, work
        self.sources = sorted(str(file.relative_to(root)) for file in
                              root.glob("core/mbus/*.c"))
        self.tests = [name for name in codec_tests(root) if name not in without]
        self.deaths = collections.Counter()
        self.lock = threading.Lock()
        self.users = self.find_users()

    def find_users(self):
        """Which sources include which headers of the codec, directly or not."""
        includes = {}
        for file in self.root.glob("core/mbus/*.[ch]"):
            found = re.findall(r'#include "(mbus/\w+\.h)"', file.read_text(encoding="utf-8"))
            includes[str(file.relative_to(self.root))] = {f"core/{name}" for name in found}
        users = collections.defaultdict(set)
        for source in self.sources:
            seen, queue = set(), [source]
            while queue:
                for header in includes.get(queue.pop(), ()):
                    if header not in seen:
                        seen.add(header)
                        queue.append(header)
                        users[header].add(source)
        return users

    def compile(self, build, source, target, first=()):
        command = ["gcc", *first, *FLAGS, *BUILDS[build], "-c", str(source), "-o", str(target)]
        return subprocess.run(command, cwd=self.root, capture_output=True).returncode == 0

    def object(self, build, source):
        return self.work / build / (pathlib.Path(source).name + ".o")

    def link_codec(self, build, target, replaced):
        objects = [str(replaced.get(source, self.object(build, source)))
                   for source in self.sources]
        command = ["gcc", "-shared", *BUILDS[build], *objects, "-o", str(target)]
        return subprocess.run(command, capture_output=True).returncode == 0

    def build_test(self, build, name):
        """Without success when the test does not compile, and then it fails."""
        folder = self.work / build
        command = ["gcc", *FLAGS, *BUILDS[build], f"tests/unit/test_{name}.c", "-o",
                   str(folder / f"test_{name}"), f"-L{folder}", "-lcodec", "-lcmocka"]
        subprocess.run(command, cwd=self.root)

    def prepare(self, jobs):
        for build in BUILDS:
            (self.work / build).mkdir(parents=True)
        with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
            done = list(pool.map(lambda pair: self.compile(
                pair[0], pair[1], self.object(*pair)),
                [(build, source) for build in BUILDS for source in self.sources]))
            if not all(done):
                sys.exit("mutants.py: the codec does not compile as it is")
            for build in BUILDS:
                self.link_codec(build, self.work / build / "libcodec.so", {})
            list(pool.map(lambda pair: self.build_test(*pair),
                          [(build, name) for build in BUILDS for name in self.tests]))
        failing = {name for build in BUILDS for name in self.tests
                   if not self.run_test(build, self.work / build, name)}
        if failing:
            sys.exit("mutants.py: without any mutant these tests fail, mend them or leave "
                     f"them out by --without: {' '.join(sorted(failing))}")

    def run_test(self, build, folder, name):
        environment = {"PATH": os.environ["PATH"], "LD_LIBRARY_PATH": str(folder),
                       "CMOCKA_MESSAGE_OUTPUT": "TAP",
                       "ASAN_OPTIONS": "detect_leaks=0", "HOME": str(folder)}
        program = self.work / build / f"test_{name}"
        if not program.exists():
            return False
        command = [str(program)]
        if build == "sanitized":
            command = ["setarch", "--addr-no-randomize", *command]
        try:
            return subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=TIMEOUT,
                preexec_fn=limit_memory if build == "plain" else None).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def run_tests(self, build, folder):
        """The first test that fails, those first that killed most; None when all pass."""
        with self.lock:
            order = sorted(self.tests, key=lambda name: (-self.deaths[name],
                                                         name == "damage", name))
        for name in order:
            if not self.run_test(build, folder, name):
                with self.lock:
                    self.deaths[name] += 1
                return name
        return None

    def place(self, mutant, folder):
        """Puts the changed file where it is found instead of the original."""
        source = (self.root / mutant.file).read_text(encoding="utf-8")
        changed = source[:mutant.start] + mutant.text + source[mutant.end:]
        target = folder / mutant.file
        if mutant.file.endswith(".h"):
            shutil.copytree(self.root / "core" / "mbus", folder / "core" / "mbus")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(changed, encoding="utf-8")

    def build_mutant(self, build, mutant, folder):
        """Links the codec with the mutant. False when it does not compile, None when it
        makes no difference."""
        header = mutant.file.endswith(".h")
        sources = sorted(self.users[mutant.file]) if header else [mutant.file]
        out = folder / build
        out.mkdir()
        replaced = {}
        for source in sources:
            replaced[source] = out / (pathlib.Path(source).name + ".o")
            if not self.compile(build, folder / source, replaced[source],
                                [f"-I{folder / 'core'}"]):
                return False
        if build == "plain" and all(
                same_code(replaced[source], self.object(build, source))
                for source in sources):
            return None
        return self.link_codec(build, out / "libcodec.so", replaced)

    def judge(self, mutant):
        """The name of the test that killed the mutant, "" when it lives, None when it is
        none."""
        with tempfile.TemporaryDirectory(dir=self.work) as name:
            folder = pathlib.Path(name)
            self.place(mutant, folder)
            for build in BUILDS:
                if not self.build_mutant(build, mutant, folder):
                    return None
                killer = self.run_tests(build, folder / build)
                if killer is not None:
                    return killer
        return ""


def same_code(one, other):
    """Whether two objects hold the same sections; names of files do not count."""
    def sections(file):
        text = subprocess.run(["objdump", "-sr", str(file)], capture_output=True,
                              text=True, check=True).stdout
        return re.sub(r"\n[^\n]*file format[^\n]*", "", text)
    return sections(one) == sections(other)


def described(root, mutant):
    source = (root / mutant.file).read_text(encoding="utf-8")
    line = source.count("\n", 0, mutant.start) + 1
    first = source.rfind("\n", 0, mutant.start) + 1
    last = source.find("\n", mutant.end)
    before = " ".join(source[first:last].split())
    after = " ".join((source[first:mutant.start] + mutant.text +
                      source[mutant.end:last]).split())
    return f"{mutant.file}:{line}: {mutant.kind}\n    - {before}\n    + {after}"


def run(bench, kinds, options, draw):
    """Lists of killed and of living mutants. Each round draws as many as are missing."""
    order = drawn(kinds, draw)
    killed, alive = [], []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        while len(killed) + len(alive) < options.count:
            batch = [mutant for mutant, _ in zip(
                order, range(options.count - len(killed) - len(alive)))]
            if not batch:
                break
            for mutant, killer in zip(batch, pool.map(bench.judge, batch)):
                if killer is None:
                    continue
                (killed if killer else alive).append(mutant)
                if not killer:
                    print(f"survives: {described(bench.root, mutant)}", flush=True)
    return killed, alive


def report(bench, killed, alive):
    dead = collections.Counter(mutant.file for mutant in killed)
    living = collections.Counter(mutant.file for mutant in alive)
    for file in sorted({*dead, *living}):
        print(f"{dead[file]:4}/{dead[file] + living[file]:<4} {file}")
    for name, count in bench.deaths.most_common():
        print(f"{count:4} killed by test_{name}")
    total = len(killed) + len(alive)
    share = 100 * len(killed) / total if total else 100.0
    print(f"{len(killed)} of {total} mutants killed: {share:.1f} %")
    return share


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--least", type=float, default=0.0)
    parser.add_argument("--only", help="pattern for the names of files")
    parser.add_argument("--root", type=pathlib.Path, default=ROOT)
    parser.add_argument("--work", type=pathlib.Path, help="folder for objects, must be new")
    parser.add_argument("--without", action="append", default=[], metavar="TEST",
                        help="leave out the unit test test_TEST.c")
    parser.add_argument("--list", action="store_true", help="count the mutants there are")
    options = parser.parse_args()
    draw = random.Random(options.seed)
    root = options.root.resolve()
    kinds = all_mutants(root, options.only, draw)
    if options.list:
        for kind in sorted(kinds):
            print(f"{len(kinds[kind]):5} {kind}")
        return
    with tempfile.TemporaryDirectory() as temporary:
        work = (options.work or pathlib.Path(temporary) / "work").resolve()
        bench = Bench(root, work, options.without)
        bench.prepare(options.jobs)
        killed, alive = run(bench, kinds, options, draw)
        if report(bench, killed, alive) < options.least:
            sys.exit(1)


if __name__ == "__main__":
    main()
