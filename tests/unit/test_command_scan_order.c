/* SPDX-License-Identifier: MIT */
/* What a scan is asked for by words and flags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/command_scan_order.h"

static struct command_args args;

/* "primary --baud=300": one word at most, then flags. */
static const struct command_args *made(const char *word, const char *const *flags)
{
	args = (struct command_args){ .words = { "cellar", word },
		.count = word != NULL ? 2 : 1 };
	for (size_t i = 0; flags[i] != NULL; i += 2) {
		args.flags[args.flag_count].name = flags[i];
		args.flags[args.flag_count++].value = flags[i + 1];
	}
	return &args;
}
#define MADE(word, ...) made(word, (const char *const[]){ __VA_ARGS__ })

static struct scan_order good(const struct command_args *from)
{
	struct scan_order order;
	char why[COMMAND_SCAN_WHY] = "";
	if (!command_scan_order(from, &order, why)) {
		fail_msg("%s", why);
	}
	return order;
}

static void bad(const struct command_args *from, const char *expected)
{
	struct scan_order order;
	char why[COMMAND_SCAN_WHY] = "";
	assert_false(command_scan_order(from, &order, why));
	assert_string_equal(why, expected);
}

static void a_bare_scan_names_what_it_finds(void **state)
{
	(void)state;
	struct scan_order order = good(MADE(NULL, NULL));
	assert_int_equal(order.kind, SCAN_PRIMARY);
	assert_true(order.identify);
	assert_int_equal(order.repeats, 0);
	assert_int_equal(order.baud_count, 0);
	order = good(MADE("primary", NULL));
	assert_false(order.identify);
	order = good(MADE("primary", "identify", "", NULL));
	assert_true(order.identify);
	order = good(MADE(NULL, "secondary", "", NULL));
	assert_int_equal(order.kind, SCAN_SECONDARY);
	assert_int_equal(order.mask.id, 0xFFFFFFFF);
	assert_int_equal(order.mask.manufacturer, 0xFFFF);
}

static void a_mask_means_a_secondary_scan(void **state)
{
	(void)state;
	struct scan_order order = good(MADE(NULL, "mask", "1234FFFF.KAM", NULL));
	assert_int_equal(order.kind, SCAN_SECONDARY);
	assert_int_equal(order.mask.id, 0x1234FFFF);
	assert_int_equal(order.mask.manufacturer, 0x2C2D);
	assert_int_equal(order.mask.version, 0xFF);
	bad(MADE(NULL, "mask", "12G", NULL),
			"--mask=12G: its character 3 does not fit; want 12345678, or "
			"12345678.KAM.16.04, with F for any digit and FF for any version or medium");
}

static void lists_are_read(void **state)
{
	(void)state;
	struct scan_order order =
			good(MADE(NULL, "addresses", "0-2,9,250", "baud", "9600,300", NULL));
	assert_int_equal(order.addresses[0], 0x07);
	assert_int_equal(order.addresses[1], 0x02);
	assert_int_equal(order.addresses[31], 0x04);
	assert_int_equal(order.baud_count, 2);
	assert_int_equal(order.bauds[0], 9600);
	assert_int_equal(order.bauds[1], 300);
}

static void wrong_lists_are_refused(void **state)
{
	(void)state;
	static const char *const lists[] = { "", "251", "5-3", "1,", "1;2", "-3", "1-",
		"1000000" };
	char expected[COMMAND_SCAN_WHY];
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		snprintf(expected, sizeof(expected),
				"--addresses=%s: want numbers and ranges within 0-250, as in 0-20,35",
				lists[i]);
		bad(MADE(NULL, "addresses", lists[i], NULL), expected);
	}
	static const char *const bauds[] = { "2401", "2400,2400", "", "2400," };
	for (size_t i = 0; i < sizeof(bauds) / sizeof(bauds[0]); i++) {
		snprintf(expected, sizeof(expected),
				"--baud=%s: want some of 300, 600, 1200, 2400, 4800, 9600, 19200 and "
				"38400, each once, as in 2400,9600",
				bauds[i]);
		bad(MADE(NULL, "baud", bauds[i], NULL), expected);
	}
	bad(MADE(NULL, "repeats", "11", NULL), "--repeats=11: want a number within 0-10");
}

static void thorough_is_one_repeat_at_least(void **state)
{
	(void)state;
	assert_int_equal(good(MADE(NULL, "thorough", "", NULL)).repeats, 1);
	assert_int_equal(good(MADE(NULL, "thorough", "", "repeats", "3", NULL)).repeats, 3);
}

static void what_does_not_go_together_is_refused(void **state)
{
	(void)state;
	bad(MADE("primary", "secondary", "", NULL),
			"primary and secondary exclude each other; scan twice");
	bad(MADE("primary", "fast", "", NULL),
			"--fast is for a secondary scan: add --secondary");
	bad(MADE("secondary", "addresses", "5", NULL),
			"--addresses is for a primary scan: leave it out, or scan without "
			"--secondary and without a mask");
	bad(MADE("tertiary", NULL), "\"tertiary\": want primary or secondary behind the bus, "
								"or nothing; a mask is given as --mask=12345678");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bare_scan_names_what_it_finds),
		cmocka_unit_test(a_mask_means_a_secondary_scan),
		cmocka_unit_test(lists_are_read),
		cmocka_unit_test(wrong_lists_are_refused),
		cmocka_unit_test(thorough_is_one_repeat_at_least),
		cmocka_unit_test(what_does_not_go_together_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
