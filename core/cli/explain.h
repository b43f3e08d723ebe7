/* SPDX-License-Identifier: MIT */
/* Prints what each byte of a telegram is and means. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include <metergate/mbus.h>

/*
 * Prints the telegram as columns "offset, bytes, part, meaning" that fit into 100
 * characters a line; `telegram` may be any bytes. With `opened`, a telegram that was
 * decrypted or expanded from these bytes, its records follow; their offsets count from
 * the start of what was opened. `colour`: with escape sequences for a terminal. Blocks
 * as long as `out` does. False when `out` took not all of it.
 */
bool explain_print(FILE *out, bool colour, const struct mg_bytes *telegram,
		const struct mg_telegram *opened);

#endif
