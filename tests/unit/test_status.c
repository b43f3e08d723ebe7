/* SPDX-License-Identifier: MIT */
/* Checks the words for status bytes and application errors. */
#include "mbus_bench.h"

static void check(uint8_t status, enum mg_header header, const char *expected)
{
	const char *names[8];
	char text[256] = "";
	size_t count = mg_status_names(status, header, names);
	for (size_t i = 0; i < count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, names[i]);
	}
	assert_string_equal(text, expected);
}

static void the_two_low_bits_are_one_code(void **state)
{
	(void)state;
	check(0x00, MG_HEADER_LONG, "");
	check(0x01, MG_HEADER_LONG, "application-busy");
	check(0x02, MG_HEADER_SHORT, "application-error");
	check(0x03, MG_HEADER_LONG, "abnormal-condition");
}

static void each_other_bit_has_a_name(void **state)
{
	(void)state;
	check(0x04, MG_HEADER_LONG, "power-low");
	check(0x08, MG_HEADER_LONG, "permanent-error");
	check(0x10, MG_HEADER_LONG, "temporary-error");
	check(0x20, MG_HEADER_SHORT, "manufacturer-bit-5");
	check(0x40, MG_HEADER_SHORT, "manufacturer-bit-6");
	check(0x80, MG_HEADER_SHORT, "manufacturer-bit-7");
	check(0xE0, MG_HEADER_LONG,
			"manufacturer-bit-5 manufacturer-bit-6 manufacturer-bit-7");
	check(0x15, MG_HEADER_LONG, "application-busy power-low temporary-error");
}

static void a_fixed_header_has_other_low_bits(void **state)
{
	(void)state;
	check(0x01, MG_HEADER_FIXED, "binary-counters");
	check(0x00, MG_HEADER_FIXED, "");
	check(0x02, MG_HEADER_FIXED, "stored-values");
	check(0x03, MG_HEADER_FIXED, "binary-counters stored-values");
	check(0xFF, MG_HEADER_FIXED,
			"binary-counters stored-values power-low permanent-error temporary-error "
			"manufacturer-bit-5 manufacturer-bit-6 manufacturer-bit-7");
}

static void application_errors_are_explained(void **state)
{
	static const struct {
		int code;
		const char *text;
	} rows[] = {
		{ 0x00, "unspecified error" },
		{ 0x01, "CI field not implemented" },
		{ 0x02, "buffer too long, data truncated" },
		{ 0x03, "too many records" },
		{ 0x04, "premature end of record" },
		{ 0x05, "more than ten DIFEs" },
		{ 0x06, "more than ten VIFEs" },
		{ 0x07, "reserved error code" },
		{ 0x08, "application busy" },
		{ 0x09, "too many readouts" },
		{ 0x0A, "reserved error code" },
		{ 0x0F, "reserved error code" },
		{ 0x10, "access denied" },
		{ 0x11, "command unknown or not supported" },
		{ 0x12, "parameter missing or wrong" },
		{ 0x13, "receiver address unknown" },
		{ 0x14, "decryption failed" },
		{ 0x15, "encryption method not supported" },
		{ 0x16, "signature method not supported" },
		{ 0x17, "reserved error code" },
		{ 0xEF, "reserved error code" },
		{ 0xF0, "dynamic application error" },
		{ 0xF1, "reserved error code" },
		{ 0xFF, "reserved error code" },
		{ -1, "reserved error code" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		assert_string_equal(mg_app_error_text(rows[i].code), rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_two_low_bits_are_one_code),
		cmocka_unit_test(each_other_bit_has_a_name),
		cmocka_unit_test(a_fixed_header_has_other_low_bits),
		cmocka_unit_test(application_errors_are_explained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
