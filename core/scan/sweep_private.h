/* SPDX-License-Identifier: MIT */
/* The inside of a sweep, for sweep*.c only. */
#ifndef SCAN_SWEEP_PRIVATE_H
#define SCAN_SWEEP_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "scan/sweep.h"
#include "scan/sweep_noise.h"
#include "scan/sweep_set.h"
#include "scan/sweep_visit.h"
#include "link/timing.h"

/* Whether the line is as good as it seems: meters that are there are asked for data. */
struct sweep_check {
	bool done;
	bool asking; /* the present visit is one of these */
	unsigned asked;
	size_t heard;          /* characters, of requests too, that have proved to be right */
	int64_t begun, budget; /* µs: none is begun after that */
};

struct sweep {
	struct scan *scan;
	struct timing timing; /* of the speed of this sweep */
	uint32_t baud;        /* 0: that of the line */

	struct sweep_set todo;     /* to be asked in this pass */
	struct sweep_set silent;   /* asked, and nobody answered so far */
	struct sweep_set collided; /* damaged answers that may yet turn out to be noise */
	struct sweep_set late;     /* to be asked next, with a longer window */
	struct sweep_set was_late; /* that was done */
	struct sweep_set covered;  /* silent, and a late answer met that of somebody else */
	struct sweep_set present;  /* found, and without anything odd about it */
	int64_t allowed[MG_A_PRIMARY_LAST + 1]; /* µs for the way, of those in `silent` */
	unsigned pass;                          /* passes that are over */
	struct sweep_noise noise;

	struct sweep_check check;
	bool visiting;
	struct sweep_visit visit;
	enum sweep_visit_step step;
	int64_t late_by;     /* µs: waits for longer than the standard allows, this visit */
	int64_t delay;       /* µs: of the answer to SND_NKE, else to REQ_UD2 */
	int64_t window;      /* µs: of this visit, with what is allowed for the way */
	int last_silent;     /* the address that was silent last and may yet answer; or -1 */
	int64_t silent_at;   /* µs: and when that was */
	int silent_before;   /* the one before that; or -1 */
	bool silence_before; /* the visit before this one found nobody */
	bool way_unknown;    /* when this visit began */
	int64_t way;         /* µs: the fastest answer so far; negative: none yet */
	int64_t floor;       /* µs: what is allowed for the way at least */
	unsigned hasty;      /* addresses asked while nothing was known of the way */
	unsigned stalls;     /* requests in a row that the transport did not send */
	uint64_t discarded;  /* bytes of no use, when the exchange began */
	bool answers_late;   /* a meter was found that does */
	unsigned proved;     /* ACKs behind a silent address that were given once more */
	uint32_t strays;     /* what was damaged, and may have been such an answer */
	bool again;          /* what seemed to be collisions is asked once more */
	bool over;
};

/*
 * While nobody measured the way to the line, so many addresses are asked with little
 * allowed for it, µs. The first answer mostly shows that this was enough; otherwise, or
 * when none comes, those addresses are asked once more.
 */
#define SWEEP_HASTY_COUNT 24
#define SWEEP_HASTY_ALLOWANCE 20000

/* sweep_hear.c: what is allowed for the way to the line and back at present, µs. */
int64_t sweep_hear_allowance(const struct sweep *sweep);
/* What was heard of the line, without what late meters explain. */
struct sweep_noise sweep_hear_noise(const struct sweep *sweep);
/* True while little is allowed for it on trial. */
bool sweep_hear_hasty(const struct sweep *sweep);
/* Learns from the exchange that the visit has just taken. */
void sweep_hear_take(struct sweep *sweep, const struct exchange *exchange);

/* sweep_check.c: at the end of the first pass, the meter to be asked next, or -1. */
int sweep_check_next(struct sweep *sweep, int64_t now);
/* Another visit has found a meter. */
void sweep_check_count(struct sweep *sweep);
/* The exchange of such a visit has ended. */
void sweep_check_take(struct sweep *sweep, const struct exchange *exchange);

/* sweep_token.c: false when it is none, or of other addresses. */
bool sweep_token_read(struct sweep *sweep, const char *text);

/* sweep_found.c: the visit has found something; hands it to the scan. */
void sweep_found_add(struct sweep *sweep, enum sweep_visit_verdict verdict);

#endif
