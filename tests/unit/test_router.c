/* SPDX-License-Identifier: MIT */
/* The message bus: numbers, filters, and what it tells about its sinks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <stdio.h>

#include "fake_sink.h"
#include "route/router.h"

#define NOTES_MAX 64
#define NOTE_SIZE 256

/* A sink that writes down what it gets, as text. */
struct notebook {
	struct mg_instance instance;
	atomic_size_t count;
	char notes[NOTES_MAX][NOTE_SIZE];
};

static int open_notebook(void *self)
{
	(void)self;
	return MG_OK;
}

static void close_notebook(void *self)
{
	(void)self;
}

static int write_notebook(
		void *self, const struct mg_reading *const *batch, size_t count, size_t *taken)
{
	struct notebook *book = self;
	for (size_t i = 0; i < count; i++) {
		const struct mg_reading *reading = batch[i];
		snprintf(book->notes[book->count], NOTE_SIZE, "%s %d/%d/%d %s %s/%s flags=%u %s",
				reading->gateway, (int)reading->run, (int)reading->seq,
				(int)reading->device_seq, reading->type, reading->bus, reading->device,
				reading->flags, reading->message == NULL ? "" : reading->message);
		book->count++;
	}
	*taken = count;
	return MG_OK;
}

static const struct mg_sink notebook_ops = {
	.size = sizeof(struct mg_sink),
	.instance_size = sizeof(struct notebook),
	.open = open_notebook,
	.write = write_notebook,
	.close = close_notebook,
};

struct desk {
	struct notebook book;
	struct mg_host *host;
	struct sink *sink;
};

static void desk_init(struct desk *desk, const char *name, const char *match)
{
	const struct sink_settings settings = { .name = name, .match = match };
	*desk = (struct desk){ 0 };
	desk->host = host_create("sink", name, NULL, "cellar-pi", "");
	desk->book.instance = (struct mg_instance){ desk->host, host_services() };
	desk->sink = sink_create(desk->host, &notebook_ops, &desk->book, &settings);
	assert_non_null(desk->sink);
	sink_start(desk->sink);
}

static void desk_finish(struct desk *desk)
{
	sink_begin_stop(desk->sink, 5000);
	FAKE_WAIT(sink_poll_stopped(desk->sink));
	sink_destroy(desk->sink);
	host_destroy(desk->host);
}

static void assert_note(struct desk *desk, size_t index, const char *expected)
{
	FAKE_WAIT(desk->book.count > index);
	assert_string_equal(desk->book.notes[index], expected);
}

static bool answer(void *data)
{
	return *(bool *)data;
}

static struct router *quiet_router(bool *unsynced)
{
	struct router *router = router_create("cellar-pi", 7);
	assert_non_null(router);
	router_set_unsynced(router, answer, unsynced);
	return router;
}

static void publish(struct router *router, const char *bus, const char *device)
{
	router_publish(router, reading_create_event("reading", bus, device, 1, ""));
}

static void every_message_has_its_numbers(void **state)
{
	(void)state;
	struct desk desk;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	desk_init(&desk, "live", NULL);
	assert_true(router_add(router, desk.sink));
	assert_int_equal(router_seq(router), 0);
	publish(router, "cellar", "heat-1");
	publish(router, "cellar", "heat-2");
	publish(router, "cellar", "heat-1");
	assert_true(router_event(router, "bus_down", "cellar", "", "gone"));
	unsynced = true;
	publish(router, "cellar", "heat-1");
	router_tick(router);
	publish(router, "cellar", "heat-1");
	assert_int_equal(router_seq(router), 6);
	assert_note(&desk, 0, "cellar-pi 7/1/1 reading cellar/heat-1 flags=0 ");
	assert_note(&desk, 1, "cellar-pi 7/2/1 reading cellar/heat-2 flags=0 ");
	assert_note(&desk, 2, "cellar-pi 7/3/2 reading cellar/heat-1 flags=0 ");
	assert_note(&desk, 3, "cellar-pi 7/4/0 bus_down cellar/ flags=0 gone");
	assert_note(&desk, 4, "cellar-pi 7/5/3 reading cellar/heat-1 flags=0 ");
	assert_note(&desk, 5, "cellar-pi 7/6/4 reading cellar/heat-1 flags=1 ");
	desk_finish(&desk);
	router_destroy(router);
}

static void each_sink_gets_what_it_wants(void **state)
{
	(void)state;
	struct desk cellar, roof;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	desk_init(&cellar, "cellar", "cellar/*");
	desk_init(&roof, "roof", "roof/*");
	assert_true(router_add(router, cellar.sink));
	assert_true(router_add(router, roof.sink));
	publish(router, "cellar", "heat-1");
	publish(router, "roof", "heat-1");
	publish(router, "attic", "heat-1");
	assert_note(&cellar, 0, "cellar-pi 7/1/1 reading cellar/heat-1 flags=0 ");
	assert_note(&roof, 0, "cellar-pi 7/2/1 reading roof/heat-1 flags=0 ");
	router_remove(router, cellar.sink);
	router_remove(router, cellar.sink);
	publish(router, "cellar", "heat-1");
	publish(router, "roof", "heat-1");
	assert_note(&roof, 1, "cellar-pi 7/5/2 reading roof/heat-1 flags=0 ");
	desk_finish(&cellar);
	desk_finish(&roof);
	assert_int_equal(cellar.book.count, 1);
	assert_int_equal(roof.book.count, 2);
	router_destroy(router);
}

static void losses_become_one_event_for_the_others(void **state)
{
	(void)state;
	struct rig rig;
	struct desk desk;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	desk_init(&desk, "live", "/");
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .name = "slow", .queue = 2 });
	assert_true(router_add(router, desk.sink));
	assert_true(router_add(router, rig.sink));
	for (unsigned i = 0; i < 5; i++) {
		publish(router, "cellar", "heat-1");
	}
	router_tick(router);
	router_tick(router);
	publish(router, "cellar", "heat-1");
	router_tick(router);
	assert_note(&desk, 0,
			"cellar-pi 7/6/0 sink_lost / flags=0 sink slow lost 3 readings: queue full");
	assert_note(&desk, 1,
			"cellar-pi 7/8/0 sink_lost / flags=0 sink slow lost 1 reading: queue full");
	assert_int_equal(rig_account(&rig).routed, 6);
	rig_stop(&rig, 0);
	rig_finish(&rig);
	desk_finish(&desk);
	assert_int_equal(desk.book.count, 2);
	router_destroy(router);
}

static void rejections_are_losses_too(void **state)
{
	(void)state;
	struct rig rig;
	struct desk desk;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	desk_init(&desk, "live", "/");
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .name = "db", .queue = 4 });
	fake_set(rig.fake, &rig.fake->write, (struct fake_answer){ .result = MG_REJECT });
	assert_true(router_add(router, desk.sink));
	assert_true(router_add(router, rig.sink));
	publish(router, "cellar", "heat-1");
	sink_start(rig.sink);
	FAKE_WAIT(rig_account(&rig).rejected == 1);
	router_tick(router);
	assert_note(&desk, 0,
			"cellar-pi 7/2/0 sink_lost / flags=0 sink db lost 1 reading: rejected by "
			"its "
			"plugin");
	atomic_store(&rig.fake->hold_write, true);
	publish(router, "cellar", "heat-1");
	FAKE_WAIT(rig.fake->held);
	for (unsigned i = 0; i < 5; i++) {
		publish(router, "cellar", "heat-1");
	}
	atomic_store(&rig.fake->hold_write, false);
	FAKE_WAIT(rig_account(&rig).queued == 0);
	router_tick(router);
	assert_note(&desk, 1,
			"cellar-pi 7/9/0 sink_lost / flags=0 sink db lost 6 readings: queue full, or "
			"rejected by its plugin");
	rig_stop(&rig, 5000);
	rig_finish(&rig);
	desk_finish(&desk);
	router_destroy(router);
}

static void trouble_and_its_end_are_told_once(void **state)
{
	(void)state;
	struct rig rig;
	struct desk desk;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	desk_init(&desk, "live", "/");
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ .name = "db" });
	fake_set(rig.fake, &rig.fake->open,
			(struct fake_answer){ .result = MG_REJECT, .reason = "no such host" });
	assert_true(router_add(router, desk.sink));
	assert_true(router_add(router, rig.sink));
	router_tick(router);
	sink_start(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OFF);
	publish(router, "cellar", "heat-1");
	router_tick(router);
	router_tick(router);
	fake_set(rig.fake, &rig.fake->open, (struct fake_answer){ .result = MG_OK });
	sink_reopen(rig.sink);
	FAKE_WAIT(sink_state(rig.sink) == SINK_OPEN);
	router_tick(router);
	router_tick(router);
	assert_note(&desk, 0,
			"cellar-pi 7/2/0 sink_off / flags=0 sink db does not deliver: off: no such "
			"host");
	assert_note(&desk, 1,
			"cellar-pi 7/3/0 sink_lost / flags=0 sink db lost 1 reading: the sink is "
			"off");
	assert_note(&desk, 2, "cellar-pi 7/4/0 sink_back / flags=0 sink db delivers again");
	rig_stop(&rig, 5000);
	rig_finish(&rig);
	desk_finish(&desk);
	assert_int_equal(desk.book.count, 3);
	router_destroy(router);
}

/* Two sinks that lose everything do not keep each other busy with events. */
static void lost_events_are_no_news(void **state)
{
	(void)state;
	struct rig first, second;
	bool unsynced = false;
	struct router *router = quiet_router(&unsynced);
	rig_init(&first, &fake_small_ops, (struct sink_settings){ .queue = 1 });
	rig_init(&second, &fake_small_ops, (struct sink_settings){ .queue = 1 });
	assert_true(router_add(router, first.sink));
	assert_true(router_add(router, second.sink));
	publish(router, "cellar", "heat-1");
	publish(router, "cellar", "heat-1");
	for (unsigned i = 0; i < 5; i++) {
		router_tick(router);
	}
	/* Two readings, one event about each sink; the second reading leaves with the event.
	 */
	assert_true(router_seq(router) <= 6);
	rig_stop(&first, 0);
	rig_stop(&second, 0);
	rig_finish(&first);
	rig_finish(&second);
	router_destroy(router);
}

static void sinks_have_a_limit(void **state)
{
	(void)state;
	struct rig rig;
	struct router *router = router_create("cellar-pi", 7);
	rig_init(&rig, &fake_small_ops, (struct sink_settings){ 0 });
	for (unsigned i = 0; i < ROUTER_SINKS_MAX; i++) {
		assert_true(router_add(router, rig.sink));
	}
	assert_false(router_add(router, rig.sink));
	router_tick(router);
	rig_stop(&rig, 0);
	rig_finish(&rig);
	router_destroy(router);
	router_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_has_its_numbers),
		cmocka_unit_test(each_sink_gets_what_it_wants),
		cmocka_unit_test(losses_become_one_event_for_the_others),
		cmocka_unit_test(rejections_are_losses_too),
		cmocka_unit_test(trouble_and_its_end_are_told_once),
		cmocka_unit_test(lost_events_are_no_news),
		cmocka_unit_test(sinks_have_a_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
