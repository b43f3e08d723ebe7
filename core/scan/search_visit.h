/* SPDX-License-Identifier: MIT */
/*
 * One mask of a search: who answers to it, nobody, one meter or several? Which exchange
 * comes next, and what is to be thought in the end.
 */
#ifndef SCAN_SEARCH_VISIT_H
#define SCAN_SEARCH_VISIT_H

#include <stdbool.h>
#include <stdint.h>

#include "link/exchange.h"
#include "scan/search_evidence.h"
#include "scan/search_mask.h"
#include "scan/search_noise.h"

/* Sends of a selection that is known to have been answered, at least. */
#define SEARCH_VISIT_SURE_SENDS 4
/* The same of an identity that was taken from a damaged answer, on a line that damages.
 */
#define SEARCH_VISIT_LIKELY_SENDS 3
/* Damaged answers of one identity, on a line that damages nothing else, that are those of
   several meters. */
#define SEARCH_VISIT_TWINS_SURE 8
/* Requests for data that an acknowledged selection is worth. */
#define SEARCH_VISIT_MUTE_MAX 3
/* What a slow meter gets before it is asked for its data again, µs. */
#define SEARCH_VISIT_PAUSE 150000
/* Damaged answers until they are believed on a line that damages. */
#define SEARCH_VISIT_DAMAGED_MAX 3
/* Damaged answers of a mask, one meter of which can be read alone, that are those of
   several, on a line that damages nothing else. */
#define SEARCH_VISIT_PROVED_READS 8
/* Times that the whole mask is selected anew. */
#define SEARCH_VISIT_ROUNDS_MAX 6

enum search_step {
	SEARCH_STEP_SELECT,  /* the mask */
	SEARCH_STEP_READ,    /* whoever is selected */
	SEARCH_STEP_PROVE,   /* whoever is selected exactly: is the damaged answer its own? */
	SEARCH_STEP_EXACT,   /* the identity that was read: does it exist? */
	SEARCH_STEP_RECHECK, /* the mask again, to hear whether it is the only one */
	SEARCH_STEP_DESELECT, /* meters that do not let go of a selection */
	SEARCH_STEP_CLOSED,
};

enum search_verdict {
	SEARCH_NOBODY,
	SEARCH_FOUND,     /* one meter: `candidate` */
	SEARCH_SEVERAL,   /* more than one */
	SEARCH_TWINS,     /* more than one, and all of them have the identity `candidate` */
	SEARCH_ANONYMOUS, /* somebody who does not say who: mute, or without a header */
};

/* How a visit has to be paid; may change on the way. */
struct search_plan {
	bool fast;      /* one ACK within `window` is one meter */
	bool noisy;     /* what is damaged may be one answer: the line damages, or is asked
					   as if it did */
	bool damages;   /* it is known to */
	unsigned sends; /* of a selection, before its silence is believed */
	int64_t window; /* µs for an answer; 0: the standard's */
	int64_t hurry;  /* µs for an answer to what was silent before; 0: as before */
	int64_t late; /* µs for data of meters that are too slow; 0: the standard's window */
	int64_t listen; /* µs for answers of others, as in struct exchange_ask */
};

struct search_visit {
	struct search_mask mask;
	bool whole;   /* listens to the whole window at once: no recheck */
	bool presume; /* believes an ACK to be that of several, without reading */
	bool known;   /* silence would be odd: it has been answered before */
	enum search_step step;
	enum search_verdict verdict;
	int64_t wake; /* the next step is not before that, µs */

	struct mg_identity candidate;
	struct mg_identity strange;        /* one that has to be read twice to be believed */
	struct mg_identity refuted;        /* a candidate that does not exist */
	uint8_t heard[EXCHANGE_HEARD_MAX]; /* beginning of that answer */
	size_t heard_size;
	bool exists; /* it acknowledged */
	bool proved; /* and can be read alone, so others may be in the mask */
	bool likely; /* the candidate stood in a damaged answer */
	bool anonymous, mute;
	enum mg_header header;
	uint8_t ci;
	int address;   /* -1: none */
	int64_t delay; /* of the first ACK, µs */
	struct search_evidence evidence;
	bool heard_several; /* and not only presumed so */
	bool calm;          /* begins with that, in case there are such meters */
	bool let_go;        /* meters that kept their selection were told to let go */
	bool foreign;       /* one of them answered */

	enum exchange_outcome outcome; /* of the last exchange */
	unsigned sent;                 /* selections of the mask, without an answer */
	unsigned silences;             /* of this step */
	unsigned damaged;              /* of this step */
	unsigned reads;                /* damaged ones, in all */
	unsigned rounds;
	bool second; /* the frame count bit is 0 now */
};

void search_visit_begin(struct search_visit *visit, const struct search_mask *mask);

/* What to send next: into *frame, which uses `data`, and *ask, which refers to *frame. */
void search_visit_ask(const struct search_visit *visit, const struct search_plan *plan,
		struct mg_frame *frame, uint8_t data[SEARCH_MASK_BYTES],
		struct exchange_ask *ask);

/* The exchange has ended at `now`, with this outcome. Goes on to the next step; CLOSED:
   the verdict stands. */
void search_visit_take(struct search_visit *visit, const struct search_plan *plan,
		const struct exchange *exchange, enum exchange_outcome outcome,
		struct search_noise *noise, int64_t now);

/* The candidate was confirmed before: no need to select it exactly. */
void search_visit_confirmed(struct search_visit *visit);

/* True while the slaves selected last must stay so. */
bool search_visit_holds(const struct search_visit *visit);

#endif
