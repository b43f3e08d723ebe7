/* SPDX-License-Identifier: MIT */
/* Outcomes by name, exit code and in words. */
#include <errno.h>

#include "command_bench.h"

static void names_and_codes(void **state)
{
	(void)state;
	static const struct {
		enum bus_outcome outcome;
		int error, code;
		const char *name;
	} rows[] = {
		{ BUS_OK, 0, 0, "ok" },
		{ BUS_NO_ANSWER, 0, 5, "no-answer" },
		{ BUS_BAD_ANSWER, 0, 6, "bad-answer" },
		{ BUS_NOT_OPEN, ENOENT, 4, "not-open" },
		{ BUS_NOT_OPEN, EACCES, 9, "not-open" },
		{ BUS_NOT_OPEN, EBUSY, 10, "not-open" },
		{ BUS_CANCELLED, 0, 130, "cancelled" },
		{ BUS_REFUSED, 0, 2, "refused" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct bus_result result = { .outcome = rows[i].outcome,
			.error = rows[i].error };
		assert_string_equal(command_outcome_name(rows[i].outcome), rows[i].name);
		assert_int_equal(command_outcome_code(&result), rows[i].code);
	}
}

static void a_lost_port_is_named_with_a_next_step(void **state)
{
	(void)state;
	static const struct {
		const char *port, *reason, *text;
	} rows[] = {
		{ "10.0.0.7:10001", "the other side closed the connection",
				"the port 10.0.0.7:10001: the other side closed the connection; is the "
				"converter powered, and does nobody else use it?" },
		{ "/dev/ttyUSB0", "the port hung up; was the adapter unplugged?",
				"the port /dev/ttyUSB0: the port hung up; was the adapter unplugged?" },
		{ "/dev/ttyUSB0", "/dev/ttyUSB0 is not there; is it plugged in?",
				"/dev/ttyUSB0 is not there; is it plugged in?" },
		{ "10.0.0.7:10001", "cannot connect to 10.0.0.7 port 10001: refused",
				"cannot connect to 10.0.0.7 port 10001: refused; is the converter "
				"powered, "
				"and does nobody else use it?" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setup_bus setup = { 0 };
		const struct command_bus bus = { .setup = &setup };
		struct bus_result result = { .outcome = BUS_NOT_OPEN };
		char text[COMMAND_REASON_SIZE];
		setup.port = rows[i].port;
		snprintf(result.reason, sizeof(result.reason), "%s", rows[i].reason);
		assert_string_equal(command_outcome_reason(&bus, &result, text), rows[i].text);
	}
}

static void other_reasons_stay_as_they_are(void **state)
{
	(void)state;
	struct setup_bus setup = { 0 };
	const struct command_bus bus = { .setup = &setup };
	const struct bus_result result = { .outcome = BUS_NO_ANSWER, .reason = "no answer" };
	char text[COMMAND_REASON_SIZE];
	assert_string_equal(command_outcome_reason(&bus, &result, text), "no answer");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_codes),
		cmocka_unit_test(a_lost_port_is_named_with_a_next_step),
		cmocka_unit_test(other_reasons_stay_as_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
