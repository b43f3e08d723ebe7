/* SPDX-License-Identifier: MIT */
/* Lines of the command language: whatever they are, they are answered with lines of JSON
   and end once; cancelled and given up at any time. */
#include <stdlib.h>
#include <string.h>

#include "check_json.h"
#include "fake_world.h"

/* Turns of the loop for one line. */
#define TURNS_MAX 200000

struct heard {
	struct command *command;
	int overs;
	size_t lines;
	bool destroys; /* the command, from inside `over` */
	bool congested;
};

static void on_line(void *data, const char *line, size_t size)
{
	struct heard *heard = data;
	struct check_facts facts;
	FUZZ_REQUIRE(heard->overs == 0 && heard->command != NULL);
	FUZZ_REQUIRE(strlen(line) == size && size > 1 && line[0] == '{');
	FUZZ_REQUIRE(fuzz_is_text(line, size, 0x20));
	FUZZ_REQUIRE(check_json(line, size, &facts));
	heard->lines++;
}

static void on_over(void *data, int code)
{
	struct heard *heard = data;
	FUZZ_REQUIRE(heard->command != NULL && heard->overs == 0);
	FUZZ_REQUIRE(code >= 0 && code <= COMMAND_INTERRUPTED);
	FUZZ_REQUIRE(heard->lines > 0);
	heard->overs++;
	if (heard->destroys) {
		command_destroy(heard->command);
		heard->command = NULL;
	}
}

static bool is_congested(void *data)
{
	return ((struct heard *)data)->congested;
}

/* The line goes to the world as it stands, or up to its first NUL. */
static void run(struct fake_world *fake, const char *line, uint8_t how, unsigned after)
{
	struct heard heard = { .destroys = how & 1, .congested = how & 2 };
	const struct command_user user = {
		.data = &heard, .line = on_line, .over = on_over, .congested = is_congested
	};
	fake->world.read_only = how & 4;
	heard.command = command_create(&fake->world, line, &user);
	FUZZ_REQUIRE(heard.command != NULL && heard.overs == 0 && heard.lines == 0);
	for (unsigned turns = 0; fake_world_turn(fake); turns++) {
		FUZZ_REQUIRE(turns < TURNS_MAX);
		if (turns == after && (how & 8) && heard.overs == 0) {
			command_cancel(heard.command);
		} else if (turns == after && (how & 16) && heard.overs == 0) {
			command_destroy(heard.command);
			heard.command = NULL; /* nothing may come any more */
		}
	}
	/* What listens has no end of its own. */
	if (heard.command != NULL && heard.overs == 0) {
		command_cancel(heard.command);
		while (fake_world_turn(fake)) {
		}
		FUZZ_REQUIRE(heard.overs == 1);
	}
	command_destroy(heard.command);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size };
	struct fake_world fake;
	uint8_t how = fuzz_byte(&input), after = fuzz_byte(&input);
	const uint8_t *end = input.left > 0 ? memchr(input.data, '\n', input.left) : NULL;
	size_t length = end != NULL ? (size_t)(end - input.data) : input.left, taken;
	const uint8_t *bytes = fuzz_take(&input, length, &taken);
	char *line = fuzz_string(bytes, taken);
	fake_world_init(&fake, &input);
	run(&fake, line, how, after % 8);
	fake_world_finish(&fake);
	free(line);
	return 0;
}
