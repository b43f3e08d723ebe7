/* SPDX-License-Identifier: MIT */
/* Scans of a bus whose meters all fall silent on the way, and of one that goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/scan.h"
#include "virtual.h"

#define METERS 10
#define LIMIT INT64_C(3600000000)

struct silence {
	struct virtual_bus bus;
	unsigned answers; /* after so many nothing answers any more; 0: never */
	bool one;         /* only the meter that has answered last is gone then */
	unsigned answered;
};

static void watch(void *data, const struct segment_event *event)
{
	struct silence *silence = data;
	struct slaves *slaves = &silence->bus.slaves;
	if (event->kind != SEGMENT_ANSWER || ++silence->answered != silence->answers) {
		return;
	}
	for (size_t i = 0; i < slaves->count; i++) {
		bool gone = !silence->one || event->meter == &slaves->meters[i];
		slaves->meters[i].quirks |= gone ? (unsigned)METER_DEAD : 0;
	}
}

/* Meters at 3, 6, ... 30. */
static void begin(struct silence *silence, unsigned answers)
{
	static const struct virtual_settings settings = { .latency = BUS_LATENCY_AUTO };
	*silence = (struct silence){ .answers = answers };
	assert_true(virtual_meters(&silence->bus.slaves, METERS, 3, false, 11, 33));
	for (int i = 0; i < METERS; i++) {
		silence->bus.slaves.meters[i].address = (i + 1) * 3;
	}
	silence->bus.watch = watch;
	silence->bus.watch_data = silence;
	assert_true(virtual_init(&silence->bus, &settings));
}

static struct scan *scan_of(struct silence *silence, const struct scan_order *order)
{
	struct scan *scan = scan_create(&silence->bus.exchange, order, NULL);
	assert_non_null(scan);
	assert_true(virtual_run(&silence->bus, &scan->task, silence->bus.now + LIMIT));
	return scan;
}

/* The power is back. */
static void revive(struct silence *silence)
{
	for (size_t i = 0; i < METERS; i++) {
		silence->bus.slaves.meters[i].quirks &= ~(unsigned)METER_DEAD;
	}
}

static bool has_number(const struct scan *scan, uint32_t id)
{
	for (size_t i = 0; i < scan->count; i++) {
		if (scan->found[i].state == SCAN_CONFIRMED && scan->found[i].identity.id == id) {
			return true;
		}
	}
	return false;
}

/* The scan is not complete and says why; with its token the rest is found. */
static void falls_silent(struct scan_order order, unsigned answers)
{
	struct silence silence;
	char token[SCAN_TOKEN_SIZE];
	begin(&silence, answers);
	struct scan *scan = scan_of(&silence, &order);
	assert_false(scan->done);
	assert_true(scan->fell_silent);
	assert_non_null(strstr(scan->reason, "the meters fell silent during the scan: "));
	assert_non_null(strstr(scan->reason, "converter overloaded, bus shorted"));
	assert_in_range(scan->count, 0, METERS - 1);
	scan_token(scan, token);
	assert_int_not_equal(token[0], '\0');
	revive(&silence);
	order.resume = token;
	struct scan *rest = scan_of(&silence, &order);
	assert_true(rest->done);
	assert_string_equal(rest->reason, "");
	for (size_t i = 0; i < METERS; i++) {
		uint32_t id = silence.bus.slaves.meters[i].identity.id;
		assert_true(has_number(scan, id) || has_number(rest, id));
	}
	scan_destroy(scan);
	scan_destroy(rest);
	virtual_finish(&silence.bus);
}

static const struct scan_order primary = { .kind = SCAN_PRIMARY, .identify = true };
static const struct scan_order secondary = { .kind = SCAN_SECONDARY,
	.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX } };

static void a_primary_scan_notices_that_all_are_silent(void **state)
{
	(void)state;
	for (unsigned answers = 3; answers < 18; answers += 4) {
		falls_silent(primary, answers);
	}
}

static void a_secondary_scan_notices_that_all_are_silent(void **state)
{
	(void)state;
	for (unsigned answers = 20; answers < 50; answers += 5) {
		falls_silent(secondary, answers);
	}
}

static void the_addresses_that_answered_are_named(void **state)
{
	(void)state;
	struct silence silence;
	const struct scan_order order = { .kind = SCAN_PRIMARY, .addresses = { 0xFF, 0xFF } };
	begin(&silence, 10);
	for (int i = 0; i < METERS; i++) {
		silence.bus.slaves.meters[i].address = i < 3 ? 3 + i : 4 + i;
	}
	struct scan *scan = scan_of(&silence, &order);
	assert_string_equal(scan->reason,
			"the meters fell silent during the scan: 3-5, 7-8 answered before; converter "
			"overloaded, bus shorted or power lost?");
	scan_destroy(scan);
	virtual_finish(&silence.bus);
}

/* Not at the end of 250 addresses, and not when the first of two speeds is over. */
static void silence_is_noticed_early(void **state)
{
	(void)state;
	struct silence silence;
	struct scan_order order = primary;
	begin(&silence, 3);
	struct scan *scan = scan_of(&silence, &order);
	assert_true(scan->fell_silent);
	assert_true(silence.bus.now < INT64_C(30000000));
	scan_destroy(scan);
	virtual_finish(&silence.bus);
	order.addresses[0] = 0xFF;
	order.baud_count = 2;
	order.bauds[0] = 2400;
	order.bauds[1] = 300;
	begin(&silence, 3);
	scan = scan_of(&silence, &order);
	assert_true(scan->fell_silent);
	assert_int_equal(scan->baud_at, 0);
	scan_destroy(scan);
	virtual_finish(&silence.bus);
}

/* It is silent from a speed on at which there is no meter: one of the others is asked. */
static void silence_at_the_next_speed_is_noticed(void **state)
{
	(void)state;
	struct silence silence;
	const struct scan_order order = { .kind = SCAN_PRIMARY,
		.addresses = { 0x48 },
		.bauds = { 2400, 9600 },
		.baud_count = 2 };
	char token[SCAN_TOKEN_SIZE];
	begin(&silence, 2);
	for (int i = 0; i < METERS; i++) {
		silence.bus.slaves.meters[i].baud = 2400;
	}
	struct scan *scan = scan_of(&silence, &order);
	assert_true(scan->fell_silent);
	assert_int_equal(scan->baud_at, 1);
	assert_int_equal(scan->count, 2);
	assert_memory_equal(scan_token(scan, token), "p.1.", 4);
	scan_destroy(scan);
	virtual_finish(&silence.bus);
}

static void one_meter_that_is_gone_does_not_stop_a_scan(void **state)
{
	(void)state;
	struct silence silence;
	begin(&silence, 20);
	silence.one = true;
	struct scan *scan = scan_of(&silence, &primary);
	assert_true(scan->done);
	assert_int_equal(silence.bus.slaves.meters[METERS - 1].quirks, METER_DEAD);
	assert_int_equal(scan->count, METERS);
	scan_destroy(scan);
	virtual_finish(&silence.bus);
}

/* Where the last probe was answered nobody is asked again, and else one meter. */
static void a_healthy_bus_is_asked_once_more_at_most(void **state)
{
	(void)state;
	struct silence silence;
	struct scan_order order = { .kind = SCAN_PRIMARY, .addresses = { 0x48 } };
	begin(&silence, 0);
	struct scan *scan = scan_of(&silence, &order);
	assert_true(scan->done);
	uint64_t requests = silence.bus.log.requests;
	scan_destroy(scan);
	virtual_finish(&silence.bus);
	order.addresses[0] = 0xC8; /* and 7, which is nobody's */
	begin(&silence, 0);
	scan = scan_of(&silence, &order);
	assert_true(scan->done);
	assert_int_equal(silence.bus.log.requests, requests + 2);
	scan_destroy(scan);
	virtual_finish(&silence.bus);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_primary_scan_notices_that_all_are_silent),
		cmocka_unit_test(a_secondary_scan_notices_that_all_are_silent),
		cmocka_unit_test(the_addresses_that_answered_are_named),
		cmocka_unit_test(silence_is_noticed_early),
		cmocka_unit_test(silence_at_the_next_speed_is_noticed),
		cmocka_unit_test(one_meter_that_is_gone_does_not_stop_a_scan),
		cmocka_unit_test(a_healthy_bus_is_asked_once_more_at_most),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
