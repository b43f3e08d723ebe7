/* SPDX-License-Identifier: MIT */
/* The kinds of sections and the keys that the core itself reads in each of them. */
#include "gateway/sections.h"

#include <string.h>

#include "route/queue.h"
#include "route/sink.h"

#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * (int64_t)HOUR)
#define YEAR (366 * DAY)
#define KIBIBYTE 1024
#define GIBIBYTE (1024 * 1024 * 1024)
#define DEVICE_TELEGRAMS_MAX 1000
#define TRIES_BAD_MAX 100
#define RESPONSE_MAX (10 * SECOND)
#define READS_PER_DAY_MAX 100000

static const char *const levels[] = { "error", "warning", "info", "debug", NULL };
static const char *const bauds[] = { "300", "600", "1200", "2400", "4800", "9600",
	"19200", "38400", NULL };
static const char *const device_bauds[] = { "bus", "300", "600", "1200", "2400", "4800",
	"9600", "19200", "38400", NULL };
static const uint32_t baud_values[] = { 300, 600, 1200, 2400, 4800, 9600, 19200, 38400 };
static const char *const parities[] = { "even", "none", "odd", NULL };
static const char parity_values[] = { 'E', 'N', 'O' };
static const char *const stop_bits[] = { "1", "2", NULL };
static const char *const overflows[] = {
	[QUEUE_DROP_OLDEST] = "drop-oldest",
	[QUEUE_DROP_NEWEST] = "drop-newest",
	NULL,
};
static const char *const units[] = { "base", "common", NULL };

/* clang-format off */
static const struct mg_option gateway_options[] = {
	MG_STRING(struct section_gateway, name, "name", NULL,
		"name of this gateway in every reading; without it, the name of the machine"),
	MG_LIST(struct section_gateway, include, "include", NULL,
		"further files, patterns with * allowed, from the folder of this file on; they are read in the order of their names and cannot include others"),
	MG_STRING(struct section_gateway, plugin_dir, "plugin_dir", NULL,
		"folder with plugins that is searched before the one that was installed, and behind those of METERGATE_PLUGIN_PATH"),
	MG_STRING(struct section_gateway, state_dir, "state_dir", "/var/lib/metergate",
		"folder in which the gateway keeps what must survive a restart"),
	MG_STRING(struct section_gateway, control, "control", "/run/metergate/control.sock",
		"UNIX socket on which the running gateway takes commands: status, read, scan and the others; its group may use it (rights 0660)"),
	MG_DURATION(struct section_gateway, stop_timeout, "stop_timeout", "10s", 0, HOUR,
		"how long the sinks may take to deliver what is queued when the gateway stops"),
	MG_ENUM(struct section_gateway, log_level, "log_level", "info", levels,
		"least important messages that are logged"),
};

static const struct mg_option bus_options[] = {
	MG_STRING_REQUIRED(struct section_bus, transport, "transport",
		"plugin that carries the bytes, such as serial or tcp; its own keys stand in this section, too"),
	MG_ENUM(struct section_bus, baud, "baud", "2400", bauds,
		"speed of the bus in bit/s, behind a converter, too: all waits follow from it"),
	MG_ENUM(struct section_bus, parity, "parity", "even", parities,
		"parity bit of each character; M-Bus has even parity"),
	MG_ENUM(struct section_bus, stop_bits, "stop_bits", "1", stop_bits,
		"stop bits of each character"),
	MG_STRING(struct section_bus, latency, "latency", "auto",
		"what the transport adds to each answer, there and back: auto, which allows 150ms at first and then what the answers show to be needed, or a fixed time up to 10s"),
	MG_INT(struct section_bus, tries, "tries", "3", 1, 10,
		"how often one request is sent to a device that keeps silent, before it counts as silent; one that does so already is mostly asked once"),
	MG_INT(struct section_bus, tries_bad, "tries_bad", "64", 1, TRIES_BAD_MAX,
		"how often one request is sent in all while answers come, but damaged: on a noisy line the next one may be whole; it is given up earlier when nothing looks like a frame"),
	MG_INT(struct section_bus, telegrams, "max_telegrams", "64", 1, DEVICE_TELEGRAMS_MAX,
		"telegrams of one readout at most"),
	MG_DURATION(struct section_bus, interval, "interval", "1h", 0, YEAR,
		"how often a device is read that sets no interval; 0: again as soon as the bus is free"),
	MG_DURATION(struct section_bus, open_timeout, "open_timeout", "30s", SECOND, HOUR,
		"how long opening the port may take before it counts as stuck"),
	MG_DURATION(struct section_bus, connect_timeout, "connect_timeout", "10s", 100, HOUR,
		"how long a connection may take to come about"),
	MG_DURATION(struct section_bus, reconnect_min, "reconnect_min", "1s", 10, HOUR,
		"pause before the port is opened again; it doubles with each failure ..."),
	MG_DURATION(struct section_bus, reconnect_max, "reconnect_max", "1m", 10, DAY,
		"... up to this"),
	MG_DURATION(struct section_bus, silent_max, "silent_max", "6h", SECOND, YEAR,
		"a silent device is asked after twice its interval, then four times, at most after this"),
	MG_STRING(struct section_bus, capture, "capture", NULL,
		"file that every byte of the bus is appended to, with direction and time: metergate decode shows it, metergate replay plays it; mind the space, a busy bus at 2400 baud fills some 20 MB a day"),
};

static const struct mg_option device_options[] = {
	MG_STRING_REQUIRED(struct section_device, address, "address",
		"primary address 0 to 250, or secondary address such as 12345678.KAM.1B.04: "
		"number, manufacturer, version and medium, these two in hex; F for any digit"),
	MG_STRING(struct section_device, label, "label", "",
		"text for people that every reading of the device carries"),
	MG_DURATION(struct section_device, interval, "interval", NULL, 0, YEAR,
		"how often it is read; without it, as the bus says"),
	MG_STRING(struct section_device, expect, "expect", NULL,
		"identity of the meter, such as 12345678.KAM, with F for any digit; readings of another one are refused; where telegrams are encrypted and their header has no identity (CI 7Ah), they are decrypted with this one, so write all of it exactly as the label of the meter has it: in security mode 5 a wrong number, version or medium gives wrong values without notice"),
	MG_SECRET(struct section_device, key, "key",
		"AES key of a meter that encrypts, 32 hex digits; what it sends in plain text is then refused; where its telegrams have no identity in their header (CI 7Ah), a whole secondary `address` or `expect` is needed, too"),
	MG_ENUM(struct section_device, baud, "baud", "bus", device_bauds,
		"speed of this meter where it is not that of the bus; meters of several speeds may share a segment"),
	MG_DURATION(struct section_device, response, "response", "0", 0, RESPONSE_MAX,
		"how long the meter may take to begin its answer, the way to the bus left aside; 0: as the standard allows (330 bits and 50ms), and more when the meter was seen to need it"),
	MG_STRING(struct section_device, init, "init", NULL,
		"what the meter is sent before each readout, one after the other: nke (link reset), reset (application reset), reset=10 (with this sub-code, hex), send=5108 (CI and data, hex); each has to be acknowledged"),
	MG_INT(struct section_device, max_reads_per_day, "max_reads_per_day", "0", 0, READS_PER_DAY_MAX,
		"readouts in a day (UTC) at most, for meters with a battery; 0: no limit"),
	MG_BOOL(struct section_device, any_address, "any_address", "no",
		"whether answers count that carry another primary address than the one that was asked, for meters that answer so"),
	MG_TAGS(struct section_device, tags, "tag",
		"tag.NAME = text: goes with every reading of the device"),
};

static const struct mg_option sink_options[] = {
	MG_STRING_REQUIRED(struct section_sink, plugin, "plugin",
		"plugin that delivers, such as file, syslog or zeromq; its own keys stand in this section, too"),
	MG_STRING(struct section_sink, match, "match", "*",
		"devices whose readings it gets: patterns over BUS/DEVICE, several separated by blanks"),
	MG_STRING(struct section_sink, types, "types", "*",
		"what it gets: patterns over reading and the names of events, several separated by blanks"),
	MG_INT(struct section_sink, queue, "queue", "4096", 1, QUEUE_MAX,
		"readings that may wait for it"),
	MG_SIZE(struct section_sink, queue_bytes, "queue_bytes", "64M", 64 * KIBIBYTE, 2 * (int64_t)GIBIBYTE,
		"memory that waiting readings may take"),
	MG_ENUM(struct section_sink, overflow, "overflow", "drop-oldest", overflows,
		"which readings are given up, and counted, when too many wait"),
	MG_INT(struct section_sink, batch, "batch", "64", 1, SINK_BATCH_MAX,
		"readings that are handed over at once"),
	MG_BOOL(struct section_sink, raw, "raw", "no",
		"whether readings carry their telegrams as hex digits, too"),
	MG_ENUM(struct section_sink, units, "units", "base", units,
		"base: Wh, m3, W, ...; common: units for people, such as kWh, converted exactly"),
};

static const struct section sections[] = {
	[SECTION_GATEWAY] = { "gateway", "[gateway]",
		"What concerns the gateway as a whole. It may be left out.",
		MG_OPTIONS(gateway_options), sizeof(struct section_gateway) },
	[SECTION_BUS] = { "bus", "[bus NAME]",
		"One M-Bus segment behind one port.",
		MG_OPTIONS(bus_options), sizeof(struct section_bus) },
	[SECTION_DEVICE] = { "device", "[device BUS/NAME]",
		"One meter on the bus of that name.",
		MG_OPTIONS(device_options), sizeof(struct section_device) },
	[SECTION_SINK] = { "sink", "[sink NAME]",
		"One place that readings go to.",
		MG_OPTIONS(sink_options), sizeof(struct section_sink) },
};
/* clang-format on */

const struct section *sections_get(enum section_kind kind)
{
	return &sections[kind];
}

const struct section *sections_find(const char *kind)
{
	for (size_t i = 0; i < SECTION_KINDS; i++) {
		if (strcmp(sections[i].kind, kind) == 0) {
			return &sections[i];
		}
	}
	return NULL;
}

uint32_t sections_baud(int choice)
{
	return baud_values[choice];
}

uint32_t sections_device_baud(int choice)
{
	return choice > 0 ? baud_values[choice - 1] : 0;
}

char sections_parity(int choice)
{
	return parity_values[choice];
}
