/* SPDX-License-Identifier: MIT */
/* Walks through UTF-8 one character at a time. */
#include "base/utf8.h"

#include <stdint.h>

/* Which second byte may follow a first one: RFC 3629, section 4. */
struct row {
	uint8_t first, last; /* of the first byte */
	uint8_t low, high;   /* of the second one */
	uint8_t length;
};

static const struct row rows[] = {
	{ 0xC2, 0xDF, 0x80, 0xBF, 2 },
	{ 0xE0, 0xE0, 0xA0, 0xBF, 3 },
	{ 0xE1, 0xEC, 0x80, 0xBF, 3 },
	{ 0xED, 0xED, 0x80, 0x9F, 3 },
	{ 0xEE, 0xEF, 0x80, 0xBF, 3 },
	{ 0xF0, 0xF0, 0x90, 0xBF, 4 },
	{ 0xF1, 0xF3, 0x80, 0xBF, 4 },
	{ 0xF4, 0xF4, 0x80, 0x8F, 4 },
};

/* The NUL at the end is no continuation byte, so nothing behind it is looked at. */
static size_t check(const struct row *row, const uint8_t *bytes)
{
	if (bytes[1] < row->low || bytes[1] > row->high) {
		return 0;
	}
	for (size_t i = 2; i < row->length; i++) {
		if ((bytes[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	return row->length;
}

bool utf8_is_control(const char *text)
{
	const uint8_t *bytes = (const uint8_t *)text;
	return bytes[0] < 0x20 || bytes[0] == 0x7F ||
		   (bytes[0] == 0xC2 && bytes[1] >= 0x80 && bytes[1] < 0xA0);
}

size_t utf8_step(const char *text)
{
	const uint8_t *bytes = (const uint8_t *)text;
	if (bytes[0] < 0x80) {
		return 1;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (bytes[0] >= rows[i].first && bytes[0] <= rows[i].last) {
			return check(&rows[i], bytes);
		}
	}
	return 0;
}
