/* SPDX-License-Identifier: MIT */
/* metergate record: writes every byte that passes on a bus to a file. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "cli/cli.h"
#include "cli/duration_flag.h"
#include "cli/port_wait.h"
#include "cli/target.h"

#define MILLISECOND 1000

struct recorder {
	struct cli *cli;
	const struct cli_args *args;
	struct session *session;
	struct capture *capture;
	int64_t duration; /* ms; 0: until a signal comes */
	uint64_t bytes;
	bool opened;      /* the port, once at least */
	off_t size_first; /* of the file, before; -1: there was none */
};

/* For bus_settings. */
static void heard(
		void *data, const uint8_t *bytes, size_t size, uint32_t rx_flags, int64_t now)
{
	struct recorder *recorder = data;
	capture_note(recorder->capture, CAPTURE_RECEIVED, bytes, size, rx_flags, now);
	recorder->bytes += size;
}

/* What is said of the port goes to the file as well. */
static void publish(void *data, struct reading *reading)
{
	static const struct {
		const char *type;
		enum capture_direction direction;
	} events[] = {
		{ "bus_up", CAPTURE_OPENED },
		{ "bus_down", CAPTURE_CLOSED },
	};
	struct recorder *recorder = data;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		if (strcmp(reading_view(reading)->type, events[i].type) == 0) {
			capture_note(
					recorder->capture, events[i].direction, NULL, 0, 0, loop_clock());
		}
	}
	port_wait_tell(recorder->cli, recorder->args, reading_view(reading));
	reading_unref(reading);
}

static void on_end(void *data)
{
	struct recorder *recorder = data;
	session_end(recorder->session);
}

/* What a file has before, so that it can be left like that. */
static void look_first(struct recorder *recorder)
{
	struct stat status;
	recorder->size_first =
			stat(recorder->args->operands[1], &status) == 0 ? status.st_size : -1;
}

/* A run in which nothing could be heard leaves nothing behind, least of all a file that
   looks as if the bus had been silent. */
static void forget(struct recorder *recorder)
{
	const char *path = recorder->args->operands[1];
	char real[PATH_MAX];
	capture_destroy(recorder->capture);
	recorder->capture = NULL;
	if (realpath(path, real) == NULL) {
		return;
	}
	if (recorder->size_first < 0) {
		unlink(real);
	} else if (truncate(real, recorder->size_first) != 0) {
		cli_fail(recorder->cli, recorder->args, 0,
				"%s has a run more, in which nothing could be heard: %s", path,
				strerror(errno));
	}
}

static int serve(struct recorder *recorder, const struct cli_args *args)
{
	struct loop *loop = session_loop(recorder->session);
	struct loop_timer *end = loop_timer_create(loop, on_end, recorder);
	if (end == NULL) {
		return cli_fail(recorder->cli, args, CLI_OTHER, "out of memory");
	}
	if (recorder->duration > 0) {
		loop_timer_set(end, loop_clock() + recorder->duration * MILLISECOND);
	}
	bool interrupted = !session_run(recorder->session);
	loop_timer_destroy(end);
	recorder->opened = bus_counters(session_bus(recorder->session))->opens > 0;
	return port_wait_code(
			recorder->cli, args, recorder->session, interrupted, recorder->duration == 0);
}

static const char *trouble(int error)
{
	switch (error) {
	case -EEXIST:
		return "there is a file of this name that is no capture; take another name";
	case -EBUSY:
		return "another process records to it; take another name";
	default:
		return strerror(-error);
	}
}

static int refuse_file(
		const struct cli *cli, const struct cli_args *args, const char *path, int error)
{
	int code = error == -EACCES || error == -EPERM ? CLI_PERMISSION : CLI_OTHER;
	return cli_fail(cli, args, error == -EBUSY ? CLI_BUSY : code,
			"%s cannot be written: %s", path, trouble(error));
}

/* How it went, in words; a file with holes is no success. */
static int report(const struct recorder *recorder, const struct cli_args *args, int code)
{
	const char *path = args->operands[1];
	uint64_t lost = capture_lost(recorder->capture);
	int error = capture_error(recorder->capture);
	if (error != 0) {
		code = refuse_file(recorder->cli, args, path, error);
	}
	if (lost > 0) {
		code = cli_fail(recorder->cli, args, CLI_OTHER,
				"%" PRIu64 " bytes are missing in %s, which says where", lost, path);
	}
	fprintf(recorder->cli->err, "%" PRIu64 " bytes of the bus are in %s\n",
			recorder->bytes - lost, path);
	return code;
}

/* With the session, so that a command that is refused touches no file. */
static int serve_file(struct recorder *recorder, const struct cli_args *args)
{
	const struct bus_settings *settings = &session_setup(recorder->session)->settings;
	int error;
	look_first(recorder);
	recorder->capture =
			capture_create(args->operands[1], settings->name, &settings->line, &error);
	if (recorder->capture == NULL) {
		return refuse_file(recorder->cli, args, args->operands[1], error);
	}
	return serve(recorder, args);
}

static int record(
		struct recorder *recorder, const struct cli_args *args, struct target *target)
{
	struct cli *cli = recorder->cli;
	const struct bus_owner owner = { .data = recorder, .publish = publish };
	int code = CLI_OTHER;
	bool served = target_is_served(target);
	struct log *log = log_create(fileno(cli->err), MG_LOG_INFO);
	recorder->session = target_session(cli, args, target, log, &owner, &code);
	if (recorder->session != NULL) {
		code = serve_file(recorder, args);
		if (!session_destroy(recorder->session)) {
			capture_destroy(recorder->capture);
			cli_leave(cli, log, code);
		}
		if (recorder->capture != NULL && recorder->opened) {
			code = report(recorder, args, code);
		} else if (recorder->capture != NULL) {
			forget(recorder);
		}
	} else if (served) {
		fprintf(cli->err,
				"a gateway records its bus by itself: `capture = FILE` in the [bus] "
				"section\n");
	}
	log_destroy(log);
	return code;
}

static int record_target(
		struct recorder *recorder, const struct cli_args *args, struct target *target)
{
	struct bus_settings *settings = &target->bus->settings;
	settings->passive = true;
	settings->heard = heard;
	settings->heard_data = recorder;
	settings->capture = NULL; /* FILE is wanted, and nothing else */
	int code = record(recorder, args, target);
	capture_destroy(recorder->capture);
	return code;
}

static int run(struct cli *cli, const struct cli_args *args)
{
	struct recorder recorder = { .cli = cli, .args = args };
	struct target target = { 0 };
	if (args->operand_count != 2) {
		return cli_fail(cli, args, CLI_USAGE,
				"want TARGET FILE, such as /dev/ttyUSB0?baud=2400 cellar.mgc");
	}
	int code = duration_flag_read(cli, args, "duration", &recorder.duration);
	if (code == CLI_OK) {
		code = target_open(cli, args, args->operands[0], &target);
	}
	if (code == CLI_OK) {
		code = record_target(&recorder, args, &target);
	}
	target_finish(&target);
	return code;
}

static const struct cli_flag flags[] = {
	{ "config", "FILE", "where TARGET is a bus " TARGET_CONFIG_HELP },
	{ "duration", "TIME", "end after this time: 10m" },
};

const struct cli_verb verb_record = {
	.name = "record",
	.usage = "TARGET FILE",
	.summary = "writes all that passes on a bus to a file, and sends nothing",
	.details =
			"For buses on which another master works. Ends with Ctrl-C. A FILE that is "
			"a\n"
			"capture already goes on with another run. metergate decode FILE shows the\n"
			"telegrams in it, metergate replay FILE plays it as a bus. A bus that a\n"
			"gateway reads is recorded by the gateway: capture = FILE in its [bus]\n"
			"section.",
	.flags = flags,
	.flag_count = sizeof(flags) / sizeof(flags[0]),
	.run = run,
};
