/* SPDX-License-Identifier: MIT */
/* Checks that every fault has words of its own. */
#include "mbus_bench.h"

static void every_fault_has_a_text_and_a_name_of_its_own(void **state)
{
	(void)state;
	for (unsigned i = MG_FAULT_NONE; i <= MG_FAULT_LVAR_RESERVED; i++) {
		assert_true(strlen(mg_fault_text((enum mg_fault)i)) > 5);
		assert_string_not_equal(mg_fault_name((enum mg_fault)i), "unknown");
		for (unsigned j = 0; j < i; j++) {
			assert_string_not_equal(
					mg_fault_name((enum mg_fault)i), mg_fault_name((enum mg_fault)j));
			assert_string_not_equal(
					mg_fault_text((enum mg_fault)i), mg_fault_text((enum mg_fault)j));
		}
	}
}

static void names_are_stable(void **state)
{
	(void)state;
	assert_string_equal(mg_fault_name(MG_FAULT_CHECKSUM), "checksum");
	assert_string_equal(mg_fault_text(MG_FAULT_CHECKSUM), "checksum wrong");
	assert_string_equal(mg_fault_name(MG_FAULT_DIFE_LIMIT), "dife-limit");
	assert_string_equal(mg_fault_text(MG_FAULT_DIFE_LIMIT), "an eleventh DIFE");
	assert_string_equal(mg_fault_name(MG_FAULT_ENCRYPTED), "encrypted");
}

static void a_number_that_is_no_fault_is_unknown(void **state)
{
	(void)state;
	assert_string_equal(mg_fault_name((enum mg_fault)99), "unknown");
	assert_string_equal(mg_fault_text((enum mg_fault)99), "unknown fault");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fault_has_a_text_and_a_name_of_its_own),
		cmocka_unit_test(names_are_stable),
		cmocka_unit_test(a_number_that_is_no_fault_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
