/* SPDX-License-Identifier: MIT */
/*
 * One address of a sweep: what it was asked, what came, and so what to ask next and what
 * to think of it in the end. Knows neither time nor line.
 */
#ifndef SCAN_SWEEP_VISIT_H
#define SCAN_SWEEP_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "link/exchange.h"

/* Sends of one request until its damage or its silence is believed. */
#define SWEEP_VISIT_TRIES 3
/* The same for damaged telegrams on a line that damages much: of eighty bytes with one in
   a hundred disturbed more than half are damaged, of 140 three of four, and all of twenty
   are in 1 of 250. */
#define SWEEP_VISIT_TRIES_NOISY 20

enum sweep_visit_step {
	SWEEP_VISIT_RESET,   /* send SND_NKE */
	SWEEP_VISIT_REQUEST, /* send REQ_UD2 */
	SWEEP_VISIT_CLOSED,  /* ask no more */
};

enum sweep_visit_verdict {
	SWEEP_VISIT_ABSENT,    /* nobody is there, as far as was heard */
	SWEEP_VISIT_PRESENT,   /* answers as it should */
	SWEEP_VISIT_FOREIGN,   /* answers with another address than it was asked at */
	SWEEP_VISIT_MUTE,      /* acknowledges and gives no data */
	SWEEP_VISIT_COLLIDED,  /* several at once */
	SWEEP_VISIT_ELSEWHERE, /* what came was the late answer of somebody else */
};

struct sweep_visit {
	uint8_t address;
	bool identify;       /* wants its data */
	bool request_first;  /* begins with REQ_UD2 */
	bool request_anyhow; /* sends REQ_UD2 when SND_NKE is not answered, too */
	/* The probe before was not answered: an ACK may be its answer, that comes late. */
	bool after_silence;
	bool was_heard; /* something answered at this address before: silence is no news */
	unsigned tries_damaged; /* of REQ_UD2 */

	bool spoke; /* an ACK came, of an earlier request: the meter is late */
	unsigned acks, silences, damaged; /* what came of SND_NKE */
	bool data;
	unsigned data_acks, data_silences, data_damaged; /* what came of REQ_UD2 */
	unsigned others; /* answers in a row, all from the address `other` */
	uint8_t other;
};

/* Counts how the exchange of this step ended. */
void sweep_visit_take(struct sweep_visit *visit, enum sweep_visit_step step,
		const struct exchange *exchange);
enum sweep_visit_step sweep_visit_next(const struct sweep_visit *visit);
/* Once it is closed. */
enum sweep_visit_verdict sweep_visit_verdict(const struct sweep_visit *visit);

#endif
