/* SPDX-License-Identifier: MIT */
/* Whether a damaged answer can be that of one meter. */
#include "scan/search_answer.h"

#include "scan/search_mask.h"

/* Offset of the access number in a long header, which differs each time. */
#define ACCESS_AT 15
/* Bytes of a frame that its L does not count. */
#define FRAME_AROUND 6
/* Characters that damage may add or take away. */
#define LENGTH_TOLERANCE 2
#define START_SIZE 4

bool search_answer_same(const struct mg_identity *a, const struct mg_identity *b)
{
	return a->id == b->id && a->manufacturer == b->manufacturer &&
		   a->version == b->version && a->medium == b->medium;
}

bool search_answer_is_vague(const struct mg_identity *identity)
{
	struct search_mask mask = search_mask_of(identity);
	for (unsigned place = 0; place < SEARCH_FABRICATION; place++) {
		if (search_mask_is_wild(&mask, place)) {
			return true;
		}
	}
	return false;
}

bool search_answer_is_sum(const struct exchange *exchange)
{
	const uint8_t *heard = exchange->heard;
	if (exchange->heard_size < START_SIZE || heard[0] != heard[3] ||
			heard[1] != heard[2]) {
		return false;
	}
	size_t whole = heard[1] + (size_t)FRAME_AROUND;
	size_t received = exchange->failure.received;
	return received > whole + LENGTH_TOLERANCE || received + LENGTH_TOLERANCE < whole;
}

bool search_answer_is_alike(
		const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size)
{
	size_t common = a_size < b_size ? a_size : b_size;
	unsigned changes = 0;
	for (size_t i = 0; i < common; i++) {
		changes += a[i] != b[i] && i != ACCESS_AT;
	}
	return changes <= SEARCH_ANSWER_CHANGES_MAX;
}
