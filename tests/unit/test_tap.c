/* SPDX-License-Identifier: MIT */
/* Who listens is shown what is published, also while others come and go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gateway/tap.h"

struct ear {
	struct tap *tap;
	struct tap_listener listener;
	struct ear *removes;
	int heard;
	struct reading *last;
};

static void hear(void *data, struct reading *reading)
{
	struct ear *ear = data;
	ear->heard++;
	ear->last = reading;
	if (ear->removes != NULL) {
		tap_remove(ear->tap, &ear->removes->listener);
	}
}

static void listen_to(struct ear *ear, struct tap *tap)
{
	*ear = (struct ear){ .tap = tap };
	ear->listener.fn = hear;
	ear->listener.data = ear;
	tap_add(tap, &ear->listener);
}

static void all_that_listen_are_shown_everything(void **state)
{
	(void)state;
	struct tap tap = { 0 };
	struct ear one, two;
	struct reading *event = reading_create_event("bus_up", "cellar", "", 1, "open");
	tap_show(&tap, event);
	listen_to(&one, &tap);
	listen_to(&two, &tap);
	tap_show(&tap, event);
	assert_ptr_equal(one.last, event);
	assert_int_equal(one.heard, 1);
	assert_int_equal(two.heard, 1);
	tap_remove(&tap, &one.listener);
	tap_remove(&tap, &one.listener);
	tap_show(&tap, event);
	assert_int_equal(one.heard, 1);
	assert_int_equal(two.heard, 2);
	reading_unref(event);
}

/* The last one added is shown first: it removes itself, the next one, and the last. */
static void listeners_may_go_while_something_is_shown(void **state)
{
	(void)state;
	struct reading *event = reading_create_event("bus_up", "cellar", "", 1, "open");
	for (int who = 0; who < 3; who++) {
		struct tap tap = { 0 };
		struct ear ears[3];
		for (int i = 0; i < 3; i++) {
			listen_to(&ears[i], &tap);
		}
		ears[2].removes = &ears[who];
		tap_show(&tap, event);
		tap_show(&tap, event);
		for (int i = 0; i < 3; i++) {
			int expected = i == who ? (who == 2 ? 1 : 0) : 2;
			assert_int_equal(ears[i].heard, expected);
		}
	}
	reading_unref(event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_listen_are_shown_everything),
		cmocka_unit_test(listeners_may_go_while_something_is_shown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
