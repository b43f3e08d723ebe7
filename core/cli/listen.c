/* SPDX-License-Identifier: MIT */
/* metergate listen: what passes on a bus where another master works. */
#include <stdlib.h>
#include <time.h>

#include "capture/sniff.h"
#include "cli/cli.h"
#include "cli/duration_flag.h"
#include "cli/key_flag.h"
#include "cli/listen_show.h"
#include "cli/port_wait.h"
#include "cli/target.h"

#define COUNT_MAX 1000000000
#define MILLISECOND 1000
#define SECOND 1000000

struct listener {
	struct listen_show show;
	const struct cli_args *args;
	struct sniff sniff;
	struct session *session;
	struct loop_timer *timer, *end;
	uint64_t count;   /* of readings; 0: no end */
	int64_t duration; /* ms; 0: no end */
	int64_t wall;     /* what loop_clock() lacks to µs since 1970 */
	struct secure_key key;
};

static int64_t wall_offset(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000 - loop_clock();
}

static bool is_over(const struct listener *listener)
{
	bool enough = listener->count > 0 && listener->show.shown >= listener->count;
	return enough || listener->show.cli->lost != 0;
}

/* For sniff_init(). */
static void take_find(void *data, const struct sniff_find *find)
{
	struct listener *listener = data;
	if (!is_over(listener)) {
		listen_show_find(&listener->show, find, listener->wall);
	}
	if (is_over(listener) && listener->session != NULL) {
		session_end(listener->session);
	}
}

static void set_timer(struct listener *listener)
{
	loop_timer_set(listener->timer, sniff_deadline(&listener->sniff));
}

/* For bus_settings. */
static void heard(
		void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags, int64_t now)
{
	struct listener *listener = data;
	listener->wall = wall_offset();
	sniff_feed(&listener->sniff, SNIFF_WIRE, bytes, size, rx_flags, now);
	set_timer(listener);
}

static void on_timer(void *data)
{
	struct listener *listener = data;
	sniff_tick(&listener->sniff, loop_clock());
	set_timer(listener);
}

static void on_end(void *data)
{
	struct listener *listener = data;
	session_end(listener->session);
}

/* What happens to the port is in the log. */
static void publish(void *data, struct reading *reading)
{
	const struct listener *listener = data;
	port_wait_tell(listener->show.cli, listener->args, reading_view(reading));
	reading_unref(reading);
}

static int serve(struct listener *listener, const struct cli_args *args)
{
	struct loop *loop = session_loop(listener->session);
	int code = CLI_OTHER;
	listener->timer = loop_timer_create(loop, on_timer, listener);
	listener->end = loop_timer_create(loop, on_end, listener);
	if (listener->timer == NULL || listener->end == NULL) {
		cli_fail(listener->show.cli, args, CLI_OTHER, "out of memory");
	} else {
		if (listener->duration > 0) {
			loop_timer_set(
					listener->end, loop_clock() + listener->duration * MILLISECOND);
		}
		bool interrupted = !session_run(listener->session);
		bool endless = listener->duration == 0 && listener->count == 0;
		code = port_wait_code(
				listener->show.cli, args, listener->session, interrupted, endless);
	}
	loop_timer_clear(listener->timer);
	sniff_end(&listener->sniff);
	return code;
}

static void finish(struct listener *listener, struct log *log, int code)
{
	struct cli *cli = listener->show.cli;
	loop_timer_destroy(listener->timer);
	loop_timer_destroy(listener->end);
	listener->timer = listener->end = NULL;
	if (listener->session != NULL && !session_destroy(listener->session)) {
		cli_leave(cli, log, code);
	}
}

static int listen_to(
		struct listener *listener, const struct cli_args *args, struct target *target)
{
	struct cli *cli = listener->show.cli;
	const struct bus_owner owner = { .data = listener, .publish = publish };
	struct bus_settings *settings = &target->bus->settings;
	int code = CLI_OTHER;
	settings->passive = true;
	settings->heard = heard;
	settings->heard_data = listener;
	listener->show.bus = settings->name;
	sniff_init(&listener->sniff, &settings->line, settings->latency, take_find, listener);
	bool served = target_is_served(target);
	struct log *log = log_create(fileno(cli->err), MG_LOG_INFO);
	listener->session = target_session(cli, args, target, log, &owner, &code);
	if (listener->session != NULL) {
		code = serve(listener, args);
	} else if (served) {
		fprintf(cli->err, "what a gateway reads, `metergate monitor` shows\n");
	}
	finish(listener, log, code);
	log_destroy(log);
	return code;
}

static int read_flags(struct listener *listener, const struct cli_args *args)
{
	struct cli *cli = listener->show.cli;
	bool has_key;
	long count = 0;
	if (!cli_number(cli, args, "count", 1, COUNT_MAX, &count)) {
		return CLI_USAGE;
	}
	listener->count = (uint64_t)count;
	listener->show.raw = cli_given(args, "raw");
	listener->show.readings = cli_given(args, "readings");
	int failed = duration_flag_read(cli, args, "duration", &listener->duration);
	if (failed == CLI_OK) {
		failed = key_flag_read(cli, args, &listener->key, &has_key);
	}
	if (failed == CLI_OK && has_key) {
		listener->show.key = &listener->key;
	}
	return failed;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct listener listener = { .show = { .cli = cli }, .args = args };
	struct target target = { 0 };
	if (args->operand_count != 1) {
		return cli_fail(cli, args, CLI_USAGE,
				"want one TARGET, such as /dev/ttyUSB0?baud=2400; what a running gateway "
				"reads, `metergate monitor` shows");
	}
	int code = read_flags(&listener, args);
	if (code != CLI_OK) {
		return code;
	}
	listener.show.formats = formats_create();
	if (listener.show.formats == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	code = target_open(cli, args, args->operands[0], &target);
	if (code == CLI_OK) {
		code = listen_to(&listener, args, &target);
	}
	target_finish(&target);
	formats_destroy(listener.show.formats);
	return code;
}

static const struct cli_flag flags[] = {
	{ "config", "FILE", "where TARGET is a bus " TARGET_CONFIG_HELP },
	{ "key", "KEY", "of all meters that encrypt" KEY_FLAG_HELP },
	{ "readings", NULL, "telegrams with data only" },
	{ "raw", NULL, "readings with their telegrams, as JSON" },
	{ "count", "N", "end after so many readings" },
	{ "duration", "TIME", "end after this time: 10m" },
};

const struct cli_verb verb_listen = {
	.name = "listen",
	.usage = "TARGET",
	.summary = "shows what passes on a bus of another master, and sends nothing",
	.details =
			"Each request is shown with who is asked, and each answer with its data, as\n"
			"soon as it has passed; telegrams of one readout are readings of their own.\n"
			"The port must hear the master as well, as a tap on the bus does; where it\n"
			"hears only the meters, only their answers are shown.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
