/* SPDX-License-Identifier: MIT */
/* The buffer that remembers where readings end. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "gather.h"

static void complete_readings_are_counted_by_bytes(void **state)
{
	struct gather *g = *state;
	size_t end;
	assert_int_equal(gather_put(g, "abc", 3), 0);
	assert_int_equal(gather_put(g, "d", 1), 0);
	gather_end(g);
	assert_int_equal(gather_put(g, "ef", 2), 0);
	gather_end(g);
	assert_int_equal(gather_complete(g, 3, &end), 0);
	assert_int_equal(end, 0);
	assert_int_equal(gather_complete(g, 4, &end), 1);
	assert_int_equal(end, 4);
	assert_int_equal(gather_complete(g, 5, &end), 1);
	assert_int_equal(gather_complete(g, 6, &end), 2);
	assert_int_equal(end, 6);
	assert_memory_equal(g->data, "abcdef", 6);
}

static void unfinished_and_last_readings_can_be_dropped(void **state)
{
	struct gather *g = *state;
	gather_put(g, "abc", 3);
	gather_end(g);
	gather_put(g, "xyz", 3);
	gather_drop(g);
	assert_int_equal(g->size, 3);
	gather_drop_last(g);
	assert_int_equal(g->size, 0);
	assert_int_equal(g->count, 0);
}

static void it_is_full_by_count_and_by_bytes(void **state)
{
	struct gather *g = *state;
	for (size_t i = 0; i < GATHER_READINGS; i++) {
		assert_false(gather_full(g));
		gather_put(g, "x", 1);
		gather_end(g);
	}
	assert_true(gather_full(g));
	gather_clear(g);
	assert_false(gather_full(g));
	char *bytes = calloc(1, GATHER_BYTES);
	assert_int_equal(gather_put(g, bytes, GATHER_BYTES), 0);
	gather_end(g);
	assert_true(gather_full(g));
	free(bytes);
}

static void largest_reading_fits_and_one_byte_more_does_not(void **state)
{
	struct gather *g = *state;
	char *bytes = calloc(1, GATHER_LARGEST + 1);
	assert_int_equal(gather_put(g, bytes, GATHER_LARGEST + 1), -EMSGSIZE);
	assert_int_equal(gather_put(g, bytes, GATHER_LARGEST), 0);
	assert_int_equal(gather_put(g, bytes, 1), -EMSGSIZE);
	gather_end(g);
	assert_int_equal(gather_put(g, bytes, 1), 0);
	free(bytes);
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct gather));
	return *state == NULL;
}

static int teardown(void **state)
{
	gather_finish(*state);
	free(*state);
	return 0;
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(complete_readings_are_counted_by_bytes),
		ROW(unfinished_and_last_readings_can_be_dropped),
		ROW(it_is_full_by_count_and_by_bytes),
		ROW(largest_reading_fits_and_one_byte_more_does_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
