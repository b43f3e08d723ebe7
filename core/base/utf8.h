/* SPDX-License-Identifier: MIT */
/* Whether bytes are UTF-8. Where they go out, what is not becomes U+FFFD. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* U+FFFD, three bytes. */
#define UTF8_REPLACEMENT "\xEF\xBF\xBD"

/* Bytes (1 ... 4) of the valid character at the start of a NUL-terminated text; 0 when
   the first byte begins none (RFC 3629: shortest form only, no surrogates). */
size_t utf8_step(const char *text);

/* True for C0, DEL and C1 at the start of a text that is valid there: terminals obey
   them, and some readers take U+0085 for the end of a line. Meters can send all of them.
 */
bool utf8_is_control(const char *text);

#endif
