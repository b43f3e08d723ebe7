/* SPDX-License-Identifier: MIT */
/* Marks of parity errors and breaks in the bytes of a terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <metergate/plugin.h>

#include "marks.h"

static const struct {
	const char *in;
	size_t in_size;
	const char *out;
	size_t out_size;
	uint32_t flags;
} cases[] = {
	{ "\x68\x03\x00\x16", 4, "\x68\x03\x00\x16", 4, 0 }, { "\xFF\xFF", 2, "\xFF", 1, 0 },
	{ "\x01\xFF\xFF\x00\x02", 5, "\x01\xFF\x00\x02", 4, 0 },
	{ "\xFF\xFF\xFF\xFF", 4, "\xFF\xFF", 2, 0 },
	{ "\xFF\x00\xA5", 3, "\xA5", 1, MG_RX_PARITY },
	{ "\xFF\x00\xFF\xE5", 4, "\xFF\xE5", 2, MG_RX_PARITY },
	{ "\xFF\x00\x00", 3, "\x00", 1, MG_RX_PARITY | MG_RX_BREAK },
	{ "\xFF\x00\x00\xFF\xFF\xE5", 6, "\x00\xFF\xE5", 3, MG_RX_PARITY | MG_RX_BREAK },
	{ "\xFF\xE5", 2, "\xE5", 1, 0 }, /* no mark that a terminal makes */
};

static void whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct marks marks = { 0 };
		uint8_t bytes[16];
		uint32_t flags = 0;
		memcpy(bytes, cases[i].in, cases[i].in_size);
		assert_int_equal(
				marks_remove(&marks, bytes, cases[i].in_size, &flags), cases[i].out_size);
		assert_memory_equal(bytes, cases[i].out, cases[i].out_size);
		assert_int_equal(flags, cases[i].flags);
	}
}

static void cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (size_t cut = 0; cut <= cases[i].in_size; cut++) {
			struct marks marks = { 0 };
			uint8_t bytes[16], rest[16];
			uint32_t flags = 0;
			memcpy(bytes, cases[i].in, cut);
			memcpy(rest, cases[i].in + cut, cases[i].in_size - cut);
			size_t size = marks_remove(&marks, bytes, cut, &flags);
			size_t more = marks_remove(&marks, rest, cases[i].in_size - cut, &flags);
			memcpy(bytes + size, rest, more);
			assert_int_equal(size + more, cases[i].out_size);
			assert_memory_equal(bytes, cases[i].out, cases[i].out_size);
			assert_int_equal(flags, cases[i].flags);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(cut_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
