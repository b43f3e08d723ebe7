/* SPDX-License-Identifier: MIT */
/* The commands read and ping: what they answer for each device, and how they end. */
#include "command_bench.h"

static size_t count_text(const char *text, const char *part)
{
	size_t count = 0;
	for (text = strstr(text, part); text != NULL; text = strstr(text + 1, part)) {
		count++;
	}
	return count;
}

static void each_device_gives_a_reading(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 2);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar 2 1"), 0);
	const char *first = strstr(b->heard.text, "\"device\":\"m1\"");
	const char *second = strstr(b->heard.text, "\"device\":\"m2\"");
	assert_non_null(first);
	assert_non_null(second);
	/* In the order of the addresses, which is as good as any for the wire. */
	assert_true(first < second);
	assert_true(heard_has(b, "\"id\":\"12345671\""));
	assert_true(heard_has(b, "{\"done\":true,\"code\":0,\"devices\":2,\"failed\":0}\n"));
}

static void readings_go_to_the_sinks_as_well(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar m1"), 0);
	assert_int_equal(count_of(b->f, "reading", "m1"), 1);
	assert_int_equal(commands_run(b, "ping cellar m1"), 0);
	assert_int_equal(count_of(b->f, "reading", "m1"), 1);
}

static void a_device_that_fails_is_named_with_the_reason(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 2);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar 1 5 2"), 7);
	assert_true(heard_has(b, "{\"warning\":\"5: "));
	assert_true(heard_has(
			b, "\"bus\":\"cellar\",\"device\":\"5\",\"outcome\":\"no-answer\""));
	assert_int_equal(count_text(b->heard.text, "\"type\":\"reading\""), 2);
	assert_true(heard_has(b, "{\"done\":true,\"code\":7,\"devices\":3,\"failed\":1}\n"));
}

static void all_that_fail_alike_give_their_own_code(void **state)
{
	struct commands_bench *b = *state;
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar 5 6"), 5);
	assert_true(heard_has(b, "\"devices\":2,\"failed\":2}"));
}

static void a_bus_alone_means_all_its_devices(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 3);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "read cellar"), 0);
	assert_true(heard_has(b, "\"device\":\"m1\""));
	assert_true(heard_has(b, "\"device\":\"m2\""));
	assert_true(heard_has(b, "\"device\":\"far\""));
	assert_true(heard_has(b, "\"devices\":3,\"failed\":0"));
}

static void patterns_name_devices(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 3);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "ping c*/m? cellar/m1 cellar/far"), 0);
	assert_int_equal(count_text(b->heard.text, "\"address\":\"cellar/m1\""), 1);
	assert_int_equal(count_text(b->heard.text, "\"address\":\"cellar/m2\""), 1);
	assert_int_equal(count_text(b->heard.text, "\"address\":\"cellar/far\""), 1);
}

static void ping_answers_with_a_time(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "ping cellar 1 6"), 7);
	assert_true(heard_has(b, "{\"type\":\"ping\",\"bus\":\"cellar\",\"address\":\"1\","
							 "\"outcome\":\"ok\",\"ms\":"));
	assert_true(heard_has(b, "{\"type\":\"ping\",\"bus\":\"cellar\",\"address\":\"6\","
							 "\"outcome\":\"no-answer\",\"ms\":"));
	assert_true(heard_has(b, "\"reason\":\""));
}

static void ping_tells_people_in_words(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, "ping --text cellar 1"), 0);
	assert_true(heard_has(b, "{\"text\":\"1                    answers after "));
}

static void a_port_that_cannot_be_opened_fails_all(void **state)
{
	struct commands_bench *b = *state;
	atomic_store(&b->f->line.open_result, MG_RETRY);
	bus_start(b->f->bus);
	int code = commands_run(b, "read cellar 1 2 3 4 5 6 7 8 9 10 11 12");
	assert_int_equal(code, 4);
	assert_int_equal(count_text(b->heard.text, "\"outcome\":\"not-open\""), 12);
}

static bool one_waits(void *data)
{
	const struct commands_bench *b = data;
	return atomic_load(&b->f->line.resets) > 0 || b->heard.size > 0;
}

static void cancelling_keeps_what_was_read(void **state)
{
	struct commands_bench *b = *state;
	commands_meters(b, 1, 1);
	bus_start(b->f->bus);
	struct command *command =
			commands_begin(b, "read cellar 1 10 11 12 13 14 15 16 17 18 19");
	assert_true(bench_wait(&b->f->bench, one_waits, b));
	command_cancel(command);
	assert_true(bench_wait(&b->f->bench, heard_all, &b->heard));
	assert_int_equal(b->heard.code, 130);
	assert_true(heard_has(b, "{\"done\":true,\"code\":130,\"devices\":11,"));
	assert_int_equal(count_text(b->heard.text, "warning"), 0);
	command_destroy(command);
}

static void more_devices_than_the_bus_takes_at_once_are_all_asked(void **state)
{
	struct commands_bench *b = *state;
	char line[2048] = "ping cellar";
	commands_meters(b, 0, 7);
	for (int i = 0; i < 8; i++) {
		snprintf(line + strlen(line), 16, " %d", i);
	}
	for (int i = 0; i < 8; i++) {
		snprintf(line + strlen(line), 24, " 1234567%d", i);
	}
	bus_start(b->f->bus);
	assert_int_equal(commands_run(b, line), 0);
	assert_int_equal(count_text(b->heard.text, "\"outcome\":\"ok\""), 15 + 1);
}

static void a_name_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *line, *text;
	} rows[] = {
		{ "read", "which device? want BUS ADDRESS..., or BUS/DEVICE..." },
		{ "read celar 1",
				"there is no bus \\\"celar\\\" here; did you mean \\\"cellar\\\"?" },
		{ "read cellar m9", "\\\"m9\\\" is no device of bus cellar and no address" },
		{ "read cellar/x*", "no device fits \\\"cellar/x*\\\"" },
		{ "read roof/*", "no device fits \\\"roof/*\\\"" },
		{ "read cellar/m1 5", "\\\"5\\\": want BUS/DEVICE" },
		{ "read cellar 251", "\\\"251\\\" is no device of bus cellar" },
	};
	struct commands_bench *b = *state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(commands_run(b, rows[i].line), 2);
		assert_true(heard_has(b, rows[i].text));
	}
}

static void a_name_that_is_another_ones_address_is_refused(void **state)
{
	struct commands_bench *b = *state;
	b->devices[0].settings.name = "2";
	assert_int_equal(commands_run(b, "read cellar 2"), 2);
	assert_true(heard_has(b, "\\\"2\\\" is an address, and the name of the device at 1"));
}

static void a_bus_without_devices_wants_an_address(void **state)
{
	struct commands_bench *b = *state;
	b->setup.device_count = 0;
	assert_int_equal(commands_run(b, "read cellar"), 2);
	assert_true(heard_has(b, "which device? bus cellar has none in the configuration"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		COMMANDS_TEST(each_device_gives_a_reading),
		COMMANDS_TEST(readings_go_to_the_sinks_as_well),
		COMMANDS_TEST(a_device_that_fails_is_named_with_the_reason),
		COMMANDS_TEST(all_that_fail_alike_give_their_own_code),
		COMMANDS_TEST(a_name_that_is_another_ones_address_is_refused),
		COMMANDS_TEST(a_bus_alone_means_all_its_devices),
		COMMANDS_TEST(patterns_name_devices),
		COMMANDS_TEST(ping_answers_with_a_time),
		COMMANDS_TEST(ping_tells_people_in_words),
		COMMANDS_TEST(a_port_that_cannot_be_opened_fails_all),
		COMMANDS_TEST(cancelling_keeps_what_was_read),
		COMMANDS_TEST(more_devices_than_the_bus_takes_at_once_are_all_asked),
		COMMANDS_TEST(a_name_that_is_none_is_refused),
		COMMANDS_TEST(a_bus_without_devices_wants_an_address),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
