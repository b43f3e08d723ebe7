/* SPDX-License-Identifier: MIT */
/*
 * What the slaves make of the master's characters. They are 8E1 whatever the master uses,
 * and throw a frame away at the first character with a parity or framing error, at the
 * first byte that cannot be right, and at a pause in it. Then they wait until the line
 * was at mark for HEARING_QUIET_BITS. All slaves are on one wire, so those with the
 * master's speed hear the same.
 */
#ifndef SIMULATOR_HEARING_H
#define SIMULATOR_HEARING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "line.h"

/* More than a character that got lost leaves, less than the shortest exchange does. */
#define HEARING_QUIET_BITS 20
#define HEARING_GAP_BITS 33 /* a longer pause breaks a frame */

struct hearing {
	int64_t gap; /* ns of pause that break a frame, if that is more than the bits above */
	uint8_t bytes[MG_FRAME_MAX];
	size_t size;
	size_t needed;      /* bytes before it is worth parsing again */
	int64_t begin, end; /* ns: of the first start bit, and of the last stop bit */
	int64_t busy_since; /* without HEARING_QUIET_BITS of mark between */
	uint32_t baud;
	bool broken;
};

enum hearing_result {
	HEARING_MORE,
	HEARING_FRAME, /* `bytes` are one, from `begin` to `end`: hearing_forget() it */
};

void hearing_init(struct hearing *hearing, int64_t gap);

/* When it becomes clear that the rest will not come: ns, or WAVEFORM_NEVER. */
int64_t hearing_deadline(const struct hearing *hearing);
/* Something of the master's passed that is no frame: `bytes` from `begin` to `end`. */
bool hearing_has_garbage(const struct hearing *hearing);

/*
 * A character of the master; `next` is the one behind it, or NULL. `spoilt`: something
 * else was on the line as well. The deadline, if it is before the begin, has been dealt
 * with.
 */
enum hearing_result hearing_take(struct hearing *hearing,
		const struct line_character *character, const struct line_character *next,
		bool spoilt, struct mg_frame *frame);
void hearing_forget(struct hearing *hearing);

#endif
