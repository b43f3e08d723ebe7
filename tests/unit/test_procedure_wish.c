/* SPDX-License-Identifier: MIT */
/* What a selection for readout asks for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "procedure/procedure_wish.h"

static struct procedure_wish wishes[4];

static size_t read_wishes(const uint8_t *bytes, size_t size, size_t *wrong)
{
	const struct mg_bytes data = { bytes, size };
	memset(wishes, 0, sizeof(wishes));
	return procedure_wish_read(&data, wishes, 4, wrong);
}

static void test_several_records_are_told_apart(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0x08, 0x13, 0x08, 0x5A, 0xC8, 0x02, 0x13 };
	size_t wrong;
	assert_int_equal(read_wishes(bytes, sizeof(bytes), &wrong), 3);
	assert_string_equal(wishes[0].quantity, "volume");
	assert_int_equal(wishes[0].storage, 0);
	assert_string_equal(wishes[1].quantity, "flow-temperature");
	assert_int_equal(wishes[2].storage, 5);
	assert_false(procedure_wish_is_wide(&wishes[2]));
}

static void test_the_highest_numbers_stand_for_all(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0xC8, 0x3F, 0x7E };
	size_t wrong;
	assert_int_equal(read_wishes(bytes, sizeof(bytes), &wrong), 1);
	assert_true(wishes[0].any_quantity);
	assert_true(wishes[0].any_storage);
	assert_true(wishes[0].any_tariff);
	assert_false(wishes[0].any_subunit);
	assert_true(procedure_wish_is_wide(&wishes[0]));
}

static void test_the_global_request_may_name_a_vif(void **state)
{
	(void)state;
	static const uint8_t all[] = { 0x7F }, volumes[] = { 0x7F, 0x13 };
	const struct mg_data_record stored = { .quantity = "volume", .storage = 3 };
	const struct mg_data_record energy = { .quantity = "energy", .storage = 0 };
	size_t wrong;
	assert_int_equal(read_wishes(all, sizeof(all), &wrong), 1);
	assert_true(procedure_wish_fits(&wishes[0], &energy));
	assert_int_equal(read_wishes(volumes, sizeof(volumes), &wrong), 1);
	assert_true(procedure_wish_fits(&wishes[0], &stored));
	assert_false(procedure_wish_fits(&wishes[0], &energy));
}

static void test_exponents_do_not_count_but_storages_do(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 0x48, 0x17 };
	const struct mg_data_record stored = { .quantity = "volume", .storage = 1 };
	const struct mg_data_record present = { .quantity = "volume", .storage = 0 };
	size_t wrong;
	assert_int_equal(read_wishes(bytes, sizeof(bytes), &wrong), 1);
	assert_true(procedure_wish_fits(&wishes[0], &stored));
	assert_false(procedure_wish_fits(&wishes[0], &present));
}

static void test_an_action_may_remove(void **state)
{
	(void)state;
	static const uint8_t adds[] = { 0x04, 0x93, 0x0C }, removes[] = { 0x04, 0x93, 0x0D };
	size_t wrong;
	assert_int_equal(read_wishes(adds, sizeof(adds), &wrong), 1);
	assert_false(wishes[0].removes);
	assert_string_equal(wishes[0].quantity, "volume");
	assert_int_equal(read_wishes(removes, sizeof(removes), &wrong), 1);
	assert_true(wishes[0].removes);
}

static void test_what_is_cut_or_too_much_is_refused_with_its_offset(void **state)
{
	(void)state;
	static const uint8_t cut[] = { 0x08, 0x13, 0x88 };
	static const uint8_t endless[] = { 0x08, 0x93 };
	static const uint8_t text[] = { 0x08, 0x7C, 0x01, 0x41 };
	static const uint8_t five[] = { 0x08, 0x13, 0x08, 0x06, 0x08, 0x5A, 0x08, 0x5E, 0x08,
		0x2B };
	size_t wrong;
	assert_int_equal(read_wishes(cut, sizeof(cut), &wrong), 0);
	assert_int_equal(wrong, 2);
	assert_int_equal(read_wishes(endless, sizeof(endless), &wrong), 0);
	assert_int_equal(wrong, 0);
	assert_int_equal(read_wishes(text, sizeof(text), &wrong), 0);
	assert_int_equal(read_wishes(five, sizeof(five), &wrong), 0);
	assert_int_equal(wrong, 8);
	assert_int_equal(read_wishes(cut, 0, &wrong), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_records_are_told_apart),
		cmocka_unit_test(test_the_highest_numbers_stand_for_all),
		cmocka_unit_test(test_the_global_request_may_name_a_vif),
		cmocka_unit_test(test_exponents_do_not_count_but_storages_do),
		cmocka_unit_test(test_an_action_may_remove),
		cmocka_unit_test(test_what_is_cut_or_too_much_is_refused_with_its_offset),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
