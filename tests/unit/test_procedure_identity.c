/* SPDX-License-Identifier: MIT */
/* Setting a secondary address: read back, or selected by it. */
#include "procedure_bench.h"

#define OLD "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00"
#define NEW "68 08 05 72 21 43 65 87 2D 2C 10 04 01 00 00 00 04 06 01 00 00 00"
#define WHOLE "68 08 05 72 21 43 65 87 24 40 01 07 01 00 00 00 04 06 01 00 00 00"
#define NAMELESS "68 08 05 7A 01 00 00 00 04 06 01 00 00 00"
#define SELECT_OLD "68 53 FD 52 78 56 34 12 2D 2C 10 04"
#define SELECT_NEW "68 53 FD 52 21 43 65 87 2D 2C 10 04"
#define SELECT_WHOLE "68 53 FD 52 21 43 65 87 24 40 01 07"
#define SELECT_NUMBER "68 53 FD 52 21 43 65 87 FF FF FF FF"
#define SET_NUMBER "68 73 05 51 0C 79 21 43 65 87"
#define SET_NUMBER_SELECTED "68 73 FD 51 0C 79 21 43 65 87"

/* clang-format off */
#define LINK { "10 40 05", "E5", 0 }
#define READ(telegram) LINK, { "10 7B 05", telegram, 0 }
#define NOBODY(select) { select, NULL, 0 }, { select, NULL, 0 }
/* clang-format on */

static void setup_number(struct fixture *f)
{
	setup(f, PROCEDURE_SET_IDENTITY, 5);
	f->order.new_identity = (struct mg_identity){
		.id = 0x87654321, .manufacturer = 0xFFFF, .version = 0xFF, .medium = 0xFF
	};
}

static void test_a_number_is_read_back(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), NOBODY(SELECT_NEW), LINK,
		{ SET_NUMBER, "E5", 0 }, READ(NEW), NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "12345678.KAM.10.04 is 87654321.KAM.10.04 now");
	finish(&f);
}

static void test_a_whole_identity_is_read_back(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), NOBODY(SELECT_WHOLE), LINK,
		{ "68 73 05 51 07 79 21 43 65 87 24 40 01 07", "E5", 0 }, READ(WHOLE), NONE };
	struct fixture f;
	setup_number(&f);
	f.order.whole_identity = true;
	f.order.new_identity = (struct mg_identity){
		.id = 0x87654321, .manufacturer = 0x4024, .version = 1, .medium = 7
	};
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "is 87654321.PAD.01.07 now");
	finish(&f);
}

static void test_a_part_of_it_is_not_enough(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), NOBODY(SELECT_WHOLE), LINK,
		{ "68 73 05 51 07 79 21 43 65 87 24 40 01 07", "E5", 0 }, READ(NEW), NONE };
	struct fixture f;
	setup_number(&f);
	f.order.whole_identity = true;
	f.order.new_identity = (struct mg_identity){
		.id = 0x87654321, .manufacturer = 0x4024, .version = 1, .medium = 7
	};
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the meter is still 87654321.KAM.10.04");
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_does_nothing_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), NOBODY(SELECT_NEW), LINK,
		{ SET_NUMBER, "E5", 0 }, READ(OLD), NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the new identity 87654321.KAM.10.04 was acknowledged, but the meter is "
			"still "
			"12345678.KAM.10.04");
	finish(&f);
}

static void test_a_selected_meter_is_selected_by_its_new_identity(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT_OLD, "E5", 0 }, { "10 7B FD", OLD, 0 },
		NOBODY(SELECT_NEW), { SELECT_OLD, "E5", 0 }, { SET_NUMBER_SELECTED, "E5", 0 },
		{ SELECT_NEW, "E5", 0 }, { "10 7B FD", NEW, 0 }, NONE };
	struct fixture f;
	setup_number(&f);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "is 87654321.KAM.10.04 now");
	finish(&f);
}

static void test_a_selected_meter_that_keeps_its_identity_is_found_by_it(void **state)
{
	(void)state;
	static const struct line lines[] = { { SELECT_OLD, "E5", 0 }, { "10 7B FD", OLD, 0 },
		NOBODY(SELECT_NEW), { SELECT_OLD, "E5", 0 }, { SET_NUMBER_SELECTED, "E5", 0 },
		NOBODY(SELECT_NEW), { SELECT_OLD, "E5", 0 }, { "10 7B FD", OLD, 0 }, NONE };
	struct fixture f;
	setup_number(&f);
	secondary(&f, "12345678.KAM.10.04");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "the meter is still 12345678.KAM.10.04");
	finish(&f);
}

static void test_a_meter_that_does_not_say_who_it_is_is_selected(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(NAMELESS), NOBODY(SELECT_NUMBER),
		LINK, { SET_NUMBER, "E5", 0 }, READ(NAMELESS), { SELECT_NUMBER, "E5", 0 },
		{ "10 7B FD", NAMELESS, 0 }, NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "is 87654321 now");
	finish(&f);
}

static void test_one_that_cannot_be_selected_either_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(NAMELESS), NOBODY(SELECT_NUMBER),
		LINK, { SET_NUMBER, "E5", 0 }, READ(NAMELESS), NOBODY(SELECT_NUMBER), NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "does not let its identity be set");
	finish(&f);
}

static void test_an_identity_that_another_meter_has_is_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), { SELECT_NEW, "E5", 0 },
		{ "10 7B FD", NEW, 0 }, NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(
			&f, PROCEDURE_REFUSED, "another meter is called 87654321.KAM.10.04 already");
	finish(&f);
}

static void test_an_identity_that_it_has_already_is_not_sent(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(NEW), NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED,
			"the meter is 87654321.KAM.10.04 already; nothing was changed");
	assert_false(procedure_touched(f.procedure));
	finish(&f);
}

static void test_wildcards_are_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	struct fixture f;
	setup_number(&f);
	f.order.new_identity.id = 0x8765432F;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "cannot have wildcards");
	finish(&f);
	setup_number(&f);
	f.order.address.primary = 255;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "255 is every meter of the bus");
	finish(&f);
}

static void test_a_meter_that_vanishes_is_no_success(void **state)
{
	(void)state;
	static const struct line lines[] = { LINK, READ(OLD), NOBODY(SELECT_NEW), LINK,
		{ SET_NUMBER, "E5", 0 }, { "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		{ "10 7B 05", NULL, 0 }, { "10 7B 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		{ "10 40 05", NULL, 0 }, { "10 7B 05", NULL, 0 }, { "10 7B 05", NULL, 0 }, NONE };
	struct fixture f;
	setup_number(&f);
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "the new identity was acknowledged, but then:");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_number_is_read_back),
		cmocka_unit_test(test_a_whole_identity_is_read_back),
		cmocka_unit_test(test_a_part_of_it_is_not_enough),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_does_nothing_fails),
		cmocka_unit_test(test_a_selected_meter_is_selected_by_its_new_identity),
		cmocka_unit_test(test_a_selected_meter_that_keeps_its_identity_is_found_by_it),
		cmocka_unit_test(test_a_meter_that_does_not_say_who_it_is_is_selected),
		cmocka_unit_test(test_one_that_cannot_be_selected_either_fails),
		cmocka_unit_test(test_an_identity_that_another_meter_has_is_refused),
		cmocka_unit_test(test_an_identity_that_it_has_already_is_not_sent),
		cmocka_unit_test(test_wildcards_are_refused),
		cmocka_unit_test(test_a_meter_that_vanishes_is_no_success),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
