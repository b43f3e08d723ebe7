/* SPDX-License-Identifier: MIT */
/* Where a sweep stands, as text, and back. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "scan/sweep_private.h"

/* Addresses that were asked in haste are asked again, and so is the one under way. */
static struct sweep_set left_to_do(const struct sweep *sweep)
{
	struct sweep_set left = sweep->todo;
	for (int a = sweep_set_next(&sweep->silent, 0); a >= 0;
			a = sweep_set_next(&sweep->silent, a + 1)) {
		if (sweep->allowed[a] < sweep_hear_allowance(sweep)) {
			sweep_set_put(&left, a, true);
		}
	}
	if (sweep->visiting) {
		sweep_set_put(&left, sweep->visit.address, true);
	}
	return left;
}

void sweep_token(const struct sweep *sweep, char *token, size_t size)
{
	char todo[SWEEP_SET_TEXT], silent[SWEEP_SET_TEXT], collided[SWEEP_SET_TEXT];
	struct sweep_set left = left_to_do(sweep);
	snprintf(token, size, "%u,%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%" PRIu32 ",%s,%s,%s",
			sweep->pass, sweep->noise.bytes, sweep->noise.damaged, sweep->noise.asked,
			sweep->noise.missed, sweep_set_text(&left, todo),
			sweep_set_text(&sweep->silent, silent),
			sweep_set_text(&sweep->collided, collided));
}

bool sweep_token_read(struct sweep *sweep, const char *text)
{
	char todo[SWEEP_SET_TEXT], silent[SWEEP_SET_TEXT], collided[SWEEP_SET_TEXT];
	struct sweep_noise *noise = &sweep->noise;
	int end = 0;
	if (sscanf(text,
				"%2u,%" SCNu32 ",%" SCNu32 ",%" SCNu32 ",%" SCNu32
				",%64[0-9a-f-],%64[0-9a-f-],%64[0-9a-f-]%n",
				&sweep->pass, &noise->bytes, &noise->damaged, &noise->asked,
				&noise->missed, todo, silent, collided, &end) != 8 ||
			text[end] != '\0') {
		return false;
	}
	for (int a = 0; a <= MG_A_PRIMARY_LAST; a++) {
		sweep->allowed[a] = sweep_hear_allowance(sweep);
	}
	return sweep_set_parse(&sweep->todo, todo) &&
		   sweep_set_parse(&sweep->silent, silent) &&
		   sweep_set_parse(&sweep->collided, collided);
}
