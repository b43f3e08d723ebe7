/* SPDX-License-Identifier: MIT */
/* What goes wrong on a bus, on a clock that is computed: what is read is what the meter
   sent, a failure is said in words, and the next exchange works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bus/master.h"
#include "procedure/procedure.h"
#include "scan_cases.h"
#include "virtual.h"

#define SECOND ((int64_t)1000000)
#define METERS_MAX 24
#define FAST 11 /* bits until a meter answers */

struct rig {
	struct virtual_bus bus;
	struct master master;
	size_t count;
	/* The last telegram of each meter, as it was sent. */
	uint8_t sent[METERS_MAX][MG_FRAME_MAX];
	size_t sent_size[METERS_MAX];
	size_t good[METERS_MAX], bad[METERS_MAX], ends;
	char reason[HOST_REASON_SIZE]; /* of the last failure */
};

static void watch(void *data, const struct segment_event *event)
{
	struct rig *rig = data;
	if (event->kind == SEGMENT_ANSWER && event->bytes.size > 1) {
		size_t index = (size_t)(event->meter - rig->bus.slaves.meters);
		memcpy(rig->sent[index], event->bytes.data, event->bytes.size);
		rig->sent_size[index] = event->bytes.size;
	}
}

static size_t index_of(const struct rig *rig, const struct bus_device *device)
{
	size_t index = 0;
	while (rig->master.devices[index] != device) {
		index++;
	}
	return index;
}

/* Whatever the line did: a reading is what its meter sent last, or there is none. */
static void on_read(void *data, int64_t now)
{
	struct rig *rig = data;
	const struct readout *readout = &rig->master.readout;
	size_t index = index_of(rig, rig->master.device);
	(void)now;
	rig->ends++;
	rig->master.device = NULL;
	if (readout->outcome != BUS_OK || readout->error != NULL) {
		rig->bad[index]++;
		snprintf(rig->reason, sizeof(rig->reason), "%s", readout->reason);
		return;
	}
	const struct mg_bytes last = readout->frames[readout->count - 1];
	rig->good[index]++;
	assert_int_equal(last.size, rig->sent_size[index]);
	assert_memory_equal(last.data, rig->sent[index], last.size);
}

/* One device for each of `count` meters, due again at once. */
static void place(
		struct rig *rig, size_t count, bool secondary, struct virtual_settings settings)
{
	const struct bus_settings bus = {
		.tries = 3, .tries_bad = 64, .telegrams = 16, .silent_max = 3600000
	};
	const struct master_user user = { .data = rig, .read = on_read };
	memset(rig, 0, sizeof(*rig));
	rig->count = count;
	assert_true(virtual_meters(&rig->bus.slaves, count, 7, false, FAST, FAST));
	settings.latency = BUS_LATENCY_AUTO;
	settings.segment.seed = 3;
	assert_true(virtual_init(&rig->bus, &settings));
	rig->bus.watch = watch;
	rig->bus.watch_data = rig;
	master_init(&rig->master, &rig->bus.exchange, &bus, &user);
	for (size_t i = 0; i < count; i++) {
		const struct meter *meter = &rig->bus.slaves.meters[i];
		struct bus_device_settings device = { .name = "meter", .label = "" };
		device.address.secondary = secondary;
		device.address.primary = (uint8_t)meter->address;
		device.address.identity = meter->identity;
		assert_non_null(master_add_device(&rig->master, &device, 0));
	}
}

static void clear(struct rig *rig)
{
	master_finish(&rig->master);
	virtual_finish(&rig->bus);
}

static bool turn(struct rig *rig, int64_t limit)
{
	struct master *master = &rig->master;
	if (master_advance(master, rig->bus.now)) {
		return true;
	}
	int64_t until = limit;
	if (!exchange_busy(&rig->bus.exchange)) {
		int64_t when = master_when(master, rig->bus.now);
		until = when < limit ? when : limit;
	}
	virtual_turn(&rig->bus, until);
	return rig->bus.now < limit;
}

/* So many readouts more, good or bad; µs that they took. */
static int64_t reads(struct rig *rig, size_t count)
{
	int64_t begun = rig->bus.now, limit = begun + 3600 * SECOND;
	size_t wanted = rig->ends + count;
	while (rig->ends < wanted) {
		assert_true(turn(rig, limit));
	}
	return rig->bus.now - begun;
}

static size_t sum(const size_t values[METERS_MAX])
{
	size_t all = 0;
	for (size_t i = 0; i < METERS_MAX; i++) {
		all += values[i];
	}
	return all;
}

static void forget_counts(struct rig *rig)
{
	memset(rig->good, 0, sizeof(rig->good));
	memset(rig->bad, 0, sizeof(rig->bad));
	rig->bus.counters = (struct bus_counters){ 0 };
}

/* `count` readouts, all good and without a request more than needed. */
static int64_t reads_smoothly(struct rig *rig, size_t count)
{
	forget_counts(rig);
	int64_t took = reads(rig, count);
	assert_int_equal(sum(rig->bad), 0);
	assert_int_equal(rig->bus.counters.repeats, 0);
	assert_int_equal(rig->bus.counters.requests, count);
	return took;
}

static void says(const struct rig *rig, const char *words)
{
	if (strstr(rig->reason, words) == NULL) {
		fail_msg("\"%s\" is not in \"%s\"", words, rig->reason);
	}
}

/* ---- bytes ---- */

static void one_byte_of_a_hundred_disturbed(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 20, false, (struct virtual_settings){ .segment.disturbed = 10000 });
	reads(&rig, 100);
	assert_int_equal(sum(rig.good), 100);
	assert_true(rig.bus.counters.bad_frames > 50);
	clear(&rig);
}

static void one_byte_of_a_hundred_lost(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 20, false, (struct virtual_settings){ .segment.lost = 10000 });
	reads(&rig, 100);
	assert_int_equal(sum(rig.good), 100);
	clear(&rig);
}

static void one_byte_of_a_hundred_disturbed_by_secondary_address(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 10, true, (struct virtual_settings){ .segment.disturbed = 10000 });
	reads(&rig, 50);
	assert_int_equal(sum(rig.good), 50);
	clear(&rig);
}

/* ---- level converters ---- */

static void an_echo_costs_no_request(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 3, false, (struct virtual_settings){ .segment.echo = true });
	reads(&rig, 3);
	reads_smoothly(&rig, 9);
	assert_int_equal(rig.bus.counters.echoes, 9);
	clear(&rig);
}

static void an_echo_that_comes_late(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 3, false,
			(struct virtual_settings){
					.segment.echo = true, .way = 60000, .block = 16000 });
	reads(&rig, 3);
	reads_smoothly(&rig, 9);
	assert_int_equal(rig.bus.counters.echoes, 9);
	clear(&rig);
}

static void two_meters_at_one_address(struct rig *rig, bool breaks)
{
	place(rig, 3, false, (struct virtual_settings){ .segment.breaks = breaks });
	reads(rig, 3);
	rig->bus.slaves.meters[1].address = 1; /* as the first one */
	forget_counts(rig);
	reads(rig, 3);
	assert_int_equal(rig->good[0], 0);
	assert_int_equal(rig->bad[0], 1);
	assert_int_equal(rig->good[2], 1); /* the next one is read at once */
}

static void a_collision_is_named(void **state)
{
	(void)state;
	struct rig rig;
	two_meters_at_one_address(&rig, false);
	snprintf(rig.reason, sizeof(rig.reason), "%s", rig.master.devices[0]->reason);
	says(&rig, "several meters");
	says(&rig, "scan by secondary address");
	clear(&rig);
}

static void a_collision_with_a_break_is_named(void **state)
{
	(void)state;
	struct rig rig;
	two_meters_at_one_address(&rig, true);
	snprintf(rig.reason, sizeof(rig.reason), "%s", rig.master.devices[0]->reason);
	says(&rig, "break");
	says(&rig, "several meters");
	says(&rig, "scan by secondary address");
	clear(&rig);
}

static void a_meter_at_another_speed(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 2, false, (struct virtual_settings){ .baud = 2400 });
	rig.bus.slaves.meters[0].baud = 9600;
	reads(&rig, 2);
	assert_int_equal(rig.good[0], 0);
	assert_int_equal(rig.good[1], 1);
	says(&rig, "baud rate");
	rig.bus.slaves.meters[0].baud = 2400;
	reads(&rig, 600);
	assert_true(rig.good[0] > 0);
	clear(&rig);
}

/* ---- the way ---- */

static void a_slow_way_is_learned_and_unlearned(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 4, false, (struct virtual_settings){ .way = 250000 });
	reads(&rig, 24);
	assert_true(exchange_latency(&rig.bus.exchange) >= 500000);
	int64_t slow = reads_smoothly(&rig, 8);
	rig.bus.settings.way = 0;
	reads(&rig, 4 * LATENCY_WINDOW);
	int64_t fast = reads_smoothly(&rig, 8);
	assert_in_range(slow - fast, 7 * SECOND / 2, 9 * SECOND / 2);
	assert_true(exchange_latency(&rig.bus.exchange) < 20000);
	/* And it becomes slow again. */
	rig.bus.settings.way = 250000;
	forget_counts(&rig);
	reads(&rig, 24);
	assert_int_equal(sum(rig.bad), 0);
	assert_true(exchange_latency(&rig.bus.exchange) >= 500000);
	reads_smoothly(&rig, 8);
	clear(&rig);
}

static void one_outlier_does_not_spoil_what_was_learned(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 4, false, (struct virtual_settings){ .way = 1000 });
	reads(&rig, 40);
	int64_t before = exchange_latency(&rig.bus.exchange);
	assert_true(before < 20000);
	rig.bus.settings.way = 70000;
	reads(&rig, 1);
	rig.bus.settings.way = 1000;
	assert_true(exchange_latency(&rig.bus.exchange) < before + 10000);
	reads_smoothly(&rig, 8);
	clear(&rig);
}

static void a_converter_that_stalls(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 4, false, (struct virtual_settings){ .way = 1000 });
	reads(&rig, 12);
	rig.bus.settings.way = 2 * SECOND;
	reads(&rig, 1);
	rig.bus.settings.way = 1000;
	forget_counts(&rig);
	/* What it held back may come at any time, and is never taken for something else. */
	reads(&rig, 12);
	assert_true(sum(rig.good) >= 9);
	reads_smoothly(&rig, 8);
	clear(&rig);
}

static void a_converter_that_merges_frames(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 4, false, (struct virtual_settings){ .way = 5000, .block = 900000 });
	reads(&rig, 24);
	assert_int_equal(sum(rig.bad), 0);
	reads_smoothly(&rig, 8);
	clear(&rig);
}

/* An FTDI, and converters that pack what comes within some time. */
static void a_scan_through_a_converter_that_gathers_bytes(void **state)
{
	(void)state;
	static const struct {
		int64_t way, block;
	} ways[] = { { 500, 16000 }, { 5000, 20000 }, { 5000, 50000 }, { 30000, 30000 } };
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		for (uint64_t seed = 1; seed <= 4; seed++) {
			struct scan_case what = { .kind = SCAN_SECONDARY,
				.meters = 20,
				.way = ways[i].way,
				.block = ways[i].block };
			struct scan_result result;
			assert_true(scan_case_run(&what, seed, &result));
			assert_int_equal(result.found, 20);
			assert_int_equal(result.phantoms, 0);
			assert_true(result.time < 70 * SECOND);
			what.fast = true;
			assert_true(scan_case_run(&what, seed, &result));
			assert_int_equal(result.found, 20);
			assert_int_equal(result.phantoms, 0);
			assert_true(result.time < 50 * SECOND);
		}
	}
}

static void reads_over_a_mobile_network(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 4, false, (struct virtual_settings){ .way = 500000 });
	reads(&rig, 8);
	assert_int_equal(sum(rig.bad), 0);
	reads_smoothly(&rig, 8);
	clear(&rig);
	place(&rig, 4, true, (struct virtual_settings){ .way = 500000 });
	reads(&rig, 8);
	assert_int_equal(sum(rig.bad), 0);
	clear(&rig);
}

static void pings_over_a_mobile_network(void **state)
{
	(void)state;
	struct virtual_bus bus = { .now = 0 };
	const struct virtual_settings settings = { .way = 500000,
		.latency = BUS_LATENCY_AUTO };
	assert_true(virtual_meters(&bus.slaves, 3, 7, false, FAST, FAST));
	assert_true(virtual_init(&bus, &settings));
	struct readout readout;
	struct readout_memory memories[3] = { { .count = 0 } };
	memset(&readout, 0, sizeof(readout));
	readout_init(&readout, &bus.exchange, 3, 1);
	for (size_t i = 0; i < 3; i++) {
		const struct bus_address address = {
			.primary = (uint8_t)bus.slaves.meters[i].address
		};
		readout_begin(&readout, READOUT_PING, &address, &memories[i], bus.now);
		do {
			while (exchange_busy(&bus.exchange)) {
				assert_true(virtual_turn(&bus, bus.now + 3600 * SECOND));
			}
		} while (readout_step(&readout, bus.now));
		assert_int_equal(readout.outcome, BUS_OK);
	}
	readout_finish(&readout);
	virtual_finish(&bus);
}

/* However long the way is, what is said of a change is true. */
static void an_address_is_set_over_a_mobile_network(void **state)
{
	(void)state;
	for (int64_t way = 300000; way <= 800000; way += 100000) {
		struct virtual_bus bus = { .now = 0 };
		const struct virtual_settings settings = { .way = way,
			.latency = BUS_LATENCY_AUTO };
		assert_true(virtual_meters(&bus.slaves, 3, 7, false, FAST, FAST));
		assert_true(virtual_init(&bus, &settings));
		const struct procedure_order order = { .kind = PROCEDURE_SET_ADDRESS,
			.address = { .primary = (uint8_t)bus.slaves.meters[0].address },
			.sub_code = -1,
			.new_address = 77 };
		struct procedure *procedure =
				procedure_create(&bus.exchange, &order, 3, 1795348800 * SECOND, 0);
		assert_non_null(procedure);
		assert_true(virtual_run(&bus, procedure_task(procedure), 120 * SECOND));
		if (!procedure_worked(procedure)) {
			fail_msg("%d ms: %s", (int)(way / 1000), procedure_text(procedure));
		}
		assert_int_equal(bus.slaves.meters[0].address, 77);
		procedure_destroy(procedure);
		virtual_finish(&bus);
	}
}

static void a_converter_that_splits_frames(void **state)
{
	(void)state;
	struct rig rig;
	static const int64_t blocks[] = { 0, 1000, 5000, 16000, 100000 };
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		place(&rig, 4, false,
				(struct virtual_settings){ .way = 20000, .block = blocks[i] });
		reads(&rig, 12);
		assert_int_equal(sum(rig.bad), 0);
		reads_smoothly(&rig, 8);
		clear(&rig);
	}
}

/* ---- meters ---- */

static void a_meter_that_answers_beyond_the_window(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 3, false, (struct virtual_settings){ .way = 1000 });
	rig.bus.slaves.meters[1].quirks |= METER_LATE;
	reads(&rig, 30);
	assert_int_equal(sum(rig.bad), 0);
	reads_smoothly(&rig, 9);
	clear(&rig);
}

static void a_steady_meter_that_becomes_slow_on_a_disturbed_line(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 3, false, (struct virtual_settings){ .segment.disturbed = 3000 });
	reads(&rig, 60);
	rig.bus.slaves.meters[1].delay = 150000000; /* ns: still what the standard allows */
	forget_counts(&rig);
	reads(&rig, 90);
	assert_int_equal(sum(rig.bad), 0);
	clear(&rig);
}

static void a_late_acknowledge(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 3, false, (struct virtual_settings){ .way = 1000 });
	rig.bus.slaves.meters[1].quirks |= METER_LATE_ACK;
	reads(&rig, 9);
	assert_int_equal(sum(rig.bad), 0);
	reads_smoothly(&rig, 9);
	clear(&rig);
}

static void dead_meters_do_not_slow_the_living(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 20, false, (struct virtual_settings){ .way = 1000 });
	reads(&rig, 40);
	int64_t all = reads_smoothly(&rig, 200) / 200;
	rig.bus.slaves.meters[0].quirks |= METER_DEAD;
	rig.bus.slaves.meters[4].quirks |= METER_DEAD;
	reads(&rig, 100);
	says(&rig, "no answer from");
	says(&rig, "check address, baud rate and wiring");
	forget_counts(&rig);
	int64_t took = reads(&rig, 2000);
	int64_t each = took / (int64_t)sum(rig.good);
	assert_true(each * 95 <= all * 100);
	/* And they come back by themselves. */
	rig.bus.slaves.meters[0].quirks = rig.bus.slaves.meters[4].quirks = 0;
	forget_counts(&rig);
	reads(&rig, 6000);
	assert_true(rig.good[0] > 0 && rig.good[4] > 0);
	clear(&rig);
}

/* Meters with quirks of the field are read all the same, and so is the next one. */
static void quirks_that_cost_no_reading(void **state)
{
	(void)state;
	static const unsigned quirks[] = { METER_IGNORES_FCB, METER_NEEDS_RESET,
		METER_MUTE_RESET, METER_LATE_ACK, METER_LATE, METER_DFC_MORE,
		METER_KEEPS_SELECTED, METER_DROPS_SELECTED };
	struct rig rig;
	for (size_t i = 0; i < sizeof(quirks) / sizeof(quirks[0]); i++) {
		for (int several = 0; several < 2; several++) {
			place(&rig, 2, false, (struct virtual_settings){ .way = 0 });
			rig.bus.slaves.meters[0].quirks = quirks[i];
			rig.bus.slaves.meters[0].source.count = several ? 3 : 1;
			reads(&rig, 8);
			assert_int_equal(sum(rig.bad), 0);
			assert_int_equal(sum(rig.good), 8);
			clear(&rig);
		}
	}
}

static void quirks_that_are_named(void **state)
{
	(void)state;
	static const struct {
		unsigned quirk;
		size_t telegrams;
		const char *cause, *step;
	} rows[] = {
		{ METER_DEAD, 1, "no answer from 1", "check address, baud rate and wiring" },
		{ METER_STUCK_FCB, 3, "sends the first one again and again", "cannot be read" },
		{ METER_WRONG_ADDRESS, 1, "asked 1, but address", "any_address = yes" },
		{ METER_BUSY, 1, "has no data now", "" },
		{ METER_MUTE_DATA, 1, "no answer from 1", "" },
	};
	struct rig rig;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		place(&rig, 2, false, (struct virtual_settings){ .way = 0 });
		rig.bus.slaves.meters[0].quirks = rows[i].quirk;
		rig.bus.slaves.meters[0].source.count = rows[i].telegrams;
		reads(&rig, 2);
		assert_int_equal(rig.bad[0], 1);
		assert_int_equal(rig.good[1], 1);
		says(&rig, rows[i].cause);
		says(&rig, rows[i].step);
		clear(&rig);
	}
}

static void several_telegrams_cut_in_the_middle(void **state)
{
	(void)state;
	struct rig rig;
	place(&rig, 2, false, (struct virtual_settings){ .way = 0 });
	rig.bus.slaves.meters[0].source.count = 3;
	reads(&rig, 4);
	/* It falls silent behind the first of its telegrams. */
	size_t before = rig.bus.log.answers;
	while (rig.bus.log.answers < before + 1) {
		assert_true(turn(&rig, rig.bus.now + 60 * SECOND));
	}
	rig.bus.slaves.meters[0].quirks |= METER_DEAD;
	forget_counts(&rig);
	reads(&rig, 1);
	assert_int_equal(rig.bad[0], 1);
	says(&rig, "no answer from 1");
	rig.bus.slaves.meters[0].quirks = 0;
	reads(&rig, 60);
	assert_true(rig.good[0] > 0);
	assert_true(rig.good[1] >= 30);
	clear(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_byte_of_a_hundred_disturbed),
		cmocka_unit_test(one_byte_of_a_hundred_lost),
		cmocka_unit_test(one_byte_of_a_hundred_disturbed_by_secondary_address),
		cmocka_unit_test(an_echo_costs_no_request),
		cmocka_unit_test(an_echo_that_comes_late),
		cmocka_unit_test(a_collision_is_named),
		cmocka_unit_test(a_collision_with_a_break_is_named),
		cmocka_unit_test(a_meter_at_another_speed),
		cmocka_unit_test(a_slow_way_is_learned_and_unlearned),
		cmocka_unit_test(one_outlier_does_not_spoil_what_was_learned),
		cmocka_unit_test(a_converter_that_stalls),
		cmocka_unit_test(a_converter_that_merges_frames),
		cmocka_unit_test(a_scan_through_a_converter_that_gathers_bytes),
		cmocka_unit_test(reads_over_a_mobile_network),
		cmocka_unit_test(pings_over_a_mobile_network),
		cmocka_unit_test(an_address_is_set_over_a_mobile_network),
		cmocka_unit_test(a_converter_that_splits_frames),
		cmocka_unit_test(a_meter_that_answers_beyond_the_window),
		cmocka_unit_test(a_steady_meter_that_becomes_slow_on_a_disturbed_line),
		cmocka_unit_test(a_late_acknowledge),
		cmocka_unit_test(dead_meters_do_not_slow_the_living),
		cmocka_unit_test(quirks_that_cost_no_reading),
		cmocka_unit_test(quirks_that_are_named),
		cmocka_unit_test(several_telegrams_cut_in_the_middle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
