/* SPDX-License-Identifier: MIT */
/* metergate monitor: readings as they come. */
#include <stdlib.h>
#include <unistd.h>

#include "bus/bus.h"
#include "cli/cli.h"
#include "cli/forward.h"
#include "cli/forward_pattern.h"
#include "cli/key_flag.h"
#include "cli/port_wait.h"
#include "cli/show.h"
#include "cli/target.h"
#include "gateway/option.h"

#define MONITOR_INTERVAL "10s"
#define MONITOR_DAY_MS ((int64_t)24 * 60 * 60 * 1000)

struct monitor {
	struct cli *cli;
	struct session *session;
	long left; /* readings until the end, 0: it has come; -1: no end */
};

struct monitor_options {
	int64_t interval;
};

static const struct mg_option interval_option =
		MG_DURATION(struct monitor_options, interval, "interval", MONITOR_INTERVAL, 0,
				MONITOR_DAY_MS, "between two readings of a device");

static void publish(void *data, struct reading *reading)
{
	struct monitor *monitor = data;
	const struct mg_reading *view = reading_view(reading);
	if (monitor->left == 0) {
		/* The exchange on the wire ended after the last reading that was asked for. */
		reading_unref(reading);
		return;
	}
	bool event = view->message != NULL;
	/* People read of events in the log. */
	if (!event || monitor->cli->json) {
		show_reading(monitor->cli, view, false);
	}
	if (monitor->left > 0 && !event) {
		monitor->left--;
	}
	if (monitor->cli->lost != 0) {
		monitor->left = 0; /* nobody takes the readings any more */
	}
	if (monitor->left == 0) {
		session_end(monitor->session);
	}
	reading_unref(reading);
}

static bool read_interval(struct cli *cli, const struct cli_args *args, int64_t *interval)
{
	struct monitor_options options;
	struct option_memory memory;
	char why[OPTION_WHY_SIZE];
	size_t where;
	const char *text =
			cli_given(args, "interval") ? cli_value(args, "interval") : MONITOR_INTERVAL;
	option_memory_init(&memory);
	bool good = option_apply(
			&interval_option, text, &options, &memory, why, sizeof(why), &where);
	option_memory_finish(&memory);
	if (!good) {
		cli_fail(cli, args, CLI_USAGE, "--interval %s: %s", text, why);
		return false;
	}
	*interval = options.interval;
	return true;
}

/* As the configuration says that it is to be asked. */
static void take_manner(struct bus_device_settings *device, const struct setup_bus *bus)
{
	const struct bus_device_settings *known = target_device(bus, &device->address);
	if (known != NULL) {
		device->baud = known->baud;
		device->init = known->init;
		device->response = known->response;
		device->any_address = known->any_address;
	}
}

/* All at once from the addresses of the command line, each read at the same interval. */
static int add_devices(struct cli *cli, const struct cli_args *args,
		struct setup_bus *bus, struct bus_device_settings *devices, int64_t interval)
{
	struct secure_key key;
	bool has_key;
	int failed = key_flag_read(cli, args, &key, &has_key);
	if (failed != CLI_OK) {
		return failed;
	}
	for (size_t i = 1; i < args->operand_count; i++) {
		struct bus_device_settings *device = &devices[i - 1];
		*device = (struct bus_device_settings){ .label = "", .interval = interval };
		if (!target_address(
					cli, args, bus, args->operands[i], &device->address, &device->name)) {
			return CLI_USAGE;
		}
		take_manner(device, bus);
		device->has_key = has_key;
		if (has_key && !target_add_key(cli, args, bus, &device->address, &key)) {
			return CLI_OTHER;
		}
	}
	return CLI_OK;
}

static int watch(struct monitor *monitor, const struct cli_args *args,
		struct target *target, const struct bus_device_settings *devices, struct log *log)
{
	const struct bus_owner owner = { .data = monitor, .publish = publish };
	int code;
	monitor->session = target_session(monitor->cli, args, target, log, &owner, &code);
	if (monitor->session == NULL) {
		return code;
	}
	for (size_t i = 0; i + 1 < args->operand_count; i++) {
		if (bus_add_device(session_bus(monitor->session), &devices[i]) == NULL) {
			return cli_fail(monitor->cli, args, CLI_OTHER, "out of memory");
		}
	}
	bool endless = monitor->left < 0;
	bool interrupted = !session_run(monitor->session);
	return port_wait_code(monitor->cli, args, monitor->session, interrupted, endless);
}

static int monitor_port(struct cli *cli, const struct cli_args *args,
		struct target *target, struct bus_device_settings *devices)
{
	int64_t interval;
	struct monitor monitor = { .cli = cli, .left = -1 };
	if (!read_interval(cli, args, &interval) ||
			!cli_number(cli, args, "count", 1, 1000000000, &monitor.left)) {
		return CLI_USAGE;
	}
	int code = add_devices(cli, args, target->bus, devices, interval);
	if (code != CLI_OK) {
		return code;
	}
	struct log *log = log_create(fileno(cli->err), MG_LOG_INFO);
	code = watch(&monitor, args, target, devices, log);
	if (monitor.session != NULL && !session_destroy(monitor.session)) {
		cli_leave(cli, log, code);
	}
	log_destroy(log);
	return code;
}

/* Nobody else serves the bus: its devices are read here. */
static int monitor_alone(
		struct cli *cli, const struct cli_args *args, struct target *target)
{
	if (args->operand_count < 2) {
		return cli_fail(cli, args, CLI_USAGE,
				"no gateway serves %s: start one with `metergate run`, or name the "
				"devices to be read from here, as in metergate monitor '%s' 5",
				args->operands[0], args->operands[0]);
	}
	struct bus_device_settings *devices = calloc(args->operand_count, sizeof(*devices));
	if (devices == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	int code = monitor_port(cli, args, target, devices);
	free(devices);
	return code;
}

/* What a gateway reads, it reads in its own way. */
static bool is_for_gateway(const struct cli *cli, const struct cli_args *args)
{
	static const char *const own[] = { "interval", "key" };
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (cli_given(args, own[i])) {
			cli_fail(cli, args, CLI_USAGE,
					"--%s is for a bus that is read from here; a running gateway goes by "
					"its configuration",
					own[i]);
			return false;
		}
	}
	return true;
}

/* Without a count, Ctrl-C is how it ends. */
static struct forward make_forward(const struct cli *cli, const struct cli_args *args)
{
	return (struct forward){
		.text = !cli->json,
		.endless = !cli_given(args, "count"),
	};
}

/* "BUS", or "BUS/ADDRESS" for each. */
static int monitor_gateway(struct cli *cli, const struct cli_args *args,
		const struct forward_gateway *gateway)
{
	const struct forward forward = make_forward(cli, args);
	size_t count = args->operand_count > 1 ? args->operand_count - 1 : 1;
	char **words = calloc(count, sizeof(*words));
	bool made = words != NULL;
	size_t ready = 0;
	for (size_t i = 0; i < count && made; i++) {
		bool whole = args->operand_count == 1;
		made = asprintf(&words[i], "%s%s%s", gateway->bus, whole ? "" : "/",
					   whole ? "" : args->operands[i + 1]) >= 0;
		ready += made;
	}
	int code = CLI_OTHER;
	if (made) {
		code = forward_send(
				cli, args, &forward, gateway, (const char *const *)words, count);
	} else {
		close(gateway->fd);
		cli_fail(cli, args, code, "out of memory");
	}
	for (size_t i = 0; i < ready; i++) {
		free(words[i]);
	}
	free(words);
	return code;
}

static int monitor_target(struct cli *cli, const struct cli_args *args)
{
	struct target target = { 0 };
	struct forward_gateway gateway = { .fd = -1 };
	int code = target_open(cli, args, args->operands[0], &target);
	if (code == CLI_OK && !cli_given(args, "direct")) {
		code = forward_find(cli, args, &target, &gateway);
	}
	if (code == CLI_OK && gateway.fd >= 0 && !is_for_gateway(cli, args)) {
		close(gateway.fd);
		code = CLI_USAGE;
	} else if (code == CLI_OK) {
		code = gateway.fd >= 0 ? monitor_gateway(cli, args, &gateway)
							   : monitor_alone(cli, args, &target);
	}
	target_finish(&target);
	return code;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	const struct forward forward = make_forward(cli, args);
	if (args->operand_count > 0 && !forward_pattern_is(args->operands[0])) {
		return monitor_target(cli, args);
	}
	if (!is_for_gateway(cli, args)) {
		return CLI_USAGE;
	}
	return forward_to_gateway(cli, args, &forward);
}

static const struct cli_flag flags[] = {
	FORWARD_FLAGS,
	{ "interval", "DURATION",
			"between two readings of a device (default: " MONITOR_INTERVAL
			"; 0: at once)" },
	{ "count", "N", "end after so many readings" },
};

const struct cli_verb verb_monitor = {
	.name = "monitor",
	.usage = "[TARGET [ADDRESS...]]",
	.summary = "readings as they come, of a running gateway or of a bus read from here",
	.details =
			"Without TARGET: all that the gateway of the configuration reads, and what\n"
			"happens there. TARGET may be BUS/DEVICE with globs, too. A bus that no\n"
			"gateway serves is opened, and each ADDRESS read again and again; what\n"
			"happens on it (a device falls silent, the port goes away) is said on "
			"stderr,\n"
			"and among JSON lines as one of them. A port that cannot be opened is "
			"tried\n"
			"again until it can.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
