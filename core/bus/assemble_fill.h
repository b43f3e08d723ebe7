/* SPDX-License-Identifier: MIT */
/* What is known of a readout before its reading is made. For the files assemble*.c. */
#ifndef BUS_ASSEMBLE_FILL_H
#define BUS_ASSEMBLE_FILL_H

#include <stdbool.h>

#include "bus/assemble.h"

#define ASSEMBLE_ERROR_SIZE 512
#define ASSEMBLE_NAME_SIZE (MG_NAME_SIZE + 12) /* with _ and a number */

/* One record, borrowing from its telegram, and its name in the reading. */
struct assemble_part {
	struct mg_data_record record;
	char name[ASSEMBLE_NAME_SIZE];
	size_t length;
	size_t base_length; /* of the name before _2, _3 ... */
	uint32_t base_hash, hash;
	unsigned number; /* among the records of the same base name, from 1 */
};

/* Bytes that a telegram borrows in place of those in its frame. */
struct assemble_room;

/* Everything that is known before the reading is made. */
struct assemble_draft {
	const struct assemble_context *context;
	const struct mg_bytes *frames;
	size_t frame_count;
	struct assemble_part *parts;
	size_t part_count, part_slots;
	struct assemble_room *rooms;
	struct mg_telegram meter; /* the first one that has a header */
	bool has_meter, readable, more, mode2, no_memory;
	int app_error, alarm;
	char error[ASSEMBLE_ERROR_SIZE]; /* "" for none */
	size_t error_offset;
};

/*
 * Takes away what stands between a telegram and its records: encryption, and the compact
 * form. `fault` is what mg_telegram_parse() said of it; the answer is what is to be said
 * now. NONE: the records can be read, as long as the rooms of the draft are there. Notes
 * when memory was short.
 */
enum mg_fault assemble_open(
		struct assemble_draft *draft, struct mg_telegram *telegram, enum mg_fault fault);
void assemble_open_finish(struct assemble_draft *draft);

/* Bytes that assemble_fill() will take, or a little more. */
size_t assemble_guess(const struct assemble_draft *draft);

/* For reading_create(); `data` is the draft. */
void assemble_fill(struct arena *arena, struct mg_reading *view, const void *data);

#endif
