/* SPDX-License-Identifier: MIT */
/* Readings as the core holds them: one allocation, counted references. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <string.h>

#include "base/reading.h"

static void event_holds_copies(void **state)
{
	(void)state;
	char type[] = "bus_down", message[] = "cannot open";
	struct reading *event = reading_create_event(type, "cellar", "", 42, message);
	assert_non_null(event);
	memset(type, 'x', strlen(type));
	memset(message, 'x', strlen(message));
	const struct mg_reading *view = reading_view(event);
	assert_string_equal(view->type, "bus_down");
	assert_string_equal(view->bus, "cellar");
	assert_string_equal(view->device, "");
	assert_string_equal(view->message, "cannot open");
	assert_int_equal(view->time, 42);
	reading_unref(event);
}

static void blank_members_are_safe_to_read(void **state)
{
	(void)state;
	struct reading *event = reading_create_event("gateway_up", "", "", 1, "up");
	const struct mg_reading *view = reading_view(event);
	assert_int_equal(view->size, sizeof(struct mg_reading));
	assert_int_equal(view->record_size, sizeof(struct mg_record));
	assert_string_equal(view->gateway, "");
	assert_string_equal(view->label, "");
	assert_int_equal(view->app_error, -1);
	assert_int_equal(view->alarm, -1);
	assert_null(view->error);
	assert_null(mg_reading_record(view, 0));
	reading_unref(event);
}

static void lives_until_the_last_reference(void **state)
{
	(void)state;
	struct reading *event = reading_create_event("gateway_up", "", "", 1, "up");
	assert_ptr_equal(reading_ref(event), event);
	reading_unref(event);
	assert_string_equal(reading_view(event)->message, "up");
	reading_unref(event);
	reading_unref(NULL);
}

static void stamp_sets_what_the_router_knows(void **state)
{
	(void)state;
	struct reading *event = reading_create_event("gateway_up", "", "", 1, "up");
	reading_stamp(event, "cellar-pi", 7, 8, 9, true);
	const struct mg_reading *view = reading_view(event);
	assert_string_equal(view->gateway, "cellar-pi");
	assert_int_equal(view->run, 7);
	assert_int_equal(view->seq, 8);
	assert_int_equal(view->device_seq, 9);
	assert_int_equal(view->flags, MG_READING_UNSYNCED);
	reading_stamp(event, "cellar-pi", 7, 8, 9, false);
	assert_int_equal(view->flags, MG_READING_UNSYNCED);
	reading_unref(event);
}

struct shape {
	const char *text;
	const uint8_t *bytes;
	size_t size;
};

static void fill_shape(struct arena *arena, struct mg_reading *view, const void *data)
{
	const struct shape *shape = data;
	struct mg_bytes *telegrams = arena_take(arena, sizeof(*telegrams));
	struct mg_bytes bytes = arena_bytes(arena, shape->bytes, shape->size);
	struct mg_tag *tags = arena_take(arena, sizeof(*tags));
	const char *text = arena_string(arena, shape->text);
	if (arena->used > arena->size) {
		assert_null(text);
		return;
	}
	*telegrams = bytes;
	*tags = (struct mg_tag){ text, "" };
	view->telegrams = telegrams;
	view->telegram_count = 1;
	view->tags = tags;
	view->tag_count = 1;
}

/* Enough room at once gives the same reading, and what is left over belongs to it. */
static void a_good_guess_saves_the_second_pass(void **state)
{
	(void)state;
	const uint8_t bytes[] = { 1, 2, 3 };
	const struct shape shape = { "seven b", bytes, sizeof(bytes) };
	struct reading *tight = reading_create(fill_shape, &shape, 0);
	struct reading *roomy = reading_create(fill_shape, &shape, 500);
	assert_string_equal(reading_view(roomy)->tags[0].key, "seven b");
	assert_memory_equal(reading_view(roomy)->telegrams[0].data, bytes, 3);
	assert_true(reading_size(roomy) > reading_size(tight));
	reading_unref(tight);
	reading_unref(roomy);
}

static void fill_measures_and_then_copies(void **state)
{
	(void)state;
	const uint8_t bytes[] = { 1, 2, 3 };
	const struct shape shape = { "seven b", bytes, sizeof(bytes) };
	struct reading *reading = reading_create(fill_shape, &shape, 0);
	const struct mg_reading *view = reading_view(reading);
	assert_string_equal(view->type, "reading");
	assert_int_equal(view->telegrams[0].size, 3);
	assert_memory_equal(view->telegrams[0].data, bytes, 3);
	assert_ptr_not_equal(view->telegrams[0].data, bytes);
	assert_string_equal(view->tags[0].key, "seven b");
	assert_int_equal((uintptr_t)view->tags % _Alignof(max_align_t), 0);
	assert_true(reading_size(reading) > sizeof(struct mg_reading) + 3 + 8);
	assert_true(reading_size(reading) < sizeof(struct mg_reading) + 256);
	reading_unref(reading);
}

static void no_bytes_need_no_memory(void **state)
{
	(void)state;
	struct arena arena = { NULL, 0, 0 };
	struct mg_bytes bytes = arena_bytes(&arena, NULL, 0);
	assert_null(bytes.data);
	assert_int_equal(bytes.size, 0);
	assert_int_equal(arena.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(event_holds_copies),
		cmocka_unit_test(blank_members_are_safe_to_read),
		cmocka_unit_test(lives_until_the_last_reference),
		cmocka_unit_test(stamp_sets_what_the_router_knows),
		cmocka_unit_test(fill_measures_and_then_copies),
		cmocka_unit_test(a_good_guess_saves_the_second_pass),
		cmocka_unit_test(no_bytes_need_no_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
