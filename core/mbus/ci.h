/* SPDX-License-Identifier: MIT */
/* The CI fields: which header each carries, and what follows it. */
#ifndef MBUS_CI_H
#define MBUS_CI_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* What a CI code announces behind its header. */
enum ci_body {
	CI_UNSUPPORTED,
	CI_RECORDS,
	CI_FIXED,
	CI_APP_ERROR,
	CI_ALARM,
	CI_SELECTION, /* a secondary address, then perhaps records */
	CI_COMPACT,
	CI_FORMAT,
	CI_MANUFACTURER,
	CI_AFL,     /* a layer in between, then another CI field */
	CI_NOTHING, /* nothing that could be decoded, and that is right */
};

struct ci_row {
	const char *text; /* NULL: the code is reserved */
	uint8_t body;     /* enum ci_body */
	uint8_t header;   /* enum mg_header; also of what is not supported */
	bool mode2;
};

/* Never NULL. */
const struct ci_row *ci_find(uint8_t ci);

#endif
