# SPDX-License-Identifier: MIT
"""Plugins that do not fit are refused in words, and the gateway goes on with the others."""

import os
import unittest

from metergate import PLUGIN_PATH, SystemTest, devices, exact, readings, until

REFUSED_FOLDER = os.environ["METERGATE_REFUSED_PLUGINS"]

# name -> words that the refusal must have
REFUSED = {
    "abi2": ["built for plugin ABI 2, this metergate speaks 1"],
    "nosymbol": ["metergate_plugin"],
    "unresolved": ["function_that_nobody_has"],
    "badoptions": ["path", "option"],
    "text": ["text.so", "ELF"],
}
OURS = {"file": "sink", "syslog": "sink", "zeromq": "sink", "serial": "transport", "tcp": "transport",
        "simulator": "transport"}


class Plugins(SystemTest):
    def setUp(self):
        super().setUp()
        self.environment = {"METERGATE_PLUGIN_PATH": REFUSED_FOLDER + ":" + PLUGIN_PATH}

    def words(self, name, text):
        for word in REFUSED[name]:
            self.assertIn(word, text, name)

    def test_list_says_why(self):
        result = self.command("plugins", code=7, environment=self.environment)
        listed = {line["name"]: line for line in result.lines()}
        for name in REFUSED:
            self.words(name, listed[name]["refused"])
        for name in OURS:
            self.assertNotIn("refused", listed[name])
            self.assertEqual(exact(self.command("plugins", name).out)["name"], name)

    def test_check_of_one_file(self):
        for name in REFUSED:
            result = self.command("plugins", "check", os.path.join(REFUSED_FOLDER, name + ".so"), code=1)
            self.words(name, result.err)
        self.command("plugins", "check", os.path.join(PLUGIN_PATH.split(":")[0], "file", "file.so"))

    def test_all_installed_ones_fit(self):
        folder = PLUGIN_PATH.split(":")[0]
        listed = self.command("plugins", environment={"METERGATE_PLUGIN_PATH": folder}).lines()
        self.assertLessEqual(set(OURS), {line["name"] for line in listed})

    def test_unknown_plugin(self):
        result = self.command("plugins", "fiel", code=1)
        self.assertIn("fiel", result.err)
        self.assertIn(PLUGIN_PATH.split(":")[0], result.err)

    def test_gateway_goes_on_beside_them(self):
        """They lie in the folder that is searched first, and one hides nothing of the others."""
        path = self.path("readings.jsonl")
        gateway = self.gateway(
            self.head() + "\n[bus b]\ntransport = simulator\npacing = no\ninterval = 100ms\n" + devices("b", 2)
            + "\n[sink s]\nplugin = file\npath = %s\n" % path, environment=self.environment)
        until(lambda: len(readings(path)) > 4, lambda: "readings from %s" % gateway)
        gateway.stop()

    def test_configuration_that_names_them(self):
        text = self.head() + "\n[bus b]\ntransport = simulator\n" + devices("b", 2)
        for name in REFUSED:
            text += "\n[sink %s]\nplugin = %s\n" % (name, name)
        config = self.write("bad.ini", text)
        result = self.command("check", config, code=3, environment=self.environment)
        for name in REFUSED:
            (line,) = [t for t in result.err.splitlines() if "[sink %s]" % name in t]
            self.words(name, line)
            self.assertTrue(line.startswith(config + ":"), line)

    def test_gateway_goes_on_without_them(self):
        """A plugin that does not fit costs its own sections only; the refusal is in the log."""
        path = self.path("readings.jsonl")
        text = (self.head() + "\n[bus b]\ntransport = simulator\npacing = no\ninterval = 100ms\n"
                + devices("b", 2) + "\n[sink good]\nplugin = file\npath = %s\n" % path
                + "\n[bus lost]\ntransport = abi2\n" + devices("lost", 1))
        for name in REFUSED:
            text += "\n[sink %s]\nplugin = %s\n" % (name, name)
        gateway = self.gateway(text, environment=self.environment)
        until(lambda: len(readings(path)) > 4, lambda: "readings from %s" % gateway)
        gateway.stop()
        for name in REFUSED:
            self.words(name, gateway.err)
        self.assertIn("going on without %d sections" % (len(REFUSED) + 1), gateway.err)

    def test_sink_as_transport(self):
        text = self.head() + "\n[bus b]\ntransport = file\npath = x\n\n[sink s]\nplugin = tcp\n"
        config = self.write("swap.ini", text)
        result = self.command("check", config, code=3)
        self.assertIn("transport", result.err)
        self.assertIn("sink", result.err)


if __name__ == "__main__":
    unittest.main(verbosity=2)
