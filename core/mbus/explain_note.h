/* SPDX-License-Identifier: MIT */
/* Notes about bytes: their text, and that they follow one another without a gap. */
#ifndef MBUS_EXPLAIN_NOTE_H
#define MBUS_EXPLAIN_NOTE_H

#include <metergate/mbus.h>

#include "mbus/bytes.h"
#include "mbus/writer.h"

/* One run of mg_explain(): `reader` stands at the first byte that has no note yet. Its
   size is that of the layer being explained. */
struct explain {
	mg_note_fn take;
	void *context;
	struct reader reader;
	struct mg_note note;
	struct writer text;
};

/*
 * A note is begun, gets its text piece by piece, and ends with the number of bytes that
 * it is about, which are at most those that are left. Formats know %s, %d, %u, %llu and
 * %X; the latter two digits of a width as in %04X. Text that is too long is cut, and ends
 * in "…" then.
 */
void explain_note_begin(struct explain *explain, const char *part);
void explain_note_add(struct explain *explain, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
void explain_note_end(struct explain *explain, size_t size);

/* All of it at once. */
void explain_note(struct explain *explain, const char *part, size_t size,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds UTF-8 text of a meter; control characters become blanks. */
void explain_note_quote(struct explain *explain, const char *text);
/* Adds a name of a table as words: "volume-flow" becomes "volume flow". */
void explain_note_words(struct explain *explain, const char *name);
/* Adds "10^-3"-like factors: " × 10^-3", nothing for 0. */
void explain_note_power(struct explain *explain, int exponent);
/* Adds the numbers of the bits that are set, "bits 0, 2", "no bit". */
void explain_note_bits(struct explain *explain, uint64_t bits);

/* The byte to be explained next; 0 when none is left. */
uint8_t explain_note_byte(const struct explain *explain);
/* The next `size` bytes (at most 8) as a number, as far as they are there. */
uint64_t explain_note_peek(const struct explain *explain, size_t size, bool high_first);

/* True when a part has bytes, and so many are left. When fewer are, they become a note
   that says so. */
bool explain_note_whole(struct explain *explain, const char *part, size_t size);

/* What is left of the layer is one note of this part; without bytes there is none. */
void explain_note_rest(struct explain *explain, const char *part, const char *why);

#endif
