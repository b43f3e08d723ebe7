/* SPDX-License-Identifier: MIT */
/* Sections become buses, devices and sinks with filled instances, or errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_bench.h"
#include "gateway/setup.h"

/* The start of the instances of the plugin probe. */
struct probe {
	struct mg_instance instance;
	const char *path;
	int64_t count;
	bool on;
	int64_t pause;
	int64_t room;
	int mode;
	struct mg_list words;
	const char *key;
	struct mg_tags tags;
};

struct bench {
	struct config_bench *files;
	struct plugins *plugins;
	struct setup *setup;
};

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	char path[PATH_MAX];
	assert_non_null(b);
	assert_non_null(getenv("METERGATE_TEST_ABI"));
	snprintf(path, sizeof(path), "%s/fitting", getenv("METERGATE_TEST_ABI"));
	assert_int_equal(setenv("METERGATE_PLUGIN_PATH", path, 1), 0);
	b->files = config_bench_create();
	b->plugins = plugins_create(NULL);
	*state = b;
	return b->plugins == NULL;
}

static int tear_down(void **state)
{
	struct bench *b = *state;
	setup_destroy(b->setup);
	plugins_destroy(b->plugins);
	config_bench_destroy(b->files);
	free(b);
	return 0;
}

/* Loads and resolves; the configuration is gone before the result is looked at. */
static const char *resolve(struct bench *b, const char *text)
{
	config_bench_load(b->files, text);
	assert_non_null(b->files->config);
	b->setup = config_resolve(b->files->config, b->plugins, &b->files->errors);
	assert_non_null(b->setup);
	config_bench_print(b->files);
	config_destroy(b->files->config);
	b->files->config = NULL;
	return b->files->printed;
}

#define BUS "[bus a]\ntransport = probe\npath = /dev/null\n"
#define SINK "[sink s]\nplugin = probe\n"

static void the_least_configuration_has_defaults(void **state)
{
	struct bench *b = *state;
	assert_string_equal(resolve(b, BUS "[device a/d]\naddress = 5\n" SINK), "");
	const struct setup_gateway *gateway = &b->setup->gateway;
	assert_true(config_name_valid(gateway->name, strlen(gateway->name)));
	assert_null(gateway->plugin_dir);
	assert_string_equal(gateway->state_dir, "/var/lib/metergate");
	assert_string_equal(gateway->control, "/run/metergate/control.sock");
	assert_int_equal(gateway->stop_timeout, 10000);
	assert_int_equal(gateway->log_level, MG_LOG_INFO);
	assert_int_equal(b->setup->bus_count, 1);
	const struct bus_settings *bus = &b->setup->buses[0]->settings;
	assert_string_equal(bus->name, "a");
	assert_int_equal(bus->line.size, sizeof(bus->line));
	assert_int_equal(bus->line.baud, 2400);
	assert_int_equal(bus->line.data_bits, 8);
	assert_int_equal(bus->line.parity, 'E');
	assert_int_equal(bus->line.stop_bits, 1);
	assert_int_equal(bus->latency, BUS_LATENCY_AUTO);
	assert_int_equal(bus->tries, 3);
	assert_int_equal(bus->tries_bad, 64);
	assert_int_equal(bus->telegrams, 64);
	assert_int_equal(bus->interval, 3600000);
	assert_int_equal(bus->open_timeout, 30000);
	assert_int_equal(bus->connect_timeout, 10000);
	assert_int_equal(bus->reconnect_min, 1000);
	assert_int_equal(bus->reconnect_max, 60000);
	assert_int_equal(bus->silent_max, 6 * 3600000);
	const struct bus_device_settings *device = &b->setup->buses[0]->devices[0].settings;
	assert_string_equal(device->name, "d");
	assert_string_equal(device->label, "");
	assert_int_equal(device->interval, -1);
	assert_int_equal(device->address.primary, 5);
	assert_false(device->has_expect);
	assert_int_equal(device->baud, 0);
	assert_int_equal(device->response, 0);
	assert_null(device->init);
	assert_int_equal(device->max_reads_per_day, 0);
	assert_false(device->any_address);
	const struct sink_settings *sink = &b->setup->sinks[0]->settings;
	assert_string_equal(sink->name, "s");
	assert_string_equal(sink->match, "*");
	assert_string_equal(sink->types, "*");
	assert_int_equal(sink->queue, 4096);
	assert_int_equal(sink->queue_bytes, 64 * 1024 * 1024);
	assert_int_equal(sink->overflow, 0);
	assert_int_equal(sink->batch, 64);
	assert_false(sink->raw);
	assert_int_equal(sink->units, 0);
}

static void every_key_of_gateway_and_bus_arrives(void **state)
{
	struct bench *b = *state;
	const char *text =
			"[gateway]\nname = cellar-pi\nplugin_dir = /p\nstate_dir = /s\ncontrol = /c\n"
			"stop_timeout = 3s\nlog_level = debug\n" BUS
			"baud = 9600\nparity = none\nstop_bits = 2\nlatency = 50ms\ntries = 5\n"
			"tries_bad = 20\n"
			"max_telegrams = 2\ninterval = 0\nopen_timeout = 5s\nconnect_timeout = 4s\n"
			"reconnect_min = 2s\nreconnect_max = 2s\nsilent_max = 1d\ncount = 9\non = "
			"yes\n"
			"pause = 300ms\nroom = 1M\nmode = fast\nwords = x y\nkey = hunter2\n"
			"mark.k = v\n" SINK;
	assert_string_equal(resolve(b, text), "");
	const struct setup_gateway *gateway = &b->setup->gateway;
	assert_string_equal(gateway->name, "cellar-pi");
	assert_string_equal(gateway->plugin_dir, "/p");
	assert_string_equal(gateway->state_dir, "/s");
	assert_string_equal(gateway->control, "/c");
	assert_int_equal(gateway->stop_timeout, 3000);
	assert_int_equal(gateway->log_level, MG_LOG_DEBUG);
	const struct setup_bus *bus = b->setup->buses[0];
	assert_int_equal(bus->settings.line.baud, 9600);
	assert_int_equal(bus->settings.line.parity, 'N');
	assert_int_equal(bus->settings.line.stop_bits, 2);
	assert_int_equal(bus->settings.latency, 50);
	assert_int_equal(bus->settings.tries, 5);
	assert_int_equal(bus->settings.tries_bad, 20);
	assert_int_equal(bus->settings.telegrams, 2);
	assert_int_equal(bus->settings.interval, 0);
	assert_int_equal(bus->settings.reconnect_max, 2000);
	assert_int_equal(bus->settings.silent_max, 86400000);
	assert_string_equal(bus->port, "/dev/null");
	assert_string_equal(bus->plugin->name, "probe");
	const struct probe *probe = bus->instance;
	assert_null(probe->instance.host);
	assert_string_equal(probe->path, "/dev/null");
	assert_int_equal(probe->count, 9);
	assert_true(probe->on);
	assert_int_equal(probe->pause, 300);
	assert_int_equal(probe->room, 1048576);
	assert_int_equal(probe->mode, 0);
	assert_int_equal(probe->words.count, 2);
	assert_string_equal(probe->key, "hunter2");
	assert_string_equal(probe->tags.items[0].key, "k");
}

static void every_key_of_devices_and_sinks_arrives(void **state)
{
	struct bench *b = *state;
	const char *text = BUS
			"[device a/d]\naddress = 12345678.KAM.16.04\nlabel = Flat 3\n"
			"interval = 15m\nexpect = 1234FFFF\ntag.area = north\ntag.floor = 2\n"
			"baud = 2400\nresponse = 1500ms\ninit = nke reset=10\n"
			"max_reads_per_day = 4\nany_address = yes\n" SINK
			"path = x\nmatch = a/* b/*\ntypes = reading\nqueue = 7\nqueue_bytes = 1M\n"
			"overflow = drop-newest\nbatch = 1\nraw = yes\nunits = common\n";
	assert_string_equal(resolve(b, text), "");
	const struct setup_bus *bus = b->setup->buses[0];
	const struct bus_device_settings *device = &bus->devices[0].settings;
	assert_true(device->address.secondary);
	assert_string_equal(device->label, "Flat 3");
	assert_int_equal(device->interval, 900000);
	assert_true(device->has_expect);
	assert_int_equal(device->baud, 2400);
	assert_int_equal(device->response, 1500);
	assert_int_equal(device->init->count, 2);
	assert_int_equal(device->init->steps[1].data[0], 0x10);
	assert_int_equal(device->max_reads_per_day, 4);
	assert_true(device->any_address);
	assert_int_equal(device->tag_count, 2);
	assert_string_equal(device->tags[1].value, "2");
	const struct sink_settings *sink = &b->setup->sinks[0]->settings;
	assert_string_equal(sink->match, "a/* b/*");
	assert_string_equal(sink->types, "reading");
	assert_int_equal(sink->queue, 7);
	assert_int_equal(sink->queue_bytes, 1048576);
	assert_int_equal(sink->overflow, 1);
	assert_int_equal(sink->batch, 1);
	assert_true(sink->raw);
	assert_int_equal(sink->units, 1);
}

static void an_init_sequence_of_other_words_is_refused(void **state)
{
	struct bench *b = *state;
	assert_string_equal(
			resolve(b, BUS "[device a/d]\naddress = 5\ninit = nke warmstart\n" SINK),
			"main.ini:6:12: [device a/d] init: want at most 8 of the words nke, reset, "
			"reset=10 and send=5108, with hex digits, and blanks in between\n");
}

static void errors_come_in_one_go(void **state)
{
	struct bench *b = *state;
	const char *text = "[gateway]\nname = a b\nstop_timeout = 10\n" BUS
					   "buad = 300\nbaud = 2401\nlatency = fast\ncount = 10\n"
					   "reconnect_min = 1h\nroom = 1X\n"
					   "[device a/d]\naddress = 5x\nexpect = zz\nlable = x\n"
					   "[device bb/d]\naddress = 1y\n[device a/e]\n[bus abb]\ntransport "
					   "= bare\n" SINK "overflow = drop-olde\nnonsense = 1\n";
	assert_string_equal(resolve(b, text),
			"main.ini:2:8: [gateway] name: \"a b\" is no name: allowed are 1 to 32 "
			"letters, digits, ., _ and -, beginning with a letter or digit\n"
			"main.ini:3:18: [gateway] stop_timeout: \"10\" is not a duration: a number "
			"and "
			"one of ms, s, m, h, d, as in 500ms or 15m\n"
			"main.ini:7:1: [bus a] buad: there is no such key; did you mean \"baud\"?\n"
			"main.ini:8:8: [bus a] baud: \"2401\" is not allowed: use one of 300, 600, "
			"1200, 2400, 4800, 9600, 19200, 38400; did you mean \"2400\"?\n"
			"main.ini:9:11: [bus a] latency: \"fast\" is not a duration: a number and "
			"one "
			"of ms, s, m, h, d, as in 500ms or 15m; or write auto\n"
			"main.ini:10:9: [bus a] count: \"10\" is out of range: allowed is 1 to 9\n"
			"main.ini:11:17: [bus a] reconnect_min: is longer than reconnect_max\n"
			"main.ini:12:9: [bus a] room: \"1X\" is not a size: a number of bytes, or "
			"with "
			"K, M or G behind it, as in 64K\n"
			"main.ini:14:12: [device a/d] address: \"5x\" is no address: use 0 to 250, "
			"or a "
			"secondary address such as 12345678 or 12345678.KAM.16.04\n"
			"main.ini:15:10: [device a/d] expect: \"zz\" is no identity: use 12345678, "
			"12345678.KAM or 12345678.KAM.16.04, with F for any digit\n"
			"main.ini:16:1: [device a/d] lable: there is no such key; did you mean "
			"\"label\"?\n"
			"main.ini:17:2: [device bb/d] there is no [bus bb]; did you mean \"abb\"?\n"
			"main.ini:18:12: [device bb/d] address: \"1y\" is no address: use 0 to 250, "
			"or a "
			"secondary address such as 12345678 or 12345678.KAM.16.04\n"
			"main.ini:19:2: [device a/e] address: is missing: primary address 0 to 250, "
			"or secondary address such as 12345678.KAM.1B.04: number, manufacturer, "
			"version and medium, these two in hex; F for any digit\n"
			"main.ini:24:12: [sink s] overflow: \"drop-olde\" is not allowed: use one of "
			"drop-oldest, drop-newest; did you mean \"drop-oldest\"?\n"
			"main.ini:25:1: [sink s] nonsense: there is no such key\n");
}

static void addresses_are_exact_to_the_column(void **state)
{
	struct bench *b = *state;
	const char *printed =
			resolve(b, BUS "[device a/d]\naddress = 5x\nexpect = 12345678.K4M\n" SINK);
	assert_non_null(strstr(printed, "main.ini:5:12: [device a/d] address: \"5x\""));
	assert_non_null(strstr(printed, "[device a/d] expect: \"12345678.K4M\""));
	assert_int_equal(b->files->errors.errors, 2);
	assert_int_equal(b->setup->buses[0]->device_count, 0);
}

static void plugins_must_fit_their_place(void **state)
{
	struct bench *b = *state;
	const char *printed = resolve(b, "[bus a]\ntransport = prope\nwhatever = 1\n"
									 "[bus b]\n[bus c]\ntransport =\n"
									 "[sink s]\nplugin = bare\n[sink t]\nplugin = nono\n"
									 "[sink u]\n[device a/d]\naddress = 1\n");
	assert_non_null(
			strstr(printed, "main.ini:2:13: [bus a] transport: there is no plugin "
							"\"prope\"; installed: bare, probe, remote; searched"));
	assert_non_null(strstr(printed, "did you mean \"probe\"?"));
	assert_null(strstr(printed, "whatever"));
	assert_non_null(strstr(printed, "main.ini:4:2: [bus b] transport: is missing"));
	assert_non_null(
			strstr(printed, "main.ini:6:12: [bus c] transport: must not be empty"));
	assert_non_null(
			strstr(printed, "main.ini:8:10: [sink s] plugin: the plugin bare is no "
							"sink but a transport, for a section [bus NAME]"));
	assert_non_null(
			strstr(printed, "main.ini:10:10: [sink t] plugin: there is no plugin"));
	assert_non_null(strstr(printed, "main.ini:11:2: [sink u] plugin: is missing"));
	assert_int_equal(b->files->errors.errors, 6);
	assert_int_equal(b->setup->bus_count, 3);
	assert_null(b->setup->buses[0]->instance);
	assert_int_equal(b->setup->buses[0]->device_count, 1);
}

static void missing_keys_of_plugins_are_named(void **state)
{
	struct bench *b = *state;
	const char *printed = resolve(b, "[bus a]\ntransport = remote\nhost = x\n" SINK);
	assert_string_equal(printed, "main.ini:1:2: [bus a] port: is missing: TCP port\n");
	assert_null(b->setup->buses[0]->port);
}

static void one_port_has_one_bus(void **state)
{
	struct bench *b = *state;
	char link[PATH_MAX];
	char text[PATH_MAX * 2];
	snprintf(link, sizeof(link), "%s/null", b->files->folder);
	assert_int_equal(symlink("/dev/null", link), 0);
	snprintf(text, sizeof(text),
			BUS "[bus b]\ntransport = probe\npath = %s\n"
				"[bus c]\ntransport = remote\nhost = Host.example\nport = 1\n"
				"[bus d]\ntransport = remote\nhost = host.example\nport = 2\n"
				"[bus e]\ntransport = remote\nhost = host.EXAMPLE\nport = 1\n"
				"[bus f]\ntransport = remote\nhost = ::1\nport = 1\n"
				"[bus g]\ntransport = bare\n[bus h]\ntransport = bare\n" SINK,
			link);
	assert_string_equal(resolve(b, text),
			"main.ini:4:2: [bus b] its port /dev/null is that of [bus a] at main.ini:1, "
			"too\n"
			"main.ini:15:2: [bus e] its port host.example:1 is that of [bus c] at "
			"main.ini:7, too\n");
	assert_string_equal(b->setup->buses[5]->port, "[::1]:1");
	assert_null(b->setup->buses[6]->port);
	assert_ptr_equal(setup_find_bus(b->setup, "f"), b->setup->buses[5]);
	assert_null(setup_find_bus(b->setup, "z"));
}

static void one_address_has_one_device(void **state)
{
	struct bench *b = *state;
	assert_string_equal(
			resolve(b,
					BUS "[bus b]\ntransport = bare\n"
						"[device a/x]\naddress = 5\n[device b/x]\naddress = 5\n"
						"[device a/y]\naddress = 05\n[device a/z]\n"
						"address = 12345678.KAM.16.04\n[device b/z]\n"
						"address = 12345678.KAM.16.04\n[device a/w]\n"
						"address = 12345678.KAM.16.04\n[device a/v]\naddress = 5\n" SINK),
			"main.ini:10:2: [device a/y] its address 5 is that of [device a/x] at "
			"main.ini:6, too\n"
			"main.ini:16:2: [device a/w] its address 12345678.KAM.16.04 is that of "
			"[device "
			"a/z] at main.ini:12, too\n"
			"main.ini:18:2: [device a/v] its address 5 is that of [device a/x] at "
			"main.ini:6, too\n");
}

static void nothing_to_do_is_a_warning(void **state)
{
	struct bench *b = *state;
	assert_string_equal(resolve(b, "[gateway]\nname = x\n"),
			"main.ini: warning: there is no [bus NAME], so nothing will be read\n"
			"main.ini: warning: there is no [sink NAME], so readings go nowhere\n");
	assert_int_equal(b->files->errors.errors, 0);
}

static void secrets_come_from_beside_the_file(void **state)
{
	struct bench *b = *state;
	config_bench_write(b->files, "key.txt", "hunter2\n");
	assert_string_equal(resolve(b, BUS "key = file:key.txt\n" SINK), "");
	const struct probe *probe = b->setup->buses[0]->instance;
	assert_string_equal(probe->key, "hunter2");
}

static void secrets_are_not_for_everybody(void **state)
{
	struct bench *b = *state;
	char path[PATH_MAX];
	config_bench_write(b->files, "open.ini", BUS "key = hunter2\n");
	snprintf(path, sizeof(path), "%s/open.ini", b->files->folder);
	assert_int_equal(chmod(path, 0644), 0);
	const char *printed = resolve(b, "[gateway]\ninclude = open.ini\n" SINK);
	assert_non_null(strstr(printed, "open.ini:4:7: [bus a] key: everybody may read"));
	assert_null(strstr(printed, "hunter2"));
}

#define KEY "000102030405060708090A0B0C0D0E0F"

static const struct bus_key *key_of(const struct bench *b, const char *address_text)
{
	struct bus_address address;
	size_t wrong;
	assert_true(bus_address_parse(address_text, &address, &wrong));
	return bus_key_find(b->setup->buses[0]->settings.keys, &address);
}

static void assert_key_of(const struct bench *b, const char *address, const char *meter)
{
	char text[MG_IDENTITY_SIZE];
	const struct bus_key *key = key_of(b, address);
	assert_non_null(key);
	assert_string_equal(mg_identity_text(&key->identity, text), meter);
	for (uint8_t i = 0; i < SECURE_KEY_SIZE; i++) {
		assert_int_equal(key->key.bytes[i], i);
	}
}

/* Who the meter is: the address when it names one, else what is expected. */
static void keys_know_their_meter(void **state)
{
	struct bench *b = *state;
	config_bench_write(b->files, "meter.key", "000102030405060708090a0b0c0d0e0f\n");
	assert_string_equal(
			resolve(b, BUS SINK "[device a/1]\naddress = 1\nkey = " KEY "\n"
								"[device a/2]\naddress = 2\nkey = file:meter.key\n"
								"expect = 12345678.KAM.16.04\n"
								"[device a/3]\naddress = 3\n"
								"[device a/4]\naddress = 12345678\nkey = " KEY "\n"
								"expect = 12345678.KAM.16.04\n"
								"[device a/5]\naddress = 87654321.ELS.01.07\n"
								"key = " KEY "\nexpect = 87654321\n"
								"[device a/6]\naddress = 11111111\nkey = " KEY "\n"),
			"");
	assert_key_of(b, "1", "FFFFFFFF");
	assert_key_of(b, "2", "12345678.KAM.16.04");
	assert_null(key_of(b, "3"));
	assert_key_of(b, "12345678", "12345678.KAM.16.04");
	assert_key_of(b, "87654321.ELS.01.07", "87654321.ELS.01.07");
	assert_key_of(b, "11111111", "11111111");
	assert_true(b->setup->buses[0]->devices[0].settings.has_key);
	assert_false(b->setup->buses[0]->devices[2].settings.has_key);
}

static void keys_are_32_hex_digits_and_not_shown(void **state)
{
	struct bench *b = *state;
	config_bench_write(b->files, "long.key", KEY "FA11\n");
	const char *printed =
			resolve(b, BUS SINK "[device a/1]\naddress = 1\nkey = 0xBADBADBAD\n"
								"[device a/2]\naddress = 2\nkey = file:long.key\n"
								"[device a/3]\naddress = 3\nkey = file:missing.key\n");
	static const char wrong[] = "key: is no AES key: want 32 hex digits without blanks, "
								"here or in what file:PATH or credential:NAME stands for";
	char expected[200];
	snprintf(expected, sizeof(expected), "main.ini:8:7: [device a/1] %s\n", wrong);
	assert_non_null(strstr(printed, expected));
	snprintf(expected, sizeof(expected), "main.ini:11:7: [device a/2] %s\n", wrong);
	assert_non_null(strstr(printed, expected));
	assert_non_null(strstr(printed, "main.ini:14:7: [device a/3] key: "));
	assert_non_null(strstr(printed, "missing.key cannot be opened"));
	assert_null(strstr(printed, "BADBAD"));
	assert_null(strstr(printed, "FA11"));
	assert_int_equal(b->files->errors.errors, 3);
}

static void thousands_of_sections_are_quick(void **state)
{
	struct bench *b = *state;
	size_t size = 0;
	char *text = malloc(1024 * 1024);
	assert_non_null(text);
	for (int i = 0; i < 2000; i++) {
		size += (size_t)sprintf(text + size,
				"[device b%d/d]\naddress = 5\n[bus b%d]\ntransport = remote\nhost = h%d\n"
				"port = 1\n",
				i, i, i);
	}
	sprintf(text + size, "%s", SINK);
	assert_string_equal(resolve(b, text), "");
	free(text);
	assert_int_equal(b->setup->bus_count, 2000);
	assert_string_equal(b->setup->buses[1999]->settings.name, "b1999");
	assert_int_equal(b->setup->buses[1999]->device_count, 1);
}

static void many_devices_of_one_bus_are_kept(void **state)
{
	struct bench *b = *state;
	size_t size = (size_t)0;
	char *text = malloc(65536);
	assert_non_null(text);
	size += (size_t)sprintf(text, "%s", BUS SINK);
	for (int i = 0; i < 251; i++) {
		size += (size_t)sprintf(text + size, "[device a/d%d]\naddress = %d\n", i, i);
	}
	assert_string_equal(resolve(b, text), "");
	free(text);
	assert_int_equal(b->setup->buses[0]->device_count, 251);
	assert_int_equal(b->setup->buses[0]->devices[250].settings.address.primary, 250);
	assert_string_equal(b->setup->buses[0]->devices[0].settings.name, "d0");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_least_configuration_has_defaults),
		TEST(every_key_of_gateway_and_bus_arrives),
		TEST(every_key_of_devices_and_sinks_arrives),
		TEST(an_init_sequence_of_other_words_is_refused),
		TEST(errors_come_in_one_go),
		TEST(addresses_are_exact_to_the_column),
		TEST(plugins_must_fit_their_place),
		TEST(missing_keys_of_plugins_are_named),
		TEST(one_port_has_one_bus),
		TEST(one_address_has_one_device),
		TEST(nothing_to_do_is_a_warning),
		TEST(secrets_come_from_beside_the_file),
		TEST(secrets_are_not_for_everybody),
		TEST(keys_know_their_meter),
		TEST(keys_are_32_hex_digits_and_not_shown),
		TEST(thousands_of_sections_are_quick),
		TEST(many_devices_of_one_bus_are_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
