/* SPDX-License-Identifier: MIT */
/* The command language: begins commands, carries their answers, ends them. */
#include "gateway/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "gateway/command_verbs.h"
#include "gateway/command_words.h"
#include "gateway/suggest.h"
#include "route/encode.h"

#define ERROR_SIZE 1536

struct command {
	const struct command_world *world;
	struct command_user user;
	const struct command_verb *verb;
	struct loop_timer *begin;
	bool running;   /* the verb has begun, and not ended */
	bool cancelled; /* before it began */
	bool over;
	bool left; /* the user gave it up: it frees itself when it is over */
	bool text;
	void *state;
	void (*release)(void *state);
	struct command_args args;
	char line[]; /* cut into words */
};

static void begin(void *data);

static void free_command(struct command *command)
{
	if (command->release != NULL) {
		command->release(command->state);
	}
	loop_timer_destroy(command->begin);
	free(command);
}

/* What does not fit is refused when the command begins. */
struct command *command_create(const struct command_world *world, const char *text,
		const struct command_user *user)
{
	size_t length = strnlen(text, COMMAND_LINE_MAX + 1);
	struct command *command = calloc(1, sizeof(*command) + length + 1);
	if (command == NULL) {
		return NULL;
	}
	command->world = world;
	command->user = *user;
	memcpy(command->line, text, length);
	command->begin = loop_timer_create(world->loop, begin, command);
	if (command->begin == NULL) {
		free_command(command);
		return NULL;
	}
	loop_timer_set(command->begin, loop_clock());
	return command;
}

void command_cancel(struct command *command)
{
	if (command->over) {
		return;
	}
	command->cancelled = true;
	if (command->running && command->verb->cancel != NULL) {
		command->verb->cancel(command);
	}
}

void command_destroy(struct command *command)
{
	if (command == NULL) {
		return;
	}
	if (!command->running) {
		free_command(command);
		return;
	}
	command->left = true;
	command_cancel(command);
}

static void end(struct command *command, int code)
{
	if (command->running && command->world->running != NULL) {
		(*command->world->running)--;
	}
	command->running = false;
	command->over = true;
	if (command->left) {
		free_command(command);
	} else {
		command->user.over(command->user.data, code);
	}
}

static void send(struct command *command, const char *line, size_t size)
{
	if (!command->left) {
		command->user.line(command->user.data, line, size);
	}
}

/* {"NAME":"TEXT",MEMBERS}. What memory does not suffice for is left out: `over` tells the
   end in any case. */
static void send_object(
		struct command *command, const char *name, const char *text, const char *members)
{
	struct command_text line = { 0 };
	if (!command_text_open(&line)) {
		return;
	}
	fprintf(line.out, "{\"%s\":", name);
	json_print_string(line.out, text);
	fprintf(line.out, "%s%s}", members[0] != '\0' ? "," : "", members);
	if (command_text_close(&line)) {
		send(command, line.data, line.size);
	}
	command_text_free(&line);
}

void command_line(struct command *command, const char *format, ...)
{
	char *line;
	va_list arguments;
	va_start(arguments, format);
	int size = vasprintf(&line, format, arguments);
	va_end(arguments);
	if (size >= 0) {
		send(command, line, (size_t)size);
		free(line);
	}
}

void command_result(struct command *command, const char *json, const char *text)
{
	if (!command->text) {
		send(command, json, strlen(json));
	} else if (text != NULL && text[0] != '\0') {
		send_object(command, "text", text, "");
	}
}

static void send_encoded(struct command *command, struct reading *reading)
{
	struct encode_buffer buffer = { 0 };
	enum mg_format format = command->text ? MG_FORMAT_TEXT : MG_FORMAT_JSON;
	if (!encode_reading(&buffer, format, reading_view(reading), NULL)) {
		command_warning(command,
				"a reading could not be shown: memory is short, or it is huge", "");
	} else if (command->text) {
		send_object(command, "text", buffer.data, "");
	} else {
		send(command, buffer.data, buffer.length);
	}
	encode_finish(&buffer);
}

static void send_shown(struct command *command, struct reading *reading)
{
	struct command_text text = { 0 };
	if (!command_text_open(&text)) {
		return;
	}
	command->world->show(command->world->data, text.out, reading);
	if (command_text_close(&text)) {
		send_object(command, "text", text.data, "");
	}
	command_text_free(&text);
}

static bool is_shown(const struct command *command, const struct reading *reading)
{
	bool event = reading_view(reading)->message != NULL;
	return command->text && command->world->show != NULL && !event;
}

void command_reading(struct command *command, struct reading *reading)
{
	if (command->left) {
		return;
	}
	if (command->user.reading != NULL) {
		command->user.reading(command->user.data, reading);
	} else if (is_shown(command, reading)) {
		send_shown(command, reading);
	} else {
		send_encoded(command, reading);
	}
}

void command_progress(struct command *command, const char *text, const char *members)
{
	send_object(command, "progress", text, members);
}

void command_warning(struct command *command, const char *text, const char *members)
{
	send_object(command, "warning", text, members);
}

void command_done(struct command *command, int code, const char *members)
{
	command_line(command, "{\"done\":true,\"code\":%d%s%s}", code,
			members[0] != '\0' ? "," : "", members);
	end(command, code);
}

void command_fail(struct command *command, int code, const char *format, ...)
{
	char text[ERROR_SIZE], members[32];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	snprintf(members, sizeof(members), "\"code\":%d", code);
	send_object(command, "error", text, members);
	end(command, code);
}

void command_keep(struct command *command, void *state, void (*release)(void *state))
{
	command->state = state;
	command->release = release;
}

void *command_state(const struct command *command)
{
	return command->state;
}

const struct command_world *command_world(const struct command *command)
{
	return command->world;
}

const char *command_flag(const struct command_args *args, const char *name)
{
	for (size_t i = args->flag_count; i > 0; i--) {
		if (strcmp(args->flags[i - 1].name, name) == 0) {
			return args->flags[i - 1].value;
		}
	}
	return NULL;
}

bool command_wants_text(const struct command *command)
{
	return command->text;
}

bool command_congested(const struct command *command)
{
	const struct command_user *user = &command->user;
	return !command->left && user->congested != NULL && user->congested(user->data);
}

bool command_changes(const char *text)
{
	struct command_args args = { .count = 0 };
	char *line = strdup(text);
	char why[COMMAND_WORDS_WHY];
	const char *name;
	bool changes = line == NULL; /* it cannot be told */
	if (line != NULL && command_words_split(line, &name, &args, why, sizeof(why))) {
		const struct command_verb *verb = command_verbs_find(name);
		changes = verb != NULL && verb->changes;
	}
	free(line);
	return changes;
}

static bool refuse_verb(struct command *command, const char *name)
{
	struct suggest suggest;
	suggest_init(&suggest, name);
	for (size_t i = 0; command_verbs_at(i) != NULL; i++) {
		suggest_add(&suggest, command_verbs_at(i)->name);
	}
	bool near = suggest.best != NULL;
	command_fail(command, COMMAND_USAGE, "there is no command \"%.64s\"%s%s%s", name,
			near ? "; did you mean \"" : "", near ? suggest.best : "", near ? "\"?" : "");
	return false;
}

static bool takes_flag(const struct command_verb *verb, const char *name)
{
	for (size_t i = 0; verb->flags != NULL && verb->flags[i] != NULL; i++) {
		if (strcmp(verb->flags[i], name) == 0) {
			return true;
		}
	}
	return strcmp(name, "text") == 0;
}

static bool check_flags(struct command *command, const struct command_verb *verb)
{
	const struct command_args *args = &command->args;
	for (size_t i = 0; i < args->flag_count; i++) {
		if (!takes_flag(verb, args->flags[i].name)) {
			command_fail(command, COMMAND_USAGE, "%s takes no --%.64s; want %s %s",
					verb->name, args->flags[i].name, verb->name, verb->usage);
			return false;
		}
	}
	return true;
}

static bool check_world(struct command *command, const struct command_verb *verb)
{
	const struct command_world *world = command->world;
	if (verb->changes && world->read_only) {
		command_fail(command, COMMAND_PERMISSION,
				"%s can change a meter, and only reading is allowed here", verb->name);
		return false;
	}
	if (world->running != NULL && *world->running >= COMMAND_RUNNING_MAX) {
		command_fail(command, COMMAND_BUSY,
				"%d commands run already; try again when one of them has ended",
				COMMAND_RUNNING_MAX);
		return false;
	}
	return true;
}

/* Reads the line; false after it was refused. */
static bool read_line(struct command *command)
{
	const char *name;
	char why[COMMAND_WORDS_WHY];
	if (strlen(command->line) > COMMAND_LINE_MAX) {
		command_fail(command, COMMAND_USAGE, "the line is longer than %d bytes",
				COMMAND_LINE_MAX);
		return false;
	}
	if (!command_words_split(command->line, &name, &command->args, why, sizeof(why))) {
		command_fail(command, COMMAND_USAGE, "%s", why);
		return false;
	}
	command->verb = command_verbs_find(name);
	if (command->verb == NULL) {
		return refuse_verb(command, name);
	}
	command->text = command_flag(&command->args, "text") != NULL;
	return check_flags(command, command->verb) && check_world(command, command->verb);
}

static void begin(void *data)
{
	struct command *command = data;
	if (command->cancelled) {
		command_done(command, COMMAND_INTERRUPTED, "");
		return;
	}
	if (!read_line(command)) {
		return;
	}
	command->running = true;
	if (command->world->running != NULL) {
		(*command->world->running)++;
	}
	command->verb->run(command, &command->args);
}
