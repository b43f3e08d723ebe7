/* SPDX-License-Identifier: MIT */
/* Whether bytes are UTF-8; what is not becomes U+FFFD in every format. */
#ifndef ROUTE_ENCODE_UTF8_H
#define ROUTE_ENCODE_UTF8_H

#include <stddef.h>

/* U+FFFD, three bytes. */
#define ENCODE_UTF8_REPLACEMENT "\xEF\xBF\xBD"

/* Bytes (1 ... 4) of the valid character at the start of a NUL-terminated text; 0 when
   the first byte begins none (RFC 3629: shortest form only, no surrogates). */
size_t encode_utf8_step(const char *text);

#endif
