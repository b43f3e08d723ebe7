/* SPDX-License-Identifier: MIT */
/* The command monitor: what comes by, for those who want it and can take it. */
#include "command_bench.h"

static void show(struct commands_bench *b, const char *bus, const char *device)
{
	struct reading *event = reading_create_event("device_back", bus, device, 1, "back");
	assert_non_null(event);
	tap_show(&b->tap, event);
	reading_unref(event);
}

static bool one_runs(void *data)
{
	const struct commands_bench *b = data;
	return b->running == 1;
}

static struct command *watch(struct commands_bench *b, const char *line)
{
	struct command *command = commands_begin(b, line);
	assert_true(bench_wait(&b->f->bench, one_runs, b));
	return command;
}

static void leave(struct commands_bench *b, struct command *command)
{
	command_cancel(command);
	assert_int_equal(b->heard.code, 130);
	assert_int_equal(b->heard.overs, 1);
	command_destroy(command);
	assert_null(b->tap.first);
	assert_int_equal(b->running, 0);
}

static void everything_is_shown_until_it_is_cancelled(void **state)
{
	struct commands_bench *b = *state;
	struct command *command = watch(b, "monitor");
	show(b, "cellar", "m1");
	show(b, "", "");
	assert_true(heard_has(b, "\"type\":\"device_back\""));
	assert_true(heard_has(b, "\"device\":\"m1\""));
	leave(b, command);
	assert_true(heard_has(b, "{\"done\":true,\"code\":130,\"shown\":2,\"dropped\":0}"));
}

static void only_what_is_named_is_shown(void **state)
{
	static const struct {
		const char *line;
		const char *shown;
	} rows[] = {
		{ "monitor cellar", "\"shown\":3," },
		{ "monitor cellar/m1", "\"shown\":1," },
		{ "monitor cellar/1", "\"shown\":1," },
		{ "monitor cellar/m*", "\"shown\":2," },
		{ "monitor */m1", "\"shown\":2," },
		{ "monitor cellar/m1 c*/m2", "\"shown\":2," },
		{ "monitor c?llar", "\"shown\":3," },
	};
	struct commands_bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct command *command = watch(b, rows[i].line);
		show(b, "cellar", "m1");
		show(b, "cellar", "m2");
		show(b, "cellar", "");
		show(b, "roof", "m1");
		show(b, "", "");
		leave(b, command);
		if (!heard_has(b, rows[i].shown)) {
			fail_msg("%s gave %s", rows[i].line, b->heard.text);
		}
	}
}

static void what_a_slow_user_cannot_take_is_counted_and_said(void **state)
{
	struct commands_bench *b = *state;
	struct command *command = watch(b, "monitor");
	b->heard.congested = true;
	show(b, "cellar", "m1");
	show(b, "cellar", "m1");
	assert_int_equal(b->heard.size, 0);
	b->heard.congested = false;
	show(b, "cellar", "m2");
	assert_ptr_equal(strstr(b->heard.text,
							 "{\"warning\":\"2 of the readings and events left out: not "
							 "taken fast enough\",\"dropped\":2}\n"),
			b->heard.text);
	assert_true(heard_has(b, "\"device\":\"m2\""));
	leave(b, command);
	assert_true(heard_has(b, "\"shown\":1,\"dropped\":2}"));
}

static void it_ends_after_so_many_readings(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar 1"), 0);
	struct reading *reading = b->f->messages[b->f->count - 1];
	assert_string_equal(reading_view(reading)->type, "reading");
	struct command *command = watch(b, "monitor --count=2");
	tap_show(&b->tap, reading);
	show(b, "cellar", "m1");
	tap_show(&b->tap, reading);
	assert_int_equal(b->heard.overs, 1);
	assert_int_equal(b->heard.code, 0);
	assert_true(heard_has(b, "\"shown\":3,\"dropped\":0}"));
	tap_show(&b->tap, reading);
	command_destroy(command);
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "monitor roof", "there is no bus \\\"roof\\\" here" },
		{ "monitor cellar/m9", "\\\"m9\\\" is no device" },
		{ "monitor roof*", "nothing fits \\\"roof*\\\"" },
		{ "monitor cellar/foo*", "nothing fits \\\"cellar/foo*\\\"" },
		{ "monitor */m9", "nothing fits \\\"*/m9\\\"" },
		{ "monitor cellar cellar/77",
				"no device of bus cellar has the address 77, and no other is read here" },
		{ "monitor --count=0", "--count 0: want a whole number from 1 to 1000000000" },
		{ "monitor --count=2x", "--count 2x" },
	};
	struct commands_bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(commands_run(b, rows[i].line), 2);
		assert_true(heard_has(b, rows[i].text));
		assert_null(b->tap.first);
	}
	b->world.tap = NULL;
	assert_int_equal(commands_run(b, "monitor"), 2);
	assert_true(heard_has(b, "`metergate run`"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(everything_is_shown_until_it_is_cancelled),
		COMMANDS_TEST(only_what_is_named_is_shown),
		COMMANDS_TEST(what_a_slow_user_cannot_take_is_counted_and_said),
		COMMANDS_TEST(it_ends_after_so_many_readings),
		COMMANDS_TEST(what_cannot_be_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
