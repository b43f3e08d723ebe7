/* SPDX-License-Identifier: MIT */
/* A segment with meters that know two things: SND_NKE gets E5h, everything else their
 * telegram; `delay` of the meter is the whole time until the answer. */
#ifndef TESTS_SEGMENT_BENCH_H
#define TESTS_SEGMENT_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <metergate/plugin.h>

#include "segment.h"

#define MS INT64_C(1000000)
#define FOREVER (100000 * MS)
#define METERS_MAX 8
#define CHARS_MAX 600
#define EVENTS_MAX 64

struct seen {
	int kind;
	int64_t begin, end;
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	const struct meter *meter;
	bool alone;
};

static struct {
	struct meter meters[METERS_MAX];
	struct slaves slaves;
	struct segment *segment;
	struct segment_char chars[CHARS_MAX];
	size_t char_count;
	struct seen events[EVENTS_MAX];
	size_t event_count;
	struct meter_time taken, ticked;
	int64_t bit;
	int taken_count;
	const char *telegram, *second; /* what meters send besides E5h; what meter 2 does */
	size_t telegram_size, second_size;
} bench;

static const uint8_t reset_1[] = { 0x10, 0x40, 0x01, 0x41, 0x16 };
static const uint8_t reset_all[] = { 0x10, 0x40, 0xFE, 0x3E, 0x16 };
static const uint8_t request_1[] = { 0x10, 0x7B, 0x01, 0x7C, 0x16 };
static const uint8_t request_all[] = { 0x10, 0x7B, 0xFE, 0x79, 0x16 };

void meter_tick(struct meter *meter, const struct meter_time *now)
{
	bench.ticked = *now;
	if (now->ns >= meter->baud_until) {
		meter->baud = meter->baud_before;
		meter->baud_until = 0;
	}
}

void meter_take(struct meter *meter, const struct mg_frame *frame,
		const struct meter_time *now, int64_t bit, struct telegram *answer,
		int64_t *delay)
{
	bench.taken = *now;
	bench.bit = bit;
	bench.taken_count++;
	answer->length = answer->value_count = 0;
	*delay = meter->delay;
	if (frame->a != meter->address && frame->a != MG_A_BROADCAST_REPLY) {
		return;
	}
	if (frame->c == MG_C_SND_NKE) {
		answer->bytes[0] = 0xE5;
		answer->length = 1;
	} else if (meter->address == 2 && bench.second != NULL) {
		memcpy(answer->bytes, bench.second, bench.second_size);
		answer->length = bench.second_size;
	} else {
		memcpy(answer->bytes, bench.telegram, bench.telegram_size);
		answer->length = bench.telegram_size;
	}
}

static void note(void *data, const struct segment_event *event)
{
	(void)data;
	assert_true(bench.event_count < EVENTS_MAX);
	struct seen *seen = &bench.events[bench.event_count++];
	*seen = (struct seen){ .kind = (int)event->kind,
		.begin = event->begin,
		.end = event->end,
		.size = event->bytes.size,
		.meter = event->meter,
		.alone = event->alone };
	memcpy(seen->bytes, event->bytes.data, event->bytes.size);
	if (event->kind == SEGMENT_ANSWER) {
		assert_ptr_equal(event->telegram->bytes, event->bytes.data);
		assert_int_equal(event->request.size, 5);
		assert_int_equal(event->request.data[0], 0x10);
	}
}

/* Meters 1, 2, ... that answer 4.6 ms after a request, at any speed. */
static void start(size_t meters, const struct segment_settings *settings, uint32_t baud)
{
	memset(&bench, 0, sizeof(bench));
	bench.telegram = "\x68\x0F\xF0\xAA";
	bench.telegram_size = 4;
	for (size_t i = 0; i < meters; i++) {
		bench.meters[i].address = (int)i + 1;
		bench.meters[i].delay = 4600000;
	}
	bench.slaves = (struct slaves){ bench.meters, meters };
	bench.segment = segment_create(settings, &bench.slaves, note, NULL);
	assert_non_null(bench.segment);
	segment_set_line(bench.segment, baud, 8, 'E', 1);
}

static void start_plain(size_t meters, uint32_t baud)
{
	const struct segment_settings settings = { .seed = 1 };
	start(meters, &settings, baud);
}

static void stop(void)
{
	segment_destroy(bench.segment);
}

/* Goes on from event to event, as a driver does. */
static void run(int64_t until)
{
	struct segment_char character;
	for (;;) {
		int64_t next = segment_next(bench.segment);
		next = next < until ? next : until;
		while (segment_step(bench.segment, next, &character)) {
			assert_true(bench.char_count < CHARS_MAX);
			bench.chars[bench.char_count++] = character;
		}
		if (next == until) {
			return;
		}
	}
}

#define say(now, bytes) segment_send(bench.segment, now, bytes, sizeof(bytes))

static inline void assert_char(size_t i, int64_t at, uint8_t byte, uint32_t flags)
{
	assert_true(i < bench.char_count);
	assert_int_equal(bench.chars[i].at, at);
	assert_int_equal(bench.chars[i].byte, byte);
	assert_int_equal(bench.chars[i].flags, flags);
}

#endif
