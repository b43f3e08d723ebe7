/* SPDX-License-Identifier: MIT */
/* The inside of a readout, for readout*.c only. */
#ifndef LINK_READOUT_PRIVATE_H
#define LINK_READOUT_PRIVATE_H

#include "link/readout.h"

/* What a telegram means for the readout. */
enum readout_taken {
	READOUT_TAKEN_MORE,      /* the next one is to be asked for */
	READOUT_TAKEN_LAST,      /* all was read */
	READOUT_TAKEN_WRAPPED,   /* the same, but the slave has begun again */
	READOUT_TAKEN_ELSEWHERE, /* it did not begin with the first telegram */
	READOUT_TAKEN_STRANGER,  /* another meter: `reason` says who */
	READOUT_TAKEN_CUT,       /* there would be more, but `reason` */
};

/* Takes the telegram in readout->exchange->link. */
enum readout_taken readout_take_telegram(struct readout *readout);
/* Keeps it as the answer to REQ_UD1. */
void readout_take_alarm(struct readout *readout);

/* Begin an exchange in the phase of that name, always true: so that they can end a step.
 */
bool readout_ask_reset(
		struct readout *readout, enum readout_phase phase, unsigned tries, int64_t now);
bool readout_ask_select(struct readout *readout, int64_t now);
bool readout_ask_data(struct readout *readout, int64_t now);
bool readout_ask_alarm(struct readout *readout, int64_t now);
/* The next step of the init sequence, or the first telegram. */
bool readout_ask_init(struct readout *readout, int64_t now);

/* Writes readout->reason. */
__attribute__((format(printf, 2, 3))) void readout_explain(
		struct readout *readout, const char *format, ...);
/* Why the exchange failed, with the likely cause and what to do. */
void readout_explain_exchange(struct readout *readout);
/* The same for a telegram behind the first one, and for a step of the init sequence. */
void readout_explain_next(struct readout *readout);
void readout_explain_init(struct readout *readout);

#endif
