/* SPDX-License-Identifier: MIT */
/*
 * The line as the master's receiver has it: what slaves send, a break of the level
 * converter, and what the master sends itself. All times are in ns.
 */
#ifndef SIMULATOR_LINE_H
#define SIMULATOR_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waveform.h"

#define LINE_OUT_MAX 4096   /* characters of the master that may wait */
#define LINE_OUT_HEARD 16   /* and that were sent, but are looked at still */
#define LINE_BREAK 50000000 /* ns that a converter makes space after a collision */

/* A character of the master. */
struct line_character {
	int64_t begin, end;
	uint32_t baud;
	uint16_t marks; /* as in a waveform */
	uint8_t bits;
};

struct line {
	bool echo; /* the master receives what it sends; otherwise nothing while it sends */
	struct waveform *waveforms;
	size_t count, room;
	int64_t break_begin, break_end; /* WAVEFORM_NEVER: none */
	struct line_character out[LINE_OUT_MAX + LINE_OUT_HEARD];
	size_t out_first; /* the oldest one that may matter */
	size_t out_next;  /* the first one that is not over for the slaves */
	size_t out_count;
	int64_t run_begin; /* characters without a pause begin here, so that no error adds up
						*/
	uint64_t run_bits;
	uint32_t run_baud;
};

/* Room for so many waveforms. False when memory is short. */
bool line_init(struct line *line, size_t room, bool echo);
void line_finish(struct line *line);

/* The master sends a character at `now` or behind what it sends; `flip` are bits of it
   that a disturbance turns, `lost` makes all of it mark. Returns false when it does not
   fit. */
bool line_send(struct line *line, int64_t now, const struct waveform_format *format,
		uint8_t byte, uint16_t flip, bool lost);
/* When the master has sent everything: the end of its last stop bit. */
int64_t line_sent(const struct line *line);
/* The character that is to be heard next, or NULL. */
const struct line_character *line_to_hear(const struct line *line);
/* It was heard. */
void line_heard(struct line *line);

/* Slaves send. False when the room is used up. */
bool line_add(struct line *line, const struct waveform *waveform);
/* When two slaves are at space at once for the first time from `time` on. */
int64_t line_collision(const struct line *line, int64_t time);

/* What is over before `time` is looked at no more. */
void line_forget(struct line *line, int64_t time);

/* What the receiver has: mark or not; when it has space or mark from `time` on. */
bool line_at(const struct line *line, int64_t time);
int64_t line_next_space(const struct line *line, int64_t time);
int64_t line_next_mark(const struct line *line, int64_t time);

#endif
