# SPDX-License-Identifier: MIT
"""What is installed is enough: a plugin and a program are built from it, one line each."""

import json
import os
import pathlib
import shlex
import subprocess
import tempfile
import unittest

BUILD = os.environ["METERGATE_BUILD"]
SDK = pathlib.Path(os.environ["METERGATE_SDK"])
CC = os.environ["METERGATE_CC"]
FLAGS = os.environ["METERGATE_SDK_FLAGS"]

# Water meter 12345678: volume, highest flow of period 5, energy.
TELEGRAM = "681F1F6808027278563412244001075500000003131531 00DA023B13018B600437180218 16".replace(" ", "")
RECORDS = {"12.565 m3", "0.113 m3/h", "218370 Wh"}


class Sdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.root = cls.temporary.name
        subprocess.run(["meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", cls.root],
                       check=True, capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def environment(self, **more):
        libdir = self.root + os.environ["METERGATE_LIBDIR"]
        return dict(os.environ, PKG_CONFIG_LIBDIR=libdir + "/pkgconfig", PKG_CONFIG_SYSROOT_DIR=self.root, **more)

    def line(self, command):
        """Runs one line of shell as a user would type it."""
        result = subprocess.run(command, shell=True, cwd=self.root, env=self.environment(), capture_output=True,
                                text=True, check=False)
        self.assertEqual(result.returncode, 0, "%s: %s" % (command, result.stderr))
        return result.stdout

    def metergate(self, *arguments, code=0, **environment):
        program = self.root + os.environ["METERGATE_BINDIR"] + "/metergate"
        result = subprocess.run([program, *arguments], env=self.environment(**environment), capture_output=True,
                                text=True, check=False, timeout=60)
        self.assertEqual(result.returncode, code, result.stderr)
        return result

    def test_plugin_of_one_line(self):
        self.line("%s -Wall -Wextra -Wpedantic -Werror -shared -fPIC -Wl,-z,defs $(pkg-config --cflags metergate)"
                  " -o counter.so %s" % (CC, shlex.quote(str(SDK / "counter.c"))))
        described = json.loads(self.metergate("plugins", "check", self.root + "/counter.so", "--json").stdout)
        self.assertEqual(described["name"], "counter")
        self.assertEqual([option["name"] for option in described["sink"]["options"]], ["unit", "step"])
        config = pathlib.Path(self.root) / "counter.ini"
        config.write_text("[bus b]\ntransport = simulator\n\n[sink c]\nplugin = counter\nstep = 5\n")
        installed = self.root + self.plugin_folder()
        path = self.root + ":" + installed
        self.metergate("check", str(config), METERGATE_PLUGIN_PATH=path)
        config.write_text(config.read_text().replace("step = 5", "step = 500"))
        result = self.metergate("check", str(config), code=3, METERGATE_PLUGIN_PATH=path)
        self.assertIn("counter.ini:6:8: [sink c] step: \"500\" is out of range: allowed is 1 to 100", result.stderr)

    def plugin_folder(self):
        """What metergate.pc says, whether pkg-config puts the sysroot before it or not."""
        folder = self.line("pkg-config --variable=plugindir metergate").strip()
        return folder.removeprefix(self.root)

    def test_plugin_folder_has_the_plugins(self):
        folder = pathlib.Path(self.root + self.plugin_folder())
        self.assertTrue((folder / "simulator.so").is_file(), folder)

    def test_headers_alone_compile(self):
        for header in ("plugin.h", "reading.h", "mbus.h", "profile.h"):
            for standard in ("c11", "gnu17"):
                self.line("printf '#include <metergate/%s>\\n' | %s -std=%s -Wall -Wextra -Wpedantic -Werror "
                          "$(pkg-config --cflags metergate) -fsyntax-only -xc -" % (header, CC, standard))

    def test_program_with_the_codec(self):
        self.line("%s %s -Wall -Wextra -Werror $(pkg-config --cflags metergate-mbus) -o decode %s"
                  " $(pkg-config --libs metergate-mbus)" % (CC, FLAGS, shlex.quote(str(SDK / "decode.c"))))
        lines = self.line("./decode " + TELEGRAM).splitlines()
        self.assertEqual({line.split(" ", 1)[1] for line in lines}, RECORDS, lines)
        bad = subprocess.run([self.root + "/decode", TELEGRAM[:-4] + "0016"], capture_output=True, text=True,
                             check=False)
        self.assertEqual((bad.returncode, bad.stdout), (1, "checksum\n"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
