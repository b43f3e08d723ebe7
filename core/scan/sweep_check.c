/* SPDX-License-Identifier: MIT */
/*
 * Whether a line on which nothing was damaged is a good one. Requests that get lost leave
 * silence, which says nothing; telegrams are long, and so their damage shows soon. Some
 * meters that are there are asked for theirs: when one comes damaged, silent addresses
 * are worth a second pass.
 */
#include "scan/sweep_private.h"

/* Of the time that a second pass would take, the check may use one part in so many before
   its last request begins. */
#define SHARE 32
/* Of so many characters one is damaged nearly always, on a line that damages 1 in 100. */
#define HEARD_ENOUGH 450
#define METERS_MAX 16
#define REQUEST_BYTES 5

static int64_t pass_time(const struct sweep *sweep)
{
	return (int64_t)sweep_set_count(&sweep->silent) * timing_window(&sweep->timing);
}

/* Those asked are spread over all, since a stretch of cable may be worse than others. */
static int spread_out(const struct sweep *sweep)
{
	size_t count = sweep_set_count(&sweep->present);
	if (count == 0) {
		return -1;
	}
	size_t skip = (size_t)(sweep->check.asked * 7 + 3) % count;
	int address = sweep_set_next(&sweep->present, 0);
	while (skip-- > 0) {
		address = sweep_set_next(&sweep->present, address + 1);
	}
	return address;
}

int sweep_check_next(struct sweep *sweep, int64_t now)
{
	struct sweep_check *check = &sweep->check;
	struct sweep_noise noise = sweep_hear_noise(sweep);
	if (check->asked == 0) {
		check->begun = now;
		check->budget = pass_time(sweep) / SHARE;
	}
	check->done = check->done || check->budget == 0 || check->asked == METERS_MAX ||
				  check->heard >= HEARD_ENOUGH || now - check->begun >= check->budget ||
				  sweep_noise_rate(&noise) > 0;
	int address = check->done ? -1 : spread_out(sweep);
	check->asking = address >= 0;
	check->asked += check->asking;
	return address;
}

/* The first ACK says nothing of its request: without that it would not be here. */
void sweep_check_count(struct sweep *sweep)
{
	const struct sweep_visit *visit = &sweep->visit;
	if (visit->acks > 0) {
		sweep->check.heard += visit->acks + (visit->acks - 1) * REQUEST_BYTES;
	}
}

/* Some meters have no data, and keep silent then: that says nothing. */
void sweep_check_take(struct sweep *sweep, const struct exchange *exchange)
{
	struct sweep_noise *noise = &sweep->noise;
	bool answered =
			exchange->outcome == EXCHANGE_DATA || exchange->outcome == EXCHANGE_ACK;
	noise->damaged += exchange->outcome == EXCHANGE_BAD;
	noise->asked += answered;
	sweep->check.heard += answered ? REQUEST_BYTES + exchange->link.length : 0;
	sweep_set_put(&sweep->present, sweep->visit.address, answered);
	sweep->check.asking = false;
	sweep->visiting = false;
}
