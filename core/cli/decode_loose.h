/* SPDX-License-Identifier: MIT */
/* Lines of dumps: bytes in hex with all that people and programs put between them. */
#ifndef CLI_DECODE_LOOSE_H
#define CLI_DECODE_LOOSE_H

#include "cli/decode_line.h"

/*
 * As decode_line_read(), with 0x and \x in front of bytes, and blanks, commas, colons,
 * semicolons, dashes, quotes and brackets between them. The C around an array of bytes
 * is left out. A last run of 32 digits is the key when a telegram, by its length field,
 * is complete before it, or when no run before was as long.
 */
bool decode_loose_read(const char *text, struct decode_line *line);

/*
 * For dumps of hexdump -C, xxd, od -t x1 and their kind: an offset of 4 to 8 hex digits,
 * or of 7 octal ones, bytes, and maybe the same as text. True when the line begins with
 * this `offset`; then it was read, and `wrong` may say what is no hex behind it.
 */
bool decode_loose_read_dump(const char *text, uint64_t offset, struct decode_line *line);

#endif
