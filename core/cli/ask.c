/* SPDX-License-Identifier: MIT */
/* Asks the devices of a bus, one job for each ADDRESS: what read and ping have in common.
 */
#include "cli/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/target.h"
#include "gateway/session.h"

struct job {
	struct jobs *jobs;
	const char *text; /* as the user wrote the address */
};

struct jobs {
	struct cli *cli;
	const struct cli_args *args;
	enum bus_job_kind kind;
	ask_show_fn show;
	struct session *session;
	struct job *list;
	size_t count, left, failed;
	int code; /* of the failures: the same for all, or CLI_SOME_FAILED */
};

const struct cli_flag ask_flags[ASK_FLAG_COUNT] = {
	{ "config", "FILE",
			"where TARGET is a bus (default: METERGATE_CONFIG, or " TARGET_DEFAULT_CONFIG
			")" },
	{ "verbose", NULL, "say more on stderr" },
};

static const struct {
	const char *name;
	int code;
} outcomes[] = {
	[BUS_OK] = { "ok", CLI_OK },
	[BUS_NO_ANSWER] = { "no-answer", CLI_NO_ANSWER },
	[BUS_BAD_ANSWER] = { "bad-answer", CLI_UNDECODABLE },
	[BUS_NO_DATA] = { "no-data", CLI_NO_ANSWER },
	[BUS_NOT_OPEN] = { "not-open", CLI_PORT },
	[BUS_CANCELLED] = { "cancelled", CLI_INTERRUPTED },
	[BUS_REFUSED] = { "refused", CLI_OTHER },
};

const char *ask_outcome_name(enum bus_outcome outcome)
{
	return outcomes[outcome].name;
}

int ask_port_code(int error)
{
	if (error == EACCES || error == EPERM) {
		return CLI_PERMISSION;
	}
	return error == EBUSY ? CLI_BUSY : CLI_PORT;
}

void ask_leave(struct cli *cli, int code)
{
	fflush(cli->out);
	fflush(cli->err);
	_exit(code);
}

static int result_code(const struct bus_result *result)
{
	if (result->outcome == BUS_NOT_OPEN) {
		return ask_port_code(result->error);
	}
	if (result->outcome == BUS_OK && result->reading != NULL) {
		const struct mg_reading *view = reading_view(result->reading);
		return view->error != NULL && view->record_count == 0 ? CLI_UNDECODABLE : CLI_OK;
	}
	return outcomes[result->outcome].code;
}

static void count_failure(struct jobs *jobs, int code)
{
	if (code == CLI_OK) {
		return;
	}
	jobs->code = jobs->failed == 0 || jobs->code == code ? code : CLI_SOME_FAILED;
	jobs->failed++;
}

static void job_done(void *data, const struct bus_result *result)
{
	struct job *job = data;
	struct jobs *jobs = job->jobs;
	jobs->show(jobs->cli, job->text, result);
	fflush(jobs->cli->out);
	if (result->outcome != BUS_OK && result->outcome != BUS_CANCELLED) {
		cli_fail(jobs->cli, jobs->args, 0, "%s: %s", job->text, result->reason);
	}
	count_failure(jobs, result_code(result));
	if (--jobs->left == 0) {
		session_end(jobs->session);
	}
}

static bool submit(struct jobs *jobs, size_t index, const struct bus_address *address,
		const char *label)
{
	struct job *job = &jobs->list[index];
	*job = (struct job){ .jobs = jobs, .text = label };
	jobs->left++;
	return bus_submit(
			session_bus(jobs->session), jobs->kind, address, label, job_done, job);
}

/* What was asked for, in the form that can be submitted. */
struct request {
	struct bus_address *addresses;
	const char **labels;
	size_t count;
};

static int collect(const struct cli *cli, const struct cli_args *args,
		const struct setup_bus *bus, struct request *request)
{
	bool all = args->operand_count == 1;
	size_t count = all ? bus->device_count : args->operand_count - 1;
	if (count == 0) {
		return cli_fail(cli, args, CLI_USAGE,
				"which device? want %s, such as 5 or 12345678.KAM.16.04",
				args->verb->usage);
	}
	request->addresses = calloc(count, sizeof(*request->addresses));
	request->labels = calloc(count, sizeof(*request->labels));
	if (request->addresses == NULL || request->labels == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	for (; request->count < count; request->count++) {
		size_t i = request->count;
		const char *text = all ? bus->devices[i].settings.name : args->operands[i + 1];
		if (!target_address(
					cli, args, bus, text, &request->addresses[i], &request->labels[i])) {
			return CLI_USAGE;
		}
	}
	return CLI_OK;
}

static void drop(void *data, struct reading *reading)
{
	(void)data;
	reading_unref(reading);
}

/* The bus shall do what is asked for and nothing else. */
static struct session *open_session(const struct cli *cli, const struct cli_args *args,
		struct target *target, struct log *log, int *code)
{
	const struct bus_owner owner = { .publish = drop };
	char why[HOST_REASON_SIZE];
	int error;
	struct setup_bus *bus = target->bus;
	target->bus = NULL;
	bus->device_count = 0;
	struct session *session = session_create(bus, log, &owner, &error, why, sizeof(why));
	if (session == NULL) {
		*code = cli_fail(cli, args, error == -EBUSY ? CLI_BUSY : CLI_OTHER, "%s", why);
	}
	return session;
}

static int serve(struct jobs *jobs, const struct request *request)
{
	for (size_t i = 0; i < request->count; i++) {
		if (!submit(jobs, i, &request->addresses[i], request->labels[i])) {
			return cli_fail(jobs->cli, jobs->args, CLI_OTHER, "out of memory");
		}
	}
	if (!session_run(jobs->session)) {
		return CLI_INTERRUPTED;
	}
	if (jobs->failed == 0) {
		return CLI_OK;
	}
	return jobs->failed == request->count ? jobs->code : CLI_SOME_FAILED;
}

static int run_with(struct cli *cli, const struct cli_args *args, struct target *target,
		struct request *request, struct jobs *jobs)
{
	int code = target_open(cli, args, args->operands[0], target);
	if (code == CLI_OK) {
		code = collect(cli, args, target->bus, request);
	}
	if (code != CLI_OK) {
		return code;
	}
	jobs->list = calloc(request->count, sizeof(*jobs->list));
	if (jobs->list == NULL) {
		return cli_fail(cli, args, CLI_OTHER, "out of memory");
	}
	enum mg_log_level level = cli_given(args, "verbose") ? MG_LOG_DEBUG : MG_LOG_WARNING;
	struct log *log = log_create(fileno(cli->err), level);
	jobs->session = open_session(cli, args, target, log, &code);
	if (jobs->session != NULL) {
		code = serve(jobs, request);
		if (!session_destroy(jobs->session)) {
			log_destroy(log);
			ask_leave(cli, code);
		}
	}
	log_destroy(log);
	return code;
}

int ask_run(struct cli *cli, const struct cli_args *args, enum bus_job_kind kind,
		ask_show_fn show)
{
	if (args->operand_count == 0) {
		return cli_fail(cli, args, CLI_USAGE, "want %s; see metergate %s --help",
				args->verb->usage, args->verb->name);
	}
	struct target target = { 0 };
	struct request request = { 0 };
	struct jobs jobs = { .cli = cli, .args = args, .kind = kind, .show = show };
	int code = run_with(cli, args, &target, &request, &jobs);
	free(jobs.list);
	free(request.addresses);
	free(request.labels);
	target_finish(&target);
	return code;
}
