/* SPDX-License-Identifier: MIT */
/*
 * The command language: one line asks, lines of JSON answer, the last of them is
 * {"done":true,...} or {"error":...,"code":N}. The control socket of the gateway and the
 * command line run the same commands. Loop thread only.
 */
#ifndef GATEWAY_COMMAND_H
#define GATEWAY_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/reading.h"
#include "bus/bus.h"
#include "gateway/setup.h"

#define COMMAND_LINE_MAX 8192
#define COMMAND_WORDS_MAX 300
/* Commands that run at the same time at most, over all doors. */
#define COMMAND_RUNNING_MAX 64

/* Exit codes of the command line; docs/design.md has the list for users. */
enum command_code {
	COMMAND_OK = 0,
	COMMAND_OTHER = 1,
	COMMAND_USAGE = 2,
	COMMAND_PORT = 4,
	COMMAND_NO_ANSWER = 5,
	COMMAND_UNDECODABLE = 6,
	COMMAND_SOME_FAILED = 7,
	COMMAND_PERMISSION = 9,
	COMMAND_BUSY = 10,
	COMMAND_INTERRUPTED = 130,
};

/* A bus that commands can reach. */
struct command_bus {
	struct bus *bus;
	const struct setup_bus *setup; /* its devices */
};

struct tap;

/* Where commands run: the gateway, or a command line with one bus. Borrowed by all. */
struct command_world {
	const char *gateway;
	const char *state_dir; /* "" for none: then there is no inventory */
	struct loop *loop;
	const struct command_bus *buses;
	size_t bus_count;
	bool read_only; /* refuses what changes a meter */
	/* Counts commands that run, up to COMMAND_RUNNING_MAX; NULL: they are not limited. */
	size_t *running;
	/* Writes a reading as people want to see it, for --text; NULL: one line of text. */
	void (*show)(void *data, FILE *out, struct reading *reading);
	/* For `status`: writes members of a JSON object, without braces, or with `text` lines
	   for people; may be NULL. */
	void (*status)(void *data, FILE *out, bool text);
	/* For `monitor`: where readings and events come by; NULL: nothing comes by. */
	struct tap *tap;
	void *data;
};

/*
 * Every command takes --text: then results for people come as {"text":"..."}, with line
 * ends in it, in place of objects. Words with blanks or quotes stand in double quotes,
 * where \" and \\ stand for themselves.
 *
 * Where answers go. `line` is one line without its end, valid in the call: an object of a
 * result, or one that begins with {"progress": for people who wait, or with {"warning":
 * about a part that failed while the command goes on. After `over` nothing comes; the
 * command may be destroyed from inside it, but not from inside the others. `code` is an
 * exit code of the command line.
 */
struct command_user {
	void *data;
	void (*line)(void *data, const char *line, size_t size);
	/* A reading, when the user wants them as such; NULL: they come as lines. */
	void (*reading)(void *data, struct reading *reading);
	void (*over)(void *data, int code);
	/* True while so much waits for the user that what can be left out should be; NULL:
	   never. */
	bool (*congested)(void *data);
};

struct command;

/* Begins with `text`, one line. What is wrong with it is an answer, too: `over` comes in
   any case, but never from inside this call. NULL when memory is short. */
struct command *command_create(const struct command_world *world, const char *text,
		const struct command_user *user);
/* True when a line is a command that can change a meter. */
bool command_changes(const char *text);
/* Asks it to end early: it answers with what was found so far, then `over`, which may
   come from inside this call. */
void command_cancel(struct command *command);
/* After `over`, or to give it up without another word: what it has on a bus is cancelled,
   and its memory goes when that has ended. NULL is accepted. */
void command_destroy(struct command *command);

/* ---- for the files of the verbs, command_*.c ---- */

/* Words of the line behind the verb; "--name=value" and "--name" stand apart. */
struct command_args {
	const char *words[COMMAND_WORDS_MAX];
	size_t count;
	struct {
		const char *name, *value; /* value "" for a switch */
	} flags[COMMAND_WORDS_MAX];
	size_t flag_count;
};

struct command_verb {
	const char *name;
	const char *usage;
	bool changes; /* refused where the world is read-only */
	/* The flags that it takes, ended by NULL; others are refused. */
	const char *const *flags;
	/* Begins; ends by command_done() or command_fail(), now or later. `args` stay as long
	   as the command does. */
	void (*run)(struct command *command, const struct command_args *args);
	/* command_cancel() or command_destroy() came while it runs: it has to end in the same
	   ways, soon; until then it stays alive. NULL for one that ends inside `run`. */
	void (*cancel)(struct command *command);
};

/* Whatever the verb keeps; freed with the command by `release`. */
void command_keep(struct command *command, void *state, void (*release)(void *state));
void *command_state(const struct command *command);
const struct command_world *command_world(const struct command *command);
const char *command_flag(const struct command_args *args, const char *name); /* or NULL */

/* Whether --text was given. */
bool command_wants_text(const struct command *command);
/* One result: the object, or in its place the text for people. */
void command_result(struct command *command, const char *json, const char *text);
/* A line of the answer, by a printf format of JSON; and a reading as one. */
void command_line(struct command *command, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
void command_reading(struct command *command, struct reading *reading);
/* {"progress":"TEXT",MEMBERS}: `members` is JSON without braces, or "". */
void command_progress(struct command *command, const char *text, const char *members);
/* {"warning":"TEXT",MEMBERS}: one part failed, the others go on. */
void command_warning(struct command *command, const char *text, const char *members);
/* True while what can be left out should be: the user is slow. */
bool command_congested(const struct command *command);
/* {"done":true,"code":N,MEMBERS} and over; {"error":TEXT,"code":N} and over. The command
   may be gone afterwards: touch neither it nor its state. */
void command_done(struct command *command, int code, const char *members);
void command_fail(struct command *command, int code, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* The bus, and on it the device or address, that words name; false after it has failed.
 *label is how readings call it; *device NULL when it is not configured. */
const struct command_bus *command_find_bus(struct command *command, const char *name);
bool command_find_address(struct command *command, const struct command_bus *bus,
		const char *text, struct bus_address *address, const char **label,
		const struct setup_device **device);

/* One device that words name. */
struct command_target {
	const struct command_bus *bus;
	struct bus_address address;
	const char *word;  /* as it was asked for; as long as the command, like all below */
	const char *label; /* as readings call it */
	const struct setup_device *device; /* NULL when it is not configured */
};
/*
 * What the words name: BUS ADDRESS..., BUS alone for all its devices, or BUS/DEVICE...,
 * where globs (*, ?, [a-z]) stand for several. Each device comes once, in the order in
 * which a bus is best asked. `first` words are not looked at. The list is the caller's;
 * false after the command has failed.
 */
bool command_find_targets(struct command *command, const struct command_args *args,
		size_t first, struct command_target **targets, size_t *count);

/* How the outcome of a job is called, and which exit code it means: "ok", "no-answer". */
const char *command_outcome_name(enum bus_outcome outcome);
int command_outcome_code(const struct bus_result *result);
/* Why, in words; where the port was lost or could not be opened with its name and what to
   do about it. `text` is room for that, the answer may be elsewhere. */
#define COMMAND_REASON_SIZE (HOST_REASON_SIZE + 320)
const char *command_outcome_reason(const struct command_bus *bus,
		const struct bus_result *result, char text[COMMAND_REASON_SIZE]);

/* Text that is put together; all zero before. Nothing is in it when memory was short. */
struct command_text {
	char *data;
	size_t size;
	FILE *out; /* to write to, between open and close */
};
/* False when memory is short. */
bool command_text_open(struct command_text *text);
/* Ends writing: then `data` stands, "" at least. */
bool command_text_close(struct command_text *text);
void command_text_free(struct command_text *text);

#endif
