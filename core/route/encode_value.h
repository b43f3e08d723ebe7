/* SPDX-License-Identifier: MIT */
/* What a record says, in the shape that all formats share. */
#ifndef ROUTE_ENCODE_VALUE_H
#define ROUTE_ENCODE_VALUE_H

#include "route/encode.h"

enum encode_kind {
	ENCODE_NOTHING, /* there is no value */
	ENCODE_DECIMAL, /* mantissa × 10^exponent, |exponent| <= 128 */
	ENCODE_WIDE,    /* `text` is a plain decimal */
	ENCODE_STRING,  /* `text` */
	ENCODE_BYTES,   /* `bytes` */
};

struct encode_value {
	enum encode_kind kind;
	const char *unit;
	int64_t mantissa;
	int32_t exponent;
	const char *text;
	struct mg_bytes bytes;
};

/* The value of a record and its unit, as the options want them. Borrows from both. */
struct encode_value encode_value_of(
		const struct mg_record *record, const struct encode_options *options);

/* Words of docs/readings.md; NULL for manufacturer data, which have no function. */
const char *encode_value_function(uint8_t function);
/* "good", "invalid", "error". */
const char *encode_value_quality(uint8_t quality);

/* Room for what encode_value_time() writes. */
#define ENCODE_TIME_SIZE 48

/* RFC 3339 in UTC of µs since 1970, with ms or without. */
const char *encode_value_time(int64_t time, bool milliseconds, char *text);

/* True for readings, false for events. */
bool encode_value_is_reading(const struct mg_reading *reading);

#endif
