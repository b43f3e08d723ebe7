/* SPDX-License-Identifier: MIT */
/* A strict reader of msgpack, for what metergate writes. */
#include "check_msgpack.h"

#include <math.h>
#include <string.h>

#include "fuzz.h"

#define DEPTH_MAX 8

struct bytes {
	const uint8_t *at;
	size_t left;
	unsigned depth;
	struct check_facts *facts;
};

static bool read_value(struct bytes *b, size_t *items);

/* Big-endian number of `size` bytes; false when they are not there. */
static bool take_number(struct bytes *b, size_t size, uint64_t *number)
{
	*number = 0;
	if (b->left < size) {
		return false;
	}
	for (size_t i = 0; i < size; i++) {
		*number = *number << 8 | b->at[i];
	}
	b->at += size;
	b->left -= size;
	return true;
}

static bool take_string(struct bytes *b, size_t length, const char **text)
{
	*text = (const char *)b->at;
	if (b->left < length || !fuzz_is_text(*text, length, 1)) {
		return false;
	}
	b->at += length;
	b->left -= length;
	return true;
}

/* The heads of strings, arrays and maps: a byte that holds the count, or 1, 2 or 4 bytes
   behind it. */
struct head {
	uint8_t fixed, fixed_mask, sized[3];
};

static const struct head string_head = { 0xA0, 0x1F, { 0xD9, 0xDA, 0xDB } };
static const struct head array_head = { 0x90, 0x0F, { 0, 0xDC, 0xDD } };
static const struct head map_head = { 0x80, 0x0F, { 0, 0xDE, 0xDF } };

static bool take_head(struct bytes *b, const struct head *head, uint64_t *count)
{
	if (b->left == 0) {
		return false;
	}
	uint8_t first = *b->at;
	for (size_t i = 0; i < 3; i++) {
		if (head->sized[i] != 0 && first == head->sized[i]) {
			b->at++;
			b->left--;
			return take_number(b, (size_t)1 << i, count);
		}
	}
	if ((first & ~head->fixed_mask & 0xFF) != head->fixed) {
		return false;
	}
	return take_number(b, 1, count) && (*count &= head->fixed_mask, true);
}

static bool read_array(struct bytes *b, uint64_t count)
{
	size_t inner;
	for (uint64_t i = 0; i < count; i++) {
		if (!read_value(b, &inner)) {
			return false;
		}
	}
	return true;
}

static bool read_map(struct bytes *b, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++) {
		const char *key;
		uint64_t length;
		size_t inner;
		if (!take_head(b, &string_head, &length) || !take_string(b, length, &key) ||
				!read_value(b, &inner)) {
			return false;
		}
		if (b->depth == 1 && length == strlen("records") &&
				memcmp(key, "records", length) == 0) {
			b->facts->records = inner;
		}
	}
	return true;
}

static bool read_float(struct bytes *b)
{
	uint64_t bits;
	double number;
	if (!take_number(b, sizeof(bits), &bits)) {
		return false;
	}
	memcpy(&number, &bits, sizeof(number));
	return isfinite(number) && !(number == 0 && signbit(number));
}

static bool read_scalar(struct bytes *b)
{
	uint64_t first, number;
	if (!take_number(b, 1, &first)) {
		return false;
	}
	if (first == 0xCB) {
		return read_float(b);
	}
	if (first >= 0xCC && first <= 0xD3) {
		return take_number(b, (size_t)1 << (first & 3), &number);
	}
	return first < 0x80 || first >= 0xE0 || first == 0xC0 || first == 0xC2 ||
		   first == 0xC3;
}

static bool read_value(struct bytes *b, size_t *items)
{
	uint64_t count = 0;
	const char *text;
	bool good;
	*items = 0;
	if (take_head(b, &string_head, &count)) {
		return take_string(b, count, &text);
	}
	if (++b->depth > DEPTH_MAX) {
		return false;
	}
	if (take_head(b, &map_head, &count)) {
		good = read_map(b, count);
	} else {
		good = take_head(b, &array_head, &count) ? read_array(b, count) : read_scalar(b);
	}
	b->depth--;
	*items = count;
	return good;
}

bool check_msgpack(const uint8_t *bytes, size_t size, struct check_facts *facts)
{
	struct bytes b = { .at = bytes, .left = size, .facts = facts };
	uint8_t first = size > 0 ? bytes[0] : 0;
	*facts = (struct check_facts){ 0 };
	return ((first & 0xF0) == 0x80 || first == 0xDE || first == 0xDF) &&
		   read_value(&b, &facts->keys) && b.left == 0;
}
