/* SPDX-License-Identifier: MIT */
/* Reads the lines of an INI file: sections, keys and values, each with its place. */
#ifndef GATEWAY_INI_H
#define GATEWAY_INI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define INI_VALUE_MAX 4096    /* bytes of a value, without its quotes */
#define INI_LINE_MAX 8192     /* bytes of a line without its end */
#define INI_NAME_MAX 128      /* bytes of a key, or between [ and ] */
#define INI_LINES_MAX 1000000 /* of one file */

/* A place in the file: both count from 1; columns count bytes. */
struct ini_place {
	unsigned line;
	unsigned column;
};

/* What is found. Texts are borrowed for the call. Returning false ends the reading. */
struct ini_events {
	void *data;
	/* What stands between [ and ], without blanks around it; at its first character. */
	bool (*section)(void *data, const char *text, struct ini_place place);
	/* One key of the section that was announced last; at the first character of the value
	   behind a quote, so that place.column + offset is the place of a character. */
	bool (*value)(void *data, const char *key, struct ini_place key_place,
			const char *value, struct ini_place value_place);
	/* A line that cannot be read. Keys below a section line of that kind are left out. */
	bool (*error)(void *data, struct ini_place place, const char *text);
};

/*
 * Reads to the end of `file`. Lines are checked by us (encoding, length, quotes,
 * comments); inih then sees placeholders of a few bytes in their stead and gives the
 * structure, because it would cut long names and values without a word. False when an
 * event answered false, or the file cannot be read: errno, with an error event before.
 */
bool ini_read(FILE *file, const struct ini_events *events);

#endif
