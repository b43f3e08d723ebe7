/* SPDX-License-Identifier: MIT */
/* One simulated meter, asked in frames as they stand on the wire, in hex. */
#ifndef SIMULATOR_METER_BENCH_H
#define SIMULATOR_METER_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "meter.h"

#define NOW 1795327200 /* 2026-11-22 06:00 UTC */
#define BIT 416667     /* ns at 2400 Bd */

static struct meter meter;
static struct meter_time now;
static struct telegram answer;
static int64_t delay;

/* The meter of most tests: number 12345678, XSM, version 16, heat, at address 5. */
static int made_up(void **state)
{
	(void)state;
	now = (struct meter_time){ .wall = NOW };
	meter_init(&meter, 0, 5, 0x12345678, 99, 1);
	return 0;
}

static inline int made_up_long(void **state)
{
	made_up(state);
	meter_init(&meter, 0, 5, 0x12345678, 99, TELEGRAM_LONG_READOUT);
	return 0;
}

static inline size_t read_hex(const char *text, uint8_t bytes[MG_FRAME_MAX])
{
	size_t size = 0;
	unsigned byte;
	int used;
	while (sscanf(text, " %2x%n", &byte, &used) == 1) {
		assert_true(size < MG_FRAME_MAX);
		bytes[size++] = (uint8_t)byte;
		text += used;
	}
	return size;
}

/* Sends the frame; returns the length of the answer, which is in `answer`. */
static inline size_t ask(const char *request)
{
	uint8_t bytes[MG_FRAME_MAX];
	struct mg_frame frame;
	size_t length, size = read_hex(request, bytes);
	assert_int_equal(mg_frame_parse(bytes, size, &frame, &length), MG_FAULT_NONE);
	assert_int_equal(length, size);
	meter_take(&meter, &frame, &now, BIT, &answer, &delay);
	return answer.length;
}

/* Sends the frame and wants exactly this answer, "" for silence. */
static inline void expect(const char *request, const char *wanted)
{
	uint8_t bytes[MG_FRAME_MAX];
	size_t size = read_hex(wanted, bytes);
	size_t length = ask(request);
	if (length != size || memcmp(answer.bytes, bytes, size) != 0) {
		fail_msg("%s got %zu bytes beginning with %02X, not %s", request, length,
				length > 0 ? answer.bytes[0] : 0u, wanted);
	}
}

/* Sends the frame and wants data records (RSP_UD, CI 72h) with these C and A fields. */
static inline void expect_data(const char *request, uint8_t c, uint8_t a)
{
	struct mg_frame frame;
	size_t length;
	assert_true(ask(request) > 20);
	assert_int_equal(
			mg_frame_parse(answer.bytes, answer.length, &frame, &length), MG_FAULT_NONE);
	assert_int_equal(frame.c, c);
	assert_int_equal(frame.a, a);
	assert_int_equal(frame.ci, 0x72);
}

/* The names of all values of the answer, with blanks between them. */
static inline const char *names(void)
{
	static char text[4000];
	text[0] = '\0';
	for (size_t i = 0; i < answer.value_count; i++) {
		strcat(text, i > 0 ? " " : "");
		strcat(text, answer.values[i].name);
	}
	return text;
}

/* The text of the value with this name in the answer. */
static inline const char *value(const char *name)
{
	for (size_t i = 0; i < answer.value_count; i++) {
		if (strcmp(answer.values[i].name, name) == 0) {
			return answer.values[i].text;
		}
	}
	fail_msg("no %s in the answer", name);
	return "";
}

#endif
