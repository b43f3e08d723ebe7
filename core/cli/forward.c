/* SPDX-License-Identifier: MIT */
/* Runs a command in the gateway that serves a bus, or on the port itself. */
#include "cli/forward.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/forward_direct.h"
#include "cli/remote.h"
#include "gateway/command.h"
#include "gateway/command_words.h"
#include "gateway/config.h"
#include "gateway/control_socket.h"
#include "gateway/owner.h"

#define DEFAULT_CONTROL "/run/metergate/control.sock"

const struct cli_flag forward_flags[FORWARD_FLAG_COUNT] = { FORWARD_FLAGS };

bool forward_is_pattern(const char *text)
{
	bool named = strchr(text, '/') != NULL && text[0] != '/' && text[0] != '.';
	return named && strstr(text, "://") == NULL && strchr(text, '=') == NULL &&
		   access(text, F_OK) != 0;
}

/* Those that mean something here, and not for the command. */
static bool stays_here(const char *name)
{
	static const char *const others[] = { "help", "json", "table" };
	for (size_t i = 0; i < FORWARD_FLAG_COUNT; i++) {
		if (strcmp(forward_flags[i].name, name) == 0) {
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (strcmp(others[i], name) == 0) {
			return true;
		}
	}
	return false;
}

static bool put_flags(FILE *out, const struct cli_args *args)
{
	bool good = true;
	for (size_t i = 0; i < args->given_count; i++) {
		const char *name = args->given[i].name, *value = args->given[i].value;
		char *word;
		if (stays_here(name)) {
			continue;
		}
		if (asprintf(&word, "--%s%s%s", name, value[0] != '\0' ? "=" : "", value) < 0) {
			return false;
		}
		fputc(' ', out);
		good = command_words_put(out, word) && good;
		free(word);
	}
	return good;
}

/* The line; NULL after it was said what is wrong. */
static char *make_line(const struct cli *cli, const struct cli_args *args, bool text,
		const char *const *words, size_t count)
{
	char *line = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&line, &size);
	if (out == NULL) {
		cli_fail(cli, args, CLI_OTHER, "out of memory");
		return NULL;
	}
	bool good = fputs(args->verb->name, out) >= 0;
	for (size_t i = 0; i < count; i++) {
		fputc(' ', out);
		good = command_words_put(out, words[i]) && good;
	}
	good = put_flags(out, args) && good;
	fputs(text ? " --text" : "", out);
	if (fclose(out) != 0 || !good) {
		cli_fail(cli, args, CLI_USAGE,
				"there are control characters in an argument, or memory is short");
		free(line);
		return NULL;
	}
	return line;
}

static void begin_answer(struct answer *answer, struct cli *cli,
		const struct cli_args *args, const struct forward *forward)
{
	answer_init(answer, cli, args);
	answer->each = forward->each;
	answer->data = forward->data;
}

static bool take_line(void *data, const char *line, size_t size)
{
	struct answer *answer = data;
	answer_line(answer, line, size);
	return !answer->over && answer->cli->lost == 0;
}

int forward_send(struct cli *cli, const struct cli_args *args,
		const struct forward *forward, int fd, const char *const *words, size_t count)
{
	struct answer answer;
	const struct remote_user user = { &answer, take_line };
	char *line = make_line(cli, args, forward->text, words, count);
	if (line == NULL) {
		close(fd);
		return CLI_USAGE;
	}
	begin_answer(&answer, cli, args, forward);
	int failed = remote_run(fd, line, &user);
	bool changes = command_changes(line);
	answer_wipe(&answer);
	free(line);
	if (failed == -EINTR) {
		return CLI_INTERRUPTED;
	}
	if (failed != 0) {
		return cli_fail(cli, args, CLI_OTHER,
				"the connection to the gateway was lost before it had answered whole "
				"(%s): %s",
				strerror(-failed),
				changes ? "it is unknown whether the meter was changed; ping or read it "
						  "before you ask again"
						: "what it found so far stands; see its log, and ask again");
	}
	return answer.code;
}

/* What can be done about a socket that cannot be used. */
static const char *advice(int error)
{
	if (error == EACCES || error == EPERM) {
		return "its group may: become a member, or ask as that user";
	}
	return "stop that gateway, or set `control` in its [gateway]";
}

static int refuse_holder(const struct cli *cli, const struct cli_args *args,
		const char *port, const struct owner_holder *holder, int error)
{
	char socket[OWNER_CONTROL_SIZE + 96], who[OWNER_TEXT_SIZE];
	owner_text(holder, port, who, sizeof(who));
	if (owner_is_command(holder)) {
		return cli_fail(cli, args, CLI_BUSY, "%s; wait for its end, or end it", who);
	}
	if (holder->control[0] == '\0') {
		snprintf(socket, sizeof(socket), "it has no control socket");
	} else {
		snprintf(socket, sizeof(socket), "its control socket %s cannot be used: %s",
				holder->control, strerror(error));
	}
	return cli_fail(cli, args, CLI_BUSY, "%s, and %s; %s", who, socket, advice(error));
}

/* A bus without a port of its own is known to the gateway of its configuration alone. */
static int find_by_control(const struct target *target, char name[OWNER_NAME_SIZE])
{
	const struct setup *setup = target->setup;
	if (setup == NULL || setup->gateway.control == NULL) {
		return -1;
	}
	snprintf(name, OWNER_NAME_SIZE, "%s", target->bus->settings.name);
	int fd = control_socket_connect(setup->gateway.control);
	return fd >= 0 ? fd : -1;
}

int forward_find(const struct cli *cli, const struct cli_args *args,
		const struct target *target, int *fd, char name[OWNER_NAME_SIZE])
{
	const char *port = target->bus->port;
	struct owner_folders folders;
	struct owner_holder holder;
	*fd = -1;
	if (port == NULL) {
		*fd = find_by_control(target, name);
		return CLI_OK;
	}
	owner_folders_init(
			&folders, target->setup != NULL ? target->setup->gateway.state_dir : "");
	if (!owner_query(&folders, port, &holder)) {
		return CLI_OK;
	}
	*fd = holder.control[0] != '\0' ? control_socket_connect(holder.control) : -ENOENT;
	if (*fd < 0) {
		int error = -*fd;
		*fd = -1;
		return refuse_holder(cli, args, port, &holder, error);
	}
	memcpy(name, holder.bus, OWNER_NAME_SIZE);
	if (cli_given(args, "verbose")) {
		cli_fail(cli, args, 0, "gateway \"%s\" is asked, which serves %s as bus \"%s\"",
				holder.gateway, port, holder.bus);
	}
	return CLI_OK;
}

/* Keys that are given here are of no use there. */
static int refuse_key(const struct cli *cli, const struct cli_args *args, int fd)
{
	close(fd);
	return cli_fail(cli, args, CLI_USAGE,
			"a running gateway serves this bus, and uses its own keys: leave out --key, "
			"and set `key` in the [device] section of its configuration");
}

/* The words of the line: the bus, and what stands behind it. NULL when memory is short.
 */
static const char **make_words(const char *bus, const struct forward *forward)
{
	const char **words = calloc(forward->operand_count + 1, sizeof(*words));
	if (words != NULL) {
		words[0] = bus;
		for (size_t i = 0; i < forward->operand_count; i++) {
			words[i + 1] = forward->operands[i];
		}
	}
	return words;
}

/* Takes over target->bus. With `bare` the operands stand without the bus. */
static int run_bus(struct cli *cli, const struct cli_args *args, struct target *target,
		const struct forward *forward, bool bare)
{
	char name[OWNER_NAME_SIZE];
	int fd = -1;
	snprintf(name, sizeof(name), "%s", target->bus->settings.name);
	if (!cli_given(args, "direct")) {
		int failed = forward_find(cli, args, target, &fd, name);
		if (failed != CLI_OK) {
			return failed;
		}
	}
	if (fd >= 0 && cli_given(args, "key")) {
		return refuse_key(cli, args, fd);
	}
	const char **words = make_words(name, forward);
	size_t count = forward->operand_count + 1;
	int code = CLI_OTHER;
	if (words == NULL) {
		return cli_fail(cli, args, code, "out of memory");
	}
	if (fd >= 0) {
		code = forward_send(cli, args, forward, fd, words + bare, count - bare);
	} else {
		char *line = make_line(cli, args, forward->text, words + bare, count - bare);
		struct answer answer;
		begin_answer(&answer, cli, args, forward);
		code = line != NULL ? forward_direct_run(&answer, target, forward, line)
							: CLI_USAGE;
		free(line);
	}
	free(words);
	return code;
}

static bool fits_bus(const char *pattern, const char *name)
{
	char glob[OWNER_NAME_SIZE * 2];
	const char *slash = strchr(pattern, '/');
	size_t length = slash != NULL ? (size_t)(slash - pattern) : 0;
	if (slash == NULL || length >= sizeof(glob)) {
		return false;
	}
	memcpy(glob, pattern, length);
	glob[length] = '\0';
	return fnmatch(glob, name, 0) == 0;
}

/* The patterns that fit the bus; of none `operand_count` is 0. */
static void choose_patterns(const struct cli_args *args, const char *name,
		const char **words, struct forward *forward)
{
	forward->operands = words;
	forward->operand_count = 0;
	for (size_t i = 0; i < args->operand_count; i++) {
		if (fits_bus(args->operands[i], name)) {
			words[forward->operand_count++] = args->operands[i];
		}
	}
}

/* One bus after the other, each by whoever serves it. */
static int run_buses(struct cli *cli, const struct cli_args *args, struct target *target,
		const struct forward *forward, const char **words)
{
	struct setup *setup = target->setup;
	int code = CLI_OK;
	size_t asked = 0;
	for (size_t i = 0; i < setup->bus_count && code != CLI_INTERRUPTED; i++) {
		struct forward own = *forward;
		choose_patterns(args, setup->buses[i]->settings.name, words, &own);
		if (own.operand_count == 0) {
			continue;
		}
		target->bus = setup->buses[i];
		setup->buses[i] = NULL;
		int one = run_bus(cli, args, target, &own, true);
		setup_bus_destroy(target->bus);
		target->bus = NULL;
		bool same = asked == 0 || one == code || one == CLI_INTERRUPTED;
		code = same ? one : CLI_SOME_FAILED;
		asked++;
	}
	if (asked == 0) {
		return cli_fail(cli, args, CLI_USAGE, "%s has no bus that fits \"%s\"",
				target_config_path(args), args->operands[0]);
	}
	return code;
}

static int run_patterns(
		struct cli *cli, const struct cli_args *args, const struct forward *forward)
{
	struct target target = { 0 };
	int code = target_open_all(cli, args, &target);
	if (code == CLI_OK) {
		const char **words = calloc(args->operand_count, sizeof(*words));
		code = words != NULL ? run_buses(cli, args, &target, forward, words)
							 : cli_fail(cli, args, CLI_OTHER, "out of memory");
		free(words);
	}
	target_finish(&target);
	return code;
}

/* BUS/DEVICE as the only word with a slash, and no pattern: then it may as well stand as
   two words, which is what verbs for one meter want. */
static const char *one_device(const struct cli_args *args)
{
	const char *text = args->operands[0];
	if (!forward_is_pattern(text) || strpbrk(text, "*?[") != NULL) {
		return NULL;
	}
	for (size_t i = 1; i < args->operand_count; i++) {
		if (strchr(args->operands[i], '/') != NULL) {
			return NULL;
		}
	}
	return strchr(text, '/') + 1;
}

static int run_one_device(struct cli *cli, const struct cli_args *args,
		const char *device, const struct forward *forward)
{
	const char *operands[COMMAND_WORDS_MAX] = { device };
	struct forward own = *forward;
	struct target target = { 0 };
	int code = CLI_USAGE;
	char *bus = strndup(args->operands[0], (size_t)(device - args->operands[0]) - 1);
	if (bus == NULL || own.operand_count >= COMMAND_WORDS_MAX) {
		free(bus);
		return cli_fail(cli, args, CLI_OTHER, "out of memory, or too many words");
	}
	for (size_t i = 0; i < own.operand_count; i++) {
		operands[i + 1] = own.operands[i];
	}
	own.operands = operands;
	own.operand_count++;
	code = target_open(cli, args, bus, &target);
	if (code == CLI_OK) {
		code = run_bus(cli, args, &target, &own, false);
	}
	target_finish(&target);
	free(bus);
	return code;
}

int forward_run_with(
		struct cli *cli, const struct cli_args *args, const struct forward *forward)
{
	struct forward own = *forward;
	struct target target = { 0 };
	if (args->operand_count == 0) {
		return cli_fail(cli, args, CLI_USAGE, "want %s; see metergate %s --help",
				args->verb->usage, args->verb->name);
	}
	if (own.operands == NULL) {
		own.operands = (const char *const *)args->operands + 1;
		own.operand_count = args->operand_count - 1;
	}
	const char *device = one_device(args);
	if (device != NULL) {
		return run_one_device(cli, args, device, &own);
	}
	if (forward_is_pattern(args->operands[0])) {
		return run_patterns(cli, args, &own);
	}
	int code = target_open(cli, args, args->operands[0], &target);
	if (code == CLI_OK) {
		code = run_bus(cli, args, &target, &own, false);
	}
	target_finish(&target);
	return code;
}

int forward_run(struct cli *cli, const struct cli_args *args)
{
	const struct forward forward = { .text = !cli->json };
	return forward_run_with(cli, args, &forward);
}

/* Where the gateway of the configuration listens. A default configuration that is not
   there, or not to be read, leaves the default socket. */
static int find_control(const struct cli *cli, const struct cli_args *args, char **path)
{
	const char *file = target_config_path(args);
	struct config_errors errors;
	config_errors_init(&errors);
	struct config *config = config_load(file, &errors);
	bool chosen = strcmp(file, TARGET_DEFAULT_CONFIG) != 0;
	if (config == NULL && chosen) {
		config_errors_print(&errors, cli->err);
	}
	config_errors_finish(&errors);
	if (config == NULL && chosen) {
		return cli_fail(cli, args, CLI_CONFIG, "%s cannot be used", file);
	}
	const struct config_section *gateway =
			config != NULL ? config_find(config, "gateway") : NULL;
	const struct config_value *value =
			gateway != NULL ? config_value(gateway, "control") : NULL;
	*path = strdup(value != NULL ? value->value : DEFAULT_CONTROL);
	config_destroy(config);
	return *path != NULL ? CLI_OK : cli_fail(cli, args, CLI_OTHER, "out of memory");
}

int forward_to_gateway(
		struct cli *cli, const struct cli_args *args, const struct forward *forward)
{
	char *path = NULL;
	int code = find_control(cli, args, &path);
	if (code != CLI_OK) {
		return code;
	}
	int fd = control_socket_connect(path);
	if (fd == -EACCES || fd == -EPERM) {
		code = cli_fail(cli, args, CLI_PERMISSION,
				"the gateway at %s may not be asked: %s; its group may: become a member, "
				"or ask as that user",
				path, strerror(-fd));
	} else if (fd < 0) {
		code = cli_fail(cli, args, CLI_OTHER,
				"no gateway listens at %s (%s): start one with `metergate run`, or name "
				"its configuration with --config",
				path, strerror(-fd));
	} else {
		code = forward_send(cli, args, forward, fd, (const char *const *)args->operands,
				args->operand_count);
	}
	free(path);
	return code;
}
