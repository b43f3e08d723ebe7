/* SPDX-License-Identifier: MIT */
/* Asks the devices of a bus, one job for each ADDRESS: what read and ping share. */
#include "cli/ask.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/key_flag.h"
#include "cli/target.h"
#include "gateway/session.h"

struct job {
	struct jobs *jobs;
	struct bus_address address;
	const char *text;  /* as the user wrote the address */
	const char *label; /* as readings call the device */
};

struct jobs {
	struct cli *cli;
	const struct cli_args *args;
	enum bus_job_kind kind;
	ask_show_fn show;
	struct session *session;
	struct job *list;
	size_t count, submitted, ended, failed;
	bool has_key;
	struct secure_key key; /* of the meters at all addresses */
	int code;              /* of the failures: the same for all, or CLI_SOME_FAILED */
};

const struct cli_flag ask_flags[ASK_FLAG_COUNT] = {
	{ "config", "FILE", "where TARGET is a bus " TARGET_CONFIG_HELP },
	{ "verbose", NULL, "log on stderr what happens on the bus" },
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

static int reading_code(const struct mg_reading *reading)
{
	bool wrong = reading->error != NULL || reading->app_error >= 0;
	return wrong && reading->record_count == 0 ? CLI_UNDECODABLE : CLI_OK;
}

/* Says on stderr what failed. */
static int result_code(const struct job *job, const struct bus_result *result)
{
	const struct jobs *jobs = job->jobs;
	if (result->outcome == BUS_CANCELLED) {
		return CLI_INTERRUPTED;
	}
	if (result->outcome != BUS_OK) {
		cli_fail(jobs->cli, jobs->args, 0, "%s: %s", job->text, result->reason);
	}
	if (result->outcome == BUS_NOT_OPEN) {
		return ask_port_code(result->error);
	}
	if (result->outcome != BUS_OK || jobs->kind == BUS_JOB_PING) {
		return outcomes[result->outcome].code;
	}
	if (result->reading == NULL) {
		return cli_fail(jobs->cli, jobs->args, CLI_OTHER, "%s: out of memory", job->text);
	}
	return reading_code(reading_view(result->reading));
}

static void count_failure(struct jobs *jobs, int code)
{
	if (code == CLI_OK) {
		return;
	}
	jobs->code = jobs->failed == 0 || jobs->code == code ? code : CLI_SOME_FAILED;
	jobs->failed++;
}

static void end_job(struct job *job, const struct bus_result *result)
{
	struct jobs *jobs = job->jobs;
	jobs->show(jobs->cli, job->text, result);
	cli_flush(jobs->cli);
	count_failure(jobs, result_code(job, result));
	jobs->ended++;
}

static void job_done(void *data, const struct bus_result *result);

/* As many as the bus takes at a time. */
static void submit_more(struct jobs *jobs)
{
	while (jobs->submitted < jobs->count) {
		struct job *job = &jobs->list[jobs->submitted];
		if (!bus_submit(session_bus(jobs->session), jobs->kind, &job->address, job->label,
					job_done, job)) {
			return;
		}
		jobs->submitted++;
	}
}

/* What the bus can do nothing for ends like the job before it. */
static void end_the_rest(struct jobs *jobs, const struct bus_result *result)
{
	while (jobs->submitted < jobs->count) {
		end_job(&jobs->list[jobs->submitted++], result);
	}
}

static void job_done(void *data, const struct bus_result *result)
{
	struct job *job = data;
	struct jobs *jobs = job->jobs;
	end_job(job, result);
	if (result->outcome == BUS_NOT_OPEN || result->outcome == BUS_CANCELLED) {
		end_the_rest(jobs, result);
	} else {
		submit_more(jobs);
	}
	if (jobs->ended == jobs->submitted) {
		session_end(jobs->session);
	}
}

static int add_job(struct jobs *jobs, struct setup_bus *bus, const char *text)
{
	struct job *job = &jobs->list[jobs->count];
	job->jobs = jobs;
	job->text = text;
	if (!target_address(jobs->cli, jobs->args, bus, text, &job->address, &job->label)) {
		return CLI_USAGE;
	}
	jobs->count++;
	bool added = !jobs->has_key ||
				 target_add_key(jobs->cli, jobs->args, bus, &job->address, &jobs->key);
	return added ? CLI_OK : CLI_OTHER;
}

/* Makes the list of jobs: each address of the command line, or every device. */
static int collect(struct jobs *jobs, struct setup_bus *bus)
{
	const struct cli_args *args = jobs->args;
	bool all = args->operand_count == 1;
	size_t count = all ? bus->device_count : args->operand_count - 1;
	if (count == 0) {
		return cli_fail(jobs->cli, args, CLI_USAGE,
				"which device? want %s, such as 5 or 12345678.KAM.16.04",
				args->verb->usage);
	}
	if (all && jobs->has_key) {
		return cli_fail(jobs->cli, args, CLI_USAGE,
				"whose --key? name the device; for many, each has a `key` in its "
				"[device] "
				"section");
	}
	jobs->list = calloc(count, sizeof(*jobs->list));
	if (jobs->list == NULL) {
		return cli_fail(jobs->cli, args, CLI_OTHER, "out of memory");
	}
	int failed = CLI_OK;
	for (size_t i = 0; i < count && failed == CLI_OK; i++) {
		failed = add_job(
				jobs, bus, all ? bus->devices[i].settings.name : args->operands[i + 1]);
	}
	return failed;
}

static void drop(void *data, struct reading *reading)
{
	(void)data;
	reading_unref(reading);
}

static int serve(struct jobs *jobs)
{
	submit_more(jobs);
	if (jobs->submitted > 0 && !session_run(jobs->session)) {
		return CLI_INTERRUPTED;
	}
	if (jobs->submitted < jobs->count) {
		return cli_fail(jobs->cli, jobs->args, CLI_OTHER, "out of memory");
	}
	if (jobs->failed == 0) {
		return CLI_OK;
	}
	return jobs->failed == jobs->count ? jobs->code : CLI_SOME_FAILED;
}

/* The log would say once more what the results say. */
static int run_session(struct jobs *jobs, struct target *target)
{
	const struct bus_owner owner = { .publish = drop };
	int code = CLI_OTHER;
	struct log *log = NULL;
	if (cli_given(jobs->args, "verbose")) {
		log = log_create(fileno(jobs->cli->err), MG_LOG_DEBUG);
	}
	jobs->session = target_session(jobs->cli, jobs->args, target, log, &owner, &code);
	if (jobs->session != NULL) {
		code = serve(jobs);
		if (!session_destroy(jobs->session)) {
			cli_leave(jobs->cli, log, code);
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
	struct jobs jobs = { .cli = cli, .args = args, .kind = kind, .show = show };
	int code = key_flag_read(cli, args, &jobs.key, &jobs.has_key);
	if (code == CLI_OK) {
		code = target_open(cli, args, args->operands[0], &target);
	}
	if (code == CLI_OK) {
		code = collect(&jobs, target.bus);
	}
	if (code == CLI_OK) {
		code = run_session(&jobs, &target);
	}
	free(jobs.list);
	target_finish(&target);
	return code;
}
