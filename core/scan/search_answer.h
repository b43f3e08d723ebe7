/* SPDX-License-Identifier: MIT */
/* Whether a damaged answer can be that of one meter. */
#ifndef SCAN_SEARCH_ANSWER_H
#define SCAN_SEARCH_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "link/exchange.h"

/* Bytes at its beginning that damage and the course of time may change in an answer. */
#define SEARCH_ANSWER_CHANGES_MAX 3

bool search_answer_same(const struct mg_identity *a, const struct mg_identity *b);

/* True when other meters answer to this identity, too, since parts of it stand for any:
   a damaged digit may be an F. */
bool search_answer_is_vague(const struct mg_identity *identity);

/* True when what the exchange heard cannot be one answer: it has another length than it
   says. */
bool search_answer_is_sum(const struct exchange *exchange);

/* True when both are the same answer but for some damage. Two meters in step may add up
   to the identity of one of them; what follows it then differs from what that one sends
   alone. */
bool search_answer_is_alike(
		const uint8_t *a, size_t a_size, const uint8_t *b, size_t b_size);

#endif
