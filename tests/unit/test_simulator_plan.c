/* SPDX-License-Identifier: MIT */
/* What the options of the simulator make of meters and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "plan.h"

static char error[PLAN_ERROR_SIZE];
static struct plan plan;

#define list(...)                                                                        \
	{                                                                                    \
		(const char *const[]){ __VA_ARGS__ },                                            \
				sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *)            \
	}

static void numbers_are_taken_over(void **state)
{
	const struct plan_options options = { .meters = 20,
		.first_address = 3,
		.multi = 2,
		.together = 4,
		.secondary = 5,
		.delay = 10,
		.delay_max = 40,
		.jitter = 7,
		.meter_baud = "9600",
		.echo = true,
		.breaks = true,
		.disturbed = "1%",
		.lost = "20" };
	(void)state;
	assert_true(plan_init(&plan, &options, 99, error));
	assert_int_equal(plan.slaves.count, 20);
	assert_int_equal(plan.slaves.first_address, 3);
	assert_int_equal(plan.slaves.multi, 2);
	assert_int_equal(plan.slaves.together, 4);
	assert_int_equal(plan.slaves.secondary, 5);
	assert_int_equal(plan.slaves.seed, 99);
	assert_int_equal(plan.slaves.delay_low, 10000000);
	assert_int_equal(plan.slaves.delay_high, 40000000);
	assert_int_equal(plan.slaves.jitter, 7000000);
	assert_int_equal(plan.slaves.baud, 9600);
	assert_int_equal(plan.segment.seed, 99);
	assert_int_equal(plan.segment.disturbed, 10000);
	assert_int_equal(plan.segment.lost, 20);
	assert_true(plan.segment.echo && plan.segment.breaks);
	plan_finish(&plan);
}

static void a_delay_is_the_same_for_all_unless_there_is_a_longer_one(void **state)
{
	const struct plan_options options = { .delay = 30, .seed = 5 };
	(void)state;
	assert_true(plan_init(&plan, &options, 99, error));
	assert_int_equal(plan.slaves.delay_low, 30000000);
	assert_int_equal(plan.slaves.delay_high, 30000000);
	assert_int_equal(plan.slaves.seed, 5);
	assert_int_equal(plan.segment.disturbed, 0);
	plan_finish(&plan);
}

static void meters_have_the_speed_of_the_line_unless_told_otherwise(void **state)
{
	const struct plan_options none = { .meters = 1 };
	const struct plan_options any = { .meters = 1, .meter_baud = "any" };
	(void)state;
	assert_true(plan_init(&plan, &none, 1, error));
	assert_true(plan.baud_of_line);
	plan_finish(&plan);
	assert_true(plan_init(&plan, &any, 1, error));
	assert_false(plan.baud_of_line);
	assert_int_equal(plan.slaves.baud, 0);
	plan_finish(&plan);
}

static void lists_are_read(void **state)
{
	const struct plan_options options = { .dead = list("7", "250"),
		.quirks = list("5:late", "*:busy+stubborn"),
		.alarm = list("5:4", "6"),
		.clock = list("12345678:-90"),
		.manufacturers = list("KAM", "SEN"),
		.meter_bauds = list("300", "2400"),
		.numbers = "same:12345678" };
	(void)state;
	assert_true(plan_init(&plan, &options, 1, error));
	assert_int_equal(plan.slaves.dead_count, 2);
	assert_int_equal(plan.slaves.dead[0], 7);
	assert_int_equal(plan.slaves.dead[1], 250);
	assert_int_equal(plan.slaves.quirk_count, 2);
	assert_int_equal(plan.slaves.quirks[0].quirks, METER_LATE);
	assert_int_equal(plan.slaves.quirks[0].target.value, 5);
	assert_int_equal(plan.slaves.quirks[1].quirks, METER_BUSY | METER_STUBBORN);
	assert_int_equal(plan.slaves.alarm_count, 2);
	assert_int_equal(plan.slaves.alarms[0].value, 4);
	assert_int_equal(plan.slaves.alarms[1].value, 1);
	assert_int_equal(plan.slaves.clock_count, 1);
	assert_int_equal(plan.slaves.clocks[0].value, -90);
	assert_int_equal(plan.slaves.manufacturer_count, 2);
	assert_int_equal(plan.slaves.manufacturers[0], 0x2C2D);
	assert_int_equal(
			plan.slaves.bauds, slaves_baud_parse("300") | slaves_baud_parse("2400"));
	assert_int_equal(plan.slaves.numbers, SLAVES_SAME);
	plan_finish(&plan);
}

static void mistakes_name_the_option(void **state)
{
	const struct {
		struct plan_options options;
		const char *said;
	} rows[] = {
		{ { .dead = list("two") }, "dead: \"two\" is no primary address (0 to 250)" },
		{ { .dead = list("251") }, "dead: \"251\"" },
		{ { .dead = list("-1") }, "dead: \"-1\"" },
		{ { .dead = list("1x") }, "dead: \"1x\"" },
		{ { .quirks = list("5:lazy") }, "lazy" },
		{ { .alarm = list("5:0") }, "alarm" },
		{ { .clock = list("5") }, "clock" },
		{ { .manufacturers = list("K4M") },
				"manufacturers: \"K4M\" is not three letters" },
		{ { .delay = 30, .delay_max = 20 }, "delay_max: 20 ms are less than the 30 ms" },
		{ { .meter_baud = "1000" }, "meter_baud: \"1000\" is no speed" },
		{ { .meter_baud = "0" }, "38400; any: they follow each)" },
		{ { .meter_bauds = list("300", "115200") }, "meter_bauds: \"115200\"" },
		{ { .numbers = "odd" }, "odd" },
		{ { .disturbed = "1.5" }, "disturbed: \"1.5\" is no rate; write 1%" },
		{ { .lost = "all" }, "lost: \"all\"" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		error[0] = '\0';
		assert_false(plan_init(&plan, &rows[i].options, 1, error));
		if (strstr(error, rows[i].said) == NULL) {
			fail_msg("row %zu: %s", i, error);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_taken_over),
		cmocka_unit_test(a_delay_is_the_same_for_all_unless_there_is_a_longer_one),
		cmocka_unit_test(meters_have_the_speed_of_the_line_unless_told_otherwise),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(mistakes_name_the_option),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
