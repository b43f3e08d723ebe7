/* SPDX-License-Identifier: MIT */
/* Bytes that grow, up to a limit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "route/encode_buffer.h"

static void grows_and_ends_in_nul(void **state)
{
	(void)state;
	struct encode_buffer buffer = { 0 };
	for (unsigned i = 0; i < 1000; i++) {
		encode_buffer_text(&buffer, "0123456789");
	}
	assert_int_equal(buffer.length, 10000);
	assert_int_equal(strlen(buffer.data), 10000);
	assert_string_equal(buffer.data + 9985, "567890123456789");
	encode_finish(&buffer);
	assert_null(buffer.data);
	encode_finish(NULL);
}

static void formats_and_writes_hex(void **state)
{
	(void)state;
	struct encode_buffer buffer = { 0 };
	const uint8_t bytes[] = { 0x00, 0x1F, 0xAB };
	encode_buffer_format(&buffer, "%d-%s;", 7, "x");
	encode_buffer_hex(&buffer, (struct mg_bytes){ bytes, sizeof(bytes) });
	encode_buffer_char(&buffer, '!');
	assert_string_equal(buffer.data, "7-x;001FAB!");
	encode_finish(&buffer);
}

static void stops_at_the_limit(void **state)
{
	(void)state;
	static char much[ENCODE_SIZE_MAX / 4];
	struct encode_buffer buffer = { 0 };
	for (unsigned i = 0; i < 3; i++) {
		encode_buffer_add(&buffer, much, sizeof(much));
		assert_false(buffer.failed);
	}
	encode_buffer_add(&buffer, much, sizeof(much));
	assert_true(buffer.failed);
	assert_int_equal(buffer.length, 3 * sizeof(much));
	encode_buffer_char(&buffer, 'x');
	assert_int_equal(buffer.length, 3 * sizeof(much));
	encode_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_ends_in_nul),
		cmocka_unit_test(formats_and_writes_hex),
		cmocka_unit_test(stops_at_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
