/* SPDX-License-Identifier: MIT */
/* The formats of telegrams seen on a bus, for meters that send compact frames in between
   (EN 13757-3, annex F). */
#ifndef BUS_FORMATS_H
#define BUS_FORMATS_H

#include <stdint.h>

#include <metergate/mbus.h>

#define FORMATS_MAX 64 /* the one that was not used for longest goes first */

/* One thread at a time; nothing is locked. */
struct formats;

/* NULL when memory is short. */
struct formats *formats_create(void);
void formats_destroy(struct formats *formats);

/* Remembers the format of a telegram whose records can all be read, or of a format frame.
   Other telegrams, and those from a master, are left alone. Cheap when it is known
   already. */
void formats_learn(struct formats *formats, const struct mg_telegram *telegram);

/*
 * Makes a telegram with content COMPACT whole, in `bytes`, which the caller keeps as long
 * as the telegram. FORMAT_UNKNOWN when no such format was learned. FORMAT_CRC when the
 * telegram does not fit those that were; then it is as it was.
 */
enum mg_fault formats_expand(struct formats *formats, struct mg_telegram *telegram,
		uint8_t bytes[MG_FORMAT_MAX]);

struct formats_counts {
	uint64_t learned;   /* formats that were new */
	uint64_t forgotten; /* of them: those that had to go for another one */
	uint64_t expanded;  /* compact telegrams made whole */
	uint64_t unknown;   /* compact telegrams whose format was not there */
	uint64_t refused;   /* compact telegrams that did not fit their format */
};

void formats_count(const struct formats *formats, struct formats_counts *counts);

#endif
