/* SPDX-License-Identifier: MIT */
/* Finds the word that somebody probably meant: "did you mean". */
#ifndef GATEWAY_SUGGEST_H
#define GATEWAY_SUGGEST_H

#include <stddef.h>

#define SUGGEST_WORD_MAX 64 /* bytes; longer words are never suggested */

/* The search for one wrong word. Strings are borrowed. */
struct suggest {
	const char *wrong;
	const char *best; /* NULL while nothing is near enough */
	size_t distance;  /* of `best`; before: one more than what is near enough */
};

void suggest_init(struct suggest *suggest, const char *wrong);
/* Offers a word; the nearest one wins, of equally near ones the first. */
void suggest_add(struct suggest *suggest, const char *word);

/* The nearest of the words up to a NULL; NULL when none is near. */
const char *suggest_word(const char *wrong, const char *const *words);

/*
 * Single-character insertions, deletions, replacements and swaps of neighbours that turn
 * one word into the other, without regard to case; SIZE_MAX for words that are too long.
 */
size_t suggest_distance(const char *a, const char *b);

#endif
