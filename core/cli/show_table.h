/* SPDX-License-Identifier: MIT */
/* Prints a reading as a table for people. */
#ifndef CLI_SHOW_TABLE_H
#define CLI_SHOW_TABLE_H

#include <stdio.h>

#include <metergate/reading.h>

/* What to do next about an error, as far as the command knows. */
struct show_hints {
	const char *encrypted; /* a key is needed */
	const char *plain;     /* there is a key, but the telegram is not encrypted */
};

/* The hint for the error of a reading; NULL for none. */
const char *show_table_hint(
		const struct mg_reading *reading, const struct show_hints *hints);

/*
 * `title`, who answered, the records in people's units with what is not ordinary about
 * each, and what is wrong. Nothing that a meter sent steers the terminal.
 */
void show_table(FILE *out, const char *title, const struct mg_reading *reading,
		const struct show_hints *hints);

#endif
