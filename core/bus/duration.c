/* SPDX-License-Identifier: MIT */
/* Durations as people read them. */
#include "bus/duration.h"

#include <stddef.h>
#include <stdio.h>

#define MILLISECOND 1000
#define SECOND 1000000

struct unit {
	int64_t seconds;
	const char *name;
};

static const struct unit units[] = {
	{ 86400, "d" },
	{ 3600, "h" },
	{ 60, "min" },
	{ 1, "s" },
};

static const char *in_seconds(int64_t seconds, char *text)
{
	size_t at = 0;
	while (seconds < units[at].seconds) {
		at++;
	}
	int64_t rest = seconds % units[at].seconds;
	int length = snprintf(text, DURATION_SIZE, "%lld %s",
			(long long)(seconds / units[at].seconds), units[at].name);
	if (at + 1 < sizeof(units) / sizeof(units[0]) && rest >= units[at + 1].seconds) {
		snprintf(text + length, (size_t)(DURATION_SIZE - length), " %lld %s",
				(long long)(rest / units[at + 1].seconds), units[at + 1].name);
	}
	return text;
}

const char *duration_text(int64_t duration, char text[DURATION_SIZE])
{
	if (duration < SECOND) {
		int64_t milliseconds = duration > 0 ? duration / MILLISECOND : 0;
		snprintf(text, DURATION_SIZE, "%lld ms", (long long)milliseconds);
		return text;
	}
	return in_seconds(duration / SECOND, text);
}
