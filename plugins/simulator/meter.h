/* SPDX-License-Identifier: MIT */
/* One simulated meter: its identity, and what it remembers between two requests. */
#ifndef SIMULATOR_METER_H
#define SIMULATOR_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "telegrams.h"

#define METER_NO_ADDRESS (-1) /* answers to its secondary address only */

/* What a meter keeps for its own address, and once more for 253 (EN 13757-2: the frame
 * count bits of REQ_UD2 and SND_UD are independent). */
struct meter_link {
	bool request_known, request_fcb;
	bool send_known, send_fcb;
	size_t next; /* telegram of the readout that the next new request gets */
	struct telegram_moment last; /* of the telegram that a repeated request gets again */
};

struct meter {
	int address;                 /* 0 ... 250, or METER_NO_ADDRESS */
	struct mg_identity identity; /* all zero while `selectable` is false */
	bool selectable;
	bool dead;                /* hears everything and never answers */
	struct mg_bytes *literal; /* sent as they are; borrowed. NULL: made-up telegrams */
	struct telegram_source source;
	bool selected;
	struct meter_link own, by_selection;
	int64_t ticks;
	uint8_t access;
};

/* A made-up meter. `count` telegrams make up a readout: 1, or TELEGRAM_LONG_READOUT. */
void meter_init(struct meter *meter, unsigned kind, int address, uint32_t id,
		uint32_t seed, size_t count);

/*
 * A meter that answers with `count` telegrams as they are; they must outlive it. Its
 * address is the A field of the first one, its identity what the header there says.
 */
void meter_init_literal(struct meter *meter, struct mg_bytes *telegrams, size_t count);

/* What the meter does with a frame from the master at `now` (s since 1970). *answer is
 * silence (length 0), E5h or a telegram. */
void meter_take(struct meter *meter, const struct mg_frame *frame, int64_t now,
		struct telegram *answer);

#endif
