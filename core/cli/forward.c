/* SPDX-License-Identifier: MIT */
/* Runs a command in the gateway that serves a bus, or on the port itself. */
#include "cli/forward.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/answer.h"
#include "cli/forward_direct.h"
#include "cli/forward_pattern.h"
#include "cli/forward_remote.h"
#include "gateway/command.h"
#include "gateway/command_words.h"
#include "gateway/config.h"
#include "gateway/control_socket.h"
#include "gateway/owner.h"

#define DEFAULT_CONTROL "/run/metergate/control.sock"

const struct cli_flag forward_flags[FORWARD_FLAG_COUNT] = { FORWARD_FLAGS };

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

int forward_send(struct cli *cli, const struct cli_args *args,
		const struct forward *forward, const struct forward_gateway *gateway,
		const char *const *words, size_t count)
{
	struct answer answer;
	char *line = make_line(cli, args, forward->text, words, count);
	if (line == NULL) {
		close(gateway->fd);
		return CLI_USAGE;
	}
	begin_answer(&answer, cli, args, forward);
	int code = forward_remote_run(&answer, forward, gateway, line);
	free(line);
	return code;
}

/* What can be done about a socket that cannot be used. */
static const char *advice(int error)
{
	if (error == EACCES || error == EPERM) {
		return "its group may: become a member, or ask as that user";
	}
	if (error == ETIMEDOUT) {
		return "it hangs or is stopped: see its log, end it with kill -9, and start it "
			   "again";
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
	return cli_fail(cli, args,
			error == EACCES || error == EPERM ? CLI_PERMISSION : CLI_BUSY,
			"%s, and %s; %s", who, socket, advice(error));
}

/* A bus without a port of its own is known to the gateway of its configuration alone. */
static void find_by_control(const struct target *target, struct forward_gateway *gateway)
{
	const struct setup *setup = target->setup;
	if (setup == NULL || setup->gateway.control == NULL) {
		return;
	}
	int fd = control_socket_connect(setup->gateway.control);
	gateway->fd = fd >= 0 ? fd : -1;
	snprintf(gateway->name, sizeof(gateway->name), "%s", setup->gateway.name);
	snprintf(gateway->bus, sizeof(gateway->bus), "%s", target->bus->settings.name);
}

int forward_find(const struct cli *cli, const struct cli_args *args,
		const struct target *target, struct forward_gateway *gateway)
{
	const char *port = target->bus->port;
	struct owner_folders folders;
	struct owner_holder holder;
	*gateway = (struct forward_gateway){ .fd = -1 };
	if (port == NULL) {
		find_by_control(target, gateway);
		return CLI_OK;
	}
	owner_folders_init(
			&folders, target->setup != NULL ? target->setup->gateway.state_dir : "");
	if (!owner_query(&folders, port, &holder)) {
		return CLI_OK;
	}
	int fd = holder.control[0] != '\0' ? control_socket_connect(holder.control) : -ENOENT;
	if (fd < 0) {
		return refuse_holder(cli, args, port, &holder, -fd);
	}
	gateway->fd = fd;
	memcpy(gateway->name, holder.gateway, sizeof(gateway->name));
	memcpy(gateway->bus, holder.bus, sizeof(gateway->bus));
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

static void free_words(char **words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(words[i]);
	}
	free(words);
}

/* The words of the line, *count of them: the bus and what stands behind it, or each with
   the bus in front. NULL when memory is short. */
static char **make_words(
		const char *bus, const struct forward *forward, bool joined, size_t *count)
{
	char **words = calloc(forward->operand_count + 1, sizeof(*words));
	bool made = words != NULL;
	*count = 0;
	if (made && !joined) {
		made = asprintf(&words[*count], "%s", bus) >= 0;
		*count += made;
	}
	for (size_t i = 0; i < forward->operand_count && made; i++) {
		made = asprintf(&words[*count], "%s%s%s", joined ? bus : "", joined ? "/" : "",
					   forward->operands[i]) >= 0;
		*count += made;
	}
	if (!made && words != NULL) {
		free_words(words, *count);
		words = NULL;
	}
	return words;
}

static int run_direct(struct cli *cli, const struct cli_args *args, struct target *target,
		const struct forward *forward, const char *const *words, size_t count)
{
	struct answer answer;
	char *line = make_line(cli, args, forward->text, words, count);
	if (line == NULL) {
		return CLI_USAGE;
	}
	begin_answer(&answer, cli, args, forward);
	int code = forward_direct_run(&answer, target, forward, line);
	free(line);
	return code;
}

/* Takes over target->bus. With `joined` each operand is a word BUS/OPERAND. */
static int run_bus(struct cli *cli, const struct cli_args *args, struct target *target,
		const struct forward *forward, bool joined)
{
	struct forward_gateway gateway = { .fd = -1 };
	if (!cli_given(args, "direct")) {
		int failed = forward_find(cli, args, target, &gateway);
		if (failed != CLI_OK) {
			return failed;
		}
	}
	if (gateway.fd >= 0 && cli_given(args, "key")) {
		return refuse_key(cli, args, gateway.fd);
	}
	size_t count;
	char **words = make_words(gateway.fd >= 0 ? gateway.bus : target->bus->settings.name,
			forward, joined, &count);
	int code = CLI_OTHER;
	if (words == NULL) {
		close(gateway.fd);
		return cli_fail(cli, args, code, "out of memory");
	}
	if (gateway.fd >= 0) {
		code = forward_send(
				cli, args, forward, &gateway, (const char *const *)words, count);
	} else {
		code = run_direct(cli, args, target, forward, (const char *const *)words, count);
	}
	free_words(words, count);
	return code;
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
		own.operands = words;
		own.operand_count = forward_pattern_choose(args, setup->buses[i], words);
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
	return code;
}

static int run_patterns(
		struct cli *cli, const struct cli_args *args, const struct forward *forward)
{
	struct target target = { 0 };
	int code = target_open_all(cli, args, &target);
	if (code == CLI_OK) {
		code = forward_pattern_check(cli, args, target.setup);
	}
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
	if (!forward_pattern_is(text) || strpbrk(text, "*?[") != NULL) {
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
	if (forward_pattern_is(args->operands[0])) {
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

static const char *value_of(
		const struct config *config, const char *name, const char *missing)
{
	const struct config_section *gateway =
			config != NULL ? config_find(config, "gateway") : NULL;
	const struct config_value *value =
			gateway != NULL ? config_value(gateway, name) : NULL;
	return value != NULL ? value->value : missing;
}

/* Where the gateway of the configuration listens, and what it is called. A default
   configuration that is not there, or not to be read, leaves the default socket. */
static int find_control(const struct cli *cli, const struct cli_args *args, char **path,
		struct forward_gateway *gateway)
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
	snprintf(gateway->name, sizeof(gateway->name), "%s", value_of(config, "name", ""));
	*path = strdup(value_of(config, "control", DEFAULT_CONTROL));
	config_destroy(config);
	return *path != NULL ? CLI_OK : cli_fail(cli, args, CLI_OTHER, "out of memory");
}

static int refuse_control(
		const struct cli *cli, const struct cli_args *args, const char *path, int error)
{
	switch (error) {
	case EACCES:
	case EPERM:
		return cli_fail(cli, args, CLI_PERMISSION,
				"the gateway at %s may not be asked: %s; %s", path, strerror(error),
				advice(error));
	case ETIMEDOUT:
		return cli_fail(cli, args, CLI_OTHER, "the gateway at %s does not answer; %s",
				path, advice(error));
	default:
		return cli_fail(cli, args, CLI_OTHER,
				"no gateway listens at %s (%s): start one with `metergate run`, or name "
				"its configuration with --config",
				path, strerror(error));
	}
}

int forward_to_gateway(
		struct cli *cli, const struct cli_args *args, const struct forward *forward)
{
	char *path = NULL;
	struct forward_gateway gateway = { .fd = -1 };
	int code = find_control(cli, args, &path, &gateway);
	if (code != CLI_OK) {
		return code;
	}
	gateway.fd = control_socket_connect(path);
	code = gateway.fd >= 0
				   ? forward_send(cli, args, forward, &gateway,
							 (const char *const *)args->operands, args->operand_count)
				   : refuse_control(cli, args, path, -gateway.fd);
	free(path);
	return code;
}
