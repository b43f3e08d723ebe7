/* SPDX-License-Identifier: MIT */
/* A strict reader of JSON, for what metergate writes. */
#include "check_json.h"

#include <stdint.h>
#include <string.h>

#include "fuzz.h"

#define KEYS_MAX 64
#define DEPTH_MAX 8

struct text {
	const char *at, *end;
	unsigned depth;
	struct check_facts *facts;
};

struct key {
	const char *start;
	size_t length;
};

static bool read_value(struct text *t, size_t *items);

static bool accept(struct text *t, char wanted)
{
	if (t->at == t->end || *t->at != wanted) {
		return false;
	}
	t->at++;
	return true;
}

static bool accept_word(struct text *t, const char *word)
{
	size_t length = strlen(word);
	if ((size_t)(t->end - t->at) < length || memcmp(t->at, word, length) != 0) {
		return false;
	}
	t->at += length;
	return true;
}

static size_t skip(struct text *t, const char *set)
{
	size_t count = 0;
	while (t->at < t->end && *t->at != '\0' && strchr(set, *t->at) != NULL) {
		t->at++;
		count++;
	}
	return count;
}

static bool read_escape(struct text *t)
{
	if (t->at == t->end) {
		return false;
	}
	char kind = *t->at++;
	if (kind != 'u') {
		return kind != '\0' && strchr("\"\\/bfnrt", kind) != NULL;
	}
	const char *start = t->at;
	skip(t, "0123456789abcdefABCDEF");
	if (t->at - start < 4) {
		return false;
	}
	t->at = start + 4;
	return true;
}

static bool read_string(struct text *t, struct key *key)
{
	if (!accept(t, '"')) {
		return false;
	}
	key->start = t->at;
	while (t->at < t->end && *t->at != '"') {
		if (*t->at++ == '\\' && !read_escape(t)) {
			return false;
		}
	}
	key->length = (size_t)(t->at - key->start);
	return accept(t, '"') && fuzz_is_text(key->start, key->length, 0x20);
}

/* Plain decimals only: 0, -12, 0.50. */
static bool read_number(struct text *t)
{
	static const char digits[] = "0123456789";
	accept(t, '-');
	const char *first = t->at;
	size_t count = skip(t, digits);
	if (count == 0 || (count > 1 && *first == '0')) {
		return false;
	}
	return !accept(t, '.') || skip(t, digits) > 0;
}

static bool read_array(struct text *t, size_t *items)
{
	size_t inner;
	*items = 0;
	if (accept(t, ']')) {
		return true;
	}
	do {
		if (!read_value(t, &inner)) {
			return false;
		}
		++*items;
	} while (accept(t, ','));
	return accept(t, ']');
}

static bool is_new(const struct key *keys, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (keys[i].length == keys[count].length &&
				memcmp(keys[i].start, keys[count].start, keys[i].length) == 0) {
			return false;
		}
	}
	return true;
}

static bool read_object(struct text *t, size_t *items)
{
	struct key keys[KEYS_MAX];
	*items = 0;
	if (accept(t, '}')) {
		return true;
	}
	do {
		size_t inner = 0;
		if (*items == KEYS_MAX || !read_string(t, &keys[*items]) || !accept(t, ':') ||
				!is_new(keys, *items) || !read_value(t, &inner)) {
			return false;
		}
		if (t->depth == 1 && keys[*items].length == strlen("records") &&
				memcmp(keys[*items].start, "records", keys[*items].length) == 0) {
			t->facts->records = inner;
		}
		++*items;
	} while (accept(t, ','));
	return accept(t, '}');
}

static bool read_value(struct text *t, size_t *items)
{
	struct key ignored;
	bool good;
	*items = 0;
	if (t->at < t->end && *t->at == '"') {
		return read_string(t, &ignored);
	}
	if (accept_word(t, "true") || accept_word(t, "false") || accept_word(t, "null")) {
		return true;
	}
	if (++t->depth > DEPTH_MAX) {
		return false;
	}
	if (accept(t, '{')) {
		good = read_object(t, items);
	} else {
		good = accept(t, '[') ? read_array(t, items) : read_number(t);
	}
	t->depth--;
	return good;
}

bool check_json(const char *text, size_t length, struct check_facts *facts)
{
	struct text t = { .at = text, .end = text + length, .facts = facts };
	*facts = (struct check_facts){ 0 };
	return length > 0 && text[0] == '{' && read_value(&t, &facts->keys) && t.at == t.end;
}
