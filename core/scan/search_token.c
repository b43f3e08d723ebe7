/* SPDX-License-Identifier: MIT */
/* Where a search stands, as text. */
#include "scan/search_token.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "scan/search_private.h"

#define PLACE_FIRST 'a'
#define PLACE_NONE '-'
#define NODE_END '.'
#define DIGIT_BYTES 2 /* of the bits of a place */
#define BYTE_BYTES 32

enum flags {
	FLAG_ANONYMOUS = 1 << 0,
	FLAG_PRESUMED = 1 << 1,
	FLAG_EXACT = 1 << 2,
	FLAG_ENHANCED = 1 << 3,
};

struct text {
	char *at;
	size_t left;
};

static void put(struct text *text, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
static void put(struct text *text, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(text->at, text->left, format, arguments);
	va_end(arguments);
	if (length < 0 || (size_t)length >= text->left) {
		text->left = 0;
		return;
	}
	text->at += length;
	text->left -= (size_t)length;
}

static size_t tried_bytes(unsigned place)
{
	return search_place_is_digit(place) ? DIGIT_BYTES : BYTE_BYTES;
}

static unsigned flags_of(const struct search_node *node)
{
	return (node->anonymous ? FLAG_ANONYMOUS : 0u) |
		   (node->presumed ? FLAG_PRESUMED : 0u) | (node->exact ? FLAG_EXACT : 0u) |
		   (node->mask.enhanced ? FLAG_ENHANCED : 0u);
}

static void put_node(struct text *text, const struct search_node *node)
{
	bool chosen = node->place < SEARCH_PLACES;
	put(text, "%02x%c%x", node->value,
			chosen ? PLACE_FIRST + (int)node->place : PLACE_NONE, flags_of(node));
	for (size_t i = 0; chosen && i < tried_bytes(node->place); i++) {
		put(text, "%02x", node->tried[i]);
	}
	put(text, "%c", NODE_END);
}

void search_token_write(const struct search *search, char *token, size_t size)
{
	struct text text = { token, size };
	token[0] = '\0';
	for (size_t i = 0; search_is_split(search) && i < search->depth; i++) {
		put_node(&text, &search->stack[i]);
	}
	if (text.left == 0) {
		token[0] = '\0';
	}
}

static bool get_hex(const char **token, size_t digits, unsigned *value)
{
	*value = 0;
	for (size_t i = 0; i < digits; i++, (*token)++) {
		static const char hex[] = "0123456789abcdef";
		const char *digit = **token != '\0' ? strchr(hex, **token) : NULL;
		if (digit == NULL) {
			return false;
		}
		*value = *value << 4 | (unsigned)(digit - hex);
	}
	return true;
}

static bool get_place(const char **token, struct search_node *node)
{
	char letter = *(*token)++;
	if (letter == PLACE_NONE) {
		return true;
	}
	if (letter < PLACE_FIRST || letter >= PLACE_FIRST + SEARCH_PLACES) {
		return false;
	}
	node->place = (unsigned)(letter - PLACE_FIRST);
	return search_mask_is_wild(&node->mask, node->place);
}

static bool get_tried(const char **token, struct search_node *node)
{
	for (size_t i = 0; node->place < SEARCH_PLACES && i < tried_bytes(node->place); i++) {
		unsigned bits;
		if (!get_hex(token, 2, &bits)) {
			return false;
		}
		node->tried[i] = (uint8_t)bits;
		node->settled += (unsigned)__builtin_popcount(bits);
	}
	return *(*token)++ == NODE_END;
}

static bool get_node(const char **token, struct search_node *node)
{
	const char *after = *token + 2;
	unsigned value, flags;
	if (!get_hex(token, 2, &value) || *after == '\0' || !get_place(token, node) ||
			!get_hex(token, 1, &flags)) {
		return false;
	}
	node->value = value;
	node->anonymous = (flags & FLAG_ANONYMOUS) != 0;
	node->presumed = (flags & FLAG_PRESUMED) != 0;
	node->exact = (flags & FLAG_EXACT) != 0;
	node->mask.enhanced = (flags & FLAG_ENHANCED) != 0;
	node->resumed = true;
	return get_tried(token, node);
}

/* The mask of the next node lies within that of the one before. */
static bool descend(const struct search *search, struct search_mask *mask, unsigned value)
{
	const struct search_node *above = &search->stack[search->depth - 1];
	if (above->place == SEARCH_PLACES || value >= search_place_values(above->place)) {
		return false;
	}
	*mask = search_mask_with(&above->mask, above->place, value);
	return true;
}

static bool get_nodes(struct search *search, const char *token)
{
	struct search_mask mask = search_mask_of(&search->scan->order.mask);
	while (*token != '\0') {
		const char *peek = token;
		unsigned value;
		if (search->depth == SEARCH_DEPTH_MAX || !get_hex(&peek, 2, &value) ||
				(search->depth > 0 && !descend(search, &mask, value))) {
			return false;
		}
		struct search_node *node = &search->stack[search->depth];
		search_node_init(node, &mask);
		node->expected = 2;
		if (!get_node(&token, node)) {
			return false;
		}
		search->depth++;
	}
	return true;
}

bool search_token_read(struct search *search, const char *token)
{
	if (get_nodes(search, token)) {
		return true;
	}
	search->depth = 0;
	snprintf(search->scan->reason, sizeof(search->scan->reason),
			"the token does not fit this scan: give it as the scan printed it, with the "
			"same mask");
	return false;
}
