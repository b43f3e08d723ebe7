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
	static const struct {
		enum mg_fault fault;
		const char *name;
	} rows[] = {
		{ MG_FAULT_NONE, "none" },
		{ MG_FAULT_END, "end" },
		{ MG_FAULT_INCOMPLETE, "incomplete" },
		{ MG_FAULT_START, "start-byte" },
		{ MG_FAULT_LENGTH_DIFFERS, "length-differs" },
		{ MG_FAULT_LENGTH_SHORT, "length-short" },
		{ MG_FAULT_SECOND_START, "second-start-byte" },
		{ MG_FAULT_STOP, "stop-byte" },
		{ MG_FAULT_CHECKSUM, "checksum" },
		{ MG_FAULT_SURPLUS, "surplus" },
		{ MG_FAULT_NOT_A_RESPONSE, "not-a-response" },
		{ MG_FAULT_CI_UNSUPPORTED, "ci-unsupported" },
		{ MG_FAULT_HEADER_SHORT, "header-short" },
		{ MG_FAULT_FIXED_LENGTH, "fixed-length" },
		{ MG_FAULT_FRAGMENT, "fragment" },
		{ MG_FAULT_FORMAT_UNKNOWN, "format-unknown" },
		{ MG_FAULT_FORMAT_CRC, "format-crc" },
		{ MG_FAULT_ENCRYPTED, "encrypted" },
		{ MG_FAULT_KEY_WRONG, "key-wrong" },
		{ MG_FAULT_PLAIN, "plain" },
		{ MG_FAULT_IDENTITY_NEEDED, "identity-needed" },
		{ MG_FAULT_SECURITY_UNSUPPORTED, "security-unsupported" },
		{ MG_FAULT_PREMATURE_END, "premature-end" },
		{ MG_FAULT_DIF_RESERVED, "dif-reserved" },
		{ MG_FAULT_DIFE_LIMIT, "dife-limit" },
		{ MG_FAULT_VIFE_LIMIT, "vife-limit" },
		{ MG_FAULT_LVAR_RESERVED, "lvar-reserved" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_string_equal(mg_fault_name(rows[i].fault), rows[i].name);
	}
	assert_int_equal(BENCH_COUNT(rows), MG_FAULT_LVAR_RESERVED + 1);
}

static void users_read_why_and_what_is_missing(void **state)
{
	(void)state;
	assert_string_equal(mg_fault_text(MG_FAULT_ENCRYPTED), "encrypted, key needed");
	assert_string_equal(mg_fault_text(MG_FAULT_KEY_WRONG),
			"decryption failed: the key does not fit, or the telegram is damaged");
	assert_string_equal(mg_fault_text(MG_FAULT_PLAIN),
			"plain text although a key is set for this meter");
	assert_string_equal(mg_fault_text(MG_FAULT_FORMAT_UNKNOWN),
			"compact frame, and no full telegram of this format came before");
	assert_string_equal(mg_fault_text(MG_FAULT_CHECKSUM), "checksum wrong");
	assert_string_equal(mg_fault_text(MG_FAULT_DIFE_LIMIT), "an eleventh DIFE");
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
		cmocka_unit_test(users_read_why_and_what_is_missing),
		cmocka_unit_test(a_number_that_is_no_fault_is_unknown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
