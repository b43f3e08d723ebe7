/* SPDX-License-Identifier: MIT */
/* Selecting records for readout: the next readout has those, and no others. */
#include "procedure_bench.h"

#define HEAD "68 08 05 72 78 56 34 12 2D 2C 10 04 01 00 00 00"
#define ENERGY " 04 06 01 00 00 00"
#define VOLUME " 04 13 02 00 00 00"
#define FABRICATION " 0C 78 01 00 00 00"
#define DUE " 44 06 03 00 00 00"

/* clang-format off */
#define LINK { "10 40 05", "E5", 0 }
#define READ(records) LINK, { "10 7B 05", HEAD records, 0 }
/* clang-format on */

static void setup_select(struct fixture *f, const uint8_t *bytes, size_t size)
{
	setup(f, PROCEDURE_SELECT, 5);
	f->order.data = (struct mg_bytes){ bytes, size };
}

static const uint8_t volume[] = { 0x08, 0x13 };

static void test_the_next_readout_has_just_those(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 08 13", "E5", 0 }, READ(VOLUME), NONE };
	const struct mg_bytes *frames;
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends 1 record now, which are those asked for");
	assert_int_equal(procedure_frames(f.procedure, &frames), 1);
	assert_int_equal(frames[0].data[20], 0x13);
	finish(&f);
}

static void test_a_secondary_address_is_selected_each_time(void **state)
{
	(void)state;
	static const struct line lines[] = { { "68 53 FD 52 78 56 34 12 FF FF FF FF", "E5",
												 0 },
		{ "10 7B FD", HEAD ENERGY VOLUME, 0 },
		/* From here on it is named as whole as it said. */
		{ "68 53 FD 52 78 56 34 12 2D 2C 10 04", "E5", 0 },
		{ "68 73 FD 51 08 13", "E5", 0 },
		{ "68 53 FD 52 78 56 34 12 2D 2C 10 04", "E5", 0 },
		{ "10 7B FD", HEAD VOLUME, 0 }, NONE };
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	secondary(&f, "12345678");
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "those asked for");
	finish(&f);
}

static void test_another_resolution_and_the_fabrication_number_are_accepted(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 08 13", "E5", 0 }, READ(" 02 16 02 00" FABRICATION), NONE };
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "those asked for");
	finish(&f);
}

static void test_a_meter_that_acknowledges_and_sends_all_fails(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 08 13", "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"the selection was acknowledged, but the meter sends the same records as "
			"before; 1 that were not asked for came, first energy");
	finish(&f);
}

static void test_other_records_than_those_fail(void **state)
{
	(void)state;
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 08 13", "E5", 0 }, READ(DUE), NONE };
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED,
			"sends other records than those; 1 of 1 that were asked for are missing");
	finish(&f);
}

static void test_all_is_not_believed_when_nothing_changes(void **state)
{
	(void)state;
	static const uint8_t all[] = { 0x7F };
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 7F", "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup_select(&f, all, sizeof(all));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NOT_FOLLOWED, "sends the same 2 records as before");
	finish(&f);
	setup_select(&f, all, sizeof(all));
	f.order.unverified = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "could not be verified");
	finish(&f);
}

static void test_all_is_believed_when_more_comes(void **state)
{
	(void)state;
	static const uint8_t all[] = { 0x7F };
	static const struct line lines[] = { READ(VOLUME), LINK,
		{ "68 73 05 51 7F", "E5", 0 }, READ(ENERGY VOLUME), NONE };
	struct fixture f;
	setup_select(&f, all, sizeof(all));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends 2 records now");
	finish(&f);
}

static void test_a_record_that_is_removed_leaves_the_others(void **state)
{
	(void)state;
	static const uint8_t removes[] = { 0x04, 0x93, 0x0D };
	static const struct line lines[] = { READ(ENERGY VOLUME), LINK,
		{ "68 73 05 51 04 93 0D", "E5", 0 }, READ(ENERGY), NONE };
	struct fixture f;
	setup_select(&f, removes, sizeof(removes));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "sends 1 record now");
	finish(&f);
}

static void test_a_name_is_asked_for_as_the_meter_sends_it(void **state)
{
	(void)state;
	/* Energy in Wh is meant, and this meter counts kJ. */
	static const uint8_t energy[] = { 0x08, 0x07 };
	static const struct line lines[] = { READ(" 04 0B 01 00 00 00" VOLUME), LINK,
		{ "68 73 05 51 08 0B", "E5", 0 }, READ(" 04 0B 01 00 00 00"), NONE };
	struct fixture f;
	setup_select(&f, energy, sizeof(energy));
	f.order.by_name = true;
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_WORKED, "those asked for");
	finish(&f);
}

static void test_bytes_that_select_nothing_are_refused(void **state)
{
	(void)state;
	static const struct line lines[] = { NONE };
	static const uint8_t broken[] = { 0x08, 0x13, 0x08 };
	struct fixture f;
	setup_select(&f, broken, sizeof(broken));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_REFUSED, "no selection of records, from byte 3 on");
	finish(&f);
}

static void test_a_silent_meter_is_told_nothing(void **state)
{
	(void)state;
	static const struct line lines[] = { { "10 40 05", NULL, 0 }, { "10 40 05", NULL, 0 },
		{ "10 7B 05", NULL, 0 }, { "10 7B 05", NULL, 0 }, NONE };
	struct fixture f;
	setup_select(&f, volume, sizeof(volume));
	converse(&f, lines);
	assert_ended(&f, PROCEDURE_NO_ANSWER, "Nothing was changed");
	finish(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_next_readout_has_just_those),
		cmocka_unit_test(test_a_secondary_address_is_selected_each_time),
		cmocka_unit_test(test_another_resolution_and_the_fabrication_number_are_accepted),
		cmocka_unit_test(test_a_meter_that_acknowledges_and_sends_all_fails),
		cmocka_unit_test(test_other_records_than_those_fail),
		cmocka_unit_test(test_all_is_not_believed_when_nothing_changes),
		cmocka_unit_test(test_all_is_believed_when_more_comes),
		cmocka_unit_test(test_a_record_that_is_removed_leaves_the_others),
		cmocka_unit_test(test_a_name_is_asked_for_as_the_meter_sends_it),
		cmocka_unit_test(test_bytes_that_select_nothing_are_refused),
		cmocka_unit_test(test_a_silent_meter_is_told_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
