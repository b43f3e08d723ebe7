/* SPDX-License-Identifier: MIT */
/* Finds the word that somebody probably meant: "did you mean". */
#include "gateway/suggest.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static size_t minimum(size_t a, size_t b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* The last three rows of the usual table are enough; a swap looks two rows back. */
struct rows {
	size_t before[SUGGEST_WORD_MAX + 1];
	size_t last[SUGGEST_WORD_MAX + 1];
	size_t now[SUGGEST_WORD_MAX + 1];
};

static void fill_row(struct rows *rows, const char *a, size_t i, const char *b)
{
	size_t width = strlen(b);
	rows->now[0] = i;
	for (size_t j = 1; j <= width; j++) {
		size_t change = rows->last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
		size_t gap = minimum(rows->last[j], rows->now[j - 1]) + 1;
		rows->now[j] = minimum(change, gap);
		if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
			rows->now[j] = minimum(rows->now[j], rows->before[j - 2] + 1);
		}
	}
}

size_t suggest_distance(const char *a, const char *b)
{
	size_t height = strlen(a);
	size_t width = strlen(b);
	if (height > SUGGEST_WORD_MAX || width > SUGGEST_WORD_MAX) {
		return SIZE_MAX;
	}
	struct rows rows;
	memset(&rows, 0, sizeof(rows));
	for (size_t j = 0; j <= width; j++) {
		rows.now[j] = j;
	}
	for (size_t i = 1; i <= height; i++) {
		memcpy(rows.before, rows.last, sizeof(rows.last));
		memcpy(rows.last, rows.now, sizeof(rows.now));
		fill_row(&rows, a, i, b);
	}
	return rows.now[width];
}

void suggest_init(struct suggest *suggest, const char *wrong)
{
	/* One slip is forgiven in a short word, one in three letters in a longer one. */
	size_t allowed = strlen(wrong) / 3;
	*suggest = (struct suggest){
		.wrong = wrong,
		.distance = (allowed > 0 ? allowed : 1) + 1,
	};
}

void suggest_add(struct suggest *suggest, const char *word)
{
	size_t distance = suggest_distance(suggest->wrong, word);
	/* A word of which no letter is right is no suggestion. */
	if (distance < suggest->distance && distance < strlen(word)) {
		suggest->best = word;
		suggest->distance = distance;
	}
}

const char *suggest_word(const char *wrong, const char *const *words)
{
	struct suggest suggest;
	suggest_init(&suggest, wrong);
	for (; *words != NULL; words++) {
		suggest_add(&suggest, *words);
	}
	return suggest.best;
}
