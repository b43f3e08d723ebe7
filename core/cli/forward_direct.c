/* SPDX-License-Identifier: MIT */
/* Runs a command on a port that is opened for it alone. */
#include "cli/forward_direct.h"

#include <string.h>

#include "cli/key_flag.h"
#include "cli/show.h"
#include "gateway/command.h"

struct work {
	struct answer *answer;
	struct session *session;
	struct command *command;
	/* Until the session is gone, since a command that was given up ends with it. */
	struct command_bus bus;
	struct command_world world;
};

static void drop(void *data, struct reading *reading)
{
	(void)data;
	reading_unref(reading);
}

static void show(void *data, FILE *out, struct reading *reading)
{
	(void)data;
	show_people(out, reading_view(reading));
}

/* Who read the results has gone: there is no point in going on. */
static void take_line(void *data, const char *line, size_t size)
{
	struct work *work = data;
	answer_line(work->answer, line, size);
	if (work->answer->cli->lost != 0) {
		session_end(work->session);
	}
}

static void take_end(void *data, int code)
{
	struct work *work = data;
	work->answer->over = true;
	work->answer->code = code;
	session_end(work->session);
}

static void interrupted(void *data)
{
	const struct work *work = data;
	command_cancel(work->command);
}

/* The device, or the address, that a word means; false when it means neither. */
static bool find_address(
		const struct setup_bus *bus, const char *word, struct bus_address *address)
{
	size_t wrong;
	for (size_t i = 0; i < bus->device_count; i++) {
		if (strcmp(bus->devices[i].settings.name, word) == 0) {
			*address = bus->devices[i].settings.address;
			return true;
		}
	}
	return bus_address_parse(word, address, &wrong);
}

/* --key is for whoever is named; what else stands among the operands has no use for it.
 */
static int add_keys(
		const struct answer *answer, struct setup_bus *bus, const struct forward *forward)
{
	struct secure_key key;
	bool given;
	size_t used = 0;
	int code = key_flag_read(answer->cli, answer->args, &key, &given);
	if (code != CLI_OK || !given) {
		return code;
	}
	for (size_t i = 0; i < forward->operand_count && code == CLI_OK; i++) {
		struct bus_address address;
		if (find_address(bus, forward->operands[i], &address)) {
			bool added = target_add_key(answer->cli, answer->args, bus, &address, &key);
			code = added ? CLI_OK : CLI_OTHER;
			used++;
		}
	}
	explicit_bzero(&key, sizeof(key));
	if (code == CLI_OK && used == 0) {
		return cli_fail(answer->cli, answer->args, CLI_USAGE,
				"whose --key? name the device; for many, each has a `key` in its "
				"[device] section");
	}
	return code;
}

static void make_world(struct work *work, const struct target *target)
{
	work->bus = (struct command_bus){
		.bus = session_bus(work->session),
		.setup = session_setup(work->session),
	};
	work->world = (struct command_world){
		.gateway = "",
		.state_dir = target->setup != NULL ? target->setup->gateway.state_dir : "",
		.loop = session_loop(work->session),
		.buses = &work->bus,
		.bus_count = 1,
		.show = show,
	};
}

/* Whoever took the results may have gone: that is no interruption. */
static int end_code(const struct answer *answer)
{
	if (answer->over) {
		return answer->code;
	}
	return answer->cli->lost != 0 ? CLI_OTHER : CLI_INTERRUPTED;
}

static int serve(struct work *work, const char *line)
{
	const struct command_user user = {
		.data = work, .line = take_line, .over = take_end
	};
	struct answer *answer = work->answer;
	work->command = command_create(&work->world, line, &user);
	if (work->command == NULL) {
		return cli_fail(answer->cli, answer->args, CLI_OTHER, "out of memory");
	}
	session_on_signal(work->session, interrupted, work);
	session_run(work->session);
	session_on_signal(work->session, NULL, NULL);
	answer_wipe(answer);
	command_destroy(work->command);
	return end_code(answer);
}

int forward_direct_run(struct answer *answer, struct target *target,
		const struct forward *forward, const char *line)
{
	const struct bus_owner owner = { .publish = drop };
	struct work work = { .answer = answer };
	struct log *log = NULL;
	int code = add_keys(answer, target->bus, forward);
	if (code != CLI_OK) {
		return code;
	}
	/* The log would say once more what the results say. */
	if (cli_given(answer->args, "verbose")) {
		log = log_create(fileno(answer->cli->err), MG_LOG_DEBUG);
	}
	work.session = target_session(answer->cli, answer->args, target, log, &owner, &code);
	if (work.session != NULL) {
		make_world(&work, target);
		code = serve(&work, line);
		if (!session_destroy(work.session)) {
			cli_leave(answer->cli, log, code);
		}
	}
	log_destroy(log);
	return code;
}
