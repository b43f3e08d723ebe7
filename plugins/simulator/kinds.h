/* SPDX-License-Identifier: MIT */
/* What the kinds of made-up meters count, measure and tell. */
#ifndef SIMULATOR_KINDS_H
#define SIMULATOR_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "telegrams.h"

/* Where the number of a record comes from. */
enum origin {
	COUNTER,  /* grows by rate / per each tick */
	STORED,   /* the counter as it stood at the due date of its storage */
	GAUGE,    /* wanders between start and start + span */
	SERIAL,   /* the fabrication number */
	CLOCK,    /* date and time, types F and I */
	DUE_DATE, /* date of the storage, type G */
	PLACE,    /* text */
};

struct row {
	const char *quantity, *unit;
	enum origin origin;
	uint8_t field; /* data field of the DIF */
	uint8_t function;
	uint8_t storage, tariff, subunit;
	const char *vif;
	int exponent; /* value = number × factor × 10^exponent */
	int factor;
	int64_t start, rate, per, span;
};

struct kind {
	const struct row *rows; /* up to one without a quantity; at most KINDS_ROWS_MAX */
	uint8_t medium;
	uint8_t counter;  /* index of the row whose history is kept */
	bool fabrication; /* tells its fabrication number */
	bool type_i;      /* its clock has seconds */
};

#define KINDS_ROWS_MAX 16

/* In this order meters are made: the first three suffice for a demonstration. */
extern const struct kind kinds[TELEGRAM_KINDS];

#endif
