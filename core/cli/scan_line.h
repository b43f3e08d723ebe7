/* SPDX-License-Identifier: MIT */
/* Reads members of the lines that the command scan answers with. */
#ifndef CLI_SCAN_LINE_H
#define CLI_SCAN_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "bus/bus.h"

#define SCAN_LINE_TEXT 160

/* A meter that was found. */
struct scan_line {
	int address;      /* -1: none */
	int last_address; /* not heard now but known of old; -1: none */
	bool has_identity;
	struct mg_identity identity;
	char secondary[MG_IDENTITY_SIZE];
	char manufacturer[8], maker[SCAN_LINE_TEXT]; /* "" when unknown */
	char medium[SCAN_LINE_TEXT];
	long version, baud;
	char state[16];
	char device[64]; /* of the configuration, "" when there is none */
	char note[SCAN_LINE_TEXT];
	bool again; /* there was a line of it before, without its address */
};

/* False when the line does not tell of a meter. */
bool scan_line_read(const char *line, struct scan_line *found);
/* A string of the line, "" when it has none of that name; cut to `size`. */
void scan_line_text(const char *line, const char *name, char *text, size_t size);

#endif
