/* SPDX-License-Identifier: MIT */
/*
 * What one sender, or several in step, puts on the line: characters without pauses, bit
 * by bit. Times are in ns; a bit k begins at the first whole ns that is not before
 * k / baud.
 */
#ifndef SIMULATOR_WAVEFORM_H
#define SIMULATOR_WAVEFORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define WAVEFORM_NEVER INT64_MAX
#define WAVEFORM_BITS 11 /* of a character of a slave: 8E1 (EN 13757-2) */

/* How characters are made. */
struct waveform_format {
	uint32_t baud;
	uint8_t data_bits;
	char parity; /* 'E', 'O', 'N' */
	uint8_t stop_bits;
};

enum waveform_state {
	WAVEFORM_MARK,    /* 1, also before the first character and behind the last */
	WAVEFORM_SPACE,   /* 0 */
	WAVEFORM_DOUBLED, /* two senders or more are at space */
};

struct waveform {
	int64_t begin; /* of the first start bit */
	int64_t end;   /* of the last stop bit */
	uint32_t baud;
	size_t count;
	uint16_t marks[MG_FRAME_MAX];   /* for each character; bit 0, the start bit, first */
	uint16_t doubled[MG_FRAME_MAX]; /* the same: where two senders are at space */
};

/* ns that so many bits take, rounded up. */
int64_t waveform_ns(uint32_t baud, uint64_t bits);
/* Bits of a character, from the start bit to the last stop bit. */
uint8_t waveform_bits(const struct waveform_format *format);
/* The bits of a character in the order of time, the start bit as bit 0. */
uint16_t waveform_character(const struct waveform_format *format, uint8_t byte);

/* `count` characters of a slave from `begin` on; at most MG_FRAME_MAX. */
void waveform_init(struct waveform *waveform, int64_t begin, uint32_t baud,
		const uint8_t *bytes, size_t count);
/* Lays another one over it, which has the same begin and speed: a space wins. */
void waveform_merge(struct waveform *waveform, const struct waveform *other);

/* Whether it is at mark then. */
bool waveform_at(const struct waveform *waveform, int64_t time);
/* When it is in that state for the first time from `time` on. */
int64_t waveform_next(
		const struct waveform *waveform, int64_t time, enum waveform_state state);

#endif
