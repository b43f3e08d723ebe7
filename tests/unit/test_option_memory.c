/* SPDX-License-Identifier: MIT */
/* Pieces of memory are zeroed, aligned, and apart from each other. */
#include <stdalign.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gateway/option_memory.h"

static void pieces_are_aligned_and_zeroed(void **state)
{
	(void)state;
	struct option_memory memory;
	unsigned char *last = NULL;
	option_memory_init(&memory);
	for (size_t size = 1; size < 3000; size += 7) {
		unsigned char *piece = option_memory_take(&memory, size);
		assert_non_null(piece);
		assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++) {
			assert_int_equal(piece[i], 0);
		}
		memset(piece, 0xAA, size);
		assert_ptr_not_equal(piece, last);
		last = piece;
	}
	option_memory_finish(&memory);
	assert_null(memory.blocks);
}

static void strings_are_copied(void **state)
{
	(void)state;
	struct option_memory memory;
	option_memory_init(&memory);
	char text[] = "cellar";
	char *copy = option_memory_string(&memory, text);
	text[0] = 'x';
	assert_string_equal(copy, "cellar");
	assert_string_equal(option_memory_string(&memory, ""), "");
	option_memory_finish(&memory);
	option_memory_finish(&memory);
}

static void absurd_sizes_are_refused(void **state)
{
	(void)state;
	struct option_memory memory;
	option_memory_init(&memory);
	assert_null(option_memory_take(&memory, SIZE_MAX));
	assert_null(option_memory_take(&memory, SIZE_MAX / 2 + 1));
	option_memory_finish(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_aligned_and_zeroed),
		cmocka_unit_test(strings_are_copied),
		cmocka_unit_test(absurd_sizes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
