/* SPDX-License-Identifier: MIT */
/* Why a value that the meter sent is none. Each text is one object: compare pointers.
   What meters report by VIFE stands in the table of VIFEs instead. */
#ifndef MBUS_REASON_H
#define MBUS_REASON_H

/* Dates and times: types F, G, I and J, and those of the fixed structure. */
extern const char reason_marked[];    /* flag IV; value.date is all MG_DATE_NONE */
extern const char reason_unset[];     /* all bits 0 or 1; so is value.date */
extern const char reason_recurring[]; /* value.date has MG_DATE_EVERY */
extern const char
		reason_incomplete[]; /* type I: MG_DATE_NONE for what is not specified */
extern const char reason_impossible[]; /* value.date as sent */

/* Integers. */
extern const char reason_all_ones[];      /* type C */
extern const char reason_most_negative[]; /* type B */

extern const char reason_bcd[]; /* value.wide has the digits */

/* Type H; value.negative is the sign of an infinity. */
extern const char reason_real[]; /* NaN */
extern const char reason_infinite[];

extern const char reason_unit_unknown[]; /* of a counter of the fixed structure */

#endif
