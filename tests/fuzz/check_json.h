/* SPDX-License-Identifier: MIT */
/* Reads JSON as strictly as its definition is, to judge what was written. */
#ifndef FUZZ_CHECK_JSON_H
#define FUZZ_CHECK_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* What an encoded reading holds, in any format. */
struct check_facts {
	size_t keys;    /* of the outermost object */
	size_t records; /* items of the array "records" in it */
};

/*
 * True for one object of RFC 8259 in valid UTF-8 without blanks, control characters,
 * exponents, and keys that are there twice, and with nothing behind it.
 */
bool check_json(const char *text, size_t length, struct check_facts *facts);

#endif
