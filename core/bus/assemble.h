/* SPDX-License-Identifier: MIT */
/* Turns the telegrams of one readout into one reading. */
#ifndef BUS_ASSEMBLE_H
#define BUS_ASSEMBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "base/reading.h"
#include "bus/formats.h"
#include "secure/secure.h"

/* What the reading says beside its telegrams; strings may be NULL and are copied. */
struct assemble_context {
	const char *bus, *device, *label;
	const struct mg_tag *tags;
	uint32_t tag_count;
	int64_t time; /* µs since 1970 */
	/* Of the readout, such as "telegram 2: no answer from 5"; NULL for none. */
	const char *error;
	/* Nothing is left to read, even if the last telegram says that more follows. */
	bool whole;
	/* NULL: none is known, encrypted telegrams stay closed. Otherwise telegrams that come
	   with records in plain text are refused. */
	const struct secure_key *key;
	/* Of the meter, for encrypted telegrams that do not carry it; NULL: not known. */
	const struct mg_identity *identity;
	/* Learns from telegrams, and is asked for compact ones; NULL: those stay closed. */
	struct formats *formats;
};

/*
 * Decodes whole link frames (start to stop byte) in the order they came; the meter is
 * that of the first. Records are named uniquely over all of them. A frame or a record
 * that cannot be decoded becomes `error` with its offset, what is before it stands. With
 * no readable telegram there are no records and an error. NULL only when memory is short.
 */
struct reading *assemble_reading(const struct mg_bytes *frames, size_t count,
		const struct assemble_context *context);

/* The same for a text that is not even bytes: a reading with `error` alone. */
struct reading *assemble_refusal(
		const char *error, size_t offset, const struct assemble_context *context);

#endif
