/* SPDX-License-Identifier: MIT */
/* The bounded ring of readings: order, limits, and what must go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "route/queue.h"

#define MUCH ((size_t)1 << 20)

static struct reading *message(int64_t number)
{
	return reading_create_event("bus_down", "", "", number, "");
}

static void fill_reading(struct arena *arena, struct mg_reading *view, const void *data)
{
	arena_take(arena, 4096);
	view->time = *(const int64_t *)data;
}

static void put(struct queue *queue, int64_t first, int64_t last)
{
	for (int64_t number = first; number <= last; number++) {
		queue_put(queue, message(number));
	}
}

/* Takes one and tells its number, -1 when the queue is empty. */
static int64_t take(struct queue *queue)
{
	struct reading *reading;
	if (queue_take(queue, &reading, 1) == 0) {
		return -1;
	}
	int64_t number = reading_view(reading)->time;
	reading_unref(reading);
	return number;
}

static void gives_in_order(void **state)
{
	(void)state;
	struct queue queue;
	queue_init(&queue, 1000, MUCH, QUEUE_DROP_OLDEST);
	put(&queue, 1, 200);
	for (int64_t number = 1; number <= 150; number++) {
		assert_int_equal(take(&queue), number);
	}
	put(&queue, 201, 400);
	for (int64_t number = 151; number <= 400; number++) {
		assert_int_equal(take(&queue), number);
	}
	assert_int_equal(take(&queue), -1);
	assert_int_equal(queue.bytes, 0);
	assert_int_equal(queue.counters.put, 400);
	assert_int_equal(queue.counters.most, 250);
	queue_finish(&queue);
}

static void drops_the_oldest(void **state)
{
	(void)state;
	struct queue queue;
	queue_init(&queue, 3, MUCH, QUEUE_DROP_OLDEST);
	put(&queue, 1, 3);
	assert_int_equal(queue_put(&queue, message(4)), 1);
	assert_int_equal(queue.counters.dropped, 1);
	assert_int_equal(queue.counters.dropped_readings, 0);
	assert_int_equal(take(&queue), 2);
	queue_finish(&queue);
}

static void drops_the_newest(void **state)
{
	(void)state;
	struct queue queue;
	queue_init(&queue, 3, MUCH, QUEUE_DROP_NEWEST);
	put(&queue, 1, 3);
	assert_int_equal(queue_put(&queue, message(4)), 1);
	assert_int_equal(queue.counters.dropped, 1);
	assert_int_equal(queue.count, 3);
	assert_int_equal(take(&queue), 1);
	queue_finish(&queue);
}

static void a_large_reading_pushes_out_several(void **state)
{
	(void)state;
	struct queue queue;
	const int64_t number = 100;
	struct reading *large = reading_create(fill_reading, &number, 0);
	struct reading *small = message(1);
	size_t small_size = reading_size(small);
	queue_init(&queue, 100, reading_size(large) + small_size, QUEUE_DROP_OLDEST);
	queue_put(&queue, small);
	put(&queue, 2, 4);
	assert_int_equal(queue_put(&queue, large), 3);
	assert_int_equal(queue.bytes, queue.bytes_max);
	assert_int_equal(take(&queue), 4);
	assert_int_equal(take(&queue), 100);
	queue_finish(&queue);
}

static void what_never_fits_is_dropped_alone(void **state)
{
	(void)state;
	struct queue queue;
	const int64_t number = 100;
	queue_init(&queue, 100, 2000, QUEUE_DROP_OLDEST);
	put(&queue, 1, 2);
	assert_int_equal(queue_put(&queue, reading_create(fill_reading, &number, 0)), 1);
	assert_int_equal(queue.counters.dropped, 1);
	assert_int_equal(queue.counters.dropped_readings, 1);
	assert_int_equal(take(&queue), 1);
	queue_finish(&queue);
}

static void puts_back_in_front(void **state)
{
	(void)state;
	struct queue queue;
	struct reading *hands[2];
	queue_init(&queue, 4, MUCH, QUEUE_DROP_OLDEST);
	put(&queue, 1, 3);
	assert_int_equal(queue_take(&queue, hands, 2), 2);
	put(&queue, 4, 4);
	assert_int_equal(queue_put_back(&queue, hands, 2), 0);
	for (int64_t number = 1; number <= 4; number++) {
		assert_int_equal(take(&queue), number);
	}
	queue_finish(&queue);
}

static void what_comes_back_too_late_is_the_oldest(void **state)
{
	(void)state;
	struct queue queue;
	struct reading *hands[3];
	queue_init(&queue, 3, MUCH, QUEUE_DROP_OLDEST);
	put(&queue, 1, 3);
	assert_int_equal(queue_take(&queue, hands, 3), 3);
	put(&queue, 4, 5);
	assert_int_equal(queue_put_back(&queue, hands, 3), 2);
	assert_int_equal(queue.counters.dropped, 2);
	assert_int_equal(take(&queue), 3);
	assert_int_equal(take(&queue), 4);
	assert_int_equal(take(&queue), 5);
	queue_finish(&queue);
}

static void what_comes_back_pushes_out_the_newest(void **state)
{
	(void)state;
	struct queue queue;
	struct reading *hands[3];
	queue_init(&queue, 3, MUCH, QUEUE_DROP_NEWEST);
	put(&queue, 1, 3);
	assert_int_equal(queue_take(&queue, hands, 3), 3);
	put(&queue, 4, 5);
	assert_int_equal(queue_put_back(&queue, hands, 3), 2);
	assert_int_equal(queue.counters.dropped, 2);
	for (int64_t number = 1; number <= 3; number++) {
		assert_int_equal(take(&queue), number);
	}
	queue_finish(&queue);
}

static void drops_all_and_counts(void **state)
{
	(void)state;
	struct queue queue;
	queue_init(&queue, 10, MUCH, QUEUE_DROP_OLDEST);
	put(&queue, 1, 7);
	assert_int_equal(queue_drop_all(&queue), 7);
	assert_int_equal(queue.counters.dropped, 7);
	assert_int_equal(queue_drop_all(&queue), 0);
	put(&queue, 8, 9);
	queue_finish(&queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_in_order),
		cmocka_unit_test(drops_the_oldest),
		cmocka_unit_test(drops_the_newest),
		cmocka_unit_test(a_large_reading_pushes_out_several),
		cmocka_unit_test(what_never_fits_is_dropped_alone),
		cmocka_unit_test(puts_back_in_front),
		cmocka_unit_test(what_comes_back_too_late_is_the_oldest),
		cmocka_unit_test(what_comes_back_pushes_out_the_newest),
		cmocka_unit_test(drops_all_and_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
