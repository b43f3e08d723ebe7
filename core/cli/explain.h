/* SPDX-License-Identifier: MIT */
/* Prints what each byte of a telegram is and means. */
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include <metergate/mbus.h>

#include "cli/decode_open.h"

/*
 * Prints the telegram as columns "offset, bytes, part, meaning" that fit into 100
 * characters a line; `telegram` may be any bytes. With `opened` its records follow: where
 * it was decrypted only, at their offsets in the frame; where it was expanded, at those
 * from the start of what that gave. `colour`: with escape sequences for a terminal.
 * Blocks as long as `out` does. False when `out` took not all of it.
 */
bool explain_print(FILE *out, bool colour, const struct mg_bytes *telegram,
		const struct decode_opened *opened);

#endif
