/* SPDX-License-Identifier: MIT */
/* One address of a sweep: what to ask next, and what to think of it in the end. */
#include "scan/sweep_visit.h"

static void take_reset(struct sweep_visit *visit, enum exchange_outcome outcome)
{
	visit->acks += outcome == EXCHANGE_ACK;
	visit->silences += outcome == EXCHANGE_SILENT;
	visit->damaged += outcome != EXCHANGE_ACK && outcome != EXCHANGE_SILENT;
}

/* A frame that is whole and from another address tells more than damage. */
static void take_other(struct sweep_visit *visit, const struct exchange *exchange)
{
	bool foreign = exchange->outcome == EXCHANGE_BAD &&
				   exchange->failure.trouble == EXCHANGE_TROUBLE_ADDRESS;
	if (!foreign) {
		visit->others = 0;
	} else {
		visit->others = visit->other == exchange->failure.a ? visit->others + 1 : 1;
		visit->other = exchange->failure.a;
	}
}

void sweep_visit_take(struct sweep_visit *visit, enum sweep_visit_step step,
		const struct exchange *exchange)
{
	if (step == SWEEP_VISIT_RESET) {
		take_reset(visit, exchange->outcome);
		return;
	}
	take_other(visit, exchange);
	visit->spoke = visit->spoke ||
				   (exchange->outcome == EXCHANGE_SILENT && exchange->heard_size > 0);
	visit->data = exchange->outcome == EXCHANGE_DATA;
	visit->data_acks += exchange->outcome == EXCHANGE_ACK;
	visit->data_silences += exchange->outcome == EXCHANGE_SILENT;
	visit->data_damaged +=
			exchange->outcome == EXCHANGE_BAD || exchange->outcome == EXCHANGE_SENT;
}

static unsigned resets(const struct sweep_visit *visit)
{
	return visit->acks + visit->silences + visit->damaged;
}

static unsigned requests(const struct sweep_visit *visit)
{
	return visit->data_acks + visit->data_silences + visit->data_damaged;
}

/* A single ACK that may be another's: it is asked for twice more before that is said. */
static bool is_unsure(const struct sweep_visit *visit)
{
	return visit->after_silence && visit->acks == 1;
}

static enum sweep_visit_step next_acknowledged(const struct sweep_visit *visit)
{
	if (visit->identify || visit->request_anyhow || visit->damaged > 0) {
		return SWEEP_VISIT_REQUEST;
	}
	return is_unsure(visit) && visit->silences < 2 ? SWEEP_VISIT_RESET
												   : SWEEP_VISIT_CLOSED;
}

static enum sweep_visit_step next_after_resets(const struct sweep_visit *visit)
{
	if (resets(visit) == 0) {
		return visit->request_first ? SWEEP_VISIT_REQUEST : SWEEP_VISIT_RESET;
	}
	if (visit->acks > 0) {
		return next_acknowledged(visit);
	}
	bool heard = visit->was_heard || visit->damaged > 0;
	if (heard && resets(visit) < SWEEP_VISIT_TRIES) {
		return SWEEP_VISIT_RESET;
	}
	return visit->damaged >= 2 || visit->request_anyhow ? SWEEP_VISIT_REQUEST
														: SWEEP_VISIT_CLOSED;
}

/* REQ_UD2 brought nothing. */
static enum sweep_visit_step next_after_silence(const struct sweep_visit *visit)
{
	if (visit->acks == 0 && visit->damaged < 2) {
		return SWEEP_VISIT_CLOSED;
	}
	if (is_unsure(visit)) {
		return visit->silences < 2 ? SWEEP_VISIT_RESET : SWEEP_VISIT_CLOSED;
	}
	return visit->data_silences < SWEEP_VISIT_TRIES ? SWEEP_VISIT_REQUEST
													: SWEEP_VISIT_CLOSED;
}

enum sweep_visit_step sweep_visit_next(const struct sweep_visit *visit)
{
	if (visit->data || visit->data_acks >= 2 || visit->others >= 2) {
		return SWEEP_VISIT_CLOSED;
	}
	if (requests(visit) == 0) {
		return next_after_resets(visit);
	}
	/* It may be the late answer to SND_NKE, of whomever. */
	if (visit->data_acks == 1 && requests(visit) < SWEEP_VISIT_TRIES) {
		return SWEEP_VISIT_REQUEST;
	}
	if (visit->data_damaged == 0) {
		return next_after_silence(visit);
	}
	return requests(visit) < visit->tries_damaged ? SWEEP_VISIT_REQUEST
												  : SWEEP_VISIT_CLOSED;
}

/* Nothing whole ever came of REQ_UD2, if it was sent. */
static enum sweep_visit_verdict verdict_without_data(const struct sweep_visit *visit)
{
	if (visit->data_damaged > visit->data_silences) {
		return SWEEP_VISIT_COLLIDED;
	}
	if (visit->acks > 0 && is_unsure(visit) && visit->silences >= 2) {
		return SWEEP_VISIT_ELSEWHERE;
	}
	if (visit->acks > 0) {
		return requests(visit) > 0 ? SWEEP_VISIT_MUTE : SWEEP_VISIT_PRESENT;
	}
	if (visit->data_acks > 0) {
		return SWEEP_VISIT_ELSEWHERE;
	}
	return visit->damaged >= SWEEP_VISIT_TRIES ? SWEEP_VISIT_COLLIDED
											   : SWEEP_VISIT_ABSENT;
}

enum sweep_visit_verdict sweep_visit_verdict(const struct sweep_visit *visit)
{
	if (visit->data) {
		return SWEEP_VISIT_PRESENT;
	}
	if (visit->others >= 2) {
		return SWEEP_VISIT_FOREIGN;
	}
	return visit->data_acks >= 2 ? SWEEP_VISIT_MUTE : verdict_without_data(visit);
}
